"""A certificate with all that its rules ask for, read once."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeVar

from cryptography import x509

from tlsward.facts.lint_rules import Role
from tlsward.pki.library import UnreadableError, reading
from tlsward.pki.object_identifiers import PUBLIC_POLICIES
from tlsward.pki.x509 import X509Certificate

ValueT = TypeVar("ValueT", bound=x509.ExtensionType)

_ONE_SECOND = timedelta(seconds=1)


class Linted:
    """What the rules are asked of.

    Its properties raise UnreadableError for what the library refused to read, so that no
    rule takes for absent what is only unknown.
    """

    def __init__(
        self,
        certificate: X509Certificate,
        *,
        issuer: X509Certificate | None,
        public: bool,
        now: datetime,
        leaf: bool = False,
    ) -> None:
        self.certificate = certificate
        self.issuer = issuer
        self.public = public
        self.now = now
        self.leaf = leaf

    @cached_property
    def extensions(self) -> dict[str, x509.Extension[x509.ExtensionType]]:
        """The extensions by their OIDs."""
        with reading():
            return {each.oid.dotted_string: each for each in self.certificate.loaded.extensions}

    def extension(self, kind: type[ValueT]) -> x509.Extension[ValueT] | None:
        """Return the extension of a kind, None where it is not there."""
        found = self.extensions.get(kind.oid.dotted_string)
        if found is None or not isinstance(found.value, kind):
            return None
        return x509.Extension(found.oid, found.critical, found.value)

    def value(self, kind: type[ValueT]) -> ValueT | None:
        """Return what an extension says, None where it is not there."""
        found = self.extensions.get(kind.oid.dotted_string)
        return found.value if found is not None and isinstance(found.value, kind) else None

    @property
    def lifetime(self) -> timedelta:
        """How long it is valid, both ends included (RFC 5280 section 4.1.2.5)."""
        return self.certificate.not_after - self.certificate.not_before + _ONE_SECOND

    @cached_property
    def general_names(self) -> tuple[x509.GeneralName, ...]:
        """The entries of subjectAltName."""
        found = self.value(x509.SubjectAlternativeName)
        return () if found is None else tuple(found)

    @cached_property
    def dns_names(self) -> tuple[str, ...]:
        """The host names of subjectAltName, as they are written."""
        return tuple(name.value for name in self.general_names if isinstance(name, x509.DNSName))

    @cached_property
    def subject(self) -> tuple[x509.NameAttribute[str | bytes], ...]:
        """The attributes of the subject."""
        if "subject" in self.certificate.unread:
            raise UnreadableError(self.certificate.unread["subject"])
        return tuple(self.certificate.subject)

    def attributes(self, identifier: x509.ObjectIdentifier) -> tuple[str, ...]:
        """Return the texts of the subject's attributes of a type."""
        return tuple(
            each.value
            for each in self.subject
            if each.oid == identifier and isinstance(each.value, str)
        )

    @cached_property
    def usages(self) -> frozenset[str] | None:
        """The OIDs of extendedKeyUsage, None where it is not there."""
        found = self.value(x509.ExtendedKeyUsage)
        return None if found is None else frozenset(each.dotted_string for each in found)

    @cached_property
    def forum_policies(self) -> tuple[str, ...]:
        """Those of its policies that the CA/Browser Forum has reserved."""
        found = self.value(x509.CertificatePolicies)
        identifiers = [each.policy_identifier.dotted_string for each in found or ()]
        return tuple(each for each in identifiers if each.startswith(PUBLIC_POLICIES))

    @cached_property
    def role(self) -> Role:
        """What the certificate is: a leaf where a server uses it, else what it says.

        One that certifies itself and names hosts is a server's own, though tools that make
        such certificates call them authorities'.
        """
        certificate = self.certificate
        if self.leaf or not certificate.is_authority:
            return "leaf"
        if not certificate.self_signed:
            return "intermediate"
        names = certificate.subject_alternative_names or ()
        hosts = any(isinstance(name, x509.DNSName | x509.IPAddress) for name in names)
        return "leaf" if hosts else "root"


#: A check of a rule yields what it found, an empty text where the rule's title says it all;
#: it yields nothing where the rule is kept.
Check = Callable[[Linted], Iterable[str]]
