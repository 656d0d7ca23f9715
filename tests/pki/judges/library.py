"""The verifier of `cryptography` itself, by the profile of the web."""

import warnings
from ipaddress import ip_address

import cryptography
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from pki.judges.verdict import Said
from pki.verdict_set.case import Case, is_address
from tlsward.pki.library import REFUSALS


def version() -> str:
    return cryptography.__version__.partition(".")[0]


def judge(cases: list[Case]) -> list[Said]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [_judge(case) for case in cases]


def _judge(case: Case) -> Said:
    try:
        leaf, *others = [x509.load_der_x509_certificate(each.der) for each in case.chain]
        roots = [x509.load_der_x509_certificate(each.der) for each in case.roots]
        subject = (
            x509.IPAddress(ip_address(case.hostname))
            if is_address(case.hostname)
            else x509.DNSName(case.hostname)
        )
        builder = PolicyBuilder().store(Store(roots)).time(case.moment)
        builder.build_server_verifier(subject).verify(leaf, others)
    except (*REFUSALS, VerificationError) as error:
        return Said(False, str(error))
    return Said(True)
