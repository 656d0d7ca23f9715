"""PEM as it is found: with anything around it, in any encoding; and broken, which is said."""

import base64

import pytest

from tlsward.pki.armour import (
    BrokenBlockError,
    armoured_certificate,
    bare_base64,
    blocks,
    text_of,
)

BODY = base64.b64encode(bytes(range(100))).decode()


def block(label="CERTIFICATE", body=BODY, end=None):
    return f"-----BEGIN {label}-----\n{body}\n-----END {end or label}-----\n"


@pytest.mark.parametrize(
    "text",
    [
        block(),
        block().replace("\n", "\r\n"),
        block().replace("\n", "\r"),
        f"subject=CN = a\n{block()}afterwards",
        "".join(f"    {line}\n" for line in block().splitlines()),
        block(body=BODY[:10] + "\n\n" + BODY[10:]),
        block(body=" " + BODY[:10] + " \t" + BODY[10:]),
        f"Ünïcödé -- ----- {block()}",
    ],
)
def test_a_block_is_found_whatever_stands_around_it(text):
    (found,) = blocks(text)
    assert (found.number, found.label, found.octets) == (1, "CERTIFICATE", bytes(range(100)))


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("latin-1", b""),
    ],
)
def test_text_in_the_encoding_its_first_octets_tell(encoding, mark):
    text = f"# né à côté\n{block()}"
    (found,) = blocks(text_of(mark + text.encode(encoding)))
    assert found.octets == bytes(range(100))


def test_headers_of_encrypted_keys_and_several_blocks():
    headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\n"
    first, second = blocks(block("RSA PRIVATE KEY", headers + BODY) + "\n\n" + block())
    assert first.headers == {"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00FF"}
    assert first.octets == second.octets == bytes(range(100))
    assert (second.number, second.line) == (2, 9)


@pytest.mark.parametrize(
    ("text", "number", "line", "reason"),
    [
        (block() + "-----BEGIN CERTIFICATE-----\n" + BODY, 2, 4, "no -----END CERTIFICATE-----"),
        (block() + "\n-----BEGIN CERTIFI", 2, 5, "first line is cut off"),
        ("-----BEGIN A-----\n" + block(), 1, 1, "no -----END A-----"),
        (block(end="X509 CRL"), 1, 1, "ends as X509 CRL"),
        ("-----END CERTIFICATE-----", 1, 1, "never begun"),
        (block(body=""), 1, 1, "is empty"),
        (block(body="".join(f"A{n}: b\n" for n in range(99))), 1, 1, "more headers"),
        (block(body="?" + BODY), 1, 1, "'?' is not Base64"),
        (block(body=BODY[:-3]), 1, 1, "cut off"),
        (block(body=BODY + "AAAA"), 1, 1, "octets too many"),
        (block(body=BODY.replace("A", "é", 1)), 1, 1, "'é' is not Base64"),
        (block(body=BODY[:8] + "\\n" + BODY[8:]), 1, 1, "line ends are written out"),
    ],
)
def test_a_broken_block_is_named(text, number, line, reason):
    with pytest.raises(BrokenBlockError) as told:
        list(blocks(text))
    assert (told.value.number, told.value.line) == (number, line)
    assert reason in told.value.reason


def test_bare_base64():
    assert bare_base64(f" {BODY[:20]}\r\n{BODY[20:]}\n") == bytes(range(100))
    assert bare_base64(f"{BODY}!") is None
    assert bare_base64("AAAAA") is None


def test_time_is_bounded():
    """Some seconds at most, where going over the text again and again would take hours."""
    size = 4 << 20
    assert bare_base64(" " * size + "!") is None
    assert list(blocks("-" * size)) == []
    assert list(blocks("-----BEGIN" * (size // 10))) == []
    with pytest.raises(BrokenBlockError):
        list(blocks(block(body="A" * size)[:-40]))


def test_armour_is_openssls(tmp_path):
    from pki.issuing import root
    from pki.key_files import openssl

    der = root().der
    (tmp_path / "root.der").write_bytes(der)
    armoured = openssl("x509", "-inform", "der", "-in", tmp_path / "root.der")
    assert armoured_certificate(der) == armoured
