"""Run `python -m tlsward` as `tlsward`."""

from tlsward.cli import main

if __name__ == "__main__":
    main()
