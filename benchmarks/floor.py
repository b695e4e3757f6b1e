"""The floor of every timing: an assignment's checks in this process, warm, unconfined, without frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from grader.assignment import Assignment
from grader.judge import JudgePlugin, Student
from grader.sandbox import StudentRaised
from grader.sandbox.worker import student_code
from grader.sandbox.worker.session import new_session
from grader.submission import HandIn, open_submission

# Hand-ins that never end, eat the memory or end the process cannot run here, and a time-out has no floor.
NOT_FOR_THE_FLOOR = frozenset({"dilys_evans", "emeka_obi", "freya_dahl"})


class WarmProcess:
    """Stands in for a student process: the worker's own operations, called in this process."""

    alive = True

    def __init__(self) -> None:
        self._session = new_session()
        self._loaded: Any = None

    def request(self, request: dict[str, Any], deadline: float) -> Any:
        """Do what a student process would do, without frames."""
        if request["op"] == "load":
            self._loaded = self._loaded or student_code.load(self._session, request)
            return self._loaded
        operation = getattr(student_code, request["op"])
        try:
            return _as_arrays(operation(self._session, request))
        except Exception as error:
            raise StudentRaised(type(error).__name__, str(error)) from error

    def close(self) -> None:
        """Keep everything for the next round."""


def _as_arrays(value: Any) -> Any:
    """Tensors become arrays, as they do in a frame."""
    if isinstance(value, torch.Tensor):
        return value.detach().numpy()
    if isinstance(value, dict):
        return {key: _as_arrays(part) for key, part in value.items()}
    return [_as_arrays(part) for part in value] if isinstance(value, list) else value


def warm_judging(assignment: Assignment, judge: JudgePlugin, hand_in: HandIn) -> Callable[[], object]:
    """What judges the hand-in once, its files read and its process made beforehand."""
    process: Any = WarmProcess()
    submission = open_submission(
        hand_in.path, notebook_patterns=assignment.files.notebook, asked_names=assignment.asked_names
    )
    return lambda: judge.judge(Student(assignment, submission, lambda: process))
