"""The subcommands of `tlsward primer`, one module for each; what is live is in `*_run`."""
