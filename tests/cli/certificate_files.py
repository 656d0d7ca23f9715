"""Files of certificates in the directory that a test runs in."""

import pytest

from pki.key_files import another, chain, files, private_pem


@pytest.fixture
def made(call, tmp_path):
    """The chain's files, and some that are put together otherwise; all in the working directory."""
    for name, octets in files().items():
        (tmp_path / name).write_bytes(octets)
    leaf, intermediate, root = chain().leaf.pem, chain().intermediate.pem, chain().root.pem
    more = {
        "fullchain.pem": leaf + intermediate,
        "reversed.pem": root + intermediate + leaf,
        "combined.pem": private_pem(chain().leaf.key) + leaf + intermediate,
        "two.pem": leaf + another().pem + intermediate,
        "two-and-key.pem": private_pem(another().key) + leaf + another().pem + intermediate,
        "another.pem": another().pem,
        "another.key": private_pem(another().key),
    }
    for name, octets in more.items():
        (tmp_path / name).write_bytes(octets)
    return chain()
