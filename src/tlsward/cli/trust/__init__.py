"""The subcommands of `tlsward trust`, one file each."""
