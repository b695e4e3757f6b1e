"""`check()` in a running notebook: the kernel's own names, and the notebook file that belongs to it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

import grader
from grader.errors import GraderError
from grader.selfcheck.entry import self_check
from grader.selfcheck.findings import Finding, Outcome
from grader.selfcheck.kernel import KernelCode
from grader.selfcheck.notebook_file import WhichNotebook, find_notebook

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "student_template" / "csc413_a2_2025" / "a2-code.ipynb"
RIGHT = """
import numpy as np
def l2_coefficient(lam, eta):
    print("noise")
    np.random.rand()
    return lam / (2 * eta)
"""
WRONG = "def l2_coefficient(lam, eta):\n    return lam * eta\n"
RAISES = "def l2_coefficient(lam, eta):\n    value = 1\n    return value / None\n"
STUB = 'def l2_coefficient(lam, eta):\n    """Yours."""\n    # YOUR CODE\n    raise NotImplementedError\n'
HALF_WRITTEN = "def l2_coefficient(lam, eta):\n    x = 2\n    raise NotImplementedError\n"


@pytest.fixture
def kernel() -> Callable[[str], dict[str, Any]]:
    """Run a cell in an IPython shell and give the shell's names."""

    def run(cell: str) -> dict[str, Any]:
        shell = InteractiveShell()
        shell.run_cell(cell).raise_error()
        names: dict[str, Any] = shell.user_ns
        return names

    return run


def look(namespace: dict[str, Any]) -> Finding:
    report = self_check("2.2.2", TEMPLATE, namespace)
    return next(line.finding for line in report.lines if line.part == "l2_coefficient")


@pytest.mark.parametrize(
    ("cell", "outcome"),
    [
        (RIGHT, Outcome.LOOKS_RIGHT),
        (WRONG, Outcome.LOOKS_WRONG),
        (RAISES, Outcome.LOOKS_WRONG),
        (STUB, Outcome.NOT_ATTEMPTED),
        (HALF_WRITTEN, Outcome.NOT_ATTEMPTED),
        ("x = 1", Outcome.NOT_ATTEMPTED),
        ("import math; l2_coefficient = math.pow", Outcome.LOOKS_WRONG),
        ("l2_coefficient = 3", Outcome.LOOKS_WRONG),
    ],
)
def test_the_names_of_the_running_kernel_are_looked_at(
    kernel: Callable[[str], dict[str, Any]], cell: str, outcome: Outcome
) -> None:
    assert look(kernel(cell)).outcome is outcome


def test_an_error_is_told_with_its_line(kernel: Callable[[str], dict[str, Any]]) -> None:
    finding = look(kernel(RAISES))
    assert "TypeError" in finding.message
    assert "line 3" in finding.message


def test_checking_leaves_random_numbers_and_output_alone(
    kernel: Callable[[str], dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    namespace = kernel(RIGHT)
    np.random.seed(1)
    torch.manual_seed(1)
    expected = np.random.rand(), torch.rand(1).item()
    np.random.seed(1)
    torch.manual_seed(1)
    look(namespace)
    assert (np.random.rand(), torch.rand(1).item()) == expected
    assert capsys.readouterr().out == ""


def test_a_starter_class_with_an_empty_forward_is_a_stub(kernel: Callable[[str], dict[str, Any]]) -> None:
    cell = "import torch\nclass Net(torch.nn.Module):\n    def forward(self, x):\n        pass\n"
    assert KernelCode(["Net"], kernel(cell)).definitions()["Net"].is_stub


def test_check_prints_in_a_plain_python_and_shows_html_in_a_notebook(
    kernel: Callable[[str], dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("IPython.display.display", lambda shown: print(shown._repr_html_()))
    for namespace, sign in ({"x": 1}, "2.2.2"), ({"get_ipython": None}, "<table"):
        main = type(sys)("__main__")
        vars(main).update(namespace)
        monkeypatch.setitem(sys.modules, "__main__", main)
        grader.check("2.2.2", TEMPLATE)
        assert sign in capsys.readouterr().out


def test_a_question_that_is_not_there_is_a_sentence_and_no_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    grader.check("9.9", TEMPLATE)
    assert "no self-check of a question '9.9'" in capsys.readouterr().out


def test_without_a_notebook_code_is_still_checked(
    kernel: Callable[[str], dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    report = self_check("2.2.2", None, kernel(RIGHT))
    outcomes = {line.part: line.finding.outcome for line in report.lines}
    assert outcomes == {"l2_coefficient": Outcome.LOOKS_RIGHT, "lambda tilde": Outcome.NOT_CHECKED}
    assert "save yours and name it" in report.notes[0]


def test_a_notebook_that_is_named_and_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match=r"mine\.ipynb"):
        self_check(None, tmp_path / "mine.ipynb", {})


@pytest.mark.parametrize("way", ["given", "folder given", "Jupyter", "VS Code", "only one"])
def test_the_notebook_of_a_kernel_is_found(tmp_path: Path, way: str) -> None:
    path = tmp_path / "work" / "my a2.ipynb"
    path.parent.mkdir()
    path.write_text(TEMPLATE.read_text("utf-8"), "utf-8")
    if way in ("Jupyter", "VS Code", "given"):
        (path.parent / "other.ipynb").write_text("{}")
    found = find_notebook(
        {"given": path, "folder given": path.parent}.get(way),
        folder=path.parent,
        environment={"JPY_SESSION_NAME": "somewhere/my a2.ipynb"} if way == "Jupyter" else {},
        namespace={"__vsc_ipynb_file__": str(path)} if way == "VS Code" else {},
    )
    assert found.notebook.path == path
    assert f"{path.name} as saved at {time.strftime('%H:')}" in found.note


def test_of_several_notebooks_none_is_guessed(tmp_path: Path) -> None:
    for name in ("a.ipynb", "b.ipynb"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(WhichNotebook, match=r"a\.ipynb, b\.ipynb"):
        find_notebook(None, folder=tmp_path, environment={}, namespace={})


def test_importing_the_grader_loads_neither_torch_nor_the_self_check() -> None:
    code = "import sys, grader; print(sorted({'torch', 'numpy', 'grader.selfcheck'} & sys.modules.keys()))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_name_that_the_grader_does_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="chekc"):
        _ = grader.chekc  # type: ignore[attr-defined]
