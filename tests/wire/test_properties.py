"""For every message: it comes back as it was written, and no bytes do harm."""

import importlib.util
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tlsward.wire import certificate, extensions, hello, key_exchange, sslv2, ticket
from tlsward.wire.alert import Alert
from tlsward.wire.reader import DecodeError
from tlsward.wire.sslv2 import SSL2RecordReader
from wire import strategies as ours

FUZZ = Path(__file__).resolve().parents[2] / "fuzz"
_spec = importlib.util.spec_from_file_location("fuzz_wire", FUZZ / "fuzz_wire.py")
fuzz_wire = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fuzz_wire)

CORPUS = sorted((FUZZ / "corpus").iterdir())
VECTORS = sorted((Path(__file__).parent / "vectors").glob("*.bin"))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_the_fuzzing_corpus(path):
    fuzz_wire.check(path.read_bytes())


@given(st.binary(max_size=600))
def test_any_bytes_give_a_value_or_a_decode_error(data):
    fuzz_wire.check(data)


@given(st.data())
def test_altered_messages_give_a_value_or_a_decode_error(data):
    content = data.draw(st.sampled_from([*CORPUS, *VECTORS])).read_bytes()[:700]
    if content:
        at = data.draw(st.integers(0, len(content) - 1))
        put = data.draw(st.binary(max_size=3))
        cut = data.draw(st.integers(0, 3))
        content = content[:at] + put + content[at + cut :]
    fuzz_wire.check(content)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_every_way_to_cut_a_message_short(path):
    content = path.read_bytes()
    for end in range(min(len(content), 120)):
        fuzz_wire.check(content[:end])


@given(ours.client_hello)
def test_client_hello(message):
    assert hello.ClientHello.decode(message.encode()[4:]) == message


@given(ours.server_hello)
def test_server_hello(message):
    decoded = hello.ServerHello.decode(message.encode()[4:])
    assert decoded == message
    assert decoded.has_extension_block


@given(ours.server_hello)
def test_server_hello_without_block(message):
    bare = msgspec.structs.replace(message, extensions=(), has_extension_block=False)
    assert hello.ServerHello.decode(bare.encode()[4:]) == bare


@given(ours.alert)
def test_alert(message):
    assert Alert.decode(message.encode()) == message


@given(ours.chain)
def test_certificate_tls12(chain):
    body = certificate.encode_certificate_tls12(chain)
    assert certificate.decode_certificate_tls12(body) == chain
    compressed = certificate.encode_compressed_certificate(body)
    assert certificate.decode_compressed_certificate(compressed) == body


@given(ours.certificate13)
def test_certificate_tls13(message):
    assert certificate.decode_certificate_tls13(message.encode()) == message


@given(ours.some, ours.chain)
def test_certificate_status(response, others):
    one = certificate.encode_certificate_status(response)
    assert certificate.decode_certificate_status(one) == response
    many = certificate.encode_certificate_statuses((response, *others))
    assert certificate.decode_certificate_status(many) == response


@given(ours.certificate_request12)
def test_certificate_request_tls12(message):
    decode = certificate.decode_certificate_request_tls12
    assert decode(message.encode()) == message
    older = msgspec.structs.replace(message, signature_schemes=None)
    assert decode(older.encode(), has_signature_schemes=False) == older


@given(ours.certificate_request13)
def test_certificate_request_tls13(message):
    assert certificate.decode_certificate_request_tls13(message.encode()) == message


@given(ours.u16, ours.short)
def test_certificate_verify(scheme, signature):
    body = certificate.encode_certificate_verify(scheme, signature)
    assert certificate.decode_certificate_verify(body) == (scheme, signature)


@given(ours.server_key_exchange())
def test_server_key_exchange(drawn):
    layout, with_scheme, message = drawn
    body = key_exchange.encode_server_key_exchange(message, layout)
    decoded = key_exchange.decode_server_key_exchange(body, layout, with_scheme)
    assert msgspec.structs.replace(decoded, parameters=b"") == message
    assert body.startswith(decoded.parameters)


@given(ours.u32, ours.short)
def test_new_session_ticket_tls12(lifetime, content):
    body = ticket.encode_new_session_ticket_tls12(lifetime, content)
    assert ticket.decode_new_session_ticket_tls12(body) == (lifetime, content)


@given(ours.ticket13, st.none() | ours.u32)
def test_new_session_ticket_tls13(message, early_data):
    if early_data is not None:
        more = extensions.Extension(type=42, data=early_data.to_bytes(4))
        message = msgspec.structs.replace(message, extensions=(*message.extensions, more))
    decoded = ticket.decode_new_session_ticket_tls13(message.encode())
    assert decoded == message
    assert decoded.max_early_data == early_data


@given(ours.extensions)
def test_extension_blocks(block):
    assert extensions.decode_extensions(extensions.encode_extensions(block)) == block
    body = extensions.encode_encrypted_extensions(block)
    assert extensions.decode_encrypted_extensions(body) == block


@given(ours.client_hello_ssl2)
def test_client_hello_ssl2(message):
    (body,) = SSL2RecordReader().feed(message.encode())
    assert sslv2.ClientHelloSSL2.decode(body) == message


@given(ours.server_hello_ssl2, st.integers(0, 255))
def test_server_hello_ssl2(message, padding):
    (body,) = SSL2RecordReader().feed(message.encode())
    assert sslv2.ServerHelloSSL2.decode(body) == message
    assert SSL2RecordReader().feed(sslv2.encode_padded_record(body, padding)) == [body]


@given(ours.u16)
def test_error_ssl2(code):
    (body,) = SSL2RecordReader().feed(sslv2.ErrorSSL2(code=code).encode())
    assert sslv2.ErrorSSL2.decode(body).code == code


@given(st.binary(max_size=200), st.sampled_from(sorted(key_exchange.LAYOUTS)), st.booleans())
@example(b"\x03\x00\x1d\x00", "ecdhe", True)
def test_what_was_read_of_a_key_exchange_is_what_was_sent(data, layout, with_scheme):
    try:
        message = key_exchange.decode_server_key_exchange(data, layout, with_scheme)
    except DecodeError:
        return
    assert key_exchange.encode_server_key_exchange(message, layout) == data
