"""A TA's table is taken as a whole or not at all, and every line that cannot be right is named."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from grader.report.marks_import import BadMarks, Change, decode, keep, read_changes
from grader.report.queue import queue
from grader.report.results import Graded
from grader.report.tables import queue_csv
from grader.results import correct, needs_person

MakeClass = Callable[..., tuple[Graded, ...]]


@dataclass
class Kept:
    """What a store would keep."""

    marks: dict[tuple[str, str], tuple[float | None, str, str]] = field(default_factory=dict)

    def set_mark(self, name: str, criterion: str, earned: float | None, *, reason: str, by: str) -> None:
        self.marks[name, criterion] = (earned, reason, by)


@pytest.fixture
def graded(make_class: MakeClass) -> tuple[Graded, ...]:
    rubric = {"1": [(2, correct("Right."))], "3.1": [(2.5, needs_person("A person."))]}
    return make_class({"ada okafor": rubric, "=bo": rubric})


def table(*rows: tuple[str, ...], header: str = "student,question,criterion,earned,reason,by") -> str:
    return "\n".join([header, *(",".join(row) for row in rows)]) + "\n"


def test_what_was_filled_into_the_queue_is_taken_and_the_rest_waits_on(graded: tuple[Graded, ...]) -> None:
    rows = list(csv.DictReader(io.StringIO(queue_csv(queue(graded)))))
    rows[1] |= {"earned": "1.5", "reason": "One, step missing.", "by": "Ana"}
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    (change,) = read_changes(file.getvalue(), graded)
    assert change == Change("=bo", "3.1/a", None, 1.5, 2.5, "One, step missing.", "Ana")
    kept = Kept()
    keep([change], kept)
    assert kept.marks == {("=bo", "3.1/a"): (1.5, "One, step missing.", "Ana")}


def test_a_settled_part_may_be_overridden_and_that_is_said(graded: tuple[Graded, ...]) -> None:
    (change,) = read_changes(table(("ada okafor", "1", "a", "0", "Copied.", "Ana")), graded)
    assert change.overrides and change.before == 2


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (("nobody", "3.1", "a", "1", "Fine.", "Ana"), "there is no hand-in 'nobody'"),
        (("ada okafor", "3.2", "a", "1", "Fine.", "Ana"), "there is no criterion '3.2/a'"),
        (("ada okafor", "3.1", "a", "3", "Fine.", "Ana"), "3 marks are not between 0 and 2.5"),
        (("ada okafor", "3.1", "a", "-1", "Fine.", "Ana"), "not between 0 and 2.5"),
        (("ada okafor", "3.1", "a", "nan", "Fine.", "Ana"), "not between 0 and 2.5"),
        (("ada okafor", "3.1", "a", "0.125", "Fine.", "Ana"), "finer than hundredths"),
        (("ada okafor", "3.1", "a", "two", "Fine.", "Ana"), "'two' is no number of marks"),
        (("ada okafor", "3.1", "a", "", "Fine.", "Ana"), "the marks are missing"),
        (("ada okafor", "3.1", "a", "1", "", "Ana"), "nothing under 'reason'"),
        (("ada okafor", "3.1", "a", "1", "Fine.", ""), "nothing under 'by'"),
        (("ada okafor", "3.1", "a", "1", "x" * 3000, "Ana"), "longer than 2000"),
    ],
)
def test_a_line_that_cannot_be_right_stops_the_import_and_is_named(
    graded: tuple[Graded, ...], row: tuple[str, ...], complaint: str
) -> None:
    fine = ("=bo", "3.1", "a", "1", "Fine.", "Ana")
    with pytest.raises(BadMarks) as caught:
        read_changes(table(fine, row), graded)
    assert "line 3: " in str(caught.value) and complaint in str(caught.value)
    assert "line 2: " not in str(caught.value)


def test_a_part_marked_twice_is_named(graded: tuple[Graded, ...]) -> None:
    row = ("ada okafor", "3.1", "a", "1", "Fine.", "Ana")
    with pytest.raises(BadMarks, match=r"line 3: 3\.1/a of ada okafor is marked twice"):
        read_changes(table(row, row), graded)


@pytest.mark.parametrize(
    "text", ["", "student;question\n", "student,question,criterion,earned,reason\nada,1,a,1,Fine.\n"]
)
def test_a_table_without_the_columns_says_where_to_start(graded: tuple[Graded, ...], text: str) -> None:
    with pytest.raises(BadMarks, match=r"queue\.csv"):
        read_changes(text, graded)


def test_semicolons_and_a_comma_in_a_number_are_read_as_spreadsheets_save_them(
    graded: tuple[Graded, ...],
) -> None:
    text = "Student;Question;Criterion;Earned;Reason;By\r\nada okafor;3.1;a;1,5;Gut.;Ana\r\n"
    (change,) = read_changes(text, graded)
    assert change.earned == 1.5


@pytest.mark.parametrize(
    ("data", "text"), [("é".encode("utf-8-sig"), "é"), ("é".encode("cp1252"), "é"), (b"a", "a")]
)
def test_a_file_is_read_as_excel_saves_it(data: bytes, text: str) -> None:
    assert decode(data) == text


def test_many_complaints_are_cut_short(graded: tuple[Graded, ...]) -> None:
    with pytest.raises(BadMarks, match="and 30 more"):
        read_changes(table(*[("nobody", "1", "a", "1", "x", "y")] * 50), graded)
