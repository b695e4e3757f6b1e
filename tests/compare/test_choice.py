from __future__ import annotations

import pytest

from grader.compare.choice import CreditRule, UnreadableChoice, credit, read_choices

LETTERS = {"A": (), "B": (), "C": ("increase the model size",)}
DIRECTIONS = {"increases": ("grows", "larger"), "stays the same": ("same", "no change")}


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("C", {"C"}),
        ("c", {"C"}),
        ("(C)", {"C"}),
        ("**C.**", {"C"}),
        ("Option C", {"C"}),
        ("the answer is C", {"C"}),
        ("C. Increase the model size", {"C"}),
        ("C) because the loss falls", {"C"}),
        ("Ｃ", {"C"}),
        ("A, C", {"A", "C"}),
        ("A and C", {"A", "C"}),
        ("increase the model size", {"C"}),
        (r"\textbf{C}", {"C"}),
        ("Option C: increase the model size", {"C"}),
        ("C (a knee of the curve)", {"C"}),
        ("C, because a larger model needs less compute", {"C"}),
        ("Point C since it is the knee", {"C"}),
    ],
)
def test_an_option_is_recognised_however_it_is_written(text: str, chosen: set[str]) -> None:
    assert read_choices(text, LETTERS) == chosen


@pytest.mark.parametrize(
    "text",
    [
        *(
            "D",
            "A or maybe D",
            "not C",
            "C because B is wrong",
            "",
            "A, D",
            "?",
            "C or B",
            "C? A?",
            "C (not A)",
        ),
        *("A larger model", "A larger one, because it learns more", "B, then C"),
    ],
)
def test_what_names_no_option_for_certain_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableChoice, match="is none of: A, B, C"):
        read_choices(text, LETTERS)


def test_words_are_options_too() -> None:
    assert read_choices("It grows.", DIRECTIONS) == {"increases"}
    assert read_choices("the same", DIRECTIONS) == {"stays the same"}


@pytest.mark.parametrize(
    "text",
    ["increases, because there is less noise", "It will increases with B", "**Increases** (up to a point)"],
)
def test_an_explanation_behind_an_option_does_no_harm(text: str) -> None:
    assert read_choices(text, DIRECTIONS) == {"increases"}


@pytest.mark.parametrize(
    "text",
    [
        "falls as the batch size increases",
        "does not grow",
        "increases or stays the same",
        "increases at first, then falls",
        "increases and then falls",
        "increases until there is no change",
        "larger batches, smaller rate",
        "it depends",
    ],
)
def test_a_sentence_that_may_mean_another_option_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableChoice):
        read_choices(text, DIRECTIONS)


@pytest.mark.parametrize(
    ("rule", "chosen", "share"),
    [
        (CreditRule.ALL_OR_NOTHING, {"a", "b"}, 1.0),
        (CreditRule.ALL_OR_NOTHING, {"a"}, 0.0),
        (CreditRule.ALL_OR_NOTHING, {"a", "b", "c"}, 0.0),
        (CreditRule.EACH_OPTION, {"a", "b"}, 1.0),
        (CreditRule.EACH_OPTION, {"a"}, 0.75),
        (CreditRule.EACH_OPTION, {"c", "d"}, 0.0),
        (CreditRule.RIGHT_MINUS_WRONG, {"a", "b", "c"}, 0.5),
        (CreditRule.RIGHT_MINUS_WRONG, {"c", "d"}, 0.0),
        (CreditRule.NO_WRONG, {"a"}, 0.5),
        (CreditRule.NO_WRONG, {"a", "b", "c"}, 0.0),
    ],
)
def test_every_rule_gives_its_share(rule: CreditRule, chosen: set[str], share: float) -> None:
    assert credit(chosen, {"a", "b"}, {"a", "b", "c", "d"}, rule) == share
