"""What may be told of an exception in a student's code.

The code was working on hidden inputs, and its words, its traceback and even the name of its type are its own:
any of them may spell the inputs out. So a student reads the type if everybody knows it, the line of their own
notebook, and the message where Python, NumPy or PyTorch word it so themselves, without its numbers. Staff
read the whole of it.
"""

from __future__ import annotations

import builtins
import re
from dataclasses import dataclass
from functools import cache

from grader.judge.error_messages import FORMS
from grader.results import Place
from grader.results.exhibits import ForStaff
from grader.sandbox import StudentRaised
from grader.submission import Notebook

OTHER_TYPES = frozenset({"AxisError", "LinAlgError", "OutOfMemoryError"})
UNKNOWN_TYPE = "an exception of its own kind"
LONGEST_LINE = 200

_NUMBERS = r"['(\[{]*-?\d[\d.,x\[\](){}' -]{0,80}"
_NAME = r"""(['"]?[A-Za-z_][\w.]{0,60}['"]?)"""
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,16}\b")
"""Where an object lies in memory, as `repr` says it: another place in every run, and of no use to anybody."""
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Told:
    """An exception as the student reads it.

    kind: its type. words: its message, or nothing. place: where in the notebook, None if nowhere there.
    line: what the notebook has there. whole: everything, for staff.
    """

    kind: str
    words: str
    place: Place | None
    line: str
    whole: ForStaff

    def __str__(self) -> str:
        return f"{self.kind}: {self.words}" if self.words else self.kind


def told(fault: StudentRaised, notebook: Notebook | None) -> Told:
    """What to tell of a fault; where there is no notebook, it is in none of its lines."""
    whole = f"{fault.type_name}: {fault.message}\n{fault.traceback}".rstrip(": \n")
    sources = {cell.number: cell.source for cell in notebook.code_cells} if notebook else {}
    place, line = _place(fault, sources)
    return Told(
        fault.type_name if fault.type_name in _known_types() else UNKNOWN_TYPE,
        _words(fault.message, " ".join(sources.values())),
        place,
        line,
        ForStaff(_ADDRESS.sub("0x…", whole)),
    )


def _place(fault: StudentRaised, sources: dict[int, str]) -> tuple[Place | None, str]:
    """The cell and line that the process names, where the notebook has them."""
    if fault.cell not in sources:
        return None, ""
    lines = sources[fault.cell].splitlines()
    if fault.line is None or not 1 <= fault.line <= len(lines):
        return Place(fault.cell), ""
    return Place(fault.cell, fault.line), lines[fault.line - 1].strip()[:LONGEST_LINE]


def _words(message: str, source: str) -> str:
    """The message if it has a known form: with names of the notebook and of Python, and without numbers."""
    found = ((form, pattern.fullmatch(message)) for form, pattern in _patterns())
    form, match = next(((form, match) for form, match in found if match), ("", None))
    if match is None:
        return ""
    written = {*_WORD.findall(source), *_python_words()}
    for name in match.groups():
        form = form.replace("<name>", name if written.issuperset(_WORD.findall(name)) else "…", 1)
    return form.replace("#", "…")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    escaped = (
        (form, re.escape(form).replace(re.escape("#"), _NUMBERS).replace(re.escape("<name>"), _NAME))
        for form in FORMS.splitlines()
    )
    return tuple((form, re.compile(pattern)) for form, pattern in escaped)


@cache
def _known_types() -> frozenset[str]:
    """Exceptions that anybody may raise."""
    return OTHER_TYPES | {
        name
        for name, value in vars(builtins).items()
        if isinstance(value, type) and issubclass(value, BaseException)
    }


@cache
def _python_words() -> frozenset[str]:
    """Words of error messages that a notebook need not hold: types and what methods they lack."""
    types = "NoneType function method builtin_function_or_method generator module ndarray numpy Tensor torch"
    dtypes = "Float Double Half Long Int float32 float64 int64 double float object"
    return frozenset({*dir(builtins), *types.split(), *dtypes.split()})
