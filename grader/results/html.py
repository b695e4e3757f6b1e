"""Reports as self-contained HTML pages: no script, no outside address, every student text escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from grader.results.drawing import data_uri, plot_of_curves, plot_of_path
from grader.results.exhibits import Contrast, Exhibit, Formula
from grader.results.mathematics import safe_mathml
from grader.results.model import CriterionResult, QuestionResult, Result
from grader.results.summary import Summary
from grader.results.verdict import Outcome
from grader.results.writeup import Writeup

PAGES_BUDGET = 4_000_000
"""Bytes of a report that pictures of the write-up may take: with the rest it stays below five megabytes."""
Echo = Formula | Contrast
SIGNS = {
    "correct": "✓",
    "partial": "◐",
    "incorrect": "✗",
    "error": "✗",
    "timeout": "✗",
    "unreadable": "✗",
    "needs_person": "…",
    "grader_error": "!",
    "not_attempted": "–",
    "not_checked": "–",
}


def hand_in_page(result: Result, writeup: Writeup | None = None) -> str:
    """The report on one hand-in, for the student and the TA; with pages of the write-up, if given."""
    shown = writeup.within(PAGES_BUDGET) if writeup else None
    return environment("grader.results").get_template("hand_in.html").render(result=result, writeup=shown)


def class_page(results: Sequence[Summary], links: Mapping[str, str]) -> str:
    """The class at a glance; `links` leads from a hand-in's name to its page."""
    return environment("grader.results").get_template("class.html").render(results=results, links=links)


@cache
def environment(*packages: str) -> Environment:
    """Templates of these packages with everything ours need: escaping on, unknown names an error."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "marks": lambda value: "–" if value is None else f"{value:g}",
        "words": lambda outcome: outcome.replace("_", " "),
        "sign": SIGNS.__getitem__,
        "mathml": safe_mathml,
        "data_uri": data_uri,
        "plot_of_curves": plot_of_curves,
        "plot_of_path": plot_of_path,
        "lines_not_drawn": lines_not_drawn,
        "as_it_was_read": as_it_was_read,
    }
    made.tests["passed_over"] = is_passed_over
    return made


def is_passed_over(question: QuestionResult) -> bool:
    """Whether nobody marks it: it is worth nothing, and no check looked at it."""
    outcomes = {criterion.outcome for criterion in question.criteria}
    return not question.marks and outcomes == {Outcome.NOT_CHECKED}


def as_it_was_read(criterion: CriterionResult) -> list[Exhibit]:
    """What a right answer was taken for: there for who wants it, and out of the way of what is wrong."""
    is_right = criterion.outcome is Outcome.CORRECT and not criterion.by_person
    return [shown for shown in criterion.exhibits if is_right and isinstance(shown, Echo)]


def lines_not_drawn(criterion: CriterionResult) -> list[str]:
    """The details without those that an exhibit shows better."""
    shown = {x.text if isinstance(x, Formula) else x.found for x in criterion.exhibits if isinstance(x, Echo)}
    return [line for line in criterion.details if line.removeprefix("Read as: ") not in shown]
