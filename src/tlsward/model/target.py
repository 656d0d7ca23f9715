"""What is to be scanned: a host, a port, and how to reach TLS on it."""

import msgspec

#: STARTTLS protocols that a target may name, with the port each one usually has.
STARTTLS_PORTS = {
    "smtp": 25,
    "lmtp": 24,
    "imap": 143,
    "pop3": 110,
    "ftp": 21,
    "xmpp": 5222,
    "xmpp-server": 5269,
    "ldap": 389,
    "postgres": 5432,
    "mysql": 3306,
    "sieve": 4190,
    "nntp": 119,
    "irc": 6667,
}


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One endpoint of one service.

    `host` is the name or address as the user gave it (A-labels for an
    internationalised name); `sni` the name sent in server_name, or None where none
    is sent (an IP literal is never sent, RFC 6066 section 3); `address` the address
    connected to, None before resolution.
    """

    host: str
    port: int
    sni: str | None
    starttls: str | None = None
    address: str | None = None
