"""The pages say what is there: commands exist, links lead somewhere, tables are complete."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from grader.assignment.model import Assignment
from grader.cli import app
from grader.errors import Exit
from grader.results import Outcome

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMAND = re.compile(r"(?:^|[`(])(?:\.venv/bin/)?(grader [a-z][^`\n#]*)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#]+)\)")


def commands() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for match in COMMAND.finditer(page.read_text("utf-8")):
            yield page.name, match[1].strip()


@pytest.mark.parametrize(("page", "command"), list(commands()))
def test_a_command_of_a_page_is_one_that_exists(page: str, command: str) -> None:
    found = typer.main.get_command(app)
    _, *arguments = shlex.split(command)
    while hasattr(found, "commands"):
        name, *arguments = arguments
        assert name in found.commands, f"{page}: there is no {name!r} as in `{command}`"
        found = found.commands[name]
    known = {spelling for parameter in found.params for spelling in parameter.opts}
    for argument in arguments:
        if argument.startswith("-"):
            assert argument.partition("=")[0] in {*known, "--help"}, f"{page}: {command}"


def test_every_command_is_on_a_page() -> None:
    group = typer.main.get_command(app)
    names = {
        f"{name} {part}".strip()
        for name, command in group.commands.items()
        for part in getattr(command, "commands", {"": None})
    }
    shown = {" ".join(command.split()[1:3]) for _, command in commands()}
    assert [name for name in names if not any(f"{text} ".startswith(f"{name} ") for text in shown)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_leads_to_a_file(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text("utf-8")) if not link.startswith("https://")]
    missing = [link for link in links if not (page.parent / link).exists()]
    assert missing == []


def test_every_make_target_of_a_page_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        word
        for page in PAGES
        for line in re.findall(r"(?:^|`)make ((?:[a-z]+ ?)+)", page.read_text("utf-8"), re.MULTILINE)
        for word in line.split()
    }
    assert named <= targets and {"demo", "test"} <= named


def test_the_ta_page_explains_every_exit_code_and_every_outcome() -> None:
    page = (ROOT / "docs" / "ta.md").read_text("utf-8")
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)} == set(Exit)
    assert all(outcome.replace("_", " ") in page for outcome in Outcome)


def test_the_instructor_page_lists_every_table_of_an_assignment() -> None:
    page = (ROOT / "docs" / "instructor.md").read_text("utf-8")
    tables = {field.alias or name for name, field in Assignment.model_fields.items()} - {"folder", "device"}
    assert [table for table in tables if f"`{table}" not in page and f"[{table}]" not in page] == []
