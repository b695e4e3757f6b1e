"""`python -m grader.cli`."""

from grader.cli.app import app

app()
