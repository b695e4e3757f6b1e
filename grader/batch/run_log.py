"""`run.log`: what a support request can attach. JSON lines of facts about the grader and the machine.

Nothing of a student's or of the key's goes in: hand-ins are numbers, failures are names of types, and no text
from outside this program is written, so that nothing has to be taken out of it afterwards.
"""

from __future__ import annotations

import json
import os
import platform
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from grader.batch.output import OutputError
from grader.judge.grounds import tool_versions
from grader.results import Isolation, Outcome, Result

FILE_NAME = "run.log"

_TYPE = re.compile(r"[A-Za-z_]\w{0,60}")
_OUR_WORDS = frozenset({"the judging process died", "grading took longer than it may"})

Fact = int | float | str | Mapping[str, int] | Mapping[str, str] | Sequence[str]


class RunLog:
    """Appends to the log of an output folder. names: of the class, to number hand-ins by."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._path = folder / FILE_NAME
        self._numbers = {name: number for number, name in enumerate(sorted(names), start=1)}
        self._counts: Counter[str] = Counter()

    @contextmanager
    def run(self, command: str, assignment: str, **counts: int) -> Iterator[None]:
        """Log the beginning, and how it ended."""
        started = time.monotonic()
        self._note("begin", command=command, assignment=assignment, **machine(), **counts)
        how = "done"
        try:
            yield
        except BaseException as error:
            how = type(error).__name__
            raise
        finally:
            seconds = round(time.monotonic() - started, 1)
            self._note("end", how=how, seconds=seconds, outcomes=dict(sorted(self._counts.items())))

    def isolation(self, isolation: Isolation) -> None:
        """Log how student code is confined."""
        self._note("sandbox", level=isolation.level, layers=list(isolation.layers))

    def hand_in(self, result: Result) -> None:
        """Log one result: its outcomes, and which criteria the grader itself failed on."""
        criteria = {f"{q.id}/{c.id}": c for q in result.questions for c in q.criteria}
        outcomes = Counter(criterion.outcome.value for criterion in criteria.values())
        self._counts.update(outcomes)
        failures = {
            name: type_in(criterion.details[0] if criterion.details else "")
            for name, criterion in criteria.items()
            if criterion.outcome is Outcome.GRADER_ERROR
        }
        facts: dict[str, Fact] = {
            "number": self._numbers.get(result.submission, 0),
            "seconds": result.seconds,
        }
        facts |= {"outcomes": dict(sorted(outcomes.items()))}
        if result.problem is not None:
            facts["unreadable"] = 1
        if failures:
            facts["grader_failed"] = failures
        self._note("hand-in", **facts)

    def failure(self, name: str, reason: str) -> None:
        """Log a hand-in that no worker could do."""
        self._note("failure", number=self._numbers.get(name, 0), reason=type_in(reason))

    def _note(self, event: str, **facts: Fact) -> None:
        line = json.dumps({"at": round(time.time(), 1), "event": event, **facts}, ensure_ascii=True)
        try:
            with self._path.open("a", encoding="ascii") as file:
                file.write(line + "\n")
        except OSError as error:
            raise OutputError(
                f"Cannot write {self._path} ({error.strerror}): make room or choose another folder."
            ) from error


def machine() -> dict[str, Fact]:
    """Facts about the machine and the versions."""
    return {
        "versions": dict(tool_versions()),
        "kernel": platform.release(),
        "processor": platform.machine(),
        "cores": os.cpu_count() or 0,
        "is_root": int(os.geteuid() == 0),
    }


def type_in(reason: str) -> str:
    """The type of an exception at the beginning of a reason, or words of ours; never what follows."""
    if reason in _OUR_WORDS:
        return reason
    found = _TYPE.match(reason)
    is_type = found is not None and reason[found.end() :].startswith(":")
    return found[0] if found is not None and is_type else "unknown"
