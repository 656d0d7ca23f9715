"""Recordings of any kind are read without surprise, and only the right key opens one."""

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from tlsward.errors import UsageError
from tlsward.model.recording import MOST_OCTETS, Piece, Recording
from tlsward.primer.closed import Closed
from tlsward.primer.lessons.forward_secrecy import forward_secrecy, try_key
from tlsward.primer.recordings import read_recording, records_of, write_recording
from tlsward.primer.sessions import Opened, open_session
from tlsward.primer.signed_exchange import signature_holds
from tlsward.primer.watching import seen_in
from tlsward.report.lesson.text import render_lesson
from tlsward.sandbox.recorded import recorded_sessions


@pytest.fixture(scope="module")
def sessions():
    return recorded_sessions()


@pytest.fixture(scope="module")
def key(sessions):
    return load_pem_private_key(sessions[0].private_key, None)


def test_one_is_opened_and_the_other_stays_closed(sessions, key):
    with_rsa, ephemeral = sessions
    opened = open_session(seen_in(with_rsa.recording), key)
    assert isinstance(opened, Opened)
    assert opened.all_of("client") == with_rsa.request
    assert opened.all_of("server") == with_rsa.response
    closed = open_session(seen_in(ephemeral.recording), key)
    assert isinstance(closed, Closed)
    assert closed.missing
    assert closed.attempt == "nothing: it is no ciphertext of this key"
    assert ephemeral.request == with_rsa.request


def test_a_recording_comes_back_from_its_document(sessions):
    document = write_recording(sessions[0].recording)
    assert read_recording(document.encode(), "x") == sessions[0].recording


def one_octet_a_piece(recording):
    pieces = [
        Piece(sender=piece.sender, at=piece.at, octets=piece.octets[start : start + 2])
        for piece in recording.pieces
        for start in range(0, len(piece.octets), 2)
    ]
    return Recording(pieces=tuple(pieces))


def test_how_it_is_cut_does_not_matter(sessions, key):
    outcome = open_session(seen_in(one_octet_a_piece(sessions[0].recording)), key)
    assert outcome.all_of("client") == sessions[0].request
    assert outcome.finished_verified == ("client", "server")


def test_a_key_of_the_same_size_opens_nothing(sessions):
    other = rsa.generate_private_key(65537, 2048)
    outcome = open_session(seen_in(sessions[0].recording), other)
    assert outcome.reason == "the private key is not that of the certificate in the recording"


def altered(recording, index, octet):
    piece = recording.pieces[index]
    octets = bytearray.fromhex(piece.octets)
    octets[octet] ^= 1
    pieces = list(recording.pieces)
    pieces[index] = msgspec.structs.replace(piece, octets=octets.hex())
    return Recording(pieces=tuple(pieces))


def test_an_altered_record_is_where_it_ends(sessions, key):
    recording = sessions[0].recording
    last = max(i for i, piece in enumerate(recording.pieces) if piece.sender == "client")
    outcome = open_session(seen_in(altered(recording, last, -1)), key)
    assert outcome.all_of("client") == b""
    assert "does not open" in outcome.error


def test_an_altered_signature_does_not_hold(sessions):
    recording = sessions[1].recording
    assert signature_holds(seen_in(recording)) is True
    first = next(i for i, piece in enumerate(recording.pieces) if piece.sender == "server")
    # The random of the ServerHello is under the signature: octets 11 to 42 of the flight.
    assert signature_holds(seen_in(altered(recording, first, 20))) is False


@pytest.mark.parametrize("kept", range(6))
def test_one_that_is_cut_off_says_so(sessions, key, kept):
    recording = Recording(pieces=sessions[0].recording.pieces[:kept])
    lesson = forward_secrecy([try_key(recording, key)])
    assert lesson.results["session_1_opened"] in {"yes", "no"}
    assert render_lesson(lesson)


def test_one_that_ends_after_the_server_hello_was_not_resumed(sessions, key):
    hello, answer = sessions[0].recording.pieces[:2]
    # One record with the ServerHello alone: the server's first flight goes on after it.
    length = 2 * (5 + int(answer.octets[6:10], 16))
    cut = msgspec.structs.replace(answer, octets=answer.octets[:length])
    outcome = open_session(seen_in(Recording(pieces=(hello, cut))), key)
    assert outcome.reason == "the recording ends within the handshake"
    assert outcome.forward_secret is None


def test_many_messages_are_not_copied_again_and_again(key):
    """Octets are hashed and copied once: a file of the largest size is read at once."""
    hellos_done = "1603034000" + "0e000000" * 4096
    piece = Piece(sender="server", at=0.0, octets=hellos_done * 200)
    seen = seen_in(Recording(pieces=(piece,)))
    assert len(seen.messages) == 200 * 4096
    drawn = render_lesson(forward_secrecy([try_key(Recording(pieces=(piece,)), key)]))
    assert f"and {200 * 4096 - 40} more" in drawn


@settings(max_examples=150)
@given(st.data())
def test_mutated_recordings_raise_nothing(sessions, key, data):
    recording = data.draw(st.sampled_from(sessions)).recording
    for _ in range(data.draw(st.integers(1, 4))):
        index = data.draw(st.integers(0, len(recording.pieces) - 1))
        length = len(recording.pieces[index].octets) // 2
        recording = altered(recording, index, data.draw(st.integers(0, length - 1)))
    render_lesson(forward_secrecy([try_key(recording, key)]))


pieces = st.builds(
    Piece,
    sender=st.sampled_from(["client", "server"]),
    at=st.just(0.0),
    octets=st.binary(max_size=200).map(bytes.hex),
)


@given(st.lists(pieces))
def test_any_octets_raise_nothing(key, found):
    recording = Recording(pieces=tuple(found))
    render_lesson(forward_secrecy([try_key(recording, key)]))


def test_records_say_who_sent_them(sessions):
    found = list(records_of(sessions[0].recording))
    assert found[0].sender == "client"
    assert found[0].record.content_type == 22


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"[]",
        b"{}" + b"x",
        b'{"schema": "tlsward.scan/1"}',
        b'{"pieces": [{"sender": "nobody", "at": 0, "octets": ""}]}',
        b'{"pieces": [{"sender": "client", "at": 0, "octets": "0"}]}',
        b'{"pieces": [{"sender": "client", "at": 0, "octets": "zz"}]}',
        b"\xff\xfe",
        b" " * (MOST_OCTETS + 1),
    ],
)
def test_what_is_no_recording(document):
    with pytest.raises(UsageError) as error:
        read_recording(document, "file.json")
    assert str(error.value).startswith("file.json: ")
    assert "\n" not in str(error.value)
