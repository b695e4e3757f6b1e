"""Whole runs of the commands, each in a process of its own."""

from __future__ import annotations

import csv
import json
import signal
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from grader.errors import Exit
from grader.results import Result

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "result.schema.json").read_text("utf-8"))
RIGHT = 'print("{}")\ndef double(x):\n    print("{}")\n    return 2 * x\n'
WRONG = "def double(x):\n    return x\n"
SLOW = "import time\ndef double(x):\n    time.sleep(90)\n    return 2 * x\n"


@pytest.fixture(scope="module")
def class_run(
    run: Callable[..., Any], toy_assignment: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, Path]:
    """A zip of a class graded for an assignment given by its path, with --json."""
    folder = tmp_path_factory.mktemp("class")
    with zipfile.ZipFile(folder / "class.zip", "w") as archive:
        archive.writestr("ada/a2.py", RIGHT)
        archive.writestr("bo/My Work/a2.py", WRONG)
        archive.writestr("chi/notes.txt", "I have no time.")
        archive.writestr("dot/a2.ipynb", "{")
        archive.writestr("__MACOSX/ada/._a2.py", "resource fork")
    out = folder / "marks"
    arguments = ("--assignment", toy_assignment, "--out", out, "--jobs", "2", "--json")
    return run("batch", folder / "class.zip", *arguments), out


@pytest.fixture(scope="module")
def of_hand_in(class_run: tuple[Any, Path]) -> Mapping[str, Result]:
    lines = class_run[0].stdout.splitlines()
    results = [Result.model_validate_json(line) for line in lines]
    assert len({result.submission for result in results}) == len(lines)
    return {result.submission: result for result in results}


def test_one_hand_in_is_one_json_object_that_fits_the_schema(
    run: Callable[..., Any], toy_assignment: Path, tmp_path: Path
) -> None:
    (tmp_path / "a2.py").write_text(RIGHT)
    graded = run("grade", tmp_path / "a2.py", "--json", "--assignment", toy_assignment)
    assert graded.code == Exit.DONE
    assert graded.stderr == ""
    result = json.loads(graded.stdout)
    jsonschema.validate(result, SCHEMA)
    assert (result["submission"], result["assignment"], result["problem"]) == ("a2.py", "toy", None)
    assert (result["marks"], result["earned"], result["awarded"], result["pending"]) == (3, None, 2, 1)
    (question,) = result["questions"]
    assert [(criterion["id"], criterion["earned"]) for criterion in question["criteria"]] == [
        ("double", 2),
        ("why", None),
    ]


def test_a_class_is_one_json_object_for_each_hand_in(of_hand_in: Mapping[str, Result]) -> None:
    assert {name: result.awarded for name, result in of_hand_in.items()} == {
        "ada": 2,
        "bo": 0,
        "chi": 0,
        "dot": 0,
    }
    for result in of_hand_in.values():
        jsonschema.validate(json.loads(result.model_dump_json()), SCHEMA)


def test_a_hand_in_that_cannot_be_read_says_why_and_stops_no_other(
    class_run: tuple[Any, Path], of_hand_in: Mapping[str, Result]
) -> None:
    graded, _ = class_run
    assert graded.code == Exit.UNREADABLE
    assert graded.errors == []
    problems = {name: result.problem or "" for name, result in of_hand_in.items()}
    assert not problems["ada"] and not problems["bo"]
    assert "notes.txt" in problems["chi"] and "a2.ipynb" in problems["dot"]


def test_a_batch_leaves_reports_tables_and_what_goes_to_markus(class_run: tuple[Any, Path]) -> None:
    _, out = class_run
    for folder, suffix in (("results", "json"), ("reports", "html"), ("markus/feedback", "html")):
        assert {path.name for path in (out / folder).iterdir()} == {
            f"{n}.{suffix}" for n in ("ada", "bo", "chi", "dot")
        }
    with (out / "marks.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["hand-in"], row["awarded"], row["pending"]) for row in rows] == [
        ("ada", "2", "1"),
        ("bo", "0", "1"),
        ("chi", "0", "1"),
        ("dot", "0", "1"),
    ]
    assert (out / "markus" / "grades.csv").read_text().splitlines() == [
        "Group name,Question 1 (checks)",
        *("ada,2", "bo,0", "chi,0", "dot,0"),
    ]
    assert "reports/bo.html" in (out / "index.html").read_text()


def test_ctrl_c_keeps_what_was_graded_and_leaves_nothing_running(
    start: Callable[..., Any], toy_assignment: Path, tmp_path: Path, scratch: Path
) -> None:
    for name, code in (("ada", RIGHT), ("bo", SLOW), ("chi", RIGHT)):
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "a2.py").write_text(code)
    out = tmp_path / "marks"
    process = start("batch", tmp_path / "class", "--assignment", toy_assignment, "--out", out, "--jobs", "1")
    try:
        deadline = time.monotonic() + 90
        while process.poll() is None and not (out / "reports" / "ada.html").exists():
            assert time.monotonic() < deadline, "the first hand-in is not graded"
            time.sleep(0.05)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=30)
    finally:
        process.kill()
    if process.returncode == Exit.NO_CONFINEMENT:
        pytest.skip(stderr)
    assert process.returncode == Exit.INTERRUPTED, stderr
    assert "Interrupted; what was graded is kept." in stderr and "Traceback" not in stderr
    assert [path.name for path in (out / "results").iterdir()] == ["ada.json"]
    assert [line.split(",")[0] for line in (out / "marks.csv").read_text().splitlines()] == ["hand-in", "ada"]
    assert "1 hand-ins" in stdout
    assert list(scratch.iterdir()) == [], "the sandbox server has ended and its folder is gone"


def test_doctor_says_what_this_machine_offers(start: Callable[..., Any]) -> None:
    process = start("doctor", "--json")
    stdout, stderr = process.communicate(timeout=120)
    facts = json.loads(stdout)
    assert stderr == ""
    assert "csc413_a2_2025" in facts["assignments"]
    assert set(facts["confinement"]) == {"full", "landlock"}
    confined = any(text.startswith("works: ") for text in facts["confinement"].values())
    assert process.returncode == (Exit.DONE if confined else Exit.NO_CONFINEMENT)
    assert facts["versions"]["torch"]
