"""The command line, one file a verb."""

from comity.cli.main import main

__all__ = ["main"]
