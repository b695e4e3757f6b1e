"""The self-check on the example class, held against what a grader should find."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from fnmatch import fnmatch
from pathlib import Path

import pytest

from grader.selfcheck.findings import Finding, Outcome

EXPECTED = Path(__file__).parents[2] / "examples" / "csc413_a2_2025.expected"
OfExample = Callable[[str], Mapping[tuple[str, str], Finding]]

PARTS_OF_CRITERIA = {
    "1.1.1/update": ("1.1.1", "step of sgd_min_norm"),
    "1.1.1/row_space": ("1.1.1", "row space"),
    "1.1.1/limit": ("1.1.1", "limit"),
    "1.2.1/update": ("1.2.1", "step of rmsprop"),
    "2.1.1/w1": ("2.1.1", "w1"),
    "2.1.1/L1": ("2.1.1", "L1"),
    "2.1.2/second_derivative": ("2.1.2", "second derivative"),
    "2.1.3/derivative": ("2.1.3", "loss_derivative"),
    "2.1.3/optimum": ("2.1.3", "optimal_learning_rate"),
    "2.2.1/l2": ("2.2.1", "w1 with L2"),
    "2.2.1/decay": ("2.2.1", "w1 with weight decay"),
    "2.2.2/coefficient": ("2.2.2", "l2_coefficient"),
    **{f"4.3/{field}": ("4.3", field) for field in ("weights", "outputs", "connections")},
    **{
        f"4.3/{field}_doubled": ("4.3", f"{field} doubled") for field in ("weights", "outputs", "connections")
    },
    "5.4/kernel_4": ("5.4", "kernel size 4"),
    "5.4/kernel_5": ("5.4", "kernel size 5"),
}
"""Criteria that properties decide as the reference does, on these hand-ins."""
IN_WORDS = {
    "correct": {Outcome.LOOKS_RIGHT},
    "partial": {Outcome.LOOKS_WRONG},
    "incorrect": {Outcome.LOOKS_WRONG},
    "error": {Outcome.LOOKS_WRONG},
    "needs_person": {Outcome.NOT_ATTEMPTED, Outcome.UNREADABLE},
    "not_checked": {Outcome.NOT_ATTEMPTED},  # worth no marks, and not in an answer cell
    "not_attempted": {Outcome.NOT_ATTEMPTED},
    "unreadable": {Outcome.UNREADABLE},
}
RIGHT = (
    "ada_okafor",
    "bao_tran",
    "chidi_larsen",
    "dana_petrov",
    "elif_kaya",
    "farid_nasser",
    "greta_holm",
    "ines_duarte",
    "jun_sato",
    "kofi_mensah",
    "mira_novak",
    "noor_haddad",
)
WRONG = (
    "lena_fischer",
    "omar_said",
    "paula_reyes",
    "quentin_roy",
    "rosa_lindqvist",
    "sami_virtanen",
    "tara_brennan",
    "uma_castillo",
    "viktor_olsen",
    "wanda_kim",
    "xavier_dupont",
    "yara_cohen",
    "zane_whitlock",
)


def expected_outcomes(name: str) -> dict[str, str]:
    table = tomllib.loads((EXPECTED / f"{name}.toml").read_text("utf-8"))
    settled: dict[str, str] = {}
    for criterion in PARTS_OF_CRITERIA:
        fitting = [key for key in table if fnmatch(criterion, key)]
        closest = max(fitting, key=len, default="")
        settled[criterion] = table[closest]["outcome"] if closest else table["default"]
    return settled


@pytest.mark.parametrize("name", RIGHT)
def test_right_work_looks_right_or_is_recorded(of_example: OfExample, name: str) -> None:
    found = of_example(name)
    networks = {found[(q, part)].outcome for q, part in found if q in ("4.1", "5.1")}
    assert networks == {Outcome.LOOKS_RIGHT}
    ours = {finding.outcome for finding in found.values()}
    assert ours <= {Outcome.LOOKS_RIGHT, Outcome.RECORDED, Outcome.NOT_ATTEMPTED}


@pytest.mark.parametrize("name", RIGHT + WRONG)
def test_properties_decide_as_the_grader_does(of_example: OfExample, name: str) -> None:
    found = of_example(name)
    network_looks_right = found[("4.1", "follows its arguments")].outcome is Outcome.LOOKS_RIGHT
    for criterion, graders in expected_outcomes(name).items():
        ours = found[PARTS_OF_CRITERIA[criterion]].outcome
        undecided = criterion.startswith("4.3") and ours is Outcome.RECORDED
        assert ours in IN_WORDS[graders] or (undecided and not network_looks_right), criterion


@pytest.mark.parametrize(
    ("name", "question", "part", "says"),
    [
        ("uma_castillo", "4.1", "PoolUpsampleNet", "Block 4"),
        ("quentin_roy", "4.1", "PoolUpsampleNet", "Block 1"),
        ("viktor_olsen", "4.1", "PoolUpsampleNet", "4 convolutions"),
        ("viktor_olsen", "5.1", "ConvTransposeNet", "4 convolutions"),
        ("wanda_kim", "5.1", "ConvTransposeNet", "Block"),
        ("rosa_lindqvist", "4.1", "follows its arguments", "RuntimeError"),
        ("rosa_lindqvist", "5.1", "follows its arguments", "RuntimeError"),
        ("keanu_pereira", "4.1", "PoolUpsampleNet", "RuntimeError"),
        ("viktor_olsen", "1.1.1", "step of sgd_min_norm", "without replacement"),
        ("sami_virtanen", "5.4", "kernel size 4", "PyTorch refuses"),
        ("zane_whitlock", "5.2", "training run", "at least 25"),
    ],
)
def test_a_wrong_part_is_told_with_what_is_seen(
    of_example: OfExample, name: str, question: str, part: str, says: str
) -> None:
    finding = of_example(name)[(question, part)]
    assert finding.outcome is Outcome.LOOKS_WRONG
    assert says in finding.message


def test_the_untouched_starter_is_not_attempted_throughout(of_example: OfExample) -> None:
    assert {f.outcome for f in of_example("abel_moreau").values()} == {Outcome.NOT_ATTEMPTED}


def test_a_class_that_is_not_python_is_unreadable_with_its_place_and_costs_nothing_else(
    of_example: OfExample,
) -> None:
    found = of_example("bianca_rossi")
    assert found[("5.1", "ConvTransposeNet")].outcome is Outcome.UNREADABLE
    assert found[("5.1", "ConvTransposeNet")].place is not None
    assert found[("4.1", "PoolUpsampleNet")].outcome is Outcome.LOOKS_RIGHT
