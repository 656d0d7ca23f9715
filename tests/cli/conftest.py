"""Fixtures of this room."""

from cli.calling import call
from cli.certificate_files import made

__all__ = ["call", "made"]
