"""Whether the keys of an assignment can be used, said before anything is graded with them."""

from __future__ import annotations

from grader.assignment import Assignment, AssignmentError
from grader.assignment.loading import line_of
from grader.judge.written import condition_question, formula_question


def check_keys(assignment: Assignment) -> None:
    """Make a question of every key; AssignmentError with file, line and remedy for the first that is none."""
    for name, key in assignment.formulas.items():
        try:
            formula_question(assignment, key)
        except ValueError as problem:
            raise _bad_key(assignment, "formulas", name, problem) from problem
    for name, condition in assignment.conditions.items():
        try:
            condition_question(assignment, condition)
        except ValueError as problem:
            raise _bad_key(assignment, "conditions", name, problem) from problem


def _bad_key(assignment: Assignment, table: str, name: str, problem: ValueError) -> AssignmentError:
    path = assignment.folder / "assignment.toml"
    lines = path.read_text("utf-8").splitlines()
    heading = f'[{table}."{name}"]'
    found = [number for number, line in enumerate(lines, start=1) if line.strip().startswith(heading)]
    where = found[0] if found else line_of("\n".join(lines), [table])
    return AssignmentError(f"{path}:{where}: {table}.{name}: {problem}. Correct this key.")
