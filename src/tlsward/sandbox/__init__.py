"""A TLS endpoint to practise on: a throw-away authority, a server, and a story told with them."""
