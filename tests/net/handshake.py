"""A TLS handshake of Python's own ssl module as a conversation: proof from a foreign stack."""

import ssl

from tlsward.model.observation import Observation, Outcome


class Handshake:
    """Verifies the certificate and is content when the handshake is complete."""

    def __init__(self, ca_file, name):
        context = ssl.create_default_context(cafile=ca_file)
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_hostname=name)
        self.done = False
        self.version = ""

    def start(self):
        return self._step()

    def receive(self, data):
        self._in.write(data)
        return self._step()

    def _step(self):
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            pass
        else:
            self.version = self._tls.version()
            self.done = True
        return self._out.read()

    def eof(self):
        pass

    def reset(self):
        pass

    def finish(self, outcome_if_open, detail):
        outcome = Outcome.SERVED if self.done else outcome_if_open
        return Observation(outcome=outcome, detail=detail or self.version)
