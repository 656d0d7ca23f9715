"""The section on cipher suites: the table, and the three facts below it."""

from tlsward.model.scan_result import ScanResult
from tlsward.report.style import Line, Piece, answer_style, styled, table

COLUMNS = ("prio", "cipher", "protocols", "pfs", "curves")


def cipher_lines(result: ScanResult) -> list[Line]:
    """Return the table of suites in the server's order, and what holds for all of them."""
    rows: list[list[Piece]] = [[(column, "bold") for column in COLUMNS]]
    for suite in result.cipher_suites:
        secrecy = suite.forward_secrecy
        rows.append(
            [
                (str(suite.priority), ""),
                (suite.openssl_name or suite.iana_name, ""),
                (",".join(suite.protocols), ""),
                (secrecy, _secrecy_style(secrecy, suite.protocols)),
                (",".join(suite.groups) or "-", ""),
            ]
        )
    lines = table(rows)
    if not result.cipher_suites:
        lines.append(styled(f"none seen: {result.reason or result.status}", "warn"))
    lines.append(())
    lines += table(
        [
            _fact("OCSP Stapling", result.ocsp_stapling),
            _fact("Server Side Ordering", result.server_side_ordering, judged=False),
            _fact("Curves Fallback", result.curves_fallback, judged=False),
        ]
    )
    return lines


def _secrecy_style(secrecy: str, protocols: tuple[str, ...]) -> str:
    return "bad" if secrecy == "None" and "TLSv1.3" not in protocols else ""


def _fact(name: str, answer: str, *, judged: bool = True) -> list[Piece]:
    style = answer_style(answer) if judged or answer == "unknown" else ""
    return [(name, ""), (answer, style)]
