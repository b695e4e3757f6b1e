"""Marks: the pytest plugin that runs an assignment's checks, what checks see, how verdicts become results."""

from grader.judge.criterion import criterion
from grader.judge.faults import (
    CannotCheck,
    ForAPerson,
    NothingHandedIn,
    NotReadable,
    OutOfTime,
    UnusableReply,
)
from grader.judge.grading import Grader, failed_result, make_result, read_hand_in, unreadable_result
from grader.judge.learning import judge_learning
from grader.judge.line import NotRecorded
from grader.judge.local import LocalNetwork, remembering
from grader.judge.networks import StudentNetwork
from grader.judge.plugin import Interrupted, JudgePlugin, run
from grader.judge.student import Student
from grader.judge.written import Written, better_of

__all__ = [
    "CannotCheck",
    "ForAPerson",
    "Grader",
    "Interrupted",
    "JudgePlugin",
    "LocalNetwork",
    "NotReadable",
    "NotRecorded",
    "NothingHandedIn",
    "OutOfTime",
    "Student",
    "StudentNetwork",
    "UnusableReply",
    "Written",
    "better_of",
    "criterion",
    "failed_result",
    "judge_learning",
    "make_result",
    "read_hand_in",
    "remembering",
    "run",
    "unreadable_result",
]
