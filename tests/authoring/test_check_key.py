"""What the results of the key, the template and the mutants are taken to say. The grading is made up here."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from rich.console import Console

from grader.assignment import Assignment, load_assignment
from grader.authoring.check_key import check_key
from grader.authoring.key_report import Fate, KeyReport
from grader.authoring.key_table import print_key_report
from grader.authoring.mutants.mutant import Family
from grader.authoring.mutants.parts import KeyProblem
from grader.judge.grading import make_result
from grader.results import Isolation, Outcome, Result, Verdict, correct, incorrect, not_attempted
from grader.submission import HandIn, Notebook, read_answers, read_notebook
from grader.submission.submission import Submission

Judge = Callable[[str, str], Verdict | None]
"""From a criterion and what was written for it to a verdict; None for the usual one."""
CheckToy = Callable[..., KeyReport]

RIGHT = {
    "1/risk": "s d/(n - d - 1) if n > d + 1; s n/(d - n - 1) if d > n + 1",
    "2/which": "I, III",
    "3/number": "0.25",
    "3/when": "s = 0 and n > d + 1",
    "3/data": "1, 0.5, 0.25",
    "4/double": "def double(x):\n    return 2 * x",
}


def written(notebook: Notebook, criterion: str) -> str:
    question, _, field = criterion.partition("/")
    if question == "4":
        return next((cell.source for cell in notebook.code_cells if "double" in cell.source), "")
    answer = read_answers(notebook, question, {field: ()}).fields.get(field)
    return answer.value if answer else ""


def usual(criterion: str, text: str) -> Verdict:
    """Right only as it stands in the key."""
    if not text or "NotImplementedError" in text:
        return not_attempted("Nothing there.")
    return correct("Right.") if text == RIGHT[criterion] else incorrect("No.")


@pytest.fixture
def check_toy(toy: Assignment, tmp_path_factory: pytest.TempPathFactory) -> CheckToy:
    """The report on the toy assignment, judged by a function of what was written."""

    def check(
        judge: Judge = lambda criterion, text: None, only: Sequence[str] = (), assignment: Assignment = toy
    ) -> KeyReport:
        def grade(hand_ins: Sequence[HandIn]) -> Mapping[str, Result]:
            return {hand_in.name: result_of(hand_in, judge, assignment) for hand_in in hand_ins}

        return check_key(assignment, grade, tmp_path_factory.mktemp("scratch"), only)

    return check


def result_of(hand_in: HandIn, judge: Judge, assignment: Assignment) -> Result:
    path = hand_in.path if hand_in.path.is_file() else next(hand_in.path.glob("*.ipynb"))
    notebook = read_notebook(path)
    asked = assignment.limited_to(hand_in.only)
    verdicts = {}
    for question, criterion in asked.criteria():
        name = f"{question.id}/{criterion.id}"
        if criterion.by == "check":
            text = written(notebook, name)
            verdicts[name] = judge(name, text) or usual(name, text)
    return make_result(
        asked, Submission(hand_in.name, notebook, None), verdicts, Isolation(level="none"), 0.0
    )


def shown(report: KeyReport) -> str:
    """The report as printed, on one line."""
    output = io.StringIO()
    print_key_report(report, Console(file=output, width=200, soft_wrap=True))
    return " ".join(output.getvalue().split())


def test_all_is_well_where_every_mistake_costs_something(check_toy: CheckToy) -> None:
    report = check_toy()
    assert (report.earned, report.marks, report.blank_earned) == (6, 6, 0)
    assert report.is_right and report.kill_rate == 1
    assert not (report.problems or report.unread or report.unfailed)
    assert {mutant.part for mutant in report.mutants} == {*RIGHT} - {"4/double"} | {"double"}
    assert {mutant.family for mutant in report.mutants} == {
        Family.CODE,
        Family.FORMULAS,
        Family.CHOICES,
        Family.LINES,
    }
    assert len({mutant.id for mutant in report.mutants}) == len(report.mutants) > 100
    assert "Everything is as it should be." in shown(report)


def test_a_check_that_takes_anything_is_found(check_toy: CheckToy) -> None:
    report = check_toy(lambda name, text: correct("Fine.") if name == "3/number" and text else None)
    survivors = report.of_fate(Fate.SURVIVED)
    assert {mutant.part for mutant in survivors} == {"3/number"}
    assert report.unfailed == ("3/number",)
    assert not report.is_right and 0.9 < (report.kill_rate or 0) < 1
    assert "-- number: 0.25 +- number: 1.25" in shown(report)
    assert "No mutant fails these criteria: 3/number" in shown(report)


@pytest.mark.parametrize(
    ("outcome", "fate"),
    [(Outcome.NEEDS_PERSON, Fate.FOR_A_PERSON), (Outcome.GRADER_ERROR, Fate.GRADER_ERROR)],
)
@pytest.mark.parametrize(
    ("criterion", "wrong"),
    [("1/risk", "s*n/(d - n - 1) if d > n + 1"), ("2/which", "II"), ("3/number", "1.25")],
)
def test_a_mistake_that_is_not_decided_is_no_kill(
    check_toy: CheckToy, outcome: Outcome, fate: Fate, criterion: str, wrong: str
) -> None:
    report = check_toy(
        lambda name, text: Verdict(outcome, 0.0, "Hm.") if (name, text) == (criterion, wrong) else None
    )
    [undecided] = report.of_fate(fate)
    assert undecided.part == criterion and undecided.failed == () and undecided.reason == f"{criterion}: Hm."
    assert not report.is_right


def test_a_formula_equal_to_the_keys_is_no_mistake(check_toy: CheckToy, toy_folder: Path) -> None:
    symbols = "[symbols]\nn = {}\n"
    toml = (toy_folder / "assignment.toml").read_text()
    start, end = toml.index("[symbols]"), toml.index("[choices")
    formula = '[formulas."1/risk"]\nfield = "risk"\nreference = "n n"\n\n'
    (toy_folder / "assignment.toml").write_text(toml[:start] + symbols + formula + toml[end:])
    key = toy_folder / "key" / "toy.ipynb"
    key.write_text(key.read_text().replace(RIGHT["1/risk"], "n*n"))
    right = {"n*n", "n^2"}
    report = check_toy(
        lambda name, text: (correct("R.") if text in right else None) if name == "1/risk" else None,
        ["1"],
        load_assignment(toy_folder),
    )
    equivalent = report.of_fate(Fate.EQUIVALENT)
    assert all("formula engine" in mutant.reason for mutant in equivalent)
    assert report.is_right


def test_what_the_assignment_accepts_is_equivalent_until_it_is_of_no_use(
    check_toy: CheckToy, toy: Assignment
) -> None:
    def lenient(name: str, text: str) -> Verdict | None:
        return correct("Fine.") if (name, text) == ("3/number", "0.50") else None

    listed = toy.key_folder / "equivalent.toml"
    [survivor] = check_toy(lenient).of_fate(Fate.SURVIVED)
    listed.write_text(f'[[accepted]]\nmutants = ["{survivor.id}"]\nreason = "Half will do."\n')
    report = check_toy(lenient)
    assert report.is_right
    assert [m.reason for m in report.of_fate(Fate.EQUIVALENT)] == [
        "accepted in key/equivalent.toml: Half will do."
    ]
    listed.write_text(f'[[accepted]]\nmutants = ["{survivor.id}", "0"]\nreason = "Half will do."\n')
    report = check_toy()
    assert [problem.rpartition(",")[0] for problem in report.problems] == [
        f"key/equivalent.toml accepts {survivor.id}, which the checks do not: remove it",
        "key/equivalent.toml accepts 0",
    ]


@pytest.mark.parametrize("text", ["[[accepted]]", "[[accepted]]\nmutants = []\nreason = 'because'", "x ="])
def test_a_list_that_cannot_be_read_is_named(check_toy: CheckToy, toy: Assignment, text: str) -> None:
    (toy.key_folder / "equivalent.toml").write_text(text)
    with pytest.raises(KeyProblem, match=r"equivalent.toml is no list of \[\[accepted\]\]"):
        check_toy()


def test_a_key_that_is_wrong_and_a_template_that_is_not_blank_are_problems(check_toy: CheckToy) -> None:
    def judge(name: str, text: str) -> Verdict | None:
        if name == "3/data":
            return incorrect("Never right.")
        return Verdict(Outcome.ERROR, 0.0, "It raises.") if "NotImplementedError" in text else None

    report = check_toy(judge)
    assert report.problems == (
        "The key does not earn 3/data (toy.ipynb: incorrect, Never right.)",
        "The blank template is incorrect in 3/data: Never right.",
        "The blank template is error in 4/double: It raises.",
    )
    assert report.earned == 5 and not report.is_right
    assert report.unread == ("3/data in toy.ipynb",)


def test_two_hand_ins_share_the_key_and_neither_may_be_wrong(check_toy: CheckToy, toy: Assignment) -> None:
    whole = (toy.key_folder / "toy.ipynb").read_text()
    (toy.key_folder / "other.ipynb").write_text(whole.replace("number: 0.25", "number: "))
    report = check_toy()
    assert report.is_right and report.earned == 6
    (toy.key_folder / "other.ipynb").write_text(whole.replace("number: 0.25", "number: 1/4"))
    assert check_toy().problems == ("The key's other.ipynb is not right in 3/number: incorrect, No.",)


def test_only_one_question_is_tried_where_that_is_asked(check_toy: CheckToy) -> None:
    report = check_toy(only=["4"])
    assert {mutant.part for mutant in report.mutants} == {"double"}
    assert (report.earned, report.marks) == (1, 1)
    assert report.is_right


@pytest.mark.parametrize(("folder", "missing"), [("key", "no key"), ("template", "no template")])
def test_what_is_not_there_is_named(check_toy: CheckToy, toy: Assignment, folder: str, missing: str) -> None:
    (toy.folder / folder / "toy.ipynb").unlink()
    (toy.folder / folder).rmdir()
    with pytest.raises(KeyProblem, match=f"toy has {missing}: put .* into {toy.folder / folder}"):
        check_toy()
