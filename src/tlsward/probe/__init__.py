"""What to ask a TLS server, without a network.

A `Probe` is the content of one connection; a `Conversation` carries it out on bytes
and ends in one `Observation`; a plan is a generator that yields rounds of probes and
receives their observations, one file per question.
"""
