"""What `tlsward cert split` wrote, and what it left out: as text, as JSON."""

from collections.abc import Iterator, Sequence

import msgspec

from tlsward.report.json_document import encode
from tlsward.report.style import Line, draw, plain, styled

SCHEMA = "tlsward.cert.split/1"


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was written, and the subjects of the certificates in it; none for a key."""

    path: str
    subjects: tuple[str, ...] = ()


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """One end entity's files. `chain` and `key` are None where there is none to write.

    `left_out` says in words what is in neither file, and why.
    """

    end_entity: Written
    chain: Written | None = None
    key: Written | None = None
    left_out: tuple[str, ...] = ()


def render_split(splits: Sequence[Split], *, color: bool = False) -> str:
    """Return the names of the files, each with what is in it."""
    return draw((line for split in splits for line in _lines(split)), color=color)


def render_split_json(source: str, splits: Sequence[Split], reason: str | None = None) -> str:
    """Return the same as an indented JSON document; `reason` says why nothing was written."""
    document = {"schema": SCHEMA, "source": source, "reason": reason, "files": splits}
    return msgspec.json.format(encode(document), indent=2) + "\n"


def _lines(split: Split) -> Iterator[Line]:
    yield _written(split.end_entity, split.end_entity.subjects[0])
    if split.chain is None:
        yield styled("no chain to write", "dim")
    else:
        yield _written(split.chain, "; ".join(split.chain.subjects))
    if split.key is not None:
        yield _written(split.key, "the private key, unencrypted")
    for words in split.left_out:
        yield plain(f"left out: {words}")


def _written(file: Written, words: str) -> Line:
    return ((file.path, "bold"), (f"  {words}", ""))
