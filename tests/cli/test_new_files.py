"""Files written together: whole, with the right modes, and nothing lost on the way."""

import os
import stat
from pathlib import Path

import pytest

from tlsward.cli import new_files
from tlsward.cli.new_files import NewFile, write_new_files
from tlsward.errors import UsageError


def names(place):
    return sorted(path.name for path in place.iterdir())


def two(place):
    return [
        NewFile(path=place / "a", content=b"first"),
        NewFile(path=place / "b", content=b"second", private=True),
    ]


@pytest.fixture(autouse=True)
def mask():
    old = os.umask(0o027)
    yield
    os.umask(old)


@pytest.mark.parametrize("force", [False, True])
def test_both_with_their_modes(tmp_path, force):
    write_new_files(two(tmp_path), force=force)
    assert names(tmp_path) == ["a", "b"]
    assert (tmp_path / "a").read_bytes() == b"first"
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in "ab"]
    assert modes == [0o640, 0o600]


def test_what_is_there_is_kept_or_replaced(tmp_path):
    (tmp_path / "b").write_text("kept")
    (tmp_path / "b").chmod(0o666)
    with pytest.raises(UsageError, match="b: it is there already; --force"):
        write_new_files(two(tmp_path))
    assert names(tmp_path) == ["b"]
    write_new_files(two(tmp_path), force=True)
    assert (tmp_path / "b").read_bytes() == b"second"
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o600


def test_a_link_to_nowhere_is_there_already(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="a: it is there already"):
        write_new_files(two(tmp_path))
    # A key never goes through a link that somebody else may have made.
    write_new_files(two(tmp_path), force=True)
    assert names(tmp_path) == ["a", "b"]
    assert not (tmp_path / "a").is_symlink()


def test_the_file_that_is_read(tmp_path):
    (tmp_path / "read").write_text("read")
    (tmp_path / "a").symlink_to("read")
    with pytest.raises(UsageError, match="is not written over"):
        write_new_files(two(tmp_path), force=True, never=[tmp_path / "read"])
    assert (tmp_path / "read").read_text() == "read"


def test_one_that_comes_into_being_meanwhile_is_kept_and_nothing_else_is_left(
    tmp_path, monkeypatch
):
    place = new_files._put_in_place

    def another_was_faster(temporary, file, *, force):
        if file.path.name == "b":
            file.path.write_text("of another")
        place(temporary, file, force=force)

    monkeypatch.setattr(new_files, "_put_in_place", another_was_faster)
    with pytest.raises(UsageError, match="b: it is there already"):
        write_new_files(two(tmp_path))
    assert names(tmp_path) == ["b"]
    assert (tmp_path / "b").read_text() == "of another"


def test_a_file_system_without_links(tmp_path, monkeypatch):
    def no_links(self, target):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    write_new_files(two(tmp_path))
    assert names(tmp_path) == ["a", "b"]


def test_a_place_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="cannot be written: No such file or directory"):
        write_new_files(two(tmp_path / "missing"))
    files = [two(tmp_path)[0], NewFile(path=tmp_path / "missing" / "b", content=b"")]
    with pytest.raises(UsageError):
        write_new_files(files)
    assert names(tmp_path) == []


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_disk_that_is_full_leaves_no_part_of_a_key(tmp_path, monkeypatch, error):
    def full(handle):
        raise error

    monkeypatch.setattr(new_files.os, "fsync", full)
    with pytest.raises((UsageError, KeyboardInterrupt)):
        write_new_files(two(tmp_path))
    assert names(tmp_path) == []
