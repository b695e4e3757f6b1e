"""A group's page as a feedback file: MarkUs refuses one over its course's limit, 5 MB by default."""

from __future__ import annotations

from collections.abc import Callable

from grader.results import CriterionResult, QuestionResult, Result
from grader.results.html import hand_in_page
from grader.results.rendering import Rendering

MAX_BYTES = 4_900_000
SHORTENED = "This page was too long for MarkUs and is shortened; the whole one is with whoever graded."

_SHORT = 500

Change = Callable[[CriterionResult], CriterionResult]


def feedback_page(rendering: Rendering, max_bytes: int = MAX_BYTES) -> str:
    """The page on a hand-in; where it would be too long without its details, then without what is drawn, then
    with shortened messages.
    """
    page = rendering.page
    for shorter in (_without_details, _without_exhibits, _with_short_messages):
        if len(page.encode("utf-8", "replace")) <= max_bytes:
            break
        page = hand_in_page(shorter(rendering.result))
    return page


def _without_details(result: Result) -> Result:
    return _changed(result, lambda criterion: criterion.model_copy(update={"details": ()}))


def _without_exhibits(result: Result) -> Result:
    return _changed(result, lambda criterion: criterion.model_copy(update={"details": (), "exhibits": ()}))


def _with_short_messages(result: Result) -> Result:
    def short(criterion: CriterionResult) -> CriterionResult:
        update = {"details": (), "exhibits": (), "message": criterion.message[:_SHORT]}
        return criterion.model_copy(update=update)

    return _changed(result, short)


def _changed(result: Result, change: Change) -> Result:
    questions: list[QuestionResult] = [
        question.model_copy(update={"criteria": tuple(map(change, question.criteria))})
        for question in result.questions
    ]
    notices = tuple(notice[:_SHORT] for notice in result.notices[:20])
    return result.model_copy(update={"questions": tuple(questions), "notices": (SHORTENED, *notices)})
