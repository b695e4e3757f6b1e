"""Hostile hand-ins one at a time through `grader grade`, and hostile archives of a whole class."""

from __future__ import annotations

import io
import json
import os
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import Exit
from grader.results import Result

from .classroom import Graded
from .modes import MODES, OFFERED, ROOT, Mode
from .test_class import judged

ALONE = (
    ("answers-reads-the key", Exit.DONE),
    ("faking-test-configuration", Exit.DONE),
    ("networks-leaves-os._exit in forward", Exit.DONE),
    ("reports-text-terminal escapes", Exit.DONE),
    ("json-nested", Exit.UNREADABLE),
    ("-rf", Exit.DONE),
)
FORMATS = ("table", "json", "markus", "html")


def grader(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `grader` in a folder."""
    return subprocess.run(
        OFFERED.grader(*arguments),
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize(("name", "code"), ALONE)
def test_a_hand_in_alone_gets_what_it_gets_in_its_class(
    name: str, code: Exit, graded_in: Callable[[Mode], Graded]
) -> None:
    """Even from inside the hand-in's own folder, where files of the student lie in the current directory."""
    graded = graded_in(MODES[0])
    places = graded.classroom.places
    folder = places["CLASS"] / name
    run = grader(folder, "grade", folder, "--json", "--assignment", places["ASSIGNMENT"])
    assert run.returncode == code, run.stderr
    assert judged(Result.model_validate_json(run.stdout)) == judged(graded.results[name])
    assert not list(places["OUTSIDE"].glob("touched*"))


@pytest.mark.slow
@pytest.mark.parametrize("format", FORMATS)
def test_escapes_reach_no_terminal_in_any_format(format: str, graded_in: Callable[[Mode], Graded]) -> None:
    places = graded_in(MODES[0]).classroom.places
    hand_in = places["CLASS"] / "reports-text-terminal escapes"
    run = grader(places["CLASS"], "grade", hand_in, "--format", format, "--assignment", places["ASSIGNMENT"])
    assert run.returncode == Exit.DONE
    assert "1.1.1" in run.stdout  # it is a result
    assert not {"\x1b", "\x07", "\x9b"} & set(run.stdout) or format == "html"  # a browser obeys no escapes


@pytest.mark.parametrize(
    "members",
    [
        {"../touched": b"x"},
        {"/tmp/touched-by-an-archive": b"x"},
        {"ada/a2-code.ipynb": bytes(300 << 20)},
        {"ada/\\..\\touched": b"x"},
    ],
    ids=["up", "absolute", "a bomb", "backslashes"],
)
def test_a_hostile_archive_of_a_class_is_refused_and_leaves_nothing(
    members: dict[str, bytes], tmp_path: Path
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    (tmp_path / "class.zip").write_bytes(packed.getvalue())
    run = grader(tmp_path, "batch", "class.zip", "--out", "marks")
    assert run.returncode == Exit.UNREADABLE
    assert len(run.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["class.zip"]
    assert not Path("/tmp/touched-by-an-archive").exists()


def test_a_hand_in_of_the_class_has_the_notebook_that_its_case_says(
    graded_in: Callable[[Mode], Graded],
) -> None:
    """Placeholders are filled in, or the cases would look for files that nowhere are."""
    places = graded_in(OFFERED).classroom.places
    text = (places["CLASS"] / "answers-reads-the key" / "a2-code.ipynb").read_text("utf-8")
    assert str(places["ASSIGNMENT"]) in "".join(cell["source"] for cell in json.loads(text)["cells"])
    assert (places["ASSIGNMENT"] / "assignment.toml").is_file()
