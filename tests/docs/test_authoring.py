"""docs/authoring.md followed to the letter: its files written, its notebook made, its commands run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from typer.testing import CliRunner

from grader.cli import app
from grader.errors import Exit

PAGE = Path(__file__).parents[2] / "docs" / "authoring.md"
BLOCK = re.compile(
    r"(?:^`(?P<path>[^`]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
LAST_SECTION = "## Install it as a package"


@dataclass(frozen=True, slots=True)
class Step:
    """A fenced block of the page: a file where its path stands above it, else by its kind and section."""

    section: str
    kind: str
    text: str
    path: str | None


def steps() -> Iterator[Step]:
    page = PAGE.read_text("utf-8").partition(LAST_SECTION)[0]
    for section in re.split(r"(?m)^(?=## )", page)[1:]:
        heading = section.partition("\n")[0].removeprefix("## ")
        for block in BLOCK.finditer(section):
            yield Step(heading, block["kind"], block["text"], block["path"])


def make_template(folder: Path) -> None:
    """The cells of section 4."""
    make = {"markdown": new_markdown_cell, "python": new_code_cell}
    cells = [make[step.kind](step.text.rstrip("\n")) for step in steps() if step.section == "4. The notebook"]
    path = folder / "standard_errors" / "template" / "standard_errors.ipynb"
    nbformat.write(new_notebook(cells=cells), path)


def fill_in_the_key(folder: Path, lines: str) -> None:
    """The lines of section 5, each in the place of the one that begins like it."""
    notebook = nbformat.read(folder / "standard_errors" / "template" / "standard_errors.ipynb", as_version=4)
    for line in lines.splitlines():
        label = line.partition(":")[0] + ":"
        for cell in notebook.cells:
            if line.startswith("    return"):
                cell.source = re.sub(r"    # YOUR CODE.*\n.*NotImplementedError", lambda _: line, cell.source)  # noqa: B023
            else:
                cell.source = cell.source.replace(f"\n{label}", f"\n{line}")
    nbformat.write(notebook, folder / "standard_errors" / "key" / "standard_errors.ipynb")


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, str]]]:
    """The folder after the last step, and each command with what it printed."""
    folder = tmp_path_factory.mktemp("authoring")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return folder, list(follow(folder))


def follow(folder: Path) -> Iterator[tuple[str, str]]:
    made: dict[str, Callable[[Step], None]] = {
        "4. The notebook": lambda step: make_template(folder),
        "5. The key": lambda step: fill_in_the_key(folder, step.text),
    }
    for step in steps():
        if step.path:
            assert (folder / step.path).is_file(), f"{step.path} is not what `grader new` wrote"
            (folder / step.path).write_text(step.text, "utf-8")
        elif step.kind == "sh":
            for command in step.text.splitlines():
                if "CLASS" not in command:
                    yield command, run(command)
        else:
            made[step.section](step)


def run(command: str) -> str:
    """A command of the page, in this process."""
    program, *arguments = shlex.split(command)
    assert program == "grader"
    ended = CliRunner().invoke(app, arguments)
    if ended.exit_code == Exit.NO_CONFINEMENT:
        pytest.skip(f"student code cannot be confined here: {ended.stderr.strip()}")
    assert ended.exit_code == 0, f"{command}: {ended.output}"
    return ended.output


def test_every_command_of_the_page_works(followed: tuple[Path, list[tuple[str, str]]]) -> None:
    commands = [command for command, _ in followed[1]]
    assert [command.split()[1] for command in commands] == [
        "new",
        "grade",
        "check-key",
        "grade",
        "grade",
        "check-key",
        "check",
        "release",
    ]


def test_the_key_earns_every_automatic_mark_and_the_template_none(
    followed: tuple[Path, list[tuple[str, str]]],
) -> None:
    scaffold, key, template = (printed for command, printed in followed[1] if " grade " in command)
    assert "9 marks so far, 1 wait for a person, of 10." in scaffold
    assert "4 marks so far, 1 wait for a person, of 5." in key
    assert "0 marks so far, 1 wait for a person, of 5." in template
    assert not re.search(r" (error|unreadable|grader error) ", template)


def test_every_mistake_in_either_key_is_noticed(followed: tuple[Path, list[tuple[str, str]]]) -> None:
    scaffold, own = (printed for command, printed in followed[1] if " check-key " in command)
    assert "The key earns 9 of 9 marks that checks give, the blank template 0." in scaffold
    assert "The key earns 4 of 4 marks that checks give, the blank template 0." in own
    for printed in (scaffold, own):
        assert "Everything is as it should be." in printed and "100.0%" in printed


def test_the_self_check_finds_the_key_right(followed: tuple[Path, list[tuple[str, str]]]) -> None:
    [printed] = [printed for command, printed in followed[1] if " check " in command]
    assert re.search(r"3 standard_error +looks right", printed)
    assert "n >= 100" in printed


def test_what_is_released_holds_the_notebook_and_no_answer(
    followed: tuple[Path, list[tuple[str, str]]],
) -> None:
    bundle = followed[0] / "handout" / "standard_errors"
    texts = {path.name: path.read_text("utf-8") for path in bundle.rglob("*") if path.is_file()}
    assert '"assignment": "standard_errors"' in texts["standard_errors.ipynb"]
    assert "test_answers.py" not in texts
    assert not [name for name, text in texts.items() if "sigma^2 / n" in text or "ddof" in text]
    assert (bundle.parent / "standard_errors.zip").is_file()
