"""What a response gives away: server banners, and compression that leaks lengths."""

import re
from collections.abc import Iterable, Sequence

from tlsward.http.fields import field_values, shown
from tlsward.http.finding import header_finding
from tlsward.model.http import HeaderFinding, HeaderLine

#: Headers in which products name themselves.
BANNERS = (
    *("Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version", "X-Generator"),
    *("X-Runtime", "X-Version", "Via"),
)
_VERSION = re.compile(r"/\s*v?[0-9]|\b[0-9]+\.[0-9]+")
#: `Via` begins with the version of HTTP, which is nobody's secret (RFC 9110 section 7.6.3).
_VIA_PROTOCOL = re.compile(r"(^|,)\s*(?:[A-Za-z]+/)?[0-9.]+\s")
#: Codings by which the length of a response tells of its content.
COMPRESSING = frozenset({"gzip", "x-gzip", "deflate", "compress", "x-compress", "br", "zstd"})


def judge_banners(lines: Iterable[HeaderLine]) -> tuple[HeaderFinding, ...]:
    """Return which headers name a product, and which its version too."""
    findings: list[HeaderFinding] = []
    lines = tuple(lines)
    for name in BANNERS:
        for value in field_values(lines, name):
            if not value:
                continue
            told = _VIA_PROTOCOL.sub(r"\1", value) if name == "Via" else value
            versioned = _VERSION.search(told) is not None or "Version" in name
            kind = "disclosure.version" if versioned else "disclosure.product"
            findings.append(header_finding(kind, shown(f"{name}: {value}")))
    return tuple(findings)


def parse_content_encoding(values: Sequence[str]) -> tuple[str, ...]:
    """Return the codings of a response in their order, in lower case, without identity."""
    codings = [word.strip(" \t").lower() for value in values for word in value.split(",")]
    return tuple(coding for coding in codings if coding and coding != "identity")


def judge_compression(
    values: Sequence[str], *, asked: bool, secure: bool = True
) -> tuple[HeaderFinding, ...]:
    """Return whether a response is compressed; `asked` where the request allowed it."""
    codings = parse_content_encoding(values)
    if any(coding in COMPRESSING for coding in codings):
        return (header_finding("compression.used", shown(", ".join(codings))),) if secure else ()
    return (header_finding("compression.none"),) if asked and secure else ()
