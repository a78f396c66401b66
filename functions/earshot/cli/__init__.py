"""The command line; each command is a module, imported when it is called."""

from earshot.cli.main import main

__all__ = ["main"]
