"""One query to one DNS server: over UDP, and over TCP where the reply does not fit."""

import asyncio
import contextlib

import msgspec

from tlsward.net.dns_message import (
    MalformedReplyError,
    OtherReplyError,
    Reply,
    read_reply,
)


class NameServer(msgspec.Struct, frozen=True):
    """The address of a DNS server (IPv6 without brackets) and its port."""

    address: str
    port: int = 53

    def __str__(self) -> str:
        shown = f"[{self.address}]" if ":" in self.address else self.address
        return shown if self.port == 53 else f"{shown}:{self.port}"


async def exchange(server: NameServer, asked: bytes) -> Reply:
    """Return the reply to a query. It waits as long as it is let.

    Raises OSError where the server cannot be reached or hangs up, MalformedReplyError where
    its reply makes no sense.
    """
    reply = await _over_udp(server, asked)
    return await _over_tcp(server, asked) if reply.truncated else reply


class _Datagrams(asyncio.DatagramProtocol):
    """Waits for the datagram that is the reply; whatever else arrives is passed over."""

    def __init__(self, asked: bytes) -> None:
        self._asked = asked
        self.reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002
        if self.reply.done():
            return
        try:
            self.reply.set_result(read_reply(data, self._asked))
        except OtherReplyError:
            return
        except MalformedReplyError as error:
            self.reply.set_exception(error)

    def error_received(self, exc: Exception) -> None:
        if not self.reply.done():
            self.reply.set_exception(exc)


async def _over_udp(server: NameServer, asked: bytes) -> Reply:
    # A connected socket hears this server alone, on a port chosen by chance for each query
    # (RFC 5452 section 9.2).
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Datagrams(asked), remote_addr=(server.address, server.port)
    )
    try:
        transport.sendto(asked)
        return await protocol.reply
    finally:
        transport.close()


async def _over_tcp(server: NameServer, asked: bytes) -> Reply:
    reader, writer = await asyncio.open_connection(server.address, server.port)
    try:
        # Length and message in one segment (RFC 7766 section 8).
        writer.write(len(asked).to_bytes(2) + asked)
        length = int.from_bytes(await reader.readexactly(2))
        octets = await reader.readexactly(length)
    except asyncio.IncompleteReadError:
        raise ConnectionError("the server hung up in mid-reply") from None
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    try:
        return read_reply(octets, asked)
    except OtherReplyError:
        raise MalformedReplyError("a reply to another query, over TCP") from None
