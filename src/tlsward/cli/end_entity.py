"""Which certificate of a file is the one it is about, or an error that says why not."""

from typing import TYPE_CHECKING

from tlsward.errors import UsageError

if TYPE_CHECKING:
    from tlsward.cli.certificate_source import Source
    from tlsward.pki.arrangement import Arrangement
    from tlsward.pki.bundle import Bundle
    from tlsward.pki.x509 import X509Certificate


def arrangement_of(name: str, bundle: "Bundle") -> "Arrangement":
    """Return a file's certificates in order. Raises UsageError where there is no order in them.

    Where several could be the end entity, the one counts whose private key is in the file.
    """
    from tlsward.pki.arrangement import AmbiguousError, arranged
    from tlsward.pki.library import UnreadableError

    if not bundle.certificates:
        raise UsageError(f"{name}: there is no certificate in it, only {bundle.words}")
    key = bundle.keys[0].public_key() if len(bundle.keys) == 1 else None
    try:
        return arranged(bundle.certificates, public_key=key)
    except AmbiguousError as error:
        raise UsageError(f"{name}: {error}") from None
    except UnreadableError as error:
        raise UsageError(f"{name}: a certificate in it cannot be read: {error}") from None


def end_entity_of(source: "Source") -> "X509Certificate":
    """Return the end entity of a file that was read. Raises UsageError."""
    if source.bundle is None:
        raise UsageError(f"{source.name}: it is a host, not a file")
    return arrangement_of(source.name, source.bundle).end_entity
