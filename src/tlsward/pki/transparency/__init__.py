"""Certificate transparency (RFC 6962)."""
