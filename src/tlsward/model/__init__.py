"""The nouns of tlsward: frozen values that every room shares and no room owns."""
