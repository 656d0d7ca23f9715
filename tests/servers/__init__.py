"""The laboratory: real TLS servers on loopback, and what each of them truly serves."""
