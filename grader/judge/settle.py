"""From what a check did to a verdict: it returned one, or it ended in a fault of the student's or of ours."""

from __future__ import annotations

from collections.abc import Callable

from grader.judge.faults import ForAPerson, NothingHandedIn, NotReadable, OutOfTime, UnusableReply
from grader.judge.raised import told
from grader.results import Outcome, Verdict, incorrect, needs_person, not_attempted
from grader.sandbox import Crashed, ProtocolViolation, SandboxError, StudentRaised, TimedOut
from grader.submission import Notebook


def settle(check: Callable[[], object], notebook: Notebook | None = None) -> Verdict:
    """Run one check. Whatever is not the student's doing becomes `grader_error`: pending, never a zero.

    notebook: what was handed in, to show the line that raised.

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
        return _raised(fault, notebook)
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


def _raised(fault: StudentRaised, notebook: Notebook | None) -> Verdict:
    found = told(fault, notebook)
    shown = (found.whole,)
    if fault.type_name == "FrameError":  # raised where the value is packed, not in the student's code
        what = f"Your code gave something that is no number, array or tensor: {found.words}"
        return incorrect(what.rstrip(": "), place=found.place, exhibits=shown)
    if fault.type_name == "NotImplementedError":
        return not_attempted(
            "The code for this part is not written yet (NotImplementedError).", place=found.place
        )
    message = f"Your code raised {found}" + ("" if found.words else ".")
    return Verdict(Outcome.ERROR, 0.0, message, found.place, (found.line,) if found.line else (), shown)
