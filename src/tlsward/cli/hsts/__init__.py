"""The subcommands of `tlsward hsts`."""
