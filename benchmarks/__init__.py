"""How fast a scan is: tlsward and its peers on the same servers behind a chosen round-trip time."""
