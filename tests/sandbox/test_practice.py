"""The endpoints to practise on."""

import socket
import ssl

import pytest

from tlsward.sandbox.endpoint import HOST
from tlsward.sandbox.practice import practice_endpoints


def version(endpoint, ca_file):
    context = ssl.create_default_context(cafile=str(ca_file))
    with (
        socket.create_connection((HOST, endpoint.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as tls,
    ):
        return tls.version()


def test_both_are_believed_with_the_same_file(tmp_path):
    ca_file = tmp_path / "ca.pem"
    with practice_endpoints(0, ca_file) as (weak, modern):
        assert version(weak, ca_file) == "TLSv1.2"
        assert version(modern, ca_file) == "TLSv1.3"
    assert not ca_file.exists()


def test_a_file_that_was_there_is_left_alone(tmp_path):
    ca_file = tmp_path / "ca.pem"
    ca_file.write_text("someone else's")
    with pytest.raises(FileExistsError), practice_endpoints(0, ca_file):
        pass
    assert ca_file.read_text() == "someone else's"
