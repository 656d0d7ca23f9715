"""Hypothesis strategies for every message that can be written."""

from hypothesis import strategies as st

from tlsward.wire import certificate, elliptic_curve, hello, key_exchange, sslv2, ticket
from tlsward.wire.alert import Alert
from tlsward.wire.codepoints import ExtensionType
from tlsward.wire.extension_block import Extension

u8 = st.integers(0, 0xFF)
u16 = st.integers(0, 0xFFFF)
u24 = st.integers(0, 0xFFFFFF)
u32 = st.integers(0, 0xFFFFFFFF)
short = st.binary(max_size=40)
some = st.binary(min_size=1, max_size=40)
random = st.binary(min_size=32, max_size=32)
#: What ServerHello.decode reads is left out; it has strategies of its own below.
opaque_types = u16.filter(
    lambda n: (
        n
        not in {ExtensionType.SUPPORTED_VERSIONS, ExtensionType.KEY_SHARE, ExtensionType.EARLY_DATA}
    )
)
extension = st.builds(Extension, type=opaque_types, data=short)
extensions = st.lists(extension, max_size=5).map(tuple)
read_extensions = st.lists(
    st.one_of(
        extension,
        u16.map(lambda v: Extension(type=ExtensionType.SUPPORTED_VERSIONS, data=v.to_bytes(2))),
        st.tuples(u16, some).map(
            lambda share: Extension(
                type=ExtensionType.KEY_SHARE,
                data=share[0].to_bytes(2) + len(share[1]).to_bytes(2) + share[1],
            )
        ),
    ),
    max_size=5,
).map(tuple)

client_hello = st.builds(
    hello.ClientHello,
    legacy_version=u16,
    random=random,
    session_id=st.binary(max_size=32),
    cipher_suites=st.lists(u16, max_size=40).map(tuple),
    compression_methods=st.lists(u8, max_size=4).map(tuple),
    extensions=st.none() | extensions,
)
server_hello = st.builds(
    hello.ServerHello,
    legacy_version=u16,
    random=random,
    session_id=st.binary(max_size=32),
    cipher_suite=u16,
    compression_method=u8,
    extensions=read_extensions,
)
alert = st.builds(Alert, level=u8, description=u8)
chain = st.lists(some, max_size=4).map(tuple)
certificate13 = st.builds(
    certificate.Certificate13,
    context=short,
    entries=st.lists(
        st.builds(certificate.CertificateEntry, der=some, extensions=extensions), max_size=4
    ).map(tuple),
)
certificate_request12 = st.builds(
    certificate.CertificateRequest12,
    certificate_types=st.lists(u8, max_size=6).map(tuple),
    signature_schemes=st.lists(u16, max_size=6).map(tuple),
    authorities=chain,
)
certificate_request13 = st.builds(
    certificate.CertificateRequest13, context=short, extensions=extensions
)
ticket13 = st.builds(
    ticket.NewSessionTicket13,
    lifetime=u32,
    age_add=u32,
    nonce=short,
    ticket=some,
    extensions=extensions,
)
kinds = st.lists(u24, max_size=8).map(tuple)
client_hello_ssl2 = st.builds(
    sslv2.ClientHelloSSL2, cipher_kinds=kinds, challenge=short, session_id=short, version=u16
)
server_hello_ssl2 = st.builds(
    sslv2.ServerHelloSSL2,
    session_id_hit=u8,
    certificate_type=u8,
    version=u16,
    certificate=short,
    cipher_kinds=kinds,
    connection_id=short,
)
_numbers = {"a": some, "b": some, "base": some, "order": some, "cofactor": some}
explicit_curve = st.one_of(
    st.builds(elliptic_curve.ExplicitCurve, prime=some, **_numbers),
    st.builds(
        elliptic_curve.ExplicitCurve,
        degree=u16,
        exponents=st.sampled_from((1, 3)).flatmap(
            lambda count: st.tuples(*(some for _ in range(count)))
        ),
        **_numbers,
    ),
)
_PARTS = {
    "dh": {"dh_prime": some, "dh_generator": some, "public": some},
    "ecdh": {"public": some},
    "rsa": {"rsa_modulus": some, "rsa_exponent": some},
    "hint": {"psk_identity_hint": short},
    "srp": {"dh_prime": some, "dh_generator": some, "srp_salt": some, "public": some},
    "signature": {"signature": short},
    "optional signature": {"signature": some},
}


@st.composite
def server_key_exchange(draw):
    """Draw a layout, whether there is a scheme, and a message that fits."""
    layout = draw(st.sampled_from(sorted(key_exchange.LAYOUTS)))
    with_scheme = draw(st.booleans())
    fields = {}
    for part in key_exchange.LAYOUTS[layout]:
        fields |= {name: draw(strategy) for name, strategy in _PARTS[part].items()}
        if part == "ecdh":
            fields |= draw(
                st.one_of(
                    u16.map(lambda group: {"group": group}),
                    explicit_curve.map(lambda curve: {"explicit_curve": curve}),
                )
            )
        if part.endswith("signature") and with_scheme:
            fields["signature_scheme"] = draw(u16)
    return layout, with_scheme, key_exchange.ServerKeyExchange(**fields)
