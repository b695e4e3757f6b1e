"""What was handed in: files, notebook, answers, saved outputs. Nothing here runs or parses student code."""

from grader.submission.answers import Answer, Answers, read_answers
from grader.submission.archive import HandIn, Limits, list_hand_ins, unpack
from grader.submission.errors import SubmissionError
from grader.submission.forgery import doubts
from grader.submission.notebook import Cell, Notebook, read_notebook
from grader.submission.outputs import TrainingRun, training_runs
from grader.submission.submission import Submission, open_submission

__all__ = [
    "Answer",
    "Answers",
    "Cell",
    "HandIn",
    "Limits",
    "Notebook",
    "Submission",
    "SubmissionError",
    "TrainingRun",
    "doubts",
    "list_hand_ins",
    "open_submission",
    "read_answers",
    "read_notebook",
    "training_runs",
    "unpack",
]
