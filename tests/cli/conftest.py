"""Fixtures of this room."""

from cli.calling import call

__all__ = ["call"]
