"""Fuzz what reads files of certificates and keys: a Bundle or a UsageError of one line.

    python fuzz/fuzz_bundle.py                        run over the committed corpus
    python fuzz/fuzz_bundle.py FILE|DIRECTORY ...     run over these
    python fuzz/fuzz_bundle.py --fuzz [atheris options] [DIRECTORY ...]

The last form needs `pip install atheris`. Every input is read without a password, with a
wrong one and with that of the corpus; what is read is put in order and its keys are pinned.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

CORPUS = Path(__file__).resolve().with_name("corpus-bundle")
PASSWORD = b"secret"


def check(data: bytes) -> None:
    """Read `data` as a file; raises whatever is neither a Bundle nor a sound UsageError."""
    from tlsward.errors import UsageError
    from tlsward.pki.bundle import read_bundle

    for password in (None, lambda: b"wrong", lambda: PASSWORD):
        try:
            bundle = read_bundle(data, name="fuzzed.pem", password=password)
        except UsageError as error:
            said = str(error)
            if not said.startswith("fuzzed.pem: ") or not said.isprintable():
                raise AssertionError(f"{said!r} is no line to show") from error
            continue
        if bundle.is_empty or len(bundle.encoded_keys) != len(bundle.keys):
            raise AssertionError("an empty or incomplete bundle was returned")
        check_keys(bundle)
        check_order(bundle)


def check_keys(bundle: "object") -> None:
    """Pin every key; one whose octets are not known has a reason."""
    from tlsward.pki.key_holders import key_holders, same_key

    holders = key_holders(bundle)  # type: ignore[arg-type]
    if len(holders) != len(bundle.order):  # type: ignore[attr-defined]
        raise AssertionError("something that was read has no key")
    for holder in holders:
        if (holder.pin is None) != bool(holder.reason):
            raise AssertionError(f"{holder} has neither pin nor reason")
        if same_key(holder, holders[0]) not in {"yes", "no", "unknown"}:
            raise AssertionError("no such answer")


def check_order(bundle: "object") -> None:
    """Put the certificates in order; none gets lost."""
    from tlsward.pki.arrangement import AmbiguousError, arranged
    from tlsward.pki.library import UnreadableError

    certificates = bundle.certificates  # type: ignore[attr-defined]
    if not certificates:
        return
    try:
        found = arranged(certificates)
    except (AmbiguousError, UnreadableError):
        return
    parts = (found.end_entity,), found.chain, found.roots, found.unrelated, found.repeated
    if sum(map(len, parts)) != len(certificates):
        raise AssertionError("a certificate was lost or made up")


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
