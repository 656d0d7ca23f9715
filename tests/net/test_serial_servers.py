"""Real servers that serve one connection at a time, one of which never ends by itself."""

import asyncio

from net.handshake import Handshake
from net.scripted import Recorder
from servers.cases import servers
from servers.catalogue import CATALOGUE
from tlsward.model.observation import Outcome
from tlsward.net import loop
from tlsward.net.driver import Driver
from tlsward.net.endpoint import Endpoint
from tlsward.net.limits import Limits

SERIAL = [name for name, server in CATALOGUE.items() if server.serial]

#: Header of a handshake record of 512 bytes that never come: the server waits for them.
HALF_A_HELLO = b"\x16\x03\x01\x02\x00"


@servers(SERIAL)
def test_one_connection_that_hangs_costs_no_other_its_answer(real_server):
    def hanging():
        return Recorder(hello=HALF_A_HELLO)

    def handshake():
        return Handshake(real_server.ca_file, real_server.sni)

    async def main():
        limits = Limits(timeout_seconds=1.0)
        driver = Driver(Endpoint(address=real_server.host, port=real_server.port), limits)
        factories = [hanging, *[handshake] * 9]
        observations = await asyncio.gather(*(driver.run(factory) for factory in factories))
        return [observation.outcome for observation in observations]

    hung, *others = loop.run(main())
    assert hung is not Outcome.SERVED
    assert others == [Outcome.SERVED] * 9
