"""The code of a running notebook: the names of its kernel's `__main__`, as they are now."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterable, Mapping
from types import FunctionType
from typing import Any

from grader.sandbox.errors import StudentRaised
from grader.sandbox.worker.program import Program
from grader.sandbox.worker.session import Session
from grader.sandbox.worker.stubs import is_stub
from grader.selfcheck.here import perform
from grader.selfcheck.work import Definition

_CELL_FILE = re.compile(r"[\\/]ipykernel_\d+[\\/]|<ipython-input-")


class _Running(Program):
    """A program that has run already: its values are the kernel's."""

    namespace: Mapping[str, Any]

    def value_of(self, name: str) -> Any:
        return self.namespace[name]


class KernelCode:
    """`names` are those that the assignment asks for; `namespace` is that of `__main__`."""

    where = "this kernel: write its cell and run it"

    def __init__(self, names: Iterable[str], namespace: Mapping[str, Any] | None = None) -> None:
        self._namespace = vars(sys.modules["__main__"]) if namespace is None else namespace
        self._names = tuple(names)
        program = _Running(steps=(), problems=(), future_flags=0)
        program.namespace = self._namespace
        self._session = Session(dict(self._namespace), {"program": program})

    def definitions(self) -> Mapping[str, Definition]:
        """The asked names that are bound now."""
        return {
            name: Definition(is_stub=_is_stub(self._namespace[name]))
            for name in self._names
            if name in self._namespace
        }

    def request(self, request: Mapping[str, Any]) -> Any:
        """An operation in this process: no deadline, interrupt the kernel to stop it."""
        try:
            return perform(self._session, request)
        except StudentRaised as fault:
            line = _line_in_a_cell(fault.__cause__)
            if line is None:
                raise
            message = f"{fault.message} (line {line} of its cell)"
            raise StudentRaised(fault.type_name, message) from fault.__cause__


def _is_stub(value: object) -> bool:
    """Whether a function, or a class's forward, is still the starter's."""
    function = inspect.getattr_static(value, "forward", None) if inspect.isclass(value) else value
    if not isinstance(function, FunctionType):
        return False
    try:
        body = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, TypeError, SyntaxError, IndexError):  # its cell's text is not known
        return False
    return bool(body) and is_stub(body[0])


def _line_in_a_cell(error: BaseException | None) -> int | None:
    """The line of the last frame that is in a cell."""
    line = None
    traceback = error.__traceback__ if error else None
    while traceback is not None:
        if _CELL_FILE.search(traceback.tb_frame.f_code.co_filename):
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
