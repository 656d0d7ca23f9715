"""Opens PKCS #12 files in a process of their own, which can be ended when it takes too long.

How often a hash is repeated to open one is written in the file, and some of that is seen
only when a part of it is open. The library cannot be interrupted meanwhile, not even by the
person who waits. NSS and Firefox write BER, where it is not seen before at all. So the file
goes to a child, with the passwords, through its standard input, and what comes out comes back.
"""

import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from tlsward.pki.encrypted import Opened, Passwords

#: How long a file may take. NSS asks for 600 000 rounds, twice or three times: two seconds.
PATIENCE_SECONDS = 20
TOO_SLOW = "to open it takes too long or too much memory: write it anew with fewer rounds"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the child says: what it opened, or why it did not; neither for a wrong password."""

    certificates: tuple[bytes, ...] = ()
    key: bytes | None = None
    is_open: bool = False
    reason: str | None = None


def open_pkcs12(octets: bytes, passwords: "Passwords") -> "Opened | None":
    """Open a file with one of the passwords; None where none is the right one.

    Raises ContentsError where it is damaged or takes too long.
    """
    from tlsward.pki.encrypted import ContentsError, Opened

    # -P keeps the working directory, which may be anybody's, from being looked for modules.
    command = [sys.executable, "-P", "-m", __name__]
    try:
        done = subprocess.run(  # noqa: S603 - this module, by this interpreter
            command,
            input=msgspec.msgpack.encode((octets, passwords)),
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ContentsError(TOO_SLOW) from None
    if done.returncode < 0:  # by the limit of its own, or by a kernel that is short of memory
        raise ContentsError(TOO_SLOW)
    if done.returncode > 0:
        raise RuntimeError(f"{__name__}: {done.stderr.decode(errors='replace')}")
    answer = msgspec.msgpack.decode(done.stdout, type=Answer)
    if answer.reason is not None:
        raise ContentsError(answer.reason)
    if not answer.is_open:
        return None
    return Opened(certificates=answer.certificates, key=answer.key)


def main() -> None:
    """Be the child: read a file and passwords from standard input, write an Answer."""
    _limit_processor_time()
    request = sys.stdin.buffer.read()
    octets, passwords = msgspec.msgpack.decode(request, type=tuple[bytes, tuple[bytes | None, ...]])
    sys.stdout.buffer.write(msgspec.msgpack.encode(_answer(octets, passwords)))


def _answer(octets: bytes, passwords: "Passwords") -> Answer:
    from tlsward.pki.encrypted import ContentsError, opened

    try:
        found = opened(octets, passwords)
    except ContentsError as error:
        return Answer(reason=str(error))
    if found is None:
        return Answer()
    return Answer(certificates=found.certificates, key=found.key, is_open=True)


def _limit_processor_time() -> None:
    """End with the time, even where the parent was ended and cannot do it."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE_SECONDS + 5, PATIENCE_SECONDS + 5))


if __name__ == "__main__":
    main()
