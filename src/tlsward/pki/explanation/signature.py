"""How a certificate is signed: algorithm, hash, parameters, and the signature's octets."""

from cryptography.hazmat.primitives.asymmetric import padding

from tlsward.pki.display import safe_text
from tlsward.pki.explanation.tree import Told, explained, in_hex
from tlsward.pki.object_identifiers import SIGNATURE_ALGORITHMS
from tlsward.pki.signatures import Signature


def told_signature(signature: Signature) -> Told:
    """Return a signature algorithm with its parameters."""
    name = SIGNATURE_ALGORITHMS.get(signature.algorithm, (None,))[0]
    digest = None if signature.hash is None else signature.hash.name
    children = [] if digest is None else [explained("fields", "signature_hash", digest)]
    mask = salt = None
    if signature.scheme is not None:
        mask, salt = _mask(signature.scheme), _salt(signature.scheme)
        children.append(explained("fields", "pss_mask", mask))
        children.append(explained("fields", "pss_salt", salt))
    children.append(explained("fields", "signature_value", in_hex(signature.octets)))
    return Told(
        text=name or signature.algorithm,
        plain={
            "algorithm": name,
            "algorithm_oid": signature.algorithm,
            "hash": digest,
            "pss_mask": mask,
            "pss_salt": salt,
        },
        children=tuple(children),
    )


def _mask(scheme: padding.PSS) -> str:
    mask = scheme.mgf
    used = getattr(mask, "_algorithm", None)
    return f"MGF1 with {used.name}" if used is not None else type(mask).__name__


def _salt(scheme: padding.PSS) -> str:
    salt = scheme._salt_length
    return f"{salt} octets" if isinstance(salt, int) else safe_text(str(salt))
