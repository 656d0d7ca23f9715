"""Pins that would lock everybody out are refused before the first browser notes them."""

from tlsward.errors import UsageError
from tlsward.invoicer.settings import PinPolicy
from tlsward.pki.bundle import read_bundle
from tlsward.pki.key_holders import holder_of_certificate


def refuse_lock_out(chain_pem: bytes, policy: PinPolicy) -> None:
    """Raise UsageError unless one pin is of the served chain and one is not.

    Without the first no browser would connect again, without the second a lost key would be
    the end (RFC 7469 sections 2.5 and 4.3).
    """
    certificates = read_bundle(chain_pem, name="--tls-cert").certificates
    served = {holder_of_certificate(encoded).pin for encoded in certificates}
    if not served & set(policy.pins):
        raise UsageError("--hpkp-pin: no pin is of the served chain; browsers would be locked out")
    if not set(policy.pins) - served:
        raise UsageError("--hpkp-pin: every pin is of the served chain; name a backup not in use")
