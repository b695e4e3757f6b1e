"""The command line: one thin module per command."""

from grader.cli.app import app

__all__ = ["app"]
