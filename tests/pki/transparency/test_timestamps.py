"""Signed certificate timestamps, RFC 6962."""

import base64
import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pki.issuing import NIMBUS, NOW, extension, leaf, octets, timestamp, timestamp_list
from tlsward.pki.certificate import parse_certificate
from tlsward.pki.deployment import deployment
from tlsward.pki.library import UnreadableError
from tlsward.pki.stores import Stores
from tlsward.pki.transparency.reading import MOST_TIMESTAMPS
from tlsward.pki.transparency.timestamps import served_timestamps


def test_a_list_of_two():
    first, second = served_timestamps(timestamp_list(timestamp(), timestamp(bytes(32))))
    assert first.log == "Cloudflare 'Nimbus2017' Log"
    assert first.log_id == base64.b64encode(NIMBUS).decode()
    assert first.timestamp == datetime(2017, 7, 14, 2, 40, tzinfo=UTC)
    assert first.source == "tls"
    assert second.log is None


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"\0",
        b"\0\5\0\0",
        timestamp_list(timestamp()) + b"\0",
        timestamp_list(timestamp()[:-1]),
        timestamp_list(b"\0"),
        timestamp_list(b"\0\5\0abc\0"),
        timestamp_list(timestamp(milliseconds=2**64 - 1)),
    ],
)
def test_what_is_no_list(wrong):
    with pytest.raises(UnreadableError):
        served_timestamps(wrong)


def test_other_versions_are_passed_over():
    assert len(served_timestamps(timestamp_list(timestamp(version=1), timestamp()))) == 1
    assert served_timestamps(timestamp_list(timestamp(version=1))) == ()


def test_a_flood_is_cut():
    assert len(served_timestamps(timestamp_list(*[timestamp()] * 1000))) == MOST_TIMESTAMPS


def test_embedded_ones_are_read_and_malformed_ones_told_of():
    good = extension("1.3.6.1.4.1.11129.2.4.2", octets(timestamp_list(timestamp())))
    (found,) = parse_certificate(leaf(None, good).der).scts
    assert found.source == "certificate"
    far = octets(timestamp_list(timestamp(milliseconds=2**64 - 1)))
    certificate = parse_certificate(leaf(None, extension("1.3.6.1.4.1.11129.2.4.2", far)).der)
    assert certificate.error.startswith("cannot be read: signed certificate timestamps (")
    assert certificate.dns_names == ("host.example",)
    bad = extension("1.3.6.1.4.1.11129.2.4.2", octets(b"\0\1"))
    certificate = parse_certificate(leaf(None, bad).der)
    assert certificate.error.startswith("cannot be read: extensions (")
    assert certificate.scts == ()


def test_those_of_the_handshake_join_those_of_the_leaf():
    embedded = extension("1.3.6.1.4.1.11129.2.4.2", octets(timestamp_list(timestamp())))
    found = deployment(
        [leaf(None, embedded).der],
        hostname="host.example",
        stores=Stores(public=False),
        now=NOW,
        sct_list=timestamp_list(timestamp(bytes(32))),
    )
    assert [each.source for each in found.chain[0].scts] == ["certificate", "tls"]


@given(st.binary(max_size=200))
def test_any_octets_give_timestamps_or_a_known_error(octets):
    with contextlib.suppress(UnreadableError):
        assert len(served_timestamps(octets)) <= len(octets)
