"""X.509 as a TLS client sees it: names, chains, root stores, staples, timestamps.

`cryptography` reads every certificate, OCSP response and timestamp; no DER is taken apart
here. What it refuses is said to be unreadable, which is a doubt and never a verdict. This
room imports it at module level, so other rooms import this one where they first need it.
Tests compare the verdicts with `openssl verify`.
"""
