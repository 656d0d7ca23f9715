"""STARTTLS: one state machine for each protocol that turns to TLS in mid-connection."""

from importlib import import_module

from tlsward.wire.starttls.preamble import Preamble

#: Protocol name -> module of this package and class in it. Modules are imported when used:
#: most scans need none of them.
PREAMBLES: dict[str, tuple[str, str]] = {
    "smtp": ("smtp", "Smtp"),
    "lmtp": ("smtp", "Lmtp"),
    "imap": ("imap", "Imap"),
    "pop3": ("pop3", "Pop3"),
    "ftp": ("ftp", "Ftp"),
    "xmpp": ("xmpp", "Xmpp"),
    "xmpp-server": ("xmpp", "XmppServer"),
    "ldap": ("ldap", "Ldap"),
    "postgres": ("postgres", "Postgres"),
    "mysql": ("mysql", "Mysql"),
    "sieve": ("sieve", "Sieve"),
    "nntp": ("nntp", "Nntp"),
    "irc": ("irc", "Irc"),
}


def preamble(protocol: str, hostname: str) -> Preamble:
    """Return a new preamble of a protocol in `PREAMBLES`; any other is a KeyError.

    `hostname` is the name of the service, which XMPP has to be told.
    """
    module, name = PREAMBLES[protocol]
    made: Preamble = getattr(import_module(f"{__name__}.{module}"), name)(hostname)
    return made
