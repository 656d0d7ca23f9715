"""Orders of preference that servers are seen to have, to predict a server's own by.

A wrong prediction costs a round, never a wrong answer.
"""

from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file
from tlsward.facts.guidelines import guideline, guideline_versions
from tlsward.facts.suites import by_openssl_name


class _Order(msgspec.Struct, frozen=True):
    name: str
    suites: tuple[str, ...]


class _OrderFile(DataFile, frozen=True, kw_only=True):
    orders: tuple[_Order, ...]


@cache
def suite_orders() -> tuple[tuple[int, ...], ...]:
    """Return orders of suite code points: of libraries, then of the guidelines' lists."""
    document = read_data_file("suite_orders.json", _OrderFile)
    orders = [tuple(int(code, 16) for code in order.suites) for order in document.orders]
    for version in guideline_versions():
        for level in guideline(version).levels.values():
            codes = [by_openssl_name(name) for name in level.cipher_suites]
            orders.append(tuple(facts.code for facts in codes if facts is not None))
    return tuple(orders)
