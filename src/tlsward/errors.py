"""Errors by blame: who has to do something about it decides what is raised.

::

    TlswardError
    └── UsageError          our caller's mistake: a bad name, option or file; exit code 2
        ├── BadNameError    a host name or address that cannot be one
        └── UnknownGuidelineError   a guideline version that was never published

What is not in the tree, because it is not an error of this program:

- **Malformed, misbehaved**: bytes of a peer that break its protocol. The decoders in
  `wire` raise their `DecodeError`, a ValueError with field and offset; it never leaves
  a conversation, which turns it into an observation with outcome "malformed".
- **Incompatible, refused**: an alert, a closed connection, a refused STARTTLS. These are
  outcomes of an observation, data to be judged.
- **Unreachable, unresolvable, timed out, over budget**: the network's doing. Values as
  well, with the reason in words: a scan of many targets goes on.
- **Our bug**: whatever else is raised. It is caught at the roof alone: the traceback goes to
  stderr, a target it concerns is "incomplete", the other targets are unharmed, exit code 3.

So a server, a proxy or a resolver can make none of the classes below be raised.
"""


class TlswardError(Exception):
    """Root of what this program raises on purpose; the message is one line for a person."""


class UsageError(TlswardError):
    """The call is wrong: an argument, an environment variable or a file of the caller."""


class BadNameError(UsageError):
    """What was given as a host name or an address cannot be one.

    `name` is what was given, `reason` what is wrong with it.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"not a host name: {name!r}: {reason}")
        self.name = name
        self.reason = reason


class UnknownGuidelineError(UsageError, KeyError):
    """There is no guideline of this version.

    `version` is what was asked for, `known` the versions there are.
    """

    def __init__(self, version: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"no guideline version {version!r}: there are {', '.join(known)} and latest"
        )
        self.version = version
        self.known = known

    # KeyError would show the message in quotes.
    __str__ = Exception.__str__
