"""STARTTLS of XMPP (RFC 6120 section 5), for clients and between servers.

The stream is XML without end; what is read here are its tags, one after the other. No
parser is needed to see the few that matter, and none could be led astray by entities.
"""

import re

from tlsward.wire.starttls.preamble import Exchange, printable

#: Longest tag, and the most tags, taken before an answer.
TAG_LIMIT_BYTES = 8192
TAG_LIMIT = 512

#: A tag: no attribute value may hold "<", but ">" may stand in one (XML 1.0, section 3.1).
_TAG = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_NAME = re.compile(rb"<(/?)(?:[^\s/>:]*:)?([^\s/>:]+)")

STREAM = (
    "<?xml version='1.0'?><stream:stream to='{to}' xmlns='{namespace}' "
    "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
)
STARTTLS = b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"


class Xmpp(Exchange):
    """Stream header, features, starttls, proceed."""

    namespace = "jabber:client"

    def __init__(self, hostname: str) -> None:
        super().__init__(hostname)
        self._tags = 0
        self._stream_seen = False
        self._offers_starttls = False
        self._asked = False
        self._error = False

    def outgoing(self) -> bytes:
        """Return the stream header; `to` names the domain served (section 4.7.2)."""
        to = self.hostname
        for character, entity in (("&", "&amp;"), ("<", "&lt;"), ("'", "&apos;")):
            to = to.replace(character, entity)
        return STREAM.format(to=to, namespace=self.namespace).encode("utf-8", "replace")

    def step(self) -> bytes | None:
        """Take one tag with the text before it."""
        start = self._buffer.find(b"<", 0, TAG_LIMIT_BYTES)
        if not self._stream_seen and self._buffer and start != 0:
            lead = bytes(self._buffer[:1])
            if lead.isspace():
                self.take(1)
                return b""
            return self.refuse(f"not an XMPP stream: it begins with {printable(lead)}")
        window = bytes(self._buffer[:TAG_LIMIT_BYTES])
        tag = _TAG.match(window, start) if start >= 0 else None
        if tag is None:
            if len(window) >= TAG_LIMIT_BYTES:
                return self.refuse(f"{TAG_LIMIT_BYTES} bytes of XMPP without a whole tag")
            return None
        self._tags += 1
        if self._tags > TAG_LIMIT:
            return self.refuse(f"more than {TAG_LIMIT} XMPP tags without an answer")
        self.take(tag.end())
        return self._tag(tag.group())

    def _tag(self, tag: bytes) -> bytes:
        named = _NAME.match(tag)
        if named is None:
            return b""
        closing, name = named.groups()
        self._stream_seen = True
        whole = closing == b"/" or tag.endswith(b"/>")
        if self._error:
            return self._error_condition(closing, name)
        if name == b"error" and not closing:
            self._error = True
            return b""
        if name == b"stream" and closing:
            return self.refuse("the server closed the stream")
        if name == b"failure":
            return self.refuse("the server answered STARTTLS with failure")
        if name == b"proceed" and whole and self._asked:
            return self.ready()
        if name == b"starttls":
            self._offers_starttls = True
        if name == b"features" and whole and not self._asked:
            if not self._offers_starttls:
                return self.refuse("the server does not offer STARTTLS")
            self._asked = True
            return STARTTLS
        return b""

    def _error_condition(self, closing: bytes, name: bytes) -> bytes:
        condition = printable(name) if not closing else "no condition"
        # Conditions that speak of the moment, not of us (section 4.9.3).
        temporary = name in {b"resource-constraint", b"system-shutdown", b"connection-timeout"}
        return self.refuse(f"stream error: {condition}", temporary=temporary)


class XmppServer(Xmpp):
    """The same between servers."""

    namespace = "jabber:server"
