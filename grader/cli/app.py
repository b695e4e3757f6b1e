"""The `grader` command and its exit codes."""

from __future__ import annotations

import typer

from grader.cli.batch import batch
from grader.cli.check import check
from grader.cli.check_key import check_key
from grader.cli.doctor import doctor
from grader.cli.grade import grade
from grader.cli.marks import app as marks
from grader.cli.markus import markus
from grader.cli.new import new
from grader.cli.regrade import regrade
from grader.cli.release import release
from grader.cli.replay import replay
from grader.cli.report import report

app = typer.Typer(
    help="Grade notebooks of neural-network courses.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    epilog="Exit codes: 0 done; 2 wrong usage; 3 a hand-in or the class could not be read; "
    "4 the grader itself failed on something; 5 this machine cannot confine student code; "
    "6 check-key found an assignment's checks wanting; "
    "7 the MarkUs server or the cluster refused something or could not be reached; "
    "130 interrupted, what was graded is kept.",
)
app.command()(grade)
app.command()(batch)
app.command()(regrade)
app.command()(replay)
app.command()(doctor)
app.command()(check)
app.command()(release)
app.command("check-key")(check_key)
app.command()(report)
app.add_typer(marks, name="marks")
app.add_typer(markus, name="markus")
app.command()(new)
