"""Example hand-ins checked in this process, which is fast, and notebooks made of a few cells."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox.worker.session import Session
from grader.selfcheck.entry import check_notebook
from grader.selfcheck.findings import Finding, Report
from grader.selfcheck.here import perform
from grader.selfcheck.notebook_file import find_notebook

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "csc413_a2_2025"
A2 = "csc413_a2_2025"

Findings = Mapping[tuple[str, str], Finding]
OfExample = Callable[[str], Findings]


class InThisProcess:
    """A worker without a process: for code that neither hangs nor exits."""

    alive = True

    def __init__(self) -> None:
        self._session = Session({})

    def request(self, request: Mapping[str, Any], deadline: float) -> Any:
        return perform(self._session, request)

    def close(self) -> None:
        """Nothing runs."""


def findings(report: Report) -> Findings:
    return {(line.question, line.part): line.finding for line in report.lines}


@cache
def findings_of_example(name: str) -> Findings:
    """Of the last notebook by name, as the grader's choice would be in these examples."""
    path = sorted(p for p in (EXAMPLES / name).rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)[-1]
    return findings(check_notebook(find_notebook(path), InThisProcess, assignment=A2))


def write_notebook(path: Path, markdown: Sequence[str] = (), code: Sequence[str] = ()) -> Path:
    cells = [{"cell_type": "code", "source": text, "outputs": [], "metadata": {}} for text in code]
    cells += [{"cell_type": "markdown", "source": text, "metadata": {}} for text in markdown]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


@pytest.fixture(scope="session")
def worker() -> Callable[[], InThisProcess]:
    """Starts a worker that runs in this process."""
    return InThisProcess


@pytest.fixture(scope="session")
def of_example() -> OfExample:
    """The findings on an example hand-in by its name."""
    return findings_of_example


@pytest.fixture
def check_cells(tmp_path: Path) -> Callable[..., Findings]:
    """The findings on a notebook of these cells."""

    def check(
        markdown: Sequence[str] = (), code: Sequence[str] = (), question: str | None = None
    ) -> Findings:
        found = find_notebook(write_notebook(tmp_path / "a2-code.ipynb", markdown, code))
        return findings(check_notebook(found, InThisProcess, question, A2))

    return check
