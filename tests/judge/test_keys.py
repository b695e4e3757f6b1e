"""A key that cannot be used is named with its line before anything is graded."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.assignment import AssignmentError, built_in_assignments, load_assignment
from grader.authoring.scaffold import write_assignment
from grader.judge.keys import check_keys

CONDITION = '\n[conditions."1.1/derivative"]\nfield = "derivative"\nreference = "a > 0"\n'


@pytest.mark.parametrize("id", built_in_assignments())
def test_the_keys_of_the_built_in_assignments_can_be_used(id: str) -> None:
    check_keys(load_assignment(id))


@pytest.mark.parametrize(
    ("wrong", "right", "says"),
    [
        ("2 a (a x - c)", "2 a (a x - b)", "'c' is not one of the names"),
        ("2 a (a x - b", "2 a (a x - b)", "cannot be used"),
        ("credits = { factors = 0.5 }", "credits = { factor = 0.5, sign = 0.5 }", "no diagnosis factors"),
        ('a = { domain = "plus" }', 'a = { domain = "positive" }', "'plus' is not a valid Domain"),
    ],
)
def test_a_key_that_cannot_be_used_is_named_with_its_line(
    tmp_path: Path, wrong: str, right: str, says: str
) -> None:
    folder = tmp_path / "a1"
    write_assignment(folder)
    path = folder / "assignment.toml"
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), "utf-8")
    line = text.splitlines().index('[formulas."1.1/derivative"]') + 1
    with pytest.raises(AssignmentError) as raised:
        check_keys(load_assignment(folder))
    assert str(raised.value).startswith(f"{path}:{line}: formulas.1.1/derivative: ")
    assert says in str(raised.value) and str(raised.value).endswith("Correct this key.")


def test_so_is_a_condition(tmp_path: Path) -> None:
    folder = tmp_path / "a1"
    write_assignment(folder)
    with (folder / "assignment.toml").open("a") as file:
        file.write(CONDITION)
    with pytest.raises(AssignmentError, match=r"conditions\.1\.1/derivative: .*holds nearly everywhere"):
        check_keys(load_assignment(folder))
