"""Signatures: by which hash, of whom, and whether both fields say the same of them."""

from collections.abc import Iterator

from pki.issuing import Issued, Key, bits, object_identifier, p256, sequence
from pki.verdict_set.case import Case
from pki.verdict_set.making import (
    ProbabilisticKey,
    anchor,
    intermediate,
    leaf,
    middle,
    root,
    stored_key,
)


def cases() -> Iterator[Case]:
    yield from _hashes()
    yield from _wrong()
    yield from _two_algorithms()


def _hashes() -> Iterator[Case]:
    key = stored_key("rsa2048")
    issuer = root(key=key)
    for hash_name, weak in (
        ("sha256", False),
        ("sha384", False),
        ("sha512", False),
        ("sha1", True),
        ("md5", True),
    ):
        signer = key.hashing(hash_name)
        because = f"weak signature {hash_name}WithRSAEncryption: CN="
        refused = {"verdict": "no", "because": because} if weak else {}
        title = f"RSA with {hash_name.upper()}"
        yield Case(f"a leaf by {title}", (leaf(issuer, signer=signer),), (issuer,), **refused)
        below = intermediate(issuer, signer=signer)
        yield Case(f"an intermediate by {title}", (leaf(below), below), (issuer,), **refused)
        own = root(key=key, signer=signer)
        yield Case(f"a root by {title}", (leaf(own),), (own,))
    for hash_name in ("sha1", "sha384", "sha512"):
        end = leaf(anchor(), signer=anchor().key.hashing(hash_name))
        refused = {"verdict": "no", "because": "weak signature ecdsa-with-SHA1"}
        expected = refused if hash_name == "sha1" else {}
        title = f"a leaf by ECDSA with {hash_name.upper()}"
        yield Case(title, (end,), (anchor(),), **expected)
    probabilistic = ProbabilisticKey(key.private)
    end = leaf(issuer, signer=probabilistic)
    yield Case("a leaf by RSASSA-PSS", (end,), (issuer,))
    below = intermediate(issuer, signer=probabilistic)
    yield Case("an intermediate by RSASSA-PSS", (leaf(below), below), (issuer,))


class NovelKey(Key):
    """It calls its signatures by a name that nobody knows."""

    @property
    def algorithm(self) -> bytes:
        return sequence(object_identifier("1.3.6.1.4.1.55555.2"))


def _wrong() -> Iterator[Case]:
    forged = leaf(middle(), signer=p256())
    bad = {"verdict": "no", "because": "bad signature: CN="}
    yield Case("a leaf signed by another key", (forged, middle()), (anchor(),), **bad)
    below = intermediate(anchor(), signer=p256())
    yield Case("an intermediate signed by another key", (leaf(below), below), (anchor(),), **bad)
    own = root(signer=p256())
    yield Case("a root whose own signature is wrong", (leaf(own),), (own,))
    end = leaf(middle())
    position = end.der.index(b"host.example")
    changed = Issued(
        end.der[:position] + b"h" + b"0" + end.der[position + 2 :], end.key, end.subject
    )
    yield Case(
        "a leaf changed after it was signed",
        (changed, middle()),
        (anchor(),),
        hostname="h0st.example",
        **bad,
    )
    kind = leaf(middle(), signer=stored_key("rsa2048"))
    yield Case("a signature of another kind of key", (kind, middle()), (anchor(),), **bad)
    novel = NovelKey(anchor().key.private)
    yield Case(
        "an algorithm that nobody knows",
        (leaf(anchor(), signer=novel),),
        (anchor(),),
        "unknown",
        "cannot check the signature of CN=a leaf",
    )
    short = sequence(_signed(end), end.key.algorithm, bits(b""))
    empty = Issued(short, end.key, end.subject)
    yield Case("an empty signature", (empty, middle()), (anchor(),), **bad)


def _signed(certificate: Issued) -> bytes:
    """Return the signed part, whose length has two octets in all certificates here."""
    length = int.from_bytes(certificate.der[6:8], "big")
    assert certificate.der[4:6] == b"\x30\x82"
    return certificate.der[4 : 8 + length]


def _two_algorithms() -> Iterator[Case]:
    differ = {"verdict": "no", "because": "its two signature algorithms differ"}
    other = Key(p256().private, "sha384").algorithm
    end = leaf(middle(), inner_algorithm=other)
    yield Case("a leaf whose two algorithms differ", (end, middle()), (anchor(),), **differ)
    below = intermediate(anchor(), inner_algorithm=other)
    yield Case(
        "an intermediate whose two algorithms differ", (leaf(below), below), (anchor(),), **differ
    )
