"""Importing this room is cheap: keys are thought of when one is needed."""

import subprocess
import sys

MODULES = """
alert certificate codepoints elliptic_curve extension_block extensions handshake hello key_exchange
key_share prf protection12 reader record secrets secrets12 sslv2 ticket writer
"""


def test_importing_brings_no_cryptography_and_no_network():
    program = "import sys\n"
    program += "".join(f"import tlsward.wire.{name}\n" for name in MODULES.split())
    program += (
        "outside = {'cryptography', 'socket', 'ssl', 'asyncio', 'subprocess'} & set(sys.modules)\n"
        "assert not outside, outside\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
