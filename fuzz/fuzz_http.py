"""Fuzz what reads and judges HTTP headers: nothing is raised, and all of it is safe to show.

    python fuzz/fuzz_http.py                        run over the committed corpus
    python fuzz/fuzz_http.py FILE|DIRECTORY ...     run over these
    python fuzz/fuzz_http.py --fuzz [atheris options] [DIRECTORY ...]

The last form needs `pip install atheris`. An input is a block of header lines as HTTP/1.1 has
them.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

CORPUS = Path(__file__).resolve().with_name("corpus-http")


def check(data: bytes) -> None:
    """Judge `data` as a block of header lines; raises whatever is not sound."""
    from tlsward.http.hsts_preload import judge_preload_response
    from tlsward.http.redirects import judge_redirects
    from tlsward.http.security_headers import judge_headers
    from tlsward.model.http import HeaderLine, HttpExchange, HttpResponse

    lines = tuple(
        HeaderLine(name, value)
        for name, _, value in (
            line.decode("latin-1").partition(":") for line in data.split(b"\n")[:512]
        )
    )
    location = next((line.value for line in lines if line.name.lower() == "location"), None)
    response = HttpResponse(
        url="https://a.example/",
        host="a.example",
        secure=True,
        status=302,
        version="HTTP/1.1",
        headers=lines,
        location=location,
    )
    findings = judge_headers(response, least_hsts_seconds=1, compression_asked=True)
    findings += judge_redirects(HttpExchange(url=response.url, responses=(response, response)))
    values = [line.value for line in lines if line.name.lower() == "strict-transport-security"]
    told = [each.evidence for each in findings]
    told += [each.evidence for each in judge_preload_response(values)]
    for text in told:
        if not text.isprintable() or len(text) > 2000:
            raise AssertionError(f"{text!r} is not safe to show")


def inputs(paths: list[str]) -> Iterator[bytes]:
    """Yield the content of files, and of every file of directories."""
    for path in map(Path, paths):
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        for file in files:
            yield file.read_bytes()


def fuzz(arguments: list[str]) -> None:
    """Hand over to atheris."""
    import atheris

    with atheris.instrument_imports():
        import tlsward.http.security_headers  # noqa: F401
    atheris.Setup([sys.argv[0], *arguments], check)
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--fuzz"]:
        fuzz(sys.argv[2:])
    else:
        for content in inputs(sys.argv[1:] or [str(CORPUS)]):
            check(content)
