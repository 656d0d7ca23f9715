"""Connections built by hand, as `tlsward inspect` shows them."""

from report.servers import HOSTILE, certificate, deployment
from tlsward.model.certificate import Certificate
from tlsward.model.observation import MessageTrace, Observation, Outcome
from tlsward.model.target import Target
from tlsward.scan.inspect import Inspection

TARGET = Target(host="www.example.com", port=443, sni="www.example.com", address="192.0.2.1")


def message(sender, name, size, at, **more):
    return MessageTrace(sender=sender, name=name, size=size, at=at, **more)


def tls13():
    return Inspection(
        target=TARGET,
        observation=Observation(
            outcome=Outcome.SERVED,
            version=0x0304,
            cipher_suite=0x1302,
            group=0x11EC,
            signature_scheme=0x0403,
            session_id=bytes(range(32)),
            # supported_versions, key_share, ALPN with h2
            extensions={43: b"\x03\x04", 51: b"", 16: b"\x00\x03\x02h2"},
            tickets=(b"t" * 224, b"u" * 224),
            ticket_lifetime_seconds=7200,
            ocsp_response=b"o" * 471,
            certificate_compression=1,
            trace=(
                message("client", "ClientHello", 1500, 0.0),
                message("server", "ServerHello", 1210, 0.0204),
                message("server", "Certificate", 996, 0.021, encrypted=True, note="compressed"),
                message("server", "Finished", 52, 0.0211, encrypted=True),
            ),
        ),
        deployment=deployment(),
        duration_seconds=0.035,
        bytes_sent=1600,
        bytes_received=3100,
    )


def tls12():
    return Inspection(
        target=TARGET,
        observation=Observation(
            outcome=Outcome.SERVED,
            version=0x0303,
            cipher_suite=0x009E,
            dh_bits=2048,
            signature_scheme=0x0401,
            compression_method=1,
            extensions={0xFF01: b"\x00", 0x1A1A: b"", 16: b"\x00\x09bad"},
            client_certificate_requested=True,
            trace=(message("client", "ClientHello", 300, 0.0),),
        ),
        duration_seconds=0.1,
    )


def failed():
    return Inspection(target=TARGET, reason="TLSv1.3: connection refused")


def hostile_inspection():
    return Inspection(
        target=Target(host="evil.example", port=443, sni=HOSTILE, address=HOSTILE),
        observation=Observation(
            outcome=Outcome.SERVED,
            detail=HOSTILE,
            version=0x0A0A,
            cipher_suite=0x9999,
            group=0x9999,
            signature_scheme=0x9999,
            extensions={16: b"\x00\x06\x05\x1b[2J\x9b", 0x9999: b""},
            trace=(message("server", HOSTILE, 1, 0.0, note=HOSTILE),),
        ),
        deployment=deployment(
            certificate(HOSTILE, HOSTILE, dns_names=(HOSTILE,)),
            Certificate(sha256="00" * 32, der=b"", error=HOSTILE),
            trust={"mozilla": "no"},
            trust_reasons={"mozilla": HOSTILE},
        ),
        reason=HOSTILE,
    )
