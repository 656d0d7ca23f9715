"""How each TLS stack is started, one file for each kind of server."""
