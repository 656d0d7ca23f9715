import os
import stat
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlsward.net.fetch_cache import FetchCache

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
URL = "http://crl.example/1"


@pytest.fixture
def cache(tmp_path):
    return FetchCache(tmp_path / "home" / "cache")


def files(tmp_path):
    return sorted((tmp_path / "home" / "cache").iterdir())


def test_what_is_put_is_got_until_its_time_is_up(cache):
    assert cache.get(URL, NOW) is None
    cache.put(URL, b"a\nCRL", until=LATER)
    assert cache.get(URL, NOW) == b"a\nCRL"
    assert cache.get(URL, LATER) == b"a\nCRL"
    assert cache.get(URL, LATER + timedelta(seconds=1)) is None
    assert cache.get("http://crl.example/2", NOW) is None
    cache.put(URL, b"", until=LATER)
    assert cache.get(URL, NOW) == b""


def test_it_is_for_its_owner_alone(cache, tmp_path):
    cache.put(URL, b"a CRL", until=LATER)
    [file] = files(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o770, 0o777, 0o702])
def test_a_directory_that_others_may_write_to_is_not_used(cache, tmp_path, mode):
    cache.put(URL, b"a CRL", until=LATER)
    (tmp_path / "home/cache").chmod(mode)
    assert cache.get(URL, NOW) is None
    cache.put("http://crl.example/2", b"a CRL", until=LATER)
    assert len(files(tmp_path)) == 1


def test_links_are_not_followed(cache, tmp_path):
    cache.put(URL, b"a CRL", until=LATER)
    [file] = files(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    assert cache.get(URL, NOW) is None
    cache.put(URL, b"another", until=LATER)
    assert cache.get(URL, NOW) == b"another"
    assert b"a CRL" in elsewhere.read_bytes()


def test_no_damage_raises_or_is_believed(cache, tmp_path):
    cache.put(URL, b"a CRL", until=LATER)
    [file] = files(tmp_path)
    whole = file.read_bytes()

    @settings(max_examples=150)
    @given(st.data())
    def damaged(data):
        octets = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
        for _ in range(data.draw(st.integers(0, 3))):
            if octets:
                place = data.draw(st.integers(0, len(octets) - 1))
                octets[place] = data.draw(st.integers(0, 255))
        file.write_bytes(octets)
        assert cache.get(URL, NOW) in (None, b"a CRL")

    damaged()
    file.write_bytes(whole.replace(b"a CRL", b"a lie"))
    assert cache.get(URL, NOW) is None


def test_one_of_another_url_is_not_taken(cache, tmp_path):
    cache.put(URL, b"a CRL", until=LATER)
    [file] = files(tmp_path)
    cache.put("http://crl.example/2", b"another", until=LATER)
    [other] = set(files(tmp_path)) - {file}
    other.replace(file)
    assert cache.get(URL, NOW) is None


def test_room_is_bounded_and_what_ends_first_gives_way(tmp_path):
    cache = FetchCache(tmp_path / "home" / "cache", limit_bytes=4000)
    for day in range(10):
        cache.put(f"http://crl.example/{day}", bytes(1000), until=NOW + timedelta(days=10 - day))
    kept = [day for day in range(10) if cache.get(f"http://crl.example/{day}", NOW)]
    # The last is the newest, though it ends first.
    assert kept == [0, 1, 9]
    assert sum(file.stat().st_size for file in files(tmp_path)) <= 4000
    cache.put("http://crl.example/large", bytes(4000), until=LATER)
    assert cache.get("http://crl.example/large", NOW) is None
    assert cache.get("http://crl.example/0", NOW)


def test_what_a_dead_process_left_goes_first(tmp_path):
    cache = FetchCache(tmp_path / "home" / "cache", limit_bytes=4000)
    cache.put(URL, bytes(1000), until=LATER)
    left = tmp_path / "home/cache/writing-abc"
    left.write_bytes(bytes(2000))
    os.utime(left, (0, 0))
    cache.put("http://crl.example/2", bytes(1500), until=LATER)
    assert not left.exists()
    assert cache.get(URL, NOW)


def test_a_place_that_cannot_be_written_is_no_failure(tmp_path):
    (tmp_path / "file").write_text("")
    cache = FetchCache(tmp_path / "file" / "cache")
    cache.put(URL, b"a CRL", until=LATER)
    assert cache.get(URL, NOW) is None
    cache.put(URL, b"a CRL", until=datetime.max.replace(tzinfo=UTC))
    cache.put("x" * 10000, b"a CRL", until=LATER)


def test_readers_never_see_half_of_a_file(cache):
    bodies = [bytes([number]) * 100_000 for number in range(4)]
    cache.put(URL, bodies[0], until=LATER)

    def write(body):
        for _ in range(20):
            cache.put(URL, body, until=LATER)

    writers = [threading.Thread(target=write, args=(body,)) for body in bodies]
    for writer in writers:
        writer.start()
    for _ in range(100):
        assert cache.get(URL, NOW) in bodies
    for writer in writers:
        writer.join()
