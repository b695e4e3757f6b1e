"""`check()` for notebooks, and `self_check` for programs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.errors import GraderError
from grader.selfcheck.display import Display
from grader.selfcheck.findings import Report
from grader.selfcheck.kernel import KernelCode
from grader.selfcheck.notebook_code import NotebookCode, Worker
from grader.selfcheck.notebook_file import Found, find_notebook
from grader.selfcheck.parts import chosen, load_parts, run_parts
from grader.selfcheck.sheet import Sheet, sheet_for
from grader.selfcheck.work import Code, Work
from grader.submission.files import defined_names
from grader.submission.notebook import Notebook

SAVE_FIRST = "Save the notebook first if you have changed it since."


def check(question: str | None = None, notebook: str | Path | None = None) -> None:
    """Look at your own work, all of it or one question, and show what can be said without the answers.

    Functions and classes are those of the running kernel; written answers and outputs are read from the saved
    notebook, which is found by itself or given by its path. Try `check("2.1.3")`.
    """
    namespace = vars(sys.modules["__main__"])
    try:
        shown: object = Display(self_check(question, notebook, namespace))
    except GraderError as error:
        shown = str(error)
    _show(shown, namespace)


def self_check(
    question: str | None = None,
    notebook: str | Path | None = None,
    namespace: dict[str, Any] | None = None,
    assignment: str | Path | None = None,
) -> Report:
    """The report on the names in `namespace` (by default `__main__`'s) and on the saved notebook.

    Without a notebook the written parts are not checked, and a note says why. Raises GraderError for an
    unknown question or assignment, and for a notebook given that cannot be read.
    """
    namespace = vars(sys.modules["__main__"]) if namespace is None else namespace
    found, note = _saved(notebook, namespace)
    sheet = sheet_for(assignment, found.notebook.assignment if found else None, namespace)
    code = KernelCode((*sheet.functions, *sheet.networks), namespace)
    notes = (note, SAVE_FIRST) if found else (note,)
    return report_on(sheet, code, found.notebook if found else None, question, notes)


def check_notebook(
    found: Found,
    start: Callable[[], Worker],
    question: str | None = None,
    assignment: str | Path | None = None,
) -> Report:
    """The report on a saved notebook, its code run by the workers that `start` gives."""
    sheet = sheet_for(assignment, found.notebook.assignment, defined_names(found.notebook))
    code = NotebookCode(found.notebook, start)
    try:
        return report_on(sheet, code, found.notebook, question, (found.note,))
    finally:
        code.close()


def report_on(
    sheet: Sheet, code: Code, notebook: Notebook | None, question: str | None, notes: tuple[str, ...]
) -> Report:
    """Run the parts of one question or of all."""
    parts = chosen(load_parts(sheet), question)
    lines = run_parts(parts, Work(sheet, code, notebook))
    return Report(sheet.id, f"Self-check of {sheet.title}", lines, notes)


def _saved(given: str | Path | None, namespace: dict[str, Any]) -> tuple[Found | None, str]:
    try:
        found = find_notebook(given, namespace=namespace)
    except GraderError as error:
        if given is not None:
            raise
        return None, str(error)
    return found, found.note


def _show(shown: object, namespace: dict[str, Any]) -> None:
    """By IPython where it runs, else as text."""
    if "get_ipython" in namespace and isinstance(shown, Display):
        from IPython.display import display

        display(shown)  # type: ignore[no-untyped-call]
    else:
        print(shown)
