"""Workflow commands as GitHub's runner reads them (actions/toolkit, command.ts)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from grader.results import Outcome, Place, Result, Verdict, correct, incorrect, needs_person, partial
from grader.results.github import github_annotations

MakeResult = Callable[..., Result]
COMMAND = re.compile(r"::(error|warning|notice) ([^:\r\n]*)::([^\r\n]*)")


def commands(result: Result) -> list[tuple[str, dict[str, str], str]]:
    """Name, properties and message of every line, unescaped as the runner does it."""
    found = []
    for line in github_annotations(result).splitlines():
        match = COMMAND.fullmatch(line)
        assert match, line
        properties = dict(part.split("=", 1) for part in match[2].split(","))
        assert set(properties) <= {"title", "file", "line", "endLine", "col", "endColumn"}
        found.append(
            (match[1], {key: unescaped(value) for key, value in properties.items()}, unescaped(match[3]))
        )
    return found


def unescaped(text: str) -> str:
    for code, character in (("%2C", ","), ("%3A", ":"), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, character)
    return text


@pytest.mark.parametrize(
    "text",
    ["100 %", "%0A", "a: b, c", "two\nlines\r\nmore", "::error::forged", "\n::set-output name=x::1", "é 王"],
)
def test_any_text_comes_through_and_none_makes_a_command(make_result: MakeResult, text: str) -> None:
    result = make_result(text, {"1": [(1, incorrect(text))]}, notebook=text, problem=text)
    found = commands(result)
    assert len(found) == 3
    assert found[0][2] == text and found[1][2] == text
    assert found[0][1]["title"] == text


def test_what_cost_most_comes_first_and_what_waits_last(make_result: MakeResult) -> None:
    rubric = {
        "1": [(9, needs_person("A person.")), (2, correct(""))],
        "2": [(2, incorrect("Two lost.")), (8, partial(0.5, "Four lost."))],
        "3": [(0, incorrect("Nothing lost."))],
    }
    found = [(name, message) for name, _, message in commands(make_result(rubric=rubric))]
    assert found == [
        ("warning", "Four lost."),
        ("error", "Two lost."),
        ("notice", "A person."),
        ("notice", "6 of 21 marks; 9 wait for a person."),
    ]


def test_a_failure_of_ours_is_an_error(make_result: MakeResult) -> None:
    verdict = Verdict(Outcome.GRADER_ERROR, 0.0, "The grader failed.")
    assert commands(make_result(rubric={"1": [(1, verdict)]}))[0][0] == "error"


@pytest.mark.parametrize(
    ("file", "properties", "ending"),
    [("a2.py", {"file": "a2.py", "line": "4"}, ""), ("a2.ipynb", {"file": "a2.ipynb"}, " (cell 9, line 4)")],
)
def test_a_line_of_a_script_is_a_line_of_its_file_and_one_of_a_cell_is_told(
    make_result: MakeResult, file: str, properties: dict[str, str], ending: str
) -> None:
    result = make_result(rubric={"1": [(1, incorrect("Wrong.", place=Place(9, 4)))]}, notebook=file)
    _, found, message = commands(result)[0]
    assert {key: found[key] for key in found if key != "title"} == properties
    assert message == f"Wrong.{ending}"
