"""What `grader markus spec` gives: settings that MarkUs takes, scripts that run, and the py tester's file."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.testing import CliRunner

from grader.assignment import Assignment, built_in_assignments, load_assignment
from grader.cli import app
from grader.errors import Exit
from grader.markus.criteria import criteria_of
from grader.markus.spec import UPLOADED, Tester, make_spec
from grader.submission.files import files_of

PY_TESTER = Path(__file__).with_name("py_tester.py")
LINES = [
    {"name": "1 a: Full", "output": "Right.", "marks_earned": 2.0, "marks_total": 2.0, "status": "pass"},
    {
        "name": "1 b: Half [x] é",
        "output": "Half.\nMore.",
        "marks_earned": 0.5,
        "marks_total": 1.0,
        "status": "partial",
    },
    {
        "name": "1 c: None::of it",
        "output": "Wrong: é",
        "marks_earned": 0.0,
        "marks_total": 4.0,
        "status": "fail",
    },
]
TAGS = {"tags": [{"name": "grader: needs a person"}]}


def groups_of(spec: Any) -> list[dict[str, Any]]:
    (tester,) = spec.settings["testers"]
    groups: list[dict[str, Any]] = tester["test_data"]
    return groups


@pytest.mark.parametrize("tester", ["custom", "py"])
@pytest.mark.parametrize("id", built_in_assignments())
def test_the_settings_have_what_the_autotester_asks_for(id: str, tester: Tester) -> None:
    """As schema_skeleton.json, the testers' schema.py and update_test_groups_from_specs."""
    assignment = load_assignment(id)
    spec = make_spec(assignment, id, tester, "/opt/grader/bin/python")
    settings = spec.settings["testers"][0]
    assert settings["tester_type"] == tester
    assert settings.get("env_data") == ({} if tester == "py" else None), "required for py, unknown to custom"
    known = {criterion.name: criterion for criterion in criteria_of(assignment)}
    scripts: list[str] = []
    for group in groups_of(spec):
        assert group["category"] == ["instructor"]
        assert isinstance(group["timeout"], int) and group["timeout"] > assignment.limits.total_seconds
        assert set(group["script_files"]) <= set(spec.files)
        scripts += group["script_files"]
        info = group["extra_info"]
        assert set(info) == {"name", "display_output", "criterion"}
        assert info["display_output"] == "instructors"
        assert info["criterion"] is None or known[info["criterion"]].automatic
    assert len(scripts) == len(set(scripts))
    assert sum(bool(group["feedback_file_names"]) for group in groups_of(spec)) == 1
    assert json.loads(json.dumps(spec.settings, allow_nan=False)) == spec.settings


def test_each_criterion_of_checks_has_a_group_and_one_that_people_share_is_tied_to_none(
    assignment: Assignment,
) -> None:
    def criteria(assignment: Assignment) -> list[tuple[str, str | None]]:
        groups = groups_of(make_spec(assignment, "toy", "custom", "python3"))
        return [(group["extra_info"]["name"], group["extra_info"]["criterion"]) for group in groups]

    assert criteria(assignment) == [("Question 1 (checks)",) * 2, ("Question 2",) * 2]
    by_question = assignment.markus.model_copy(update={"split": "question"})
    assert criteria(assignment.model_copy(update={"markus": by_question})) == [
        ("Question 1", None),
        ("Question 2", "Question 2"),
    ]


@pytest.mark.parametrize("tester", ["custom", "py"])
def test_the_hook_is_done_before_markus_gives_up_on_it(assignment: Assignment, tester: Tester) -> None:
    for timeout in (None, 30, 600):
        spec = make_spec(assignment, "toy", tester, "python3", timeout)
        for group in groups_of(spec):
            words = shlex.split(spec.files[group["script_files"][0]].replace(",", " ").replace("'", " "))
            assert float(words[words.index("--seconds") + 1]) <= group["timeout"] - 10


def test_a_name_with_quotes_and_spaces_reaches_the_hook_whole(assignment: Assignment) -> None:
    criteria = {"The 'proof'; rm -rf $HOME": ("1",), "Network": ("2",)}
    table = assignment.markus.model_copy(update={"criteria": criteria})
    spec = make_spec(assignment.model_copy(update={"markus": table}), "/a b/toy", "custom", "/opt/my python")
    script = spec.files["grader_markus_01.sh"]
    assert script.startswith("#!/bin/sh\nexec ")
    words = shlex.split(script.splitlines()[1])
    assert words[1:6] == ["/opt/my python", "-I", "-m", "grader.cli", "markus"]
    assert words[words.index("--criterion") + 1] == "The 'proof'; rm -rf $HOME"
    assert words[words.index("--assignment") + 1] == "/a b/toy"


def test_our_files_among_a_students_are_not_taken_for_the_hand_in(assignment: Assignment, desk: Path) -> None:
    for tester in ("custom", "py"):
        for name, text in make_spec(assignment, "toy", tester, "python3").files.items():
            (desk / "hand-in" / name).write_text(text)
    (desk / "hand-in" / "a2.py").write_text("")
    assert files_of(desk / "hand-in", UPLOADED) == (Path("a2.py"),)


def fake_hook(folder: Path, lines: str, code: int = 0) -> Path:
    """A Python that prints a table, whatever it is asked."""
    (folder / "table").write_bytes(lines.encode("latin-1"))
    program = folder / "fake_python"
    program.write_text(f"#!/bin/sh\ncat {shlex.quote(str(folder / 'table'))}\nexit {code}\n")
    program.chmod(0o755)
    return program


def run_py_tester(handed_in: Path, spec: Any) -> subprocess.CompletedProcess[bytes]:
    for name, text in spec.files.items():
        (handed_in / name).write_text(text)
    command = [sys.executable, str(PY_TESTER), "grader_markus_01.py"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return subprocess.run(
        command, cwd=handed_in, env=environment, capture_output=True, timeout=60, check=False
    )


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "hand-in").mkdir()
    return tmp_path


def test_the_py_tester_gets_the_hooks_marks_texts_and_tags(
    assignment: Assignment, autotester: ModuleType, desk: Path
) -> None:
    table = "".join(json.dumps(line) + "\n" for line in [*LINES, TAGS])
    spec = make_spec(assignment, "toy", "py", str(fake_hook(desk, table)))
    ended = run_py_tester(desk / "hand-in", spec)
    kept = autotester.stored(ended.stdout)
    found = [(test["marks_earned"], test["marks_total"], test["status"]) for test in kept.tests]
    assert found == [(2, 2, "pass"), (0.5, 1, "partial"), (0, 4, "fail")]
    assert [test["output"] for test in kept.tests] == ["Right.", "Half.\nMore.", "Wrong: é"]
    assert kept.tags == ["grader: needs a person"]


@pytest.mark.parametrize(
    ("table", "code"),
    [("", 0), ("", 4), (json.dumps(TAGS) + "\n", 4), ('{"name": "cut', 0), ("\xff\xfe", 0), ("[]\n", 0)],
)
def test_without_a_whole_table_the_py_tester_has_no_test_and_leaves_the_mark(
    assignment: Assignment, autotester: ModuleType, desk: Path, table: str, code: int
) -> None:
    spec = make_spec(assignment, "toy", "py", str(fake_hook(desk, table, code)))
    kept = autotester.stored(run_py_tester(desk / "hand-in", spec).stdout)
    assert (kept.tests, kept.share) == ([], None)


def test_a_grader_that_is_not_there_leaves_the_mark(
    assignment: Assignment, autotester: ModuleType, desk: Path
) -> None:
    spec = make_spec(assignment, "toy", "py", "/nowhere/python")
    assert autotester.stored(run_py_tester(desk / "hand-in", spec).stdout).share is None


def test_a_students_pytest_settings_and_modules_do_not_change_what_the_py_tester_finds(
    assignment: Assignment, autotester: ModuleType, desk: Path
) -> None:
    """What lies at the root under our files' names is ours, as an instructor's file wins."""
    table = "".join(json.dumps(line) + "\n" for line in LINES)
    spec = make_spec(assignment, "toy", "py", str(fake_hook(desk, table)))
    handed_in = desk / "hand-in"
    passing = (
        "import pytest\n@pytest.hookimpl(tryfirst=True)\ndef pytest_pyfunc_call(pyfuncitem): return True\n"
    )
    for name, text in {
        "conftest.py": passing,
        "pytest.ini": "[pytest]\naddopts = -k nothing\n",
        "tox.ini": "[pytest]\naddopts = -k nothing\n",
        "setup.cfg": "[tool:pytest]\naddopts = -k nothing\n",
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-k nothing"\n',
        "test_mine.py": "def test_mine(): pass\n",
    }.items():
        (handed_in / name).write_text(text)
    kept = autotester.stored(run_py_tester(handed_in, spec).stdout)
    assert [test["marks_earned"] for test in kept.tests] == [2, 0.5, 0]


def test_the_command_writes_the_settings_and_the_files_and_says_what_to_do(tmp_path: Path) -> None:
    out = tmp_path / "for markus"
    arguments = [
        "markus",
        "spec",
        "-a",
        "csc413_a2_2025",
        "--tester",
        "py",
        "--out",
        str(out),
        "--python",
        "/opt/grader/bin/python",
    ]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == Exit.DONE, result.stderr
    settings = json.loads((out / "specs.json").read_text())
    uploaded = {path.name for path in (out / "upload").iterdir()}
    assert uploaded >= {"conftest.py", "pytest.ini", "grader_markus_01.py"}
    scripts = {name for group in settings["testers"][0]["test_data"] for name in group["script_files"]}
    assert scripts <= uploaded and all(name in result.stdout for name in uploaded)


def test_without_a_folder_the_command_prints_the_settings_alone() -> None:
    result = CliRunner().invoke(app, ["markus", "spec", "-a", "csc413_a2_2025"])
    assert json.loads(result.stdout)["testers"][0]["tester_type"] == "custom"


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(
        app, ["markus", "spec", "-a", "csc413_a2_2025", "--out", str(tmp_path / "file")]
    )
    assert result.exit_code == Exit.USAGE and "choose another with --out" in result.stderr


def test_the_criteria_are_printed_for_markus() -> None:
    result = CliRunner().invoke(app, ["markus", "criteria", "-a", "csc413_a2_2025"])
    assert result.stdout.splitlines()[0].startswith(
        '"Question 1.1.1 (checks)": {"type": "flexible", "max_mark": 4'
    )
