"""A class of hostile and honest hand-ins through `grader batch`: nobody gains, nobody else loses."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from grader.errors import Exit
from grader.results import CriterionResult, Outcome, Result
from grader.results.model import showable

from .case import PENDING, Case
from .classroom import ASSIGNMENT, BLANK, HONEST, Graded
from .conftest import cases_in_modes, cases_of, in_modes
from .modes import ROOT, Mode

GradedIn = Callable[[Mode], Graded]


@pytest.mark.parametrize(("mode", "case"), cases_in_modes())
def test_a_hostile_hand_in_earns_what_its_honest_part_earns(
    mode: Mode,
    case: Case,
    graded_in: GradedIn,
    undisturbed: Graded,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("hostile", case.family)
    record_property("mode", mode.name)
    found = criteria(graded_in(mode).results[str(showable(case.name))])
    fair = criteria(undisturbed.results[HONEST[0] if case.base == "honest" else BLANK])
    wrong = [difference(name, case, fair[name], criterion) for name, criterion in found.items()]
    assert not any(wrong), case.title + "\n" + "\n".join(filter(None, wrong))


@pytest.mark.parametrize("mode", in_modes())
def test_honest_hand_ins_are_graded_as_if_they_were_alone(
    mode: Mode, graded_in: GradedIn, undisturbed: Graded
) -> None:
    graded = graded_in(mode)
    for name in (*HONEST, BLANK):
        assert judged(graded.results[name]) == judged(undisturbed.results[name])


@pytest.mark.parametrize("mode", in_modes())
def test_every_hand_in_has_a_result_and_the_command_its_documented_end(
    mode: Mode, graded_in: GradedIn
) -> None:
    graded = graded_in(mode)
    assert graded.code == Exit.UNREADABLE, graded.stderr  # some are no notebooks, and none is our failure
    names = [BLANK, *HONEST, *(str(showable(case.name)) for case in cases_of(mode))]
    assert sorted(graded.results) == sorted(names)
    levels = {result.isolation.level for result in graded.results.values()}
    assert levels == {mode.level} or (mode.level == "auto" and levels <= {"full", "landlock"})


@pytest.mark.parametrize("mode", in_modes())
def test_no_secret_comes_out(mode: Mode, graded_in: GradedIn) -> None:
    assert list(graded_in(mode).shown_secrets()) == []


@pytest.mark.parametrize("mode", in_modes())
def test_nothing_is_touched_and_nothing_left_behind(mode: Mode, graded_in: GradedIn) -> None:
    graded = graded_in(mode)
    assert graded.touched == ()
    assert graded.left_behind == ()
    assert graded.left_running == ""
    assert not any(Path(folder, "touched").exists() for folder in ("/tmp", "/dev/shm"))


@pytest.mark.parametrize("mode", in_modes())
def test_no_key_is_told(mode: Mode, graded_in: GradedIn) -> None:
    """Wrong answers to everything are among the cases: their reasons must not hold the right ones."""
    formulas = tomllib.loads((ASSIGNMENT / "assignment.toml").read_text("utf-8"))["formulas"]
    keys = [key["reference"] for key in formulas.values()]
    for result in graded_in(mode).results.values():
        for name, criterion in criteria(result).items():
            if criterion.outcome is not Outcome.CORRECT:
                reasons = " ".join([criterion.message, *criterion.details])
                assert not any(key in reasons for key in keys), f"{result.submission} {name}"


@pytest.mark.parametrize("mode", in_modes())
def test_reports_say_nothing_of_what_was_printed_of_our_folders_or_of_exact_times(
    mode: Mode, graded_in: GradedIn
) -> None:
    for result in graded_in(mode).results.values():
        text = result.model_dump_json()
        assert "PRINTED" not in text
        assert str(ROOT / "grader") not in text
        assert "site-packages" not in text
        assert result.seconds == round(result.seconds, 1)


def criteria(result: Result) -> Mapping[str, CriterionResult]:
    """By `question/criterion`."""
    return {f"{q.id}/{c.id}": c for q in result.questions for c in q.criteria}


def difference(name: str, case: Case, fair: CriterionResult, found: CriterionResult) -> str | None:
    """How a criterion came out otherwise than it should; on nothing, an attempt may earn nothing as well.

    Where nothing is to be earned, it may wait for a person, who reads what cannot be read: no mark is gained.
    """
    wanted = {None if case.earns.get(name, fair.earned) == PENDING else case.earns.get(name, fair.earned)}
    if name not in case.earns and case.base != "honest" and fair.earned is None:
        wanted.add(0.0)
    if wanted == {0.0} and found.outcome is Outcome.NEEDS_PERSON:
        return None
    shown = f"{name} earned {found.earned} ({found.outcome}: {found.message[:200]} {found.details})"
    if found.earned not in wanted:
        return f"{shown}, and should have earned {wanted}"
    if found.outcome is Outcome.GRADER_ERROR or case.outcomes.get(name, found.outcome) != found.outcome:
        return f"{shown}, and should have been {case.outcomes.get(name, 'the fault of the hand-in')}"
    return None


def judged(result: Result) -> Mapping[str, object]:
    """A result less what may differ: how long it took, and in which mode."""
    fields = json.loads(result.model_dump_json())
    return {name: value for name, value in fields.items() if name not in ("seconds", "isolation")}
