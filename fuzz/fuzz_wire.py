"""Fuzz every decoder of `tlsward.wire`: a value or a DecodeError, never anything else.

    python fuzz/fuzz_wire.py                          run over the committed corpus
    python fuzz/fuzz_wire.py FILE|DIRECTORY ...       run over these
    python fuzz/fuzz_wire.py --fuzz [atheris options] [DIRECTORY ...]

The last form needs `pip install atheris`; it goes on until something breaks. What breaks it
goes into `fuzz/corpus` with the repair. Every input is given to every decoder. What was
decoded must be written to bytes that decode to the same value.
"""

import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from operator import methodcaller
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).resolve().with_name("corpus")
#: Small, so that inputs reach it.
STREAM_LIMIT_BYTES = 1 << 16

Decode = Callable[[bytes], Any]
Encode = Callable[[Any], bytes]

encode_itself = methodcaller("encode")


def encode_body(message: Any) -> bytes:  # noqa: ANN401  (any message with a header)
    """Return a handshake message without its header."""
    encoded: bytes = message.encode()
    return encoded[4:]


@cache
def pairs() -> tuple[tuple[Decode, Encode], ...]:
    """Return decoders of messages, each with the encoder that undoes it."""
    from tlsward.wire import alert, certificate, extensions, hello, key_exchange, sslv2, ticket

    fixed: list[tuple[Decode, Encode]] = [
        (hello.ClientHello.decode, encode_body),
        (hello.ServerHello.decode, encode_body),
        (alert.Alert.decode, encode_itself),
        (extensions.decode_extensions, extensions.encode_extensions),
        (extensions.decode_encrypted_extensions, extensions.encode_encrypted_extensions),
        (certificate.decode_certificate_tls12, certificate.encode_certificate_tls12),
        (certificate.decode_certificate_tls13, encode_itself),
        (certificate.decode_compressed_certificate, certificate.encode_compressed_certificate),
        (certificate.decode_certificate_request_tls12, encode_itself),
        (
            partial(certificate.decode_certificate_request_tls12, has_signature_schemes=False),
            encode_itself,
        ),
        (certificate.decode_certificate_request_tls13, encode_itself),
        (
            certificate.decode_certificate_verify,
            lambda value: certificate.encode_certificate_verify(*value),
        ),
        (
            ticket.decode_new_session_ticket_tls12,
            lambda value: ticket.encode_new_session_ticket_tls12(*value),
        ),
        (ticket.decode_new_session_ticket_tls13, encode_itself),
        (sslv2.ClientHelloSSL2.decode, lambda value: value.encode()[2:]),
        (sslv2.ServerHelloSSL2.decode, lambda value: value.encode()[2:]),
        (sslv2.ErrorSSL2.decode, lambda value: value.encode()[2:]),
    ]
    exchanges: list[tuple[Decode, Encode]] = [
        (
            partial(
                key_exchange.decode_server_key_exchange,
                key_exchange=layout,
                has_signature_scheme=with_scheme,
            ),
            partial(key_exchange.encode_server_key_exchange, key_exchange=layout),
        )
        for layout in key_exchange.LAYOUTS
        for with_scheme in (True, False)
    ]
    return (*fixed, *exchanges)


@cache
def decoders() -> tuple[Decode, ...]:
    """Return decoders whose value cannot be written again as it was, or has no writer."""
    from tlsward.wire import certificate, ech, extensions

    of_extensions = [
        getattr(extensions, name)
        for name in sorted(vars(extensions))
        if name.startswith("decode_") and name != "decode_answer"
    ]
    return (
        certificate.decode_certificate_status,
        ech.decode_ech_config_list,
        *of_extensions,
        *extensions.ANSWER_CODECS.values(),
    )


def check(data: bytes) -> None:
    """Give `data` to every decoder; raises whatever is not a DecodeError."""
    for decode, encode in pairs():
        value = accepted(decode, data)
        if value is not None:
            again = decode(encode(value))
            if again != value:
                raise AssertionError(f"{again!r} is not {value!r}")
    for decode in decoders():
        accepted(decode, data)
    check_properties(data)
    check_streams(data)


def accepted(decode: Decode, data: bytes) -> Any:  # noqa: ANN401  (any message)
    """Return what `decode` makes of `data`, None where it refuses with a sound DecodeError."""
    from tlsward.wire.reader import DecodeError

    try:
        return decode(data)
    except DecodeError as error:
        if not (error.field and error.reason and 0 <= error.offset <= len(data)):
            raise AssertionError(f"{error!r} does not say where") from error
        return None


def check_properties(data: bytes) -> None:
    """Read what a ServerHello and a ServerKeyExchange compute when they are asked."""
    from tlsward.wire.extensions import ANSWER_CODECS
    from tlsward.wire.hello import ServerHello
    from tlsward.wire.key_exchange import LAYOUTS, decode_server_key_exchange

    hello = accepted(ServerHello.decode, data)
    if hello is not None:
        assert hello.selected_version >= 0
        assert hello.key_share is None or len(hello.key_share) == 2
        assert hello.downgrade_sentinel in {None, 0x0302, 0x0303}
        for extension in hello.extensions:
            codec = ANSWER_CODECS.get(extension.type)
            if codec is not None:
                accepted(codec, extension.data)
    for layout in LAYOUTS:
        for with_scheme in (True, False):
            exchange = accepted(
                partial(
                    decode_server_key_exchange,
                    key_exchange=layout,
                    has_signature_scheme=with_scheme,
                ),
                data,
            )
            if exchange is not None:
                assert exchange.dh_bits is None or exchange.dh_bits <= 8 * len(data)
                assert exchange.rsa_modulus_bits is None or exchange.dh_bits is None


def check_streams(data: bytes) -> None:
    """Cut `data` as streams, at once and in pieces: the same must come out."""
    from tlsward.wire.handshake import HandshakeReader
    from tlsward.wire.record import RecordReader
    from tlsward.wire.sslv2 import SSL2RecordReader

    for reader in (RecordReader, HandshakeReader, SSL2RecordReader):
        whole = drained(reader(limit_bytes=STREAM_LIMIT_BYTES), [data])
        for size in (1, 7):
            pieces = [data[start : start + size] for start in range(0, len(data), size)]
            found = drained(reader(limit_bytes=STREAM_LIMIT_BYTES), pieces)
            # Where the stream breaks, what came before in the same piece may be lost.
            if found != whole and found[: len(whole)] != whole:
                raise AssertionError(f"{reader.__name__}: {found!r} is not {whole!r}")


def drained(reader: Any, pieces: list[bytes]) -> list[Any]:  # noqa: ANN401  (any of three)
    """Return what a reader makes of pieces until it refuses."""
    from tlsward.wire.reader import DecodeError

    found: list[Any] = []
    fed = 0
    for piece in pieces:
        fed += len(piece)
        try:
            found += reader.feed(piece)
        except DecodeError as error:
            if not error.field or error.offset > fed:
                raise AssertionError(f"{error!r} does not say where") from error
            break
        assert reader.buffered <= min(fed, STREAM_LIMIT_BYTES + 4)
    return found


def inputs(paths: list[str]) -> Iterator[bytes]:
    """Yield the content of files, and of every file of directories."""
    for path in map(Path, paths):
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        for file in files:
            yield file.read_bytes()


def fuzz(arguments: list[str]) -> None:
    """Hand over to atheris."""
    import atheris

    with atheris.instrument_imports(include=["tlsward"]):
        pairs()
        decoders()
        check(b"")
    atheris.Setup(arguments, check)
    atheris.Fuzz()


def main() -> None:
    """Run as the module's docstring says."""
    sys.path.insert(0, str(CORPUS.parent.parent / "src"))
    if "--fuzz" in sys.argv:
        arguments = [argument for argument in sys.argv if argument != "--fuzz"]
        fuzz(arguments if arguments[1:] else [*arguments, str(CORPUS)])
        return
    count = 0
    for data in inputs(sys.argv[1:] or [str(CORPUS)]):
        check(data)
        count += 1
    sys.stdout.write(f"{count} inputs, no surprise\n")


if __name__ == "__main__":
    main()
