"""Training checks: run where a device is named, worth no marks, part of what a result rests on."""

from __future__ import annotations

import pytest

from grader.assignment import AssignmentError, load_assignment
from grader.batch.regrade import CannotRegrade
from grader.batch.replay import Replay
from grader.results import CriterionResult, Outcome, Result
from grader.store import Store

from .course import NETWORK, RIGHT, Course

STUCK = NETWORK + "    def forward(self, x):\n        return super().forward(x * 0)\n"


@pytest.fixture
def trained(course: Course) -> Course:
    """A class of two, graded with the training check."""
    course.add_training()
    course.hand_in("ada", RIGHT + NETWORK)
    course.hand_in("bo", RIGHT + STUCK)
    course.grade(device="cpu")
    return course


def criteria(result: Result) -> dict[str, CriterionResult]:
    return {f"{q.id}/{c.id}": c for q in result.questions for c in q.criteria}


def test_without_a_device_they_are_not_run_and_nothing_says_so(course: Course) -> None:
    course.add_training()
    course.hand_in("ada", RIGHT + NETWORK)
    result = course.grade().results["ada"]
    assert "1/learns" not in criteria(result) and result.awarded == 5


def test_on_a_device_they_say_whether_a_network_learns_and_move_no_marks(trained: Course) -> None:
    results = trained.grade(device="cpu").results
    outcomes = {name: criteria(result)["1/learns"].outcome for name, result in results.items()}
    assert outcomes == {"ada": Outcome.CORRECT, "bo": Outcome.INCORRECT}
    assert {result.awarded for result in results.values()} == {5}
    assert {result.marks for result in results.values()} == {6}
    assert {result.questions[0].outcome for result in results.values()} == {Outcome.CORRECT}


def test_they_are_not_run_again(trained: Course) -> None:
    assert trained.grade(device="cpu").graded == []


def test_a_device_given_later_adds_them_and_one_left_out_takes_them_away(trained: Course) -> None:
    without = trained.grade()
    assert without.graded == ["ada", "bo"]
    assert "1/learns" not in criteria(without.results["ada"])
    again = trained.grade(device="cpu")
    assert again.graded == ["ada", "bo"]
    assert criteria(again.results["ada"])["1/learns"].outcome is Outcome.CORRECT


def test_what_an_only_left_out_is_run_by_the_next_batch(course: Course) -> None:
    course.add_training()
    course.hand_in("ada", RIGHT + NETWORK)
    course.grade()
    partly = course.grade(device="cpu", only=("2",)).results["ada"]
    assert criteria(partly)["1/learns"].message.startswith("Not graded yet")
    assert partly.questions[0].earned is None and partly.questions[0].awarded == 2
    whole = course.grade(device="cpu").results["ada"]
    assert criteria(whole)["1/learns"].outcome is Outcome.CORRECT


def test_a_regrade_is_the_class_s_own_and_says_where_a_device_is_missing(trained: Course) -> None:
    trained.leave("bo")
    trained.grade()
    assert trained.regrade().moves == ()
    trained.grade(device="cpu")
    with Store(trained.out) as store:
        store._connection.execute("UPDATE results SET device = 'cuda:77' WHERE device IS NOT NULL")
        store._connection.commit()
    with pytest.raises(CannotRegrade, match="trained on cuda:77, which is not here"):
        trained.regrade()
    with pytest.raises(CannotRegrade, match="trained on cuda:77, which is not here"):
        Replay(load_assignment(trained.assignment), trained.out, "ada")


def test_a_regrade_trains_again_what_was_trained_without_the_hand_ins_code(trained: Course) -> None:
    trained.change("test_learning.py", "learning_rate=0.5", "learning_rate=0.4")
    regraded = trained.regrade()
    assert [(again.played, again.asked) for again in regraded.remarked] == [({"1/learns"}, set())] * 2
    assert [again.is_reworded for again in regraded.remarked] == [True, True]


def test_a_verdict_on_them_can_be_replayed(trained: Course) -> None:
    replay = Replay(load_assignment(trained.assignment), trained.out, "ada")
    replayed = {again.criterion: again for again in replay.question("1", None)}
    assert replayed["1/learns"].is_as_before
    assert [said.request["op"] for said in replayed["1/learns"].said] == ["build_network", "graphs"]


def test_one_without_a_check_is_refused(course: Course) -> None:
    course.add_training()
    (course.assignment / "test_learning.py").unlink()
    course.hand_in("ada", RIGHT)
    with pytest.raises(AssignmentError, match="1/learns have no check"):
        course.grade()


def test_one_with_the_name_of_a_criterion_is_refused(course: Course) -> None:
    course.add_training()
    course.change("assignment.toml", 'id = "learns"', 'id = "double"')
    with pytest.raises(AssignmentError, match="two criterion entries called 'double'"):
        load_assignment(course.assignment)
