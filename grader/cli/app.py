"""The `grader` command and its exit codes."""

from __future__ import annotations

import typer

from grader.cli.batch import batch
from grader.cli.check import check
from grader.cli.doctor import doctor
from grader.cli.grade import grade
from grader.cli.new import new
from grader.cli.release import release

app = typer.Typer(
    help="Grade notebooks of neural-network courses.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    epilog="Exit codes: 0 done; 2 wrong usage; 3 a hand-in or the class could not be read; "
    "4 the grader itself failed on something; 5 this machine cannot confine student code; "
    "130 interrupted, what was graded is kept.",
)
app.command()(grade)
app.command()(batch)
app.command()(doctor)
app.command()(check)
app.command()(release)
app.command()(new)
