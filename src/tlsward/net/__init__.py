"""How bytes are moved: addresses, connections, proxies, and the budget that bounds them.

The conversations themselves are sans-I/O objects that other rooms write; this room
connects, pumps, times and counts. It reads no protocol but those that come before TLS.
"""
