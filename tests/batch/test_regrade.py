"""After a change: what is made again, what stands, who moves and why; and persons' marks in all of it."""

from __future__ import annotations

from typing import Any

import pytest

from grader.batch.publish import publish
from grader.batch.regrade import CannotRegrade, Regraded
from grader.results import Outcome
from grader.store import Store
from grader.store.lock import only_writer

from .course import notebook_of

Course = Any  # the one of conftest.py


def moves_of(regraded: Regraded) -> list[tuple[str, str, float]]:
    """Who moves where by how much."""
    return [(move.hand_in, move.criterion, move.by) for move in regraded.moves]


def files_of(course: Course) -> dict[str, bytes]:
    return {
        str(path.relative_to(course.out)): path.read_bytes()
        for folder in ("results", "reports")
        for path in (course.out / folder).iterdir()
    } | {"marks.csv": (course.out / "marks.csv").read_bytes()}


def test_nothing_changed_moves_nobody_and_runs_nothing(graded: Course) -> None:
    regraded = graded.regrade()
    assert moves_of(regraded) == [] and len(regraded.remarked) == 3
    assert not any(again.played or again.asked or again.is_reworded for again in regraded.remarked)


def test_a_changed_tolerance_is_decided_from_the_replies_and_written_only_when_accepted(
    graded: Course,
) -> None:
    before = files_of(graded)
    graded.change("test_double.py", "0.001", "0.1")
    regraded = graded.regrade()
    assert moves_of(regraded) == [("bo", "1/double", 2)]
    (move,) = regraded.moves
    assert move.why == "Right." and not move.ran_code
    assert {name for again in regraded.remarked for name in again.played} == {"1/double"}
    assert files_of(graded) == before
    graded.regrade(accept=True)
    assert files_of(graded) != before
    assert graded.grade().results["bo"].awarded == 3
    with graded.store() as store:
        assert len(store.history("bo")) == 2


def test_a_check_that_asks_something_new_runs_the_code_again_from_its_start(graded: Course) -> None:
    graded.change("test_double.py", "(1.0, 2.0, 5.0)", "(1.0, 2.0, 6.0)")
    regraded = graded.regrade()
    assert moves_of(regraded) == []
    assert all(again.asked == {"1/double"} and not again.played for again in regraded.remarked)
    again = graded.regrade()
    assert not any(hand_in.asked or hand_in.played for hand_in in again.remarked), "kept without --accept"
    graded.change("test_double.py", "6.0", "5.0")
    assert not any(hand_in.asked for hand_in in graded.regrade().remarked), "the first recording is kept too"


def test_a_changed_key_concerns_its_criterion_alone(graded: Course) -> None:
    graded.change("assignment.toml", 'answer = ["A"]', 'answer = ["B"]')
    regraded = graded.regrade()
    assert moves_of(regraded) == [("ada", "3/choice", -2), ("bo", "3/choice", 2), ("chi", "3/choice", -2)]
    assert {name for again in regraded.remarked for name in again.played} == {"3/choice"}


def test_a_changed_rubric_makes_no_verdict_again(graded: Course) -> None:
    graded.change("assignment.toml", '"The number doubled", marks = 2', '"The number doubled", marks = 1')
    graded.change("assignment.toml", 'title = "Twice"\nmarks = 2', 'title = "Twice"\nmarks = 1')
    graded.change("assignment.toml", "\nmarks = 6", "\nmarks = 5")
    regraded = graded.regrade(accept=True)
    assert moves_of(regraded) == [("ada", "1/double", -1)]
    assert regraded.moves[0].why.startswith("Worth 1 instead of 2 marks.")
    assert not any(again.played or again.asked for again in regraded.remarked)
    assert graded.grade().results["ada"].marks == 5


def test_regrade_equals_grading_afresh(graded: Course) -> None:
    graded.change("test_double.py", "0.001", "0.1")
    graded.change("test_triple.py", "== 21", "== 22")
    graded.regrade(accept=True)
    regraded = graded.grade().results
    afresh = graded.grade(again=True).results
    for name, result in regraded.items():
        assert result.model_copy(update={"seconds": 0.0}) == afresh[name].model_copy(update={"seconds": 0.0})


def test_faults_and_time_outs_are_played_back(course: Course) -> None:
    course.change("assignment.toml", "call_seconds = 20", "call_seconds = 0.5")
    course.change("assignment.toml", "total_seconds = 60", "total_seconds = 0.9")
    course.hand_in("slow", "def double(x):\n    while True: pass\n\ndef triple(x):\n    while True: pass\n")
    course.hand_in("gone", "import os\ndef double(x):\n    os._exit(3)\n\ndef triple(x):\n    return 1 / 0\n")
    before = course.grade().results
    assert before["slow"].questions[0].outcome is Outcome.TIMEOUT
    for name in ("test_double.py", "test_triple.py"):
        course.change(name, "from grader.judge", "# Changed.\nfrom grader.judge")
    regraded = course.regrade()
    for again in regraded.remarked:
        assert not again.moves and not again.is_reworded
        assert not again.asked and again.played >= {"1/double", "2/triple"}


def test_a_resubmission_is_not_for_regrade(graded: Course) -> None:
    graded.hand_in("bo", graded.right)
    graded.change("test_double.py", "0.001", "0.1")
    assert moves_of(graded.regrade()) == [("bo", "1/double", 2)], "what was graded counts"
    regraded = graded.regrade(hand_ins=True)
    assert [name for name, _ in regraded.failed] == ["bo"] and moves_of(regraded) == []


def test_what_is_read_otherwise_now_is_kept_as_it_was_read_last(graded: Course) -> None:
    graded.change(
        "assignment.toml", "[limits]", '[files]\nnotebook = ["work.ipynb", "old.ipynb"]\n\n[limits]'
    )
    graded.hand_in("bo", graded.right)
    (graded.class_folder / "bo" / "old.ipynb").write_text(notebook_of(graded.wrong))
    graded.regrade(hand_ins=True, accept=True)
    assert graded.grade().results["bo"].awarded == 5
    graded.change("assignment.toml", '"work.ipynb", "old.ipynb"', '"old.ipynb", "work.ipynb"')
    with pytest.raises(CannotRegrade, match="give the class's folder too"):
        graded.regrade()
    assert moves_of(graded.regrade(hand_ins=True, accept=True))[0] == ("bo", "1/double", -2)
    graded.change("test_double.py", "0.001", "100")
    assert moves_of(graded.regrade()) == [(name, "1/double", 2) for name in ("bo", "chi")]


def test_an_unreadable_hand_in_stays_unreadable(graded: Course) -> None:
    (graded.class_folder / "dot").mkdir()
    (graded.class_folder / "dot" / "work.ipynb").write_text("{")
    problem = graded.grade().results["dot"].problem
    graded.change("test_double.py", "0.001", "0.1")
    regraded = graded.regrade(accept=True)
    (dot,) = (again for again in regraded.remarked if again.name == "dot")
    assert not dot.moves and not dot.is_reworded
    assert graded.grade().results["dot"].problem == problem is not None


def test_a_folder_without_results_says_what_to_do(course: Course) -> None:
    course.class_folder.mkdir()
    course.grade()
    with pytest.raises(CannotRegrade, match="grade the class with `grader batch`"):
        course.regrade()


def mark(course: Course, name: str, criterion: str, earned: float | None) -> None:
    with only_writer(course.out), Store(course.out) as store:
        store.set_mark(name, criterion, earned, reason="A good try.", by="T. A.")
        publish(store, course.out)


def test_persons_marks_survive_a_regrade_and_a_second_batch(graded: Course) -> None:
    mark(graded, "chi", "1/double", 1.5)
    mark(graded, "ada", "2/why", 1)
    assert "chi,3.5," in (graded.out / "marks.csv").read_text()
    graded.change("test_double.py", "At {x:g}", "For {x:g}")
    regraded = graded.regrade(accept=True)
    assert moves_of(regraded) == []
    results = graded.grade().results
    assert results["ada"].earned == 6
    criterion = results["chi"].questions[0].criteria[0]
    assert (criterion.earned, criterion.outcome) == (1.5, Outcome.PARTIAL)
    assert criterion.message == "A good try." and "For 1 it gives 1." in criterion.details[0]
    assert criterion.by_person is not None and criterion.by_person.by == "T. A."


def test_after_a_resubmission_a_persons_mark_waits_for_a_person(graded: Course) -> None:
    mark(graded, "chi", "1/double", 1.5)
    graded.hand_in("chi", graded.wrong + "\n# A second try.\n")
    chi = graded.grade().results["chi"]
    criterion = chi.questions[0].criteria[0]
    assert (criterion.earned, criterion.outcome) == (None, Outcome.NEEDS_PERSON)
    assert "T. A. gave 1.5 to an earlier version" in criterion.message
    assert any("1/double" in notice for notice in chi.notices)
    mark(graded, "chi", "1/double", 0.5)
    assert graded.grade().results["chi"].questions[0].earned == 0.5
    mark(graded, "chi", "1/double", None)
    assert graded.grade().results["chi"].questions[0].criteria[0].by_person is None
