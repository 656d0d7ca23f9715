"""One handshake with the OpenSSL in cryptography's wheel; prints the group. PORT NAME.

That OpenSSL takes its groups from the file that OPENSSL_CONF names, and from nowhere else
that pyOpenSSL reaches.
"""

import socket
import sys

from OpenSSL import SSL

context = SSL.Context(SSL.TLS_CLIENT_METHOD)
connection = SSL.Connection(context, socket.create_connection(("127.0.0.1", int(sys.argv[1]))))
connection.set_tlsext_host_name(sys.argv[2].encode())
connection.set_connect_state()
connection.do_handshake()
print(connection.get_group_name())
