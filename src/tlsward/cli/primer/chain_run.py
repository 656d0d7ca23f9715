"""What `tlsward primer chain` does: read a chain, or have one made, and tell it."""

from datetime import UTC, datetime

from tlsward.cli.certificate_source import Unseen, read_source
from tlsward.cli.exit_codes import COULD_NOT_TELL
from tlsward.cli.primer.options import Form, write_lesson
from tlsward.cli.root import complain
from tlsward.cli.scan_run import read_certificates
from tlsward.errors import UsageError
from tlsward.model.lesson import Lesson
from tlsward.pki.bundle import read_bundle
from tlsward.pki.chain_of_trust import leaf_first
from tlsward.pki.library import UnreadableError
from tlsward.pki.stores import Stores
from tlsward.pki.x509 import X509Certificate, read_certificate
from tlsward.primer.lessons.chain import chain_of_trust
from tlsward.sandbox.authority import throw_away_credentials
from tlsward.settings.table import Settings


def run_chain(argument: str | None, form: Form, settings: Settings) -> int:
    """Tell the chain that an argument stands for; return the exit code."""
    if argument is None:
        return write_lesson(throw_away_chain(), form, settings)
    pem = None if settings.ca_file is None else read_certificates(settings.ca_file)
    source = read_source(argument, settings)
    if isinstance(source, Unseen):
        complain(f"{source.name}: {source.reason}")
        return COULD_NOT_TELL
    if not source.chains:
        words = "" if source.bundle is None else f", only {source.bundle.words}"
        raise UsageError(f"{source.name}: there is no certificate in it{words}")
    served = source.chains[0].certificates
    chain = leaf_first(served) if source.is_file else served
    read = [certificate for each in chain if (certificate := _readable(each)) is not None]
    if not read or read[0].der != chain[0]:
        words = f"{source.name}: the certificate cannot be read"
        if source.is_file:
            raise UsageError(words)
        complain(words)
        return COULD_NOT_TELL
    lesson = chain_of_trust(source.name, read[0], read[1:], Stores.load(pem))
    return write_lesson(lesson, form, settings)


def throw_away_chain() -> Lesson:
    """Tell the chain of an authority that is made now, its root in the store named private."""
    credentials = throw_away_credentials(datetime.now(UTC))
    bundle = read_bundle(credentials.chain, name="the throw-away chain")
    leaf, *others = map(read_certificate, bundle.certificates)
    stores = Stores.load(credentials.root)
    return chain_of_trust("The chain of a throw-away authority", leaf, others, stores)


def _readable(octets: bytes) -> X509Certificate | None:
    try:
        certificate = read_certificate(octets)
    except UnreadableError:
        return None
    return certificate if certificate.named else None
