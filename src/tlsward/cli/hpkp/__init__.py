"""The subcommands of `tlsward hpkp`."""
