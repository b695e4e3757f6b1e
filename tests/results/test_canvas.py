"""Canvas' gradebook CSV: the columns that identify a student, the assignment's, and the row of points."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from grader.results import Result, correct, needs_person, partial
from grader.results.canvas import NotAGradebook, canvas_csv

MakeResult = Callable[..., Result]

SETTLED = {"1": [(10, partial(0.75, ""))]}
EXPORT = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,A toy assignment (812),Other (813)\n"
    "    Points Possible,,,,,10,5\n"
    '"Okafor, Ada",17,u100,okafor1,LEC0101,,\n'
    '"Tran, Bao",18,u101,tranb,LEC0101,3,\n'
)


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text), strict=True))


def test_the_columns_are_canvas_own_and_points_possible_comes_second(make_result: MakeResult) -> None:
    rows = rows_of(canvas_csv([make_result("okafor1", SETTLED)]))
    assert rows == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "A toy assignment"],
        ["    Points Possible", "", "", "", "", "10"],
        ["okafor1", "", "", "okafor1", "", "7.5"],
    ]


def test_a_hand_in_with_pending_marks_has_no_line_so_that_canvas_keeps_what_it_has(
    make_result: MakeResult,
) -> None:
    pending = {"1": [(5, correct("")), (5, needs_person(""))]}
    assert len(rows_of(canvas_csv([make_result("ada", pending), make_result("bo", SETTLED)]))) == 3


@pytest.mark.parametrize("name", ["okafor1", "OKAFOR1", "u100", "17", "Okafor, Ada"])
def test_a_student_is_found_in_the_export_by_any_of_the_identifiers(
    make_result: MakeResult, name: str
) -> None:
    rows = rows_of(canvas_csv([make_result(name, SETTLED)], EXPORT))
    assert rows[0][-1] == "A toy assignment (812)"
    assert rows[2:] == [["Okafor, Ada", "17", "u100", "okafor1", "LEC0101", "7.5"]]


def test_a_hand_in_that_is_no_students_is_left_out(make_result: MakeResult) -> None:
    assert len(rows_of(canvas_csv([make_result("nobody", SETTLED)], EXPORT))) == 2


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "Student\nAda\n"])
def test_another_file_is_no_gradebook(make_result: MakeResult, text: str) -> None:
    with pytest.raises(NotAGradebook, match="Export"):
        canvas_csv([make_result("ada", SETTLED)], text)


def test_no_cell_starts_a_formula(make_result: MakeResult) -> None:
    rows = rows_of(canvas_csv([make_result("=1+1", SETTLED)]))
    assert rows[2][0] == rows[2][3] == "'=1+1"
