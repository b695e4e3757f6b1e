"""The template of Assignment 2, filled in as a student would, run as Jupyter would, and graded."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from grader.assignment import Assignment, load_assignment
from grader.errors import Exit
from grader.results import Result
from grader.submission import Notebook, read_answers, read_notebook

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "student_template" / "csc413_a2_2025" / "a2-code.ipynb"


class Draft:
    """A student's copy of the template, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / TEMPLATE.name
        self.raw: Any = nbformat.read(TEMPLATE, as_version=nbformat.NO_CONVERT)

    def cell(self, id: str) -> Any:
        """The cell with this id."""
        (found,) = (cell for cell in self.raw.cells if cell.id == id)
        return found

    def answer_cells(self) -> dict[str, Any]:
        """The answer cells by question."""
        marked = ((re.match(r"### Answer (\S+)\n", cell.source), cell) for cell in self.raw.cells)
        return {marker[1]: cell for marker, cell in marked if marker}

    def labels(self, question: str) -> list[str]:
        """What stands before the colons of a question's answer cell."""
        return re.findall(r"(?m)^- (.+):$", self.answer_cells()[question].source)

    def answer(self, question: str, label: str, value: str) -> None:
        """Write behind a label of an answer cell."""
        cell = self.answer_cells()[question]
        lines = cell.source.split("\n")
        lines[lines.index(f"- {label}:")] += f" {value}"
        cell.source = "\n".join(lines)

    def define(self, definitions: Mapping[str, str]) -> None:
        """Write functions and classes in place of the starter code of that name."""
        for cell in self.raw.cells:
            if cell.cell_type == "code":
                for name, starter in sources_in(cell.source).items():
                    cell.source = cell.source.replace(starter, definitions.get(name, starter))

    def replace(self, id: str, old: str, new: str) -> None:
        """Change a setting in a cell."""
        cell = self.cell(id)
        assert cell.source.count(old) == 1
        cell.source = cell.source.replace(old, new)

    def run(self) -> None:
        """Run all cells in a fresh kernel, beside the file; CellExecutionError if one of them raises."""
        resources = {"metadata": {"path": str(self.path.parent)}}
        NotebookClient(self.raw, timeout=200, kernel_name="python3", resources=resources).execute()

    def text_of(self, id: str) -> str:
        """What a cell printed."""
        return "".join(output.text for output in self.cell(id).outputs if output.output_type == "stream")

    def figures(self) -> int:
        """How many figures the outputs show."""
        outputs = [output for cell in self.raw.cells for output in cell.get("outputs", ())]
        return sum("image/png" in output.get("data", {}) for output in outputs)

    def read(self) -> Notebook:
        """The notebook as the grader reads it."""
        nbformat.write(self.raw, self.path)
        return read_notebook(self.path)

    def grade(self) -> Result:
        """What `grader grade` says of it."""
        nbformat.write(self.raw, self.path)
        return grade(self.path)


def sources_in(code: str) -> dict[str, str]:
    """The source of each function and class that a cell defines at top level."""
    nodes = [node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return {node.name: ast.get_source_segment(code, node) or "" for node in nodes}


def grade(path: Path) -> Result:
    """What `grader grade` says of a hand-in; skips the test where the machine cannot confine student code."""
    command = [sys.executable, "-m", "grader.cli", "grade", str(path), "--json", "-a", "csc413_a2_2025"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    if run.returncode == Exit.NO_CONFINEMENT:
        pytest.skip(f"student code cannot be confined here: {run.stderr.strip()}")
    assert run.returncode == Exit.DONE, run.stderr
    return Result.model_validate_json(run.stdout)


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    return Draft(tmp_path)


@pytest.fixture
def run_cells(draft: Draft) -> Callable[..., str]:
    """Run code cells of the template, by id, as a script, then lines of a test; what these print last."""

    def run_cells(*ids: str, then: str) -> str:
        script = "\n".join([*(draft.cell(id).source for id in ids), then])
        run = subprocess.run(
            [sys.executable, "-c", script],
            cwd=draft.path.parent,
            env=os.environ | {"MPLBACKEND": "agg"},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        return run.stdout.splitlines()[-1]

    return run_cells


@pytest.fixture(scope="session")
def assignment() -> Assignment:
    return load_assignment("csc413_a2_2025")


@pytest.fixture(scope="session")
def example() -> Path:
    """A hand-in of the example class in which everything is right."""
    return ROOT / "examples" / "csc413_a2_2025" / "ada_okafor" / TEMPLATE.name


@pytest.fixture
def filled(draft: Draft, example: Path, assignment: Assignment) -> Draft:
    """The template with that hand-in's code and answers; few images and few epochs."""
    work = read_notebook(example)
    asked = assignment.functions.keys() | assignment.networks.keys()
    for cell in work.code_cells:
        if "%" not in cell.source:  # neither magics nor formatted lines: the cells that define what is asked
            draft.define({name: code for name, code in sources_in(cell.source).items() if name in asked})
    for question in draft.answer_cells():
        labels = dict.fromkeys(draft.labels(question), ())
        for label, answer in read_answers(work, question, labels).fields.items():
            draft.answer(question, label, answer.value)
    draft.replace("data-images", "train_tiles, 1000", "train_tiles, 300")
    for id in ("train-pool", "train-conv-transpose"):
        draft.replace(id, '"epochs": 25', '"epochs": 2')
    draft.replace("train-batch-sizes", '"epochs": 10', '"epochs": 1')
    draft.replace("train-batch-sizes", "TRY_BATCH_SIZES = False", "TRY_BATCH_SIZES = True")
    return draft


@pytest.fixture(scope="session")
def grade_file() -> Callable[[Path], Result]:
    """`grade`, for any test."""
    return grade
