"""The code of a saved notebook, run by a process of its own: confined, or plain on the student's machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from grader.results.verdict import Place
from grader.sandbox.errors import StudentRaised
from grader.selfcheck.findings import CannotSay, unreadable
from grader.selfcheck.work import Definition
from grader.submission.notebook import Notebook

CALL_SECONDS = 10.0


class Worker(Protocol):
    """A process that performs operations; `grader.sandbox.StudentProcess` is one."""

    @property
    def alive(self) -> bool:
        """False after a crash or a time-out."""

    def request(self, request: Mapping[str, Any], deadline: float) -> Any:
        """One operation within `deadline` seconds; raises StudentFault."""

    def close(self) -> None:
        """End it."""


class NotebookCode:
    """Starts a worker when something is first asked, and a fresh one after a crash or a time-out."""

    where = "the notebook"

    def __init__(
        self, notebook: Notebook, start: Callable[[], Worker], seconds: float = CALL_SECONDS
    ) -> None:
        self._cells = [[cell.number, cell.source] for cell in notebook.code_cells]
        self._start = start
        self._seconds = seconds
        self._worker: Worker | None = None
        self._definitions: Mapping[str, Definition] = {}

    def definitions(self) -> Mapping[str, Definition]:
        """What the cells bind, and what they meant to bind where they are not Python."""
        self._ready()
        return self._definitions

    def request(self, request: Mapping[str, Any]) -> Any:
        """One operation, within the time for one call."""
        return self._ready().request(request, self._seconds)

    def close(self) -> None:
        """End the worker, if one runs."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _ready(self) -> Worker:
        if self._worker is not None and self._worker.alive:
            return self._worker
        self.close()
        self._worker = self._start()
        try:
            told = self._worker.request({"op": "load", "cells": self._cells}, self._seconds)
        except StudentRaised as fault:
            raise CannotSay(unreadable(f"The notebook's code cells cannot be read ({fault}).")) from fault
        self._definitions = {
            name: Definition(Place(cell, line), is_stub=unfinished, problem=None if unfinished else message)
            for cell, line, message, names, unfinished in told["problems"]
            for name in names
        } | {
            name: Definition(Place(cell, line), is_stub=stub)
            for name, (cell, line, stub) in told["definitions"].items()
        }
        return self._worker
