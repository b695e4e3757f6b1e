"""Checks are collected once and judged for many; what does not fit the assignment is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.assignment import Assignment, AssignmentError
from grader.judge import Interrupted, JudgePlugin, Student, run
from grader.judge.grading import make_result
from grader.results import Isolation, Outcome, Verdict
from grader.sandbox import SandboxError

MakeAssignment = Callable[..., Assignment]
StudentOf = Callable[..., Student]

DOUBLE = """
@criterion("1/double")
def test_double(student):
    found = student.call("double", x=3)
    return correct("yes") if found == 6 else incorrect(f"it gives {found}")

@criterion("1/again", needs=("1/double",))
def test_again(student, rng):
    x = int(rng.integers(100))
    return correct(str(x)) if student.call("double", x=x) == 2 * x else incorrect("no")
"""
CRITERIA = ("double", "again")


def judged(assignment: Assignment, *students: Student) -> list[dict[str, Verdict]]:
    """The verdicts on each student, all from one collection of the checks."""
    verdicts: list[dict[str, Verdict]] = []
    run(assignment, lambda judge: verdicts.extend(judge.judge(student) for student in students))
    return verdicts


def outcomes(verdicts: dict[str, Verdict]) -> dict[str, str]:
    return {name.removeprefix("1/"): str(verdict.outcome) for name, verdict in verdicts.items()}


def test_many_students_get_the_verdicts_they_get_one_at_a_time(
    make_assignment: MakeAssignment, student_of: StudentOf
) -> None:
    assignment = make_assignment(DOUBLE, CRITERIA)
    cells = [
        "def double(x): return 2 * x",
        "def double(x): return 3 * x",
        "def double(x): raise KeyError(x)",
        "x = 1",
    ]
    students = [student_of(cell, assignment=assignment) for cell in cells]
    together = judged(assignment, *students, students[0])
    alone = [judged(assignment, student_of(cell, assignment=assignment))[0] for cell in cells]
    assert together == [*alone, alone[0]]
    assert [outcomes(verdicts) for verdicts in alone] == [
        {"double": "correct", "again": "correct"},
        {"double": "incorrect", "again": "not_checked"},
        {"double": "error", "again": "not_checked"},
        {"double": "not_attempted", "again": "not_checked"},
    ]


def test_checks_are_imported_once_however_many_are_judged(
    make_assignment: MakeAssignment, student_of: StudentOf, tmp_path: Path
) -> None:
    log = tmp_path / "imports"
    assignment = make_assignment(f"open({str(log)!r}, 'a').write('x')\n" + DOUBLE, CRITERIA)
    student = student_of("def double(x): return 2 * x", assignment=assignment)
    assert len(judged(assignment, *[student] * 5)) == 5
    assert log.read_text() == "x"


def test_what_needs_a_failed_criterion_is_not_checked_and_says_why(
    make_assignment: MakeAssignment, student_of: StudentOf
) -> None:
    assignment = make_assignment(DOUBLE, CRITERIA)
    (verdicts,) = judged(assignment, student_of("def double(x): return x", assignment=assignment))
    assert verdicts["1/again"].outcome is Outcome.NOT_CHECKED
    assert "1/double earned nothing" in verdicts["1/again"].message


def test_checks_run_in_the_order_of_the_rubric_so_that_needs_are_met_whatever_their_place_in_the_file(
    make_assignment: MakeAssignment, student_of: StudentOf
) -> None:
    first, second = DOUBLE.split("\n\n")
    assignment = make_assignment(second + "\n\n" + first, CRITERIA)
    (verdicts,) = judged(assignment, student_of("def double(x): return 2 * x", assignment=assignment))
    assert list(verdicts) == ["1/double", "1/again"]
    assert outcomes(verdicts) == {"double": "correct", "again": "correct"}


def test_the_checks_of_some_questions_run_with_those_they_need(
    make_assignment: MakeAssignment, student_of: StudentOf
) -> None:
    assignment = make_assignment(DOUBLE, CRITERIA)
    other = make_assignment(DOUBLE.replace("1/again", "2/again"), CRITERIA, name="other")
    [question] = other.questions
    one, two = ((c,) for c in question.criteria)
    questions = (
        question.model_copy(update={"criteria": one, "marks": 1}),
        question.model_copy(update={"id": "2", "criteria": two, "marks": 1}),
    )
    other = other.model_copy(update={"questions": questions})
    student = student_of("def double(x): return 2 * x", assignment=assignment)
    found: list[list[str]] = []
    run(other, lambda judge: found.extend(list(judge.judge(student, only)) for only in (["1"], ["2"], [])))
    assert found == [["1/double"], ["1/double", "2/again"], ["1/double", "2/again"]]


@pytest.mark.parametrize(
    ("checks", "criteria", "names"),
    [
        (DOUBLE, ("double", "again", "third"), ["1/third", "no check"]),
        (DOUBLE, ("double",), ["1/again", "not automatic criteria"]),
        (
            DOUBLE + DOUBLE.replace("def test_", "def test_other_"),
            CRITERIA,
            ["1/again, 1/double", "more than one check"],
        ),
        (
            "def test_without_a_criterion(student): pass",
            ("double",),
            ["test_without_a_criterion", "@criterion"],
        ),
        ("import no_such_module", ("double",), ["test_checks.py", "no_such_module"]),
        ("def broken(:", ("double",), ["test_checks.py", "cannot be loaded"]),
        ("", ("double",), ["1/double", "no check"]),
    ],
    ids=["missing", "unknown", "double", "no criterion", "import error", "syntax error", "no checks at all"],
)
def test_checks_that_do_not_fit_the_assignment_are_refused_by_name(
    make_assignment: MakeAssignment, checks: str, criteria: tuple[str, ...], names: list[str]
) -> None:
    with pytest.raises(AssignmentError) as caught:
        run(make_assignment(checks, criteria), lambda judge: pytest.fail("the work was begun"))
    assert all(name in str(caught.value) for name in names)


BROKEN_CHECKS = """
@pytest.fixture
def broken():
    raise RuntimeError("in a fixture")

@criterion("1/nothing")
def test_nothing(student):
    pass

@criterion("1/raises")
def test_raises(student):
    return {}["missing"]

@criterion("1/fixture")
def test_fixture(student, broken):
    return correct("never")

@criterion("1/skips")
def test_skips(student):
    pytest.skip("not today")

@criterion("1/fine")
def test_fine(student):
    return correct("yes")
"""


def test_a_check_of_ours_that_fails_is_a_grader_error_and_the_others_go_on(
    make_assignment: MakeAssignment, student_of: StudentOf
) -> None:
    assignment = make_assignment(BROKEN_CHECKS, ("nothing", "raises", "fixture", "skips", "fine"))
    student = student_of("x = 1", assignment=assignment)
    (verdicts,) = judged(assignment, student)
    result = make_result(assignment, student.submission, verdicts, Isolation(level="none"), 0.0)
    found = {
        criterion.id: (str(criterion.outcome), criterion.earned) for criterion in result.questions[0].criteria
    }
    ours = dict.fromkeys(("nothing", "raises", "fixture", "skips"), ("grader_error", None))
    assert found == {**ours, "fine": ("correct", 1.0)}
    assert result.pending == 4


def test_a_check_that_needs_one_whose_fixture_failed_is_decided_all_the_same(
    make_assignment: MakeAssignment, student_of: StudentOf
) -> None:
    checks = (
        BROKEN_CHECKS
        + '\n@criterion("1/after", needs=("1/fixture",))\ndef test_after(student):\n    return correct("x")\n'
    )
    assignment = make_assignment(checks, ("nothing", "raises", "fixture", "skips", "fine", "after"))
    (verdicts,) = judged(assignment, student_of("x = 1", assignment=assignment))
    assert verdicts["1/after"].outcome in (Outcome.NOT_CHECKED, Outcome.GRADER_ERROR)


def test_random_numbers_depend_on_the_criterion_and_not_on_the_student(
    make_assignment: MakeAssignment, student_of: StudentOf
) -> None:
    assignment = make_assignment(DOUBLE, CRITERIA)
    students = [student_of("def double(x): return 2 * x", assignment=assignment) for _ in range(2)]
    first, second = judged(assignment, *students)
    assert first["1/again"].message == second["1/again"].message


def test_a_lost_sandbox_ends_the_judging(make_assignment: MakeAssignment, student_of: StudentOf) -> None:
    checks = '@criterion("1/a")\ndef test_a(student):\n    raise SandboxError("The server has gone.")\n'
    assignment = make_assignment(checks, ("a",))
    with pytest.raises(SandboxError, match="has gone"):
        judged(assignment, student_of("x = 1", assignment=assignment))


def test_after_a_lost_sandbox_the_next_student_is_judged_normally(
    make_assignment: MakeAssignment, student_of: StudentOf
) -> None:
    checks = """
LOST = [True]

@criterion("1/a")
def test_a(student):
    if LOST and LOST.pop():
        raise SandboxError("gone")
    return correct("yes")
"""
    assignment = make_assignment(checks, ("a",))
    student = student_of("x = 1", assignment=assignment)
    seen: list[object] = []

    def work(judge: JudgePlugin) -> None:
        for _ in range(2):
            try:
                seen.append(judge.judge(student)["1/a"].outcome)
            except SandboxError as error:
                seen.append(str(error))

    run(assignment, work)
    assert seen == ["gone", Outcome.CORRECT]


def test_two_assignments_in_one_process_keep_to_their_own_checks(
    make_assignment: MakeAssignment, student_of: StudentOf
) -> None:
    said = []
    for name in ("first", "second"):
        checks = f'@criterion("1/a")\ndef test_a(student):\n    return correct("{name}")\n'
        assignment = make_assignment(checks, ("a",), name=name)
        (verdicts,) = judged(assignment, student_of("x = 1", assignment=assignment))
        said.append(verdicts["1/a"].message)
    assert said == ["first", "second"]


def test_what_the_work_raises_reaches_the_caller(make_assignment: MakeAssignment) -> None:
    assignment = make_assignment(DOUBLE, CRITERIA)

    def fails(judge: JudgePlugin) -> None:
        raise LookupError("of the work")

    def is_interrupted(judge: JudgePlugin) -> None:
        raise KeyboardInterrupt

    with pytest.raises(LookupError, match="of the work"):
        run(assignment, fails)
    with pytest.raises(Interrupted):
        run(assignment, is_interrupted)


def test_nothing_in_the_current_directory_or_the_environment_has_an_effect(
    make_assignment: MakeAssignment, student_of: StudentOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assignment = make_assignment(DOUBLE, CRITERIA)
    student = student_of("def double(x): return 2 * x", assignment=assignment)
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    trap = "raise SystemExit('code of the current directory was run')\n"
    for name in ("conftest.py", "test_trap.py", "sitecustomize.py", "trap.py"):
        (hostile / name).write_text(trap)
    (tmp_path / "conftest.py").write_text(trap)  # beside the assignment's folder
    (hostile / "pytest.ini").write_text(
        "[pytest]\naddopts = -p trap --collect-only\npython_functions = never_*\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -k nothing\n")
    monkeypatch.chdir(hostile)
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k nothing --maxfail=1 -p trap")
    monkeypatch.setenv("PYTEST_PLUGINS", "trap")
    (verdicts,) = judged(assignment, student)
    assert outcomes(verdicts) == {"double": "correct", "again": "correct"}


def test_the_environment_is_left_as_it_was(
    make_assignment: MakeAssignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    monkeypatch.setenv("PYTEST_ADDOPTS", "-k nothing")
    before = dict(os.environ)
    run(make_assignment(DOUBLE, CRITERIA), lambda judge: None)
    os.environ.pop("PYTEST_CURRENT_TEST", None), before.pop("PYTEST_CURRENT_TEST", None)
    assert dict(os.environ) == before
