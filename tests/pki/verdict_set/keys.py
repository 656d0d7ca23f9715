"""Keys of leaves, intermediates and roots, by kind and size."""

from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519

from pki.issuing import LEAF_USAGE, Key, key_usage
from pki.verdict_set.case import Case
from pki.verdict_set.making import (
    LEAF,
    ProbabilisticOnlyKey,
    anchor,
    curve_key,
    edwards_key,
    intermediate,
    leaf,
    middle,
    root,
    stored_key,
)

KEY_ENCIPHERMENT = 0x20
CURVES = {
    "P-224": ec.SECP224R1,
    "P-256": ec.SECP256R1,
    "P-384": ec.SECP384R1,
    "P-521": ec.SECP521R1,
    "secp256k1": ec.SECP256K1,
}


def cases() -> Iterator[Case]:
    for size in (512, 768, 1024, 2047, 2048, 3072, 4096, 8192):
        small = size < 1024
        expected = {"verdict": "no", "because": f"key too small, rsa of {size} bits"}
        key = stored_key(f"rsa{size}")
        yield _leaf(f"RSA of {size} bits", key, **(expected if small else {}))
        yield _issuer(f"RSA of {size} bits", key, **(expected if small else {}))
    yield _leaf("RSA with the exponent 3", stored_key("rsa2048e3"))
    yield _issuer("RSA with the exponent 3", stored_key("rsa2048e3"))
    for name, curve in CURVES.items():
        yield _leaf(name, curve_key(curve))
        yield _issuer(name, curve_key(curve))
    yield _leaf("Ed25519", edwards_key(ed25519.Ed25519PrivateKey))
    yield _issuer("Ed25519", edwards_key(ed25519.Ed25519PrivateKey))
    yield _leaf("Ed448", edwards_key(ed448.Ed448PrivateKey))
    yield _issuer("Ed448", edwards_key(ed448.Ed448PrivateKey))
    yield _leaf("DSA", stored_key("dsa2048"))
    yield _issuer("DSA", stored_key("dsa2048"))
    only_probabilistic = ProbabilisticOnlyKey(stored_key("rsa2048").private)
    yield _leaf("RSA for PSS alone", only_probabilistic)
    yield _issuer("RSA for PSS alone", only_probabilistic)
    issuer = intermediate(anchor(), key=only_probabilistic)
    end = leaf(issuer, signer=stored_key("rsa2048"))
    yield Case(
        "a key for PSS alone that made another signature",
        (end, issuer),
        (anchor(),),
        "no",
        "bad signature: CN=a leaf",
    )
    weak = root(key=stored_key("rsa512"))
    yield Case(
        "a root of RSA, 512 bits",
        (leaf(weak),),
        (weak,),
        "no",
        "key too small, rsa of 512 bits: CN=a root",
    )
    strong = root(key=stored_key("rsa1024"))
    yield Case("a root of RSA, 1024 bits", (leaf(strong),), (strong,))


def _leaf(name: str, key: Key, **expected) -> Case:
    # RSA keys of servers have both usages since there was key transport; NSS insists.
    usage = LEAF_USAGE | (KEY_ENCIPHERMENT if name.startswith("RSA") else 0)
    end = leaf(middle(), key=key, extensions=(key_usage(usage), LEAF[1]))
    return Case(f"a leaf of {name}", (end, middle()), (anchor(),), **expected)


def _issuer(name: str, key: Key, **expected) -> Case:
    issuer = intermediate(anchor(), key=key)
    return Case(f"an intermediate of {name}", (leaf(issuer), issuer), (anchor(),), **expected)
