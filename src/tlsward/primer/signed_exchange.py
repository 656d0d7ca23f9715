"""What the private key does in an ephemeral key exchange of TLS 1.2: it signs."""

from collections.abc import Callable

from tlsward.facts.signature_schemes import scheme
from tlsward.pki.library import UnreadableError
from tlsward.pki.x509 import read_certificate
from tlsward.primer.watching import Seen
from tlsward.wire.codepoints import ProtocolVersion


def signature_holds(seen: Seen) -> bool | None:
    """Return whether the certificate's key made the signature on the server's key exchange.

    RFC 5246 section 7.4.3: it is over both randoms and the parameters. None where it cannot
    be told: before TLS 1.2, and for schemes that are neither RSA nor ECDSA.
    """
    exchanged, hello, answer = seen.server_key_exchange, seen.client_hello, seen.server_hello
    if exchanged is None or hello is None or answer is None or not seen.certificates:
        return None
    if seen.version != ProtocolVersion.TLS12 or exchanged.signature_scheme is None:
        return None
    signed = hello.random + answer.random + exchanged.parameters
    try:
        key = read_certificate(seen.certificates[0]).key.loaded
    except UnreadableError:
        return None
    return _verified(key, exchanged.signature_scheme, exchanged.signature, signed)


def _verified(key: object, code: int, signature: bytes, signed: bytes) -> bool | None:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    known: dict[str, Callable[[], hashes.HashAlgorithm]] = {
        "sha1": hashes.SHA1,
        "sha256": hashes.SHA256,
        "sha384": hashes.SHA384,
    }
    known["sha512"] = hashes.SHA512
    name = scheme(code).name.lower()
    found = next((kind for part, kind in known.items() if part in name), None)
    if found is None:
        return None
    message_hash = found()
    try:
        if isinstance(key, rsa.RSAPublicKey) and "pss" in name:
            pss = padding.PSS(padding.MGF1(message_hash), message_hash.digest_size)
            key.verify(signature, signed, pss, message_hash)
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), message_hash)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(message_hash))
        else:
            return None
    except InvalidSignature:
        return False
    except (ValueError, UnsupportedAlgorithm):
        return None
    return True
