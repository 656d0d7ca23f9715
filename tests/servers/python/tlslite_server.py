"""tlslite-ng's server: `default` settings, or `weak` with all it knows and no certificate too."""

import socket
import sys
import threading
from pathlib import Path

from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey
from tlslite.errors import BaseTLSException

PORT, CERTIFICATE, KEY, MODE = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
CHAIN = X509CertChain()
CHAIN.parsePemList(Path(CERTIFICATE).read_text())
PRIVATE = parsePEMKey(Path(KEY).read_text(), private=True)

SETTINGS = HandshakeSettings()
if MODE == "weak":
    SETTINGS.minVersion = (3, 0)
    SETTINGS.cipherNames = [
        *("chacha20-poly1305", "aes256gcm", "aes128gcm", "aes256ccm", "aes128ccm"),
        *("aes256ccm_8", "aes128ccm_8", "aes256", "aes128", "3des", "rc4", "null"),
    ]
    SETTINGS.macNames = ["sha", "sha256", "sha384", "aead", "md5"]
    SETTINGS.keyExchangeNames = [
        *("ecdhe_ecdsa", "rsa", "dhe_rsa", "ecdhe_rsa", "dh_anon", "ecdh_anon"),
    ]


def serve(accepted):
    """Shake hands and hang up."""
    connection = TLSConnection(accepted)
    try:
        connection.handshakeServer(
            certChain=CHAIN, privateKey=PRIVATE, settings=SETTINGS, anon=MODE == "weak"
        )
        connection.close()
    except (BaseTLSException, OSError, ValueError, AssertionError, SyntaxError):
        pass
    finally:
        accepted.close()


with socket.create_server(("127.0.0.1", PORT), backlog=128) as listener:
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client,), daemon=True).start()
