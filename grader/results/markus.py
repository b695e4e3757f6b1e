"""The lines that MarkUs' autotester takes: one JSON object per test, ASCII, finite, with unique names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from grader.results.model import CriterionResult, QuestionResult, Result
from grader.results.verdict import Outcome

STATUS = {
    Outcome.CORRECT: "pass",
    Outcome.PARTIAL: "partial",
    Outcome.INCORRECT: "fail",
    Outcome.NOT_ATTEMPTED: "fail",
    Outcome.UNREADABLE: "fail",
    Outcome.NOT_CHECKED: "fail",
    Outcome.ERROR: "error",
    Outcome.TIMEOUT: "error",
}

MAX_BYTES = 60_000
"""Less than a pipe holds (64 KiB): the lines are handed over whole, whatever happens to the writer then."""
LONGEST_OUTPUT = 4000
_SHORTENED = " [shortened]"
_LONGEST_TAG = 30

Graded = tuple[QuestionResult, CriterionResult]


def markus_lines(result: Result) -> str:
    """The lines on a whole result."""
    return markus_table([(q, c) for q in result.questions for c in q.criteria])


def markus_table(graded: Sequence[Graded], tags: Iterable[str] = ()) -> str:
    """A line for every settled criterion worth marks, then one with the tags, if there are any.

    Pending criteria have no line, so that MarkUs keeps them open. Outputs are shortened, all alike, until
    everything together takes at most MAX_BYTES.
    """
    settled = [(q, c) for q, c in graded if c.earned is not None and c.marks > 0]
    names = [tag[:_LONGEST_TAG] for tag in tags]
    last = [json.dumps({"tags": [{"name": name} for name in names]}, ensure_ascii=True)] if names else []
    longest = LONGEST_OUTPUT
    while True:
        lines = [*(markus_line(question, criterion, longest) for question, criterion in settled), *last]
        text = "".join(f"{line}\n" for line in lines)
        if len(text) <= MAX_BYTES or not longest:
            return text
        longest //= 2


def markus_line(question: QuestionResult, criterion: CriterionResult, longest: int = LONGEST_OUTPUT) -> str:
    """One test as MarkUs stores it, its output at most `longest` characters and a mark that it was cut."""
    place = f" (cell {criterion.place.cell})" if criterion.place else ""
    output = "\n".join([criterion.message + place, *criterion.details]).replace("\0", "")
    fields = {
        "name": f"{question.id} {criterion.id}: {criterion.title}",  # ids are unique, titles need not be
        "output": output if len(output) <= longest else output[:longest] + _SHORTENED,
        "marks_earned": criterion.earned,
        "marks_total": criterion.marks,
        "status": STATUS[criterion.outcome],
        "time": None,
    }
    return json.dumps(fields, ensure_ascii=True, allow_nan=False)
