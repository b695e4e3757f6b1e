"""The class report and the queue as HTML pages for staff; the look is that of the students' reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jinja2 import Template

from grader.report.attention import NEAR
from grader.report.class_report import ClassReport
from grader.report.queue import Part
from grader.results.html import environment
from grader.results.writeup import Writeup


def report_page(report: ClassReport) -> str:
    """`class.html`."""
    title = report.graded[0].result.assignment_title
    return _template("report.html").render(report=report, assignment=title, near=NEAR)


def queue_page(parts: Sequence[Part], assignment: str) -> str:
    """`queue.html`: a line per part, with a page for each."""
    return _template("queue.html").render(parts=parts, assignment=assignment)


def part_page(part: Part, writeups: Mapping[str, Writeup]) -> str:
    """`queue/QUESTION-CRITERION.html`: every hand-in's text and pages, those with neither at the end."""
    readable = [w for w in part.waiting if w.shown or w.graded.name in writeups]
    others = [w for w in part.waiting if w not in readable]
    template = _template("part.html")
    return template.render(part=part, readable=readable, others=others, writeups=writeups)


def _template(name: str) -> Template:
    return environment("grader.report", "grader.results").get_template(name)
