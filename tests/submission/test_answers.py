"""Answer cells as students write them."""

from __future__ import annotations

from typing import Any

import pytest

from grader.submission.answers import Answer, Answers, read_answers

LABELS = {
    "weights": ["total weights", "number of weights"],
    "outputs": ["total outputs", "units"],
    "weights_doubled": ["weights when doubled", "weights (doubled)"],
    "kernel_4_conv_padding": ["kernel 4 Conv2d padding"],
}


def read(make: Any, *sources: str, question: str = "4.3") -> Answers:
    return read_answers(make.read(*map(make.markdown, sources)), question, LABELS)


def values(answers: Answers) -> dict[str, str]:
    return {field: answer.value for field, answer in answers.fields.items()}


@pytest.mark.parametrize(
    "marker",
    [
        "### Answer 4.3",
        "**Answer 4.3**:",
        "**Answer 4.3:**",
        "Answer 4.3",
        "answer 4.3.",
        "Answers 4.3:",
        "# ANSWER (4.3)",
        "Answer to question 4.3",
        "> __Answer 4.3__",
        "Answer **4.3**",
        "Answer for Q4.3:",
        "<h3>Answer 4.3</h3>",
        '### <font color="red">Answer 4.3</font>',
        "✏️ **Answer 4.3**",
        "\ufeff### \u200bAnswer 4.3",
    ],
)
def test_every_form_of_the_marker_is_seen(make: Any, marker: str) -> None:
    assert values(read(make, f"Some text.\n\n{marker}\nweights: 5")) == {"weights": "5"}


@pytest.mark.parametrize(
    "marker",
    ["Answer 4.31", "Answer 4.3.1", "Answer 4.3a", "Answer 14.3", "Answer", "Answer: 4.3", "Question 4.3"],
)
def test_another_questions_marker_is_not(make: Any, marker: str) -> None:
    assert values(read(make, f"{marker}\nweights: 5")) == {}


@pytest.mark.parametrize(
    ("question", "marker"), [("3.1.2a", "Answer 3.1.2(a)"), ("3.1.2(a)", "Answer 3.1.2A:")]
)
def test_a_part_may_be_written_with_or_without_brackets(make: Any, question: str, marker: str) -> None:
    assert values(read(make, f"{marker}\nweights: 5", question=question)) == {"weights": "5"}


@pytest.mark.parametrize(
    "line",
    [
        "weights: 9 NIC",
        "weights = 9 NIC",
        "Weights:9 NIC",
        "  - weights: 9 NIC",
        "* weights: 9 NIC",
        "1. weights: 9 NIC",
        "2) weights: 9 NIC",
        "- **weights**: 9 NIC",
        "- **weights:** 9 NIC",
        "**weights: 9 NIC**",
        "**Total_Weights** : `9 NIC`",
        "Number of weights: $9 NIC$",
        "weights: $$9 NIC$$",
        r"weights: \(9 NIC\)",
        r"weights: \[ 9 NIC \]",
        "$weights = 9 NIC$",
        r"$$\text{weights} = 9 NIC$$",
        "𝑇𝑜𝑡𝑎𝑙_𝑊𝑒𝑖𝑔ℎ𝑡𝑠 = 9 NIC",
        "weights：9 NIC",
        "total = weights = 9 NIC",
        "weights := 9 NIC",
        "weights:\n9 NIC",
        "weights:\n\n$$\n9 NIC\n$$",
        "weights:\n```python\n9 NIC\n```",
        "weights: 9\n  NIC",
        "#### weights: 9 NIC",
        "> weights: 9 NIC",
        "a) weights: 9 NIC",
        "(B) weights: 9 NIC",
        "- [x] weights: 9 NIC",
        "- <b>weights</b>: 9 NIC<br>",
        "weights -> 9 NIC",
        "weights ⇒ 9 NIC",
        "weights – 9 NIC",
        "| weights | 9 NIC |",
        "~~weights: 8 NIC~~\n- weights: 9 NIC",
        "weights: ~~8 NIC~~ 9 NIC",
    ],
)
def test_every_form_of_a_line_gives_the_same_value(make: Any, line: str) -> None:
    assert values(read(make, f"### Answer 4.3\n{line}\n")) == {"weights": "9 NIC"}


def test_the_whole_label_decides_and_not_its_beginning(make: Any) -> None:
    cell = "Answer 4.3\nweights (doubled): 2\nweights: 1\nkernel 4 Conv2d padding = 3"
    expected = {"weights_doubled": "2", "weights": "1", "kernel_4_conv_padding": "3"}
    assert values(read(make, cell)) == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "...",
        "…",
        "_",
        "____",
        "?",
        "TODO",
        "your answer here",
        "<your answer>",
        "`...`",
        "$ $",
        "-",
        "()",
    ],
)
def test_a_placeholder_is_not_an_attempt(make: Any, value: str) -> None:
    assert values(read(make, f"Answer 4.3\n- weights: {value}\n- outputs: 5")) == {"outputs": "5"}


def test_zero_is_an_attempt(make: Any) -> None:
    assert values(read(make, "Answer 4.3\nweights: 0")) == {"weights": "0"}


def test_an_answer_knows_its_cell_and_line(make: Any) -> None:
    answers = read(make, "text", "intro\n\nAnswer 4.3\n\nweights:\n\n$$\n5\n$$\noutputs: 6")
    assert answers.fields["weights"] == Answer("5", cell=1, line=7)
    assert answers.fields["outputs"] == Answer("6", cell=1, line=10)


def test_a_value_ends_at_an_empty_line_a_label_a_heading_or_the_next_marker(make: Any) -> None:
    cell = (
        "Answer 4.3\nweights: 1\n\nSome prose.\noutputs: 2\n# Notes\nmore\nAnswer 5.4\nweights (doubled): 3"
    )
    assert values(read(make, cell)) == {"weights": "1", "outputs": "2"}


def test_prose_below_an_empty_field_is_no_answer(make: Any) -> None:
    assert values(read(make, "Answer 4.3\nweights:\n\nI did not get to this.")) == {}


def test_a_word_set_off_below_an_empty_field_is_an_answer(make: Any) -> None:
    assert values(read(make, "Answer 4.3\nweights:\n\n9NIC\n\n**Answer**:")) == {"weights": "9NIC"}


def test_bars_of_a_norm_in_a_table_stay(make: Any) -> None:
    assert values(read(make, "Answer 4.3\n|---|---|\n| weights | 2 ||a||^2 |")) == {"weights": "2 ||a||^2"}


def test_indices_in_html_are_those_of_a_formula_and_an_inner_product_is_no_tag(make: Any) -> None:
    line = "weights: w<sub>0</sub> X<sup>T</sup> <b, a>"
    assert values(read(make, f"Answer 4.3\n{line}")) == {"weights": "w_{0} X^{T} <b, a>"}


@pytest.mark.parametrize(
    "words", ["I did not get to this.", "![](loss.png)", "**Answer**: See below.", "Note: half of it", "$x$"]
)
def test_words_of_the_student_behind_no_label_are_told(make: Any, words: str) -> None:
    assert read(make, "text", f"Answer 4.3\nweights: 1\n\n{words}").other_text == 2


@pytest.mark.parametrize(
    "words", ["*Write `a` or **b**.*", "_Hint_", "**Answer**:", "# Notes", "---", "", "..."]
)
def test_what_the_template_has_is_no_word_of_the_student(make: Any, words: str) -> None:
    assert read(make, f"Answer 4.3\n{words}\nweights:\n\n{words}\n").other_text is None


def test_a_second_answer_counts_and_is_reported(make: Any) -> None:
    answers = read(make, "Answer 4.3\nweights: 1", "Answer 4.3\nweights: ...", "Answer 4.3\nweights: 2")
    assert values(answers)["weights"] == "2"
    assert answers.notices == (
        "weights is answered in cell 1, line 2, and again in cell 3, line 2: the last one counts.",
    )


def test_the_same_answer_twice_needs_no_notice(make: Any) -> None:
    assert read(make, "Answer 4.3\nweights: 1", "Answer 4.3\nweights: $1$").notices == ()


def test_an_unknown_label_is_reported_while_an_answer_is_missing(make: Any) -> None:
    answers = read(make, "Answer 4.3\nweights: 1\nTotal units (conv): 7")
    assert values(answers) == {"weights": "1"}
    assert answers.notices == ("Cell 1, line 3: 'Total units (conv)' is no label of question 4.3.",)


def test_remarks_beside_complete_answers_need_no_notice(make: Any) -> None:
    lines = [f"{field}: 1" for field in LABELS]
    assert read(make, "\n".join(["Answer 4.3", *lines, "Note: biases are ignored"])).notices == ()


def test_raw_cells_are_read_and_code_cells_are_not(make: Any) -> None:
    source = "Answer 4.3\nweights: 1"
    raw = {"cell_type": "raw", "metadata": {}, "source": source}
    assert values(read_answers(make.read(raw), "4.3", LABELS)) == {"weights": "1"}
    assert values(read_answers(make.read(make.code(source)), "4.3", LABELS)) == {}


def test_a_very_long_value_is_cut(make: Any) -> None:
    assert len(values(read(make, "Answer 4.3\nweights: " + "9+" * 50_000))["weights"]) <= 4_000


def test_one_label_for_two_fields_is_a_mistake_of_the_assignment(make: Any) -> None:
    with pytest.raises(ValueError, match="belongs to both 'a' and 'b'"):
        read_answers(make.read(), "1", {"a": ["the number"], "b": ["The_Number"]})


def test_a_flood_of_fences_lines_and_labels_is_bounded(make: Any) -> None:
    cell = "Answer 4.3\nweights:\n" + "```\n\n" * 30_000 + "stray: 1\n" * 5_000
    answers = read(make, cell)
    assert values(answers) == {}
    assert len(answers.notices) == 20
