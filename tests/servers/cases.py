"""Parametrises a test with servers of the catalogue, one server's tests on one worker."""

from collections.abc import Iterable
from typing import Any

import pytest


def servers(names: Iterable[str]) -> Any:
    """Mark a test that takes `real_server`: it runs once for each of these servers."""
    return pytest.mark.parametrize(
        "real_server",
        [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in names],
        indirect=True,
        ids=str,
    )
