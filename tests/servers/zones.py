"""The zones of the laboratory's DNS servers, and the servers running with them.

::

    .               Knot, signed; delegates secure.test and bogus.test with a DS
    secure.test     Knot, signed
    bogus.test      Knot, signed, but one address was changed afterwards
    plain.test      Knot, not signed
    insecure.test   BIND, not signed
"""

import base64
from dataclasses import dataclass

from servers.laboratory import Laboratory
from servers.stacks import names


def ech_config_list(public_name: bytes = b"cover.example") -> bytes:
    """Return an ECHConfigList (RFC 9849 section 4), field by field."""
    contents = b"".join(
        [
            b"\x07",  # config_id
            b"\x00\x20",  # kem_id: DHKEM(X25519, HKDF-SHA256)
            b"\x00\x20" + bytes(range(32)),  # public_key
            b"\x00\x04" + b"\x00\x01\x00\x01",  # cipher_suites: HKDF-SHA256, AES-128-GCM
            b"\x40",  # maximum_name_length
            bytes([len(public_name)]) + public_name,
            b"\x00\x00",  # extensions
        ]
    )
    config = b"\xfe\x0d" + len(contents).to_bytes(2) + contents
    return len(config).to_bytes(2) + config


ECH = base64.b64encode(ech_config_list()).decode()
DIGEST = "ab" * 32

SECURE = f"""
@ A 192.0.2.10
@ CAA 0 issue "letsencrypt.org"
www A 192.0.2.1
www AAAA 2001:db8::1
www HTTPS 2 . alpn=h2 ipv6hint=2001:db8::9
www HTTPS 1 . alpn=h2,h3 ipv4hint=192.0.2.7 ech={ECH}
_8443._https.www HTTPS 1 . port=8443 no-default-alpn alpn=h3
_443._tcp.www TLSA 3 1 1 {DIGEST}
alias CNAME second
second CNAME www
outward CNAME www.plain.test.
same-server CNAME www.bogus.test.
_443._tcp.outward TLSA 3 1 1 {DIGEST}
_443._tcp.alias TLSA 3 1 1 {"cd" * 32}
nodata TXT "no address"
loop CNAME pool
pool CNAME loop
svc HTTPS 0 backend
svc A 192.0.2.2
backend HTTPS 1 . alpn=h2
circle HTTPS 0 circle2
circle2 HTTPS 0 circle
gone HTTPS 0 .
own CAA 0 issue "pki.goog"
under.own A 192.0.2.3
many A 192.0.2.4
to-many CNAME many
""" + "".join(f'many CAA 0 issue "ca{number}.example; note={"x" * 40}"\n' for number in range(120))

INSECURE = rf"""
@ A 192.0.2.20
@ CAA 0 issue "digicert.com"
@ CAA 0 issuewild "sectigo.com"
www A 192.0.2.21
critical CAA 128 future "x"
malformed CAA 0 issue "%%%%"
nobody CAA 0 issue ";"
only-iodef CAA 0 iodef "mailto:security@insecure.test"
; 0x1b [ 3 1 m  and an octet beyond ASCII
evil TYPE257 \# 19 0005697373756563 61 2e 1b5b33316d ff 20 22 0a
evil A 192.0.2.22
_443._tcp.www TLSA 3 1 1 {DIGEST}
_443._tcp.odd TYPE52 \# 6 ff07093456ab
odd A 192.0.2.23
; a hash of two octets, beside one that is in order
_443._tcp.broken TYPE52 \# 5 03010112ff
_443._tcp.broken TLSA 3 1 1 {DIGEST}
broken A 192.0.2.25
big A 192.0.2.24
to-secure CNAME www.secure.test.
""" + "".join(f'big CAA 0 issue "ca{number}.example"\n' for number in range(1100))

PLAIN = """
@ A 192.0.2.30
@ CAA 0 issue "sectigo.com"
www A 192.0.2.31
"""

BOGUS = """
www A 192.0.2.40
@ A 192.0.2.41
"""


@dataclass(frozen=True)
class NameServers:
    """Addresses of the servers, as --nameserver takes them.

    `resolver` validates, `careless` does not; the others are the authorities themselves.
    """

    resolver: str
    careless: str
    knot: str
    bind: str


def name_servers(laboratory: Laboratory) -> NameServers:
    """Return the laboratory's DNS servers, started when first asked for."""
    if "names-resolver" not in laboratory.running:
        _start(laboratory)
    at = {
        name: f"{running.host}:{running.port}"
        for name, running in laboratory.running.items()
        if name.startswith("names-")
    }
    return NameServers(
        resolver=at["names-resolver"],
        careless=at["names-careless"],
        knot=at["names-knot"],
        bind=at["names-bind"],
    )


def _start(laboratory: Laboratory) -> None:
    work = laboratory.directory / "zones"
    secure, secure_ds = names.sign(work / "secure", "secure.test", SECURE)
    bogus, bogus_ds = names.sign(work / "bogus", "bogus.test", BOGUS)
    delegations = "".join(
        f"{zone} NS ns.{zone}\nns.{zone} A 127.0.0.1\n"
        for zone in ("secure.test", "bogus.test", "plain.test", "insecure.test", "silent.test")
    )
    root, root_ds = names.sign(work / "root", ".", delegations + secure_ds + bogus_ds)
    signed_zones = {
        ".": root,
        "secure.test": secure,
        "bogus.test": names.altered(bogus, "192.0.2.40", "192.0.2.66"),
        "plain.test": names.zone_text("plain.test", PLAIN),
    }
    silent = next(laboratory.ports)  # where nobody listens
    knot = laboratory.launch("names-knot", names.knot(signed_zones))
    insecure = {"insecure.test": names.zone_text("insecure.test", INSECURE)}
    bind = laboratory.launch("names-bind", names.bind(insecure))
    ports = dict.fromkeys(signed_zones, knot.port)
    ports |= {"insecure.test": bind.port, "silent.test": silent}
    resolver = laboratory.launch("names-resolver", names.unbound(ports, root_ds))
    careless = laboratory.launch("names-careless", names.unbound(ports, None))
    for running in (knot, bind, resolver, careless):
        laboratory.running[running.name] = running
