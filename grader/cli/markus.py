"""`grader markus ...`: what goes to MarkUs and what MarkUs runs."""

from __future__ import annotations

import typer

from grader.cli.exits import clear_errors
from grader.cli.markus_hook import hook
from grader.cli.markus_push import push
from grader.cli.markus_spec import spec
from grader.cli.options import AssignmentOption
from grader.cli.which import assignment_for

markus = typer.Typer(
    help="Bring a graded class to MarkUs, or let MarkUs' autotester grade.", no_args_is_help=True
)
markus.command()(push)
markus.command()(hook)
markus.command()(spec)


@markus.command()
def criteria(assignment: AssignmentOption = None) -> None:
    """Print the criteria for MarkUs' Criteria page, as the .yml file that it takes."""
    with clear_errors():
        from grader.markus.criteria import criteria_yaml, fitting_criteria

        typer.echo(criteria_yaml(fitting_criteria(assignment_for((), assignment))), nl=False)
