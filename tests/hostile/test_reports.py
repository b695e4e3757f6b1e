"""What is written and printed about hostile hand-ins does nothing but say what it says."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from grader.assignment import load_assignment
from grader.markus.criteria import criteria_of
from grader.markus.reports import read_reports
from grader.results import Result

from .classroom import Graded
from .modes import OFFERED, Mode

PAYLOAD = "hostile"
NEVER_FROM_TEXT = {"iframe", "object", "embed", "form", "input", "base", "link", "frame", "applet", "animate"}


@pytest.fixture(scope="module")
def graded(graded_in: Callable[[Mode], Graded]) -> Graded:
    return graded_in(OFFERED)


class Active(HTMLParser):
    """Finds in a page what a payload has made into more than text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.text: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag if tag in ("script", "style") else ""
        if tag in NEVER_FROM_TEXT:
            self.found.append(f"<{tag} {attrs}>")
        for name, value in attrs:
            runs = name.startswith("on") or PAYLOAD in name
            leads = name in ("href", "src", "action", "style", "content", "srcset", "data")
            if runs or (leads and PAYLOAD in (value or "") and not (value or "").startswith("reports/")):
                self.found.append(f"<{tag} {name}={value!r}>")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.text.append(data)
        elif f"{PAYLOAD}(" in data or f"{PAYLOAD}.example" in data:
            self.found.append(f"in <{self._inside}>: {data[:100]}")


def pages(graded: Graded) -> Iterator[Path]:
    yield from graded.classroom.places["OUT"].rglob("*.html")


def test_no_text_becomes_markup(graded: Graded) -> None:
    shown = 0
    for path in pages(graded):
        page = Active()
        page.feed(path.read_text("utf-8"))
        assert page.found == [], path.name
        shown += "<script>hostile()</script>" in "".join(page.text)
    assert shown >= 2  # it is shown, and as text


def test_no_text_becomes_a_template(graded: Graded) -> None:
    assert not any(str(7 * 191) in path.read_text("utf-8") for path in pages(graded))


def test_the_page_of_the_class_leads_to_every_report_and_nowhere_else(graded: Graded) -> None:
    names = {path.name for path in (graded.classroom.places["OUT"] / "reports").iterdir()}
    assert len(names) == len(graded.results)
    assert all(not name.startswith((".", "-")) and name.isprintable() for name in names)


def test_the_table_of_marks_has_a_line_for_each_hand_in_and_no_formula(graded: Graded) -> None:
    text = (graded.classroom.places["OUT"] / "marks.csv").read_text("utf-8")
    lines = list(csv.reader(io.StringIO(text)))
    assert len(lines) == len(graded.results) + 1
    assert {len(line) for line in lines} == {len(lines[0])}
    assert not any(could_be_a_formula(cell) for line in lines for cell in line)


def test_what_goes_to_markus_names_its_criteria_only_with_marks_they_allow(graded: Graded) -> None:
    markus = graded.classroom.places["OUT"] / "markus"
    worth = {criterion.name: criterion.marks for criterion in criteria_of(load_assignment("csc413_a2_2025"))}
    reports = read_reports(markus)
    assert sorted(report.group for report in reports) == sorted(graded.results)
    for report in reports:
        assert report.marks.keys() == worth.keys()
        assert all(mark is None or 0 <= mark <= worth[name] for name, mark in report.marks.items())
        assert all(remark.filename == graded.results[report.group].notebook for remark in report.annotations)
        assert "\0" not in report.model_dump_json() and "\\u0000" not in report.model_dump_json()
    pages = {report.feedback for report in reports}
    assert pages == {str(path.relative_to(markus)) for path in (markus / "feedback").iterdir()}
    assert len(pages) == len(reports)


def test_the_grades_for_markus_have_a_line_for_each_group_by_its_exact_name(graded: Graded) -> None:
    text = (graded.classroom.places["OUT"] / "markus" / "grades.csv").read_text("utf-8")
    _, *lines = csv.reader(io.StringIO(text))
    names = [name for name, *_ in lines]
    assert sorted(names) == sorted(graded.results)


def could_be_a_formula(text: str) -> bool:
    return unicodedata.normalize("NFKC", text).lstrip().startswith(("=", "+", "-", "@"))


def test_the_terminal_gets_nothing_but_lines_of_text(graded: Graded) -> None:
    for text in (graded.stdout, graded.stderr):
        steering = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Co") and c not in "\n\r"}
        assert not steering
    assert "\r" not in graded.stdout


def test_results_are_json_that_any_parser_reads(graded: Graded) -> None:
    for path in (graded.classroom.places["OUT"] / "results").iterdir():
        fields = json.loads(path.read_bytes(), parse_constant=no_constant)
        assert Result.model_validate(fields).submission == fields["submission"]


def no_constant(word: str) -> float:
    """NaN and infinities are no JSON, though Python reads and writes them."""
    raise ValueError(f"{word} is no JSON")
