"""From what a check did to a verdict: it returned one, or it ended in a fault of the student's or of ours."""

from __future__ import annotations

import re
from collections.abc import Callable

from grader.judge.faults import ForAPerson, NothingHandedIn, NotReadable, OutOfTime, UnusableReply
from grader.results import Outcome, Place, Verdict, incorrect, needs_person, not_attempted
from grader.sandbox import Crashed, ProtocolViolation, SandboxError, StudentRaised, TimedOut

_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,16}\b")
"""Where an object lies in memory, as `repr` says it: another place in every run, and of no use to anybody."""


def settle(check: Callable[[], object]) -> Verdict:
    """Run one check. Whatever is not the student's doing becomes `grader_error`: pending, never a zero.

    Only a SandboxError goes on to the caller: without its server nothing more of the hand-in can be judged.
    """
    try:
        verdict = check()
    except NothingHandedIn as fault:
        return not_attempted(str(fault))
    except ForAPerson as fault:
        return needs_person(str(fault), place=fault.place, details=fault.details, exhibits=fault.exhibits)
    except NotReadable as fault:
        return Verdict(Outcome.UNREADABLE, 0.0, str(fault), fault.place, fault.details, fault.exhibits)
    except UnusableReply as fault:
        return incorrect(str(fault))
    except StudentRaised as fault:
        return _raised(fault)
    except TimedOut as fault:
        return Verdict(Outcome.TIMEOUT, 0.0, f"Your code did not finish within {fault.seconds:g} s.")
    except OutOfTime as fault:
        return Verdict(Outcome.TIMEOUT, 0.0, str(fault))
    except Crashed as fault:
        return Verdict(Outcome.ERROR, 0.0, f"Your code ended the Python process ({fault.how}).")
    except ProtocolViolation:
        return Verdict(Outcome.ERROR, 0.0, "Your code wrote into the channel that carries its results.")
    except SandboxError:
        raise
    except Exception as fault:
        return grader_error(f"{type(fault).__name__}: {fault}")
    if not isinstance(verdict, Verdict):
        return grader_error(f"the check returned {type(verdict).__name__} instead of a verdict")
    return verdict


def grader_error(reason: str) -> Verdict:
    """Our own failure, for the person who runs the grader."""
    return Verdict(
        Outcome.GRADER_ERROR,
        0.0,
        "The grader failed on this part; its marks are pending.",
        details=(reason[:2000],),
    )


def _raised(fault: StudentRaised) -> Verdict:
    place = Place(fault.cell, fault.line) if fault.cell else None
    said, traceback = (_ADDRESS.sub("0x…", text) for text in (fault.message, fault.traceback))
    if fault.type_name == "FrameError":  # raised where the value is packed, not in the student's code
        return incorrect(f"Your code gave something that is no number, array or tensor: {said}", place=place)
    if fault.type_name == "NotImplementedError":
        return not_attempted("The code for this part is not written yet (NotImplementedError).", place=place)
    message = (
        f"Your code raised {fault.type_name}: {said}" if said else f"Your code raised {fault.type_name}."
    )
    return Verdict(Outcome.ERROR, 0.0, message, place, details=(traceback,) if traceback else ())
