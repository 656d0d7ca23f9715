"""TLS bytes to messages and back, without a socket, a clock or a thread.

Rules of this room:

- A decoder takes bytes and returns a frozen value, or raises `DecodeError` with the field
  and the offset at which the bytes stopped making sense. It raises nothing else.
- Decoder and encoder of a message stand side by side, and the RFC's section beside them.
- A number of a registry is an ordinary int. `codepoints` names the known ones; an unknown
  one is decoded, kept and encoded like any other.
- Whatever grows with the peer's bytes has a limit.
- `cryptography` is imported by the functions that need it, when they are called.
"""
