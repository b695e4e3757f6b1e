"""`grader batch` given again: what stands is taken over, what is new or changed is graded, nothing twice."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path

import pytest

from grader.assignment import load_assignment
from grader.batch.plan import NoSuchStudent
from grader.batch.session import ChecksChanged
from grader.judge.grounds import student_side
from grader.results import Outcome
from grader.store import StoreError
from grader.store.lock import only_writer

from .course import Course


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_has_not_changed_is_not_graded_again(graded: Course) -> None:
    before = (graded.out / "marks.csv").read_text()
    seen = graded.grade()
    assert seen.graded == [] and seen.planned[0].unchanged == ("ada", "bo", "chi")
    assert sorted(seen.results) == ["ada", "bo", "chi"]
    assert (graded.out / "marks.csv").read_text() == before


def test_new_and_resubmitted_hand_ins_are_graded_and_the_history_is_kept(graded: Course) -> None:
    graded.hand_in("chi", graded.right)
    graded.hand_in("dot", graded.right)
    seen = graded.grade()
    assert seen.graded == ["chi", "dot"]
    assert seen.results["chi"].awarded == 5
    with graded.store() as store:
        assert len(store.history("chi")) == 2 and len(store.history("ada")) == 1


def test_who_leaves_the_class_leaves_its_files_and_stays_in_the_store(graded: Course) -> None:
    graded.leave("bo")
    seen = graded.grade()
    assert sorted(seen.results) == ["ada", "chi"]
    assert names_in(graded.out / "reports") == {"ada.html", "chi.html"}
    assert names_in(graded.out / "results") == {"ada.json", "chi.json"}
    assert "bo" not in (graded.out / "marks.csv").read_text()
    with graded.store() as store:
        assert store.class_list() == ("ada", "chi") and "bo" in store.results()


def test_files_that_were_lost_are_written_again_from_the_store(graded: Course) -> None:
    before = (graded.out / "reports" / "ada.html").read_text()
    (graded.out / "reports" / "ada.html").unlink()
    (graded.out / "results" / "bo.json").write_text("{")
    (graded.out / "results" / ".chi.json.x1y2.json").write_text("left by a killed grader")
    assert graded.grade().graded == []
    assert (graded.out / "reports" / "ada.html").read_text() == before
    assert names_in(graded.out / "results") == {"ada.json", "bo.json", "chi.json"}
    assert (graded.out / "results" / "bo.json").read_text() != "{"


def test_a_changed_check_is_for_regrade_and_nothing_is_touched(graded: Course) -> None:
    before = {path: path.read_bytes() for path in graded.out.rglob("*.json")}
    graded.change("test_double.py", "0.001", "0.1")
    with pytest.raises(ChecksChanged, match="grader regrade"):
        graded.grade()
    assert {path: path.read_bytes() for path in graded.out.rglob("*.json")} == before


def test_a_comment_in_the_assignment_changes_nothing(graded: Course) -> None:
    graded.change("assignment.toml", "schema = 1", "# A remark.\nschema = 1")
    assert graded.grade().graded == []


def test_one_question_at_a_time_leaves_the_others_pending_until_they_are_asked_for(course: Course) -> None:
    course.hand_in("ada", course.right)
    (only,) = course.grade(only=("1",)).results.values()
    outcomes = {f"{q.id}/{c.id}": c.outcome for q in only.questions for c in q.criteria}
    assert outcomes["1/double"] is Outcome.CORRECT
    assert outcomes["2/triple"] is outcomes["3/choice"] is Outcome.NEEDS_PERSON
    assert (only.awarded, only.earned) == (2, None)
    (whole,) = course.grade().results.values()
    assert whole.awarded == 5
    with course.store() as store:
        double = store.exchanges(store.results()["ada"].hand_in, _side(course), "1/double")
        assert len(double) == 3, "the first question was not asked again"
    assert course.grade().graded == []


def _side(course: Course) -> bytes:
    return student_side(load_assignment(course.assignment), confined=True)


def test_students_are_chosen_by_name_pattern_and_date(graded: Course) -> None:
    for name in ("ada", "bo", "chi"):
        graded.hand_in(name, graded.wrong + f"# {name}\n")
    assert graded.grade(students=("a*", "bo")).graded == ["ada", "bo"]
    long_ago = time.time() - 1000
    for name in ("ada", "bo", "chi"):
        graded.hand_in(name, graded.right + f"# {name}\n")
        if name != "bo":
            os.utime(graded.class_folder / name / "work.ipynb", (long_ago, long_ago))
    assert graded.grade(since=time.time() - 500).graded == ["bo"]
    assert graded.grade().graded == ["ada", "chi"]
    with pytest.raises(NoSuchStudent, match="'nobody'"):
        graded.grade(students=("nobody",))


def test_again_grades_what_has_not_changed(graded: Course) -> None:
    seen = graded.grade(again=True, students=("ada",))
    assert seen.graded == ["ada"] and sorted(seen.results) == ["ada", "bo", "chi"]


def test_a_copy_under_another_name_needs_no_second_run(graded: Course) -> None:
    graded.hand_in("twin", graded.right)
    assert graded.grade().results["twin"].awarded == 5
    with graded.store() as store:
        results = store.results()
        assert results["twin"].hand_in == results["ada"].hand_in


def test_two_graders_do_not_write_to_one_folder(graded: Course) -> None:
    def hold(ready: object) -> None:
        with only_writer(graded.out):
            ready.set()  # type: ignore[attr-defined]
            time.sleep(60)

    context = multiprocessing.get_context("fork")
    ready = context.Event()
    other = context.Process(target=hold, args=(ready,))
    other.start()
    try:
        assert ready.wait(20)
        with pytest.raises(StoreError, match="Another grader is writing"):
            graded.grade()
    finally:
        other.kill()
        other.join()
    assert graded.grade().graded == []


def test_a_failure_of_the_grader_is_tried_again(course: Course) -> None:
    course.hand_in("ada", course.right)
    flag = course.assignment / "works"
    course.change(
        "test_double.py",
        "    for x, value",
        f"    assert __import__('os').path.exists({str(flag)!r})\n    for x, value",
    )
    (failed,) = course.grade().results.values()
    assert failed.questions[0].outcome is Outcome.GRADER_ERROR and failed.questions[0].earned is None
    flag.touch()
    seen = course.grade()
    assert seen.graded == ["ada"] and seen.results["ada"].awarded == 5


def test_results_made_without_confinement_are_made_again_with_it(course: Course) -> None:
    course.hand_in("ada", course.right)
    assert course.grade(unconfined=True).results["ada"].isolation.level == "none"
    seen = course.grade()
    assert seen.graded == ["ada"] and seen.results["ada"].isolation.level != "none"
    assert seen.results["ada"].awarded == 5
