"""Pins of public keys (RFC 7469 section 2.4)."""

import base64
import hashlib


def spki_pin(subject_public_key_info: bytes) -> str:
    """Return the Base64 SHA-256 of a SubjectPublicKeyInfo's DER.

    Raises ValueError for no octets, whose pin (47DEQpj8…) is of no key and would lock out all.
    """
    if not subject_public_key_info:
        raise ValueError("there is no public key to pin")
    return base64.b64encode(hashlib.sha256(subject_public_key_info).digest()).decode()
