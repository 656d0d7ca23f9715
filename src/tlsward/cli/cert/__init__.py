"""The subcommands of `tlsward cert`, one file each."""
