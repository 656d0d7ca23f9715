"""pyOpenSSL on the OpenSSL that cryptography's wheel holds, with that library's defaults."""

import contextlib
import socket
import sys
import threading

from OpenSSL import SSL

PORT, CERTIFICATE, KEY = int(sys.argv[1]), sys.argv[2], sys.argv[3]


def serve(connection):
    """Shake hands, read once, say goodbye: without that OpenSSL forgets the session."""
    try:
        connection.do_handshake()
        with contextlib.suppress(SSL.ZeroReturnError):
            connection.recv(4096)
            connection.send(b"HTTP/1.0 200 OK\r\n\r\nok\n")
        connection.shutdown()
    except SSL.Error:
        pass
    finally:
        connection.close()


context = SSL.Context(SSL.TLS_SERVER_METHOD)
context.use_certificate_chain_file(CERTIFICATE)
context.use_privatekey_file(KEY)
with socket.create_server(("127.0.0.1", PORT), backlog=128) as listener:
    while True:
        accepted, _ = listener.accept()
        accepted.settimeout(None)
        connection = SSL.Connection(context, accepted)
        connection.set_accept_state()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()
