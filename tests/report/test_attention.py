from __future__ import annotations

from collections.abc import Callable

from grader.report.attention import NEAR, failures, near_misses, same_traces
from grader.report.results import Graded
from grader.results import Outcome, Verdict, correct, incorrect
from grader.results.exhibits import Curves, ForStaff, Series

MakeClass = Callable[..., tuple[Graded, ...]]


def missing_by(tolerances: float) -> Verdict:
    return incorrect("Its value is not the right one.", exhibits=(ForStaff(misses_by=tolerances),))


def run(losses: tuple[float, ...], source: str = "saved output") -> Verdict:
    series = (Series("training", tuple(enumerate(losses, 1))),)
    return correct("", exhibits=(Curves("The saved run", "epoch", "loss", series, source=source),))  # type: ignore[arg-type]


def test_values_that_missed_by_little_are_listed_the_nearest_first(make_class: MakeClass) -> None:
    graded = make_class(
        {
            "ada": {"1": [(2, missing_by(40.0))]},
            "bo": {"1": [(2, missing_by(1.5))]},
            "chi": {"1": [(2, missing_by(NEAR * 2))]},
            "dan": {"1": [(2, incorrect("", exhibits=(ForStaff("At eta = 1 it should be 2."),)))]},
        }
    )
    assert [(found.graded.name, found.note) for found in near_misses(graded)] == [
        ("bo", "1.5 tolerances from the right value"),
        ("ada", "40 tolerances from the right value"),
    ]


def test_failures_of_ours_come_before_time_outs_with_their_reason(make_class: MakeClass) -> None:
    slow = Verdict(Outcome.TIMEOUT, 0.0, "Your code did not finish within 10 s.")
    ours = Verdict(Outcome.GRADER_ERROR, 0.0, "The grader failed.", details=("KeyError: 'w'",))
    graded = make_class(
        {"ada": {"1": [(2, slow)]}, "bo": {"1": [(2, ours)]}, "chi": {"1": [(2, correct(""))]}}
    )
    assert [(found.graded.name, found.note) for found in failures(graded)] == [
        ("bo", "KeyError: 'w'"),
        ("ada", ""),
    ]


def test_runs_with_the_same_losses_are_found_once_each(make_class: MakeClass) -> None:
    losses = (2.5, 2.0, 1.75, 1.5, 1.25, 1.0)
    graded = make_class(
        {
            "ada": {"4": [(2, run(losses)), (2, run(losses))]},
            "bo": {"4": [(2, run((*losses[:-1], 1.0001)))]},
            "chi": {"4": [(2, run(losses))]},
        }
    )
    (same,) = same_traces(graded)
    assert [g.name for g in same.hand_ins] == ["ada", "chi"]
    assert (same.epochs, same.last) == (6, 1.0)


def test_short_runs_and_other_curves_prove_nothing(make_class: MakeClass) -> None:
    short, other = (2.5, 2.0), (3.0, 2.0, 1.0, 0.5, 0.25)
    rubric = {"4": [(2, run(short)), (2, run(other, "other"))]}
    assert same_traces(make_class({"ada": rubric, "bo": rubric})) == ()
