"""The parts of a self-check: functions from the work to a finding, and their faults put into words."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import ModuleType

from grader.results.verdict import Place
from grader.sandbox.errors import StudentFault, StudentRaised, TimedOut
from grader.selfcheck.findings import CannotSay, Finding, Line, looks_wrong, not_attempted, not_checked
from grader.selfcheck.sheet import NoSuchSheet, Sheet
from grader.selfcheck.work import Work


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the report: the question, what of it is looked at, and how."""

    question: str
    name: str
    check: Callable[[Work], Finding]


def part(question: str, name: str) -> Callable[[Callable[[Work], Finding]], Part]:
    """Make a function a part of a question's self-check."""
    return lambda check: Part(question, name, check)


def load_parts(sheet: Sheet) -> tuple[Part, ...]:
    """The parts of an assignment's self-check: `PARTS` of `selfcheck` in its folder."""
    parts: tuple[Part, ...] = _load(sheet).PARTS
    return parts


def _load(sheet: Sheet) -> ModuleType:
    """By file, so that an assignment outside the package works too; a package may import its own modules."""
    name = f"grader.assignments.{sheet.id}.selfcheck"
    package = sheet.folder / "selfcheck" / "__init__.py"
    path = package if package.is_file() else sheet.folder / "selfcheck.py"
    loaded = sys.modules.get(name)
    if loaded is not None and loaded.__file__ == str(path):
        return loaded
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def chosen(parts: Iterable[Part], question: str | None) -> tuple[Part, ...]:
    """The parts of a question, of all questions that begin like it (`4` is 4.1 to 4.3), or all."""
    everything = tuple(parts)
    if question is None:
        return everything
    wanted = question.strip().removeprefix("Q").replace("(", "").replace(")", "")
    found = tuple(p for p in everything if p.question == wanted)
    found = found or tuple(p for p in everything if p.question.startswith(wanted) and wanted)
    if not found:
        known = ", ".join(dict.fromkeys(p.question for p in everything))
        raise NoSuchSheet(f"There is no self-check of a question {question!r}; there is one for {known}.")
    return found


def run_parts(parts: Iterable[Part], work: Work) -> tuple[Line, ...]:
    """A line for each part."""
    return tuple(Line(part.question, part.name, settle(part.check, work)) for part in parts)


def settle(check: Callable[[Work], Finding], work: Work) -> Finding:
    """The finding of one check. A mistake of the check's own is never held against the student."""
    try:
        return check(work)
    except CannotSay as reason:
        return reason.finding
    except StudentRaised as fault:
        return _raised(fault)
    except TimedOut as fault:
        return looks_wrong(f"Your code did not finish within {fault.seconds:g} s.")
    except StudentFault as fault:
        return looks_wrong(f"Your code broke off: {fault}.")
    except Exception as mistake:
        return not_checked(f"The self-check itself failed here ({type(mistake).__name__}: {mistake}).")


def _raised(fault: StudentRaised) -> Finding:
    place = Place(fault.cell, fault.line) if fault.cell else None
    if fault.type_name == "NotImplementedError":
        return not_attempted("It is not written yet (NotImplementedError).", place=place)
    if fault.type_name == "FrameError":  # raised where the value is packed, not in the student's code
        return looks_wrong("Your code gives something that is no number, array or tensor.", place=place)
    return looks_wrong(f"Your code raised {fault.type_name}: {fault.message}".rstrip(": "), place=place)
