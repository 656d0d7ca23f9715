"""The program's own directory: where it is, and whose."""

import os
import stat
from pathlib import Path

from tlsward.settings.home import home_directory, make_private_directory


def test_where_it_is():
    assert home_directory({"TLSWARD_HOME": "/a"}) == Path("/a")
    assert home_directory({"XDG_DATA_HOME": "/b"}) == Path("/b/tlsward")


def test_all_that_was_missing_is_for_its_owner_alone(tmp_path):
    there = tmp_path / "there"
    there.mkdir(mode=0o755)
    before = os.umask(0o022)
    try:
        make_private_directory(there / "home" / "cache")
        make_private_directory(there / "home" / "cache")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (there / "home" / "cache", there)]
    assert modes == [0o700, 0o755]
    assert stat.S_IMODE((there / "home").stat().st_mode) == 0o700
