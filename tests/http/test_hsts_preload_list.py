"""Chrome's list, with its comments."""

import pytest

from tlsward.errors import UsageError
from tlsward.http.hsts_preload_list import PreloadList

#: The form of transport_security_state_static.json; names of our own.
LIST = b"""// Copyright
// with "quotes" in a comment
{
  "pinsets": [{"name": "x"}],
  "entries": [
    // a section
    { "name": "a.example", "policy": "bulk-1-year", "mode": "force-https",
      "include_subdomains": true },
    { "name": "b.example", "policy": "custom", "mode": "force-https" },
    { "name": "c.example", "policy": "custom", "include_subdomains": true, "pins": "x" }
  ]
}
"""


@pytest.fixture(scope="module")
def known():
    return PreloadList.from_json(LIST, name="list.json")


@pytest.mark.parametrize(
    ("host", "preloaded"),
    [
        ("a.example", "yes"),
        ("A.Example.", "yes"),
        ("x.y.a.example", "yes"),
        ("b.example", "yes"),
        ("x.b.example", "no"),
        ("c.example", "no"),
        ("xa.example", "no"),
        ("192.0.2.1", "no"),
    ],
)
def test_status(known, host, preloaded):
    status = known.status(host)
    assert status.preloaded == preloaded
    assert status.reason


@pytest.mark.parametrize("octets", [b"", b"[]", b"{}", b"\xff", b"// nothing", b"[" * 100_000])
def test_what_is_no_list(octets):
    with pytest.raises(UsageError, match=r"^list\.json: no preload list"):
        PreloadList.from_json(octets, name="list.json")
