"""A CRL of 50 MB, fetched from nginx and judged in a process whose memory is looked at."""

import array
import ast
import subprocess
import sys

import pytest

from pki import issuing
from pki.issuing import intermediate, root
from pki.revocation.making import FAR, YESTERDAY, crl_at, crl_by_hand, end_entity
from servers.laboratory import HOST
from servers.stacks.web import nginx_of_files
from tlsward.pki.library import UnreadableError
from tlsward.pki.revocation.crl import LARGEST_CRL_BYTES, read_crl

ENTRIES = 1_550_000
#: The first octets of their serial numbers; the last eight count.
PREFIX = bytes.fromhex("70") + bytes(7)
MEGABYTE = 1 << 20

#: What a gate does for two leaves of one authority: fetch, judge, keep, and judge again.
#: It tells how far its memory has grown, in kB, and what came of both.
CHILD = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from tlsward.net.fetch_cache import FetchCache
from tlsward.net.fetching import HttpFetcher
from tlsward.pki.revocation import chain_revocation
from tlsward.pki.x509 import read_certificate

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))

async def main():
    cache = FetchCache(Path(sys.argv[1]))
    *leaves, middle, anchor = [read_certificate(bytes.fromhex(each)) for each in sys.argv[2:]]
    before, found = peak(), []
    async with HttpFetcher(allow_private=True) as fetcher:
        for leaf in leaves:
            path = [leaf, middle, anchor]
            judged = await chain_revocation(
                path, now=datetime.now(UTC), fetch=fetcher, cache=cache
            )
            found.append((judged[0].state, judged[0].checks[0].cached))
    print((peak() - before, *found))

asyncio.run(main())
"""


def many_entries(count):
    """Return the octets of entries, made by copying one and then filling in columns."""
    entry = issuing.sequence(issuing.tlv(0x02, PREFIX + bytes(8)), issuing.time(YESTERDAY))
    made = bytearray(entry * count)
    numbers = array.array("Q", range(count))
    if sys.byteorder == "little":
        numbers.byteswap()
    columns = numbers.tobytes()
    first = entry.index(PREFIX) + len(PREFIX)
    for column in range(8):
        made[first + column :: len(entry)] = columns[column::8]
    return bytes(made)


def number_of(entry):
    return int.from_bytes(PREFIX + entry.to_bytes(8, "big"), "big")


@pytest.fixture(scope="module")
def large():
    """An intermediate authority and its CRL, the last of whose entries is ENTRIES - 1."""
    anchor = root()
    middle = intermediate(anchor, not_after=FAR)
    made = crl_by_hand(middle, many_entries(ENTRIES), next_update=FAR)
    size = len(made)
    assert 50 * MEGABYTE < size < LARGEST_CRL_BYTES
    return anchor, middle, made


def test_fifty_megabytes(laboratory, large, tmp_path):
    anchor, middle, made = large
    server = laboratory.launch("nginx-large-crl", nginx_of_files({"large.crl": made}))
    at = crl_at(f"http://{HOST}:{server.port}/large.crl")
    last, none = (
        end_entity(middle, at, serial=number_of(entry)) for entry in (ENTRIES - 1, ENTRIES)
    )
    chain = [each.der.hex() for each in (last, none, middle, anchor)]
    command = [sys.executable, "-c", CHILD, str(tmp_path / "cache"), *chain]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    kilobytes, revoked, good = ast.literal_eval(done.stdout)
    assert (revoked, good) == (("revoked", False), ("good", True))
    # The CRL, the two copies that the library makes to give out what was signed, and
    # what the network's buffers and the growing of the first take.
    most = 4 * len(made)
    assert kilobytes * 1024 < most


def test_cut_off_or_too_long(large):
    _, _, made = large
    with pytest.raises(UnreadableError, match="it is damaged"):
        read_crl(made[: len(made) // 2])
    with pytest.raises(UnreadableError, match="it is longer than"):
        read_crl(made + bytes(LARGEST_CRL_BYTES - len(made) + 1))
