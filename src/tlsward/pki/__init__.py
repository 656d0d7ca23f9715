"""X.509 as a TLS client sees it: names, chains, root stores, staples, timestamps.

Certificates are read with a small bounded DER reader of our own, and `cryptography`
only checks signatures. Two measured reasons: importing `cryptography.x509` costs 21 ms
of CPU where its primitives cost 7, and one malformed extension, a SHA-1 signature or a
512-bit key makes it refuse what a scanner has to describe. Tests compare the reader
with `cryptography.x509` and the verdicts with `openssl verify`.
"""
