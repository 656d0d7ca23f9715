"""tlsward brings a web service from plain HTTP to modern HTTPS and keeps it there."""

__version__ = "0.1.0"
