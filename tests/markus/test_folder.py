"""What a batch leaves for MarkUs: grades in the form of its import, a page for each group, the reports."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.assignment import Assignment
from grader.batch import OutputError
from grader.markus.feedback import SHORTENED, feedback_page
from grader.markus.folder import file_stem
from grader.markus.reports import FAILED, NEEDS_PERSON, TAGS, UNREADABLE, NoReports, read_reports
from grader.results import Outcome, Place, Result, Verdict, correct, incorrect, needs_person, partial
from grader.results.exhibits import StudentText
from grader.results.rendering import Rendering

from .written import write_markus

GradeToy = Callable[..., Result]


def imported(path: Path, criteria: list[str]) -> dict[str, dict[str, float | None]]:
    """The file as MarkUs 2.10.1 imports it (Assignment#import_marks_from_csv), or an error as there."""
    text = path.read_bytes().decode("utf-8")
    header, *rows = csv.reader(text.splitlines())
    group_column = header.index("Group name")
    assert [name for name in header if name not in ("Group name", *criteria)] == [], "criteria were not found"
    marks: dict[str, dict[str, float | None]] = {}
    for row in rows:
        assert len(row) == len(header)
        cells = {name: cell for name, cell in zip(header, row, strict=True) if name in criteria}
        marks[row[group_column]] = {name: float(cell) if cell else None for name, cell in cells.items()}
    return marks


def test_the_grades_are_in_the_form_that_markus_imports(
    assignment: Assignment, grade_toy: GradeToy, tmp_path: Path
) -> None:
    results = [
        grade_toy("group 2", {"1/step": partial(1 / 3, ""), "2/net": incorrect("")}),
        grade_toy("group 1", {"1/limit": needs_person("")}),
    ]
    write_markus(results, assignment, tmp_path)
    data = (tmp_path / "grades.csv").read_bytes()
    assert data == b"Group name,Question 1 (checks),Question 2\ngroup 1,,4\ngroup 2,1.67,0\n"
    assert not data.startswith(b"\xef\xbb\xbf")
    criteria = ["Question 1 (checks)", "Question 1 (person)", "Question 2"]
    assert imported(tmp_path / "grades.csv", criteria) == {
        "group 1": {"Question 1 (checks)": None, "Question 2": 4},
        "group 2": {"Question 1 (checks)": 1.67, "Question 2": 0},
    }


def test_what_a_killed_run_left_half_done_is_removed(
    assignment: Assignment, grade_toy: GradeToy, tmp_path: Path
) -> None:
    (tmp_path / "feedback").mkdir()
    for name in ("feedback/.ada.html.x1y2.html", ".grades.csv.x1y2.csv", ".groups.jsonl.x1y2.jsonl"):
        (tmp_path / name).write_text("half a")
    write_markus([grade_toy("ada", {"1/step": correct("")})], assignment, tmp_path)
    assert not list(tmp_path.rglob(".*"))


def test_a_criterion_that_nobody_has_a_mark_in_is_no_column_that_could_clear_peoples_marks(
    assignment: Assignment, grade_toy: GradeToy, tmp_path: Path
) -> None:
    write_markus([grade_toy("a", {"2/net": needs_person("")})], assignment, tmp_path)
    assert (tmp_path / "grades.csv").read_text() == "Group name,Question 1 (checks)\na,3\n"


def test_each_group_has_a_page_and_a_report_that_reads_back(
    assignment: Assignment, grade_toy: GradeToy, tmp_path: Path
) -> None:
    hostile = "a\u2028b\nc\x85d \ud800 <script>"
    write_markus([grade_toy("group 1"), grade_toy("a/../b"), grade_toy(hostile)], assignment, tmp_path)
    reports = read_reports(tmp_path)
    groups = [report.group for report in reports]
    assert {"group 1", "a/../b"} < set(groups) and len(groups) == 3
    assert len({report.feedback for report in reports}) == 3
    for report in reports:
        page = (tmp_path / report.feedback).resolve()
        assert page.parent == (tmp_path / "feedback").resolve()
        assert page.read_text("utf-8").startswith("<!doctype html>")
    assert reports[0].marks == {"Question 1 (checks)": 3, "Question 1 (person)": None, "Question 2": 4}
    assert reports[0].comment == (
        "**Grader:** 7 of 7 marks; the reasons are in grader_report.html. "
        "Marked by people: Question 1 (person)."
    )


@pytest.mark.parametrize(("name", "stem"), [("group 1", "group 1"), ("c5-anthei_x", "c5-anthei_x")])
def test_a_plain_name_names_its_file(name: str, stem: str) -> None:
    assert file_stem(name) == stem


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\0b", " a", "é", "x" * 300, "\udcff", "-" * 101])
def test_any_other_name_gives_a_plain_file_of_its_own(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{0,60}-[0-9a-f]{8}", file_stem(name))


def test_tags_name_what_a_ta_should_not_miss_and_not_what_every_group_leaves_to_a_person(
    assignment: Assignment, grade_toy: GradeToy, tmp_path: Path
) -> None:
    failed = Verdict(Outcome.GRADER_ERROR, 0.0, "")
    results = [
        grade_toy("a"),
        grade_toy("b", {"1/step": needs_person("")}),
        grade_toy("c", {"1/step": needs_person(""), "2/net": failed}),
        grade_toy("d", problem="It is empty."),
    ]
    write_markus(results, assignment, tmp_path)
    tags = {report.group: report.tags for report in read_reports(tmp_path)}
    assert tags == {"a": (), "b": (NEEDS_PERSON,), "c": (NEEDS_PERSON, FAILED), "d": (UNREADABLE,)}
    assert all(len(tag) <= 30 for tag in TAGS)


def test_places_in_a_python_file_are_annotations_and_those_in_a_notebook_are_not(
    assignment: Assignment, grade_toy: GradeToy, tmp_path: Path
) -> None:
    verdicts = {
        "1/step": incorrect("The sign\0 is wrong.", place=Place(1, 7)),
        "1/limit": correct("Right.", place=Place(1, 9)),
        "2/net": incorrect("No line.", place=Place(1)),
    }
    results = [grade_toy("a", verdicts, notebook="a2_code.py"), grade_toy("b", verdicts)]
    write_markus(results, assignment, tmp_path)
    of_py, of_notebook = read_reports(tmp_path)
    (annotation,) = of_py.annotations
    assert annotation.model_dump() == {
        "filename": "a2_code.py",
        "line": 7,
        "content": "1 One step: The sign is wrong.",
    }
    assert of_notebook.annotations == ()


@pytest.mark.parametrize("where", ["details", "notices", "exhibits"])
def test_a_page_that_is_too_long_for_markus_is_shortened_and_says_so(grade_toy: GradeToy, where: str) -> None:
    long = ("é" * 19_000,) * 160
    verdict = Verdict(
        Outcome.INCORRECT,
        0.0,
        "Wrong.",
        details=long if where == "details" else (),
        exhibits=(StudentText("é" * 6000, 1, 1),) * 500 if where == "exhibits" else (),
    )
    result = grade_toy(verdicts={"2/net": verdict}, notices=long if where == "notices" else ())
    page = feedback_page(Rendering(result))
    assert len(page.encode()) < 5_000_000
    assert SHORTENED in page and "The network of figure 2" in page
    assert SHORTENED not in feedback_page(Rendering(grade_toy()))


@pytest.mark.parametrize("text", [None, "", "{", '{"group": 3}\n'])
def test_a_folder_without_reports_is_one_sentence(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "groups.jsonl").write_text(text)
    with pytest.raises(NoReports, match=r"groups\.jsonl.*`?grader batch`?"):
        read_reports(tmp_path)


def test_a_folder_that_cannot_be_made_is_one_sentence(
    assignment: Assignment, grade_toy: GradeToy, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="choose another folder with --out"):
        write_markus([grade_toy()], assignment, tmp_path / "file" / "markus")
