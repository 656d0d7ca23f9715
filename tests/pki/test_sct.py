"""Signed certificate timestamps, RFC 6962."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pki.issuing import NIMBUS, NOW, extension, leaf, octets, timestamp, timestamp_list
from tlsward.pki.certificate import parse_certificate
from tlsward.pki.deployment import deployment
from tlsward.pki.der import DerError
from tlsward.pki.sct import (
    MOST_TIMESTAMPS,
    TimestampError,
    extension_timestamps,
    timestamps,
)
from tlsward.pki.stores import Stores


def test_a_list_of_two():
    first, second = timestamps(timestamp_list(timestamp(), timestamp(bytes(32))), "tls")
    assert first.log == "Cloudflare 'Nimbus2017' Log"
    assert first.log_id == base64.b64encode(NIMBUS).decode()
    assert first.timestamp == datetime(2017, 7, 14, 2, 40, tzinfo=UTC)
    assert first.source == "tls"
    assert second.log is None


def test_another_version_is_left_out():
    assert timestamps(timestamp_list(timestamp(version=1), timestamp()), "tls") == timestamps(
        timestamp_list(timestamp()), "tls"
    )


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
    with pytest.raises(TimestampError):
        timestamps(wrong, "tls")


def test_a_flood_is_cut():
    assert len(timestamps(timestamp_list(*[timestamp()] * 1000), "tls")) == MOST_TIMESTAMPS


def test_embedded_ones_are_read_and_malformed_ones_told_of():
    good = extension("1.3.6.1.4.1.11129.2.4.2", octets(timestamp_list(timestamp())))
    (found,) = parse_certificate(leaf(None, good).der).scts
    assert found.source == "certificate"
    bad = extension("1.3.6.1.4.1.11129.2.4.2", octets(b"\0\1"))
    certificate = parse_certificate(leaf(None, bad).der)
    assert certificate.error == "cannot be read: signed certificate timestamps"
    assert certificate.dns_names == ("host.example",)


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
    for read in (timestamps, extension_timestamps):
        try:
            read(octets, "tls")
        except (TimestampError, DerError):
            continue
