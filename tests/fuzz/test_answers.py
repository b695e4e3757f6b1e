"""What students write in answer cells: every answer ends in a verdict, and none in a failure of ours."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis.strategies import SearchStrategy

from grader.compare.choice import UnreadableChoice, read_choices
from grader.compare.formula.worker import Checkers
from grader.judge import Student
from grader.judge.written import formula_question
from grader.results import Outcome

from .checks import submission_of, verdict_on
from .edits import edited_texts
from .seeds import a2, answer_cells, formulas
from .test_notebooks import no_process
from .trial import Fuzz

SECTIONS = {
    "2.1.1": ("2.1.1/w1", "2.1.1/L1"),
    "2.2.1": ("2.2.1/l2", "2.2.1/decay"),
    "3.1.2b": ("3.1.2b/a_regime", "3.1.2b/b_remedy"),
    "4.3": ("4.3/weights", "4.3/connections_doubled"),
    "5.4": ("5.4/kernel_4", "5.4/kernel_5"),
}
COUNTS = [
    "9 NIC NF + 36 NF^2 + 9 NF NC + 9 NC^2",
    "$5 \\cdot NC (NF + 1)$",
    "k**2*(NIC*NF + 4*NF**2)",
    "1024*NF",
]
WORDS = [
    "X^T",
    " X ",
    "a",
    "w0",
    "t",
    "eta",
    "n",
    "NF",
    "NC",
    "2",
    "3",
    "1/2",
    "+",
    "-",
    " * ",
    "/",
    "^2",
    "(",
    ")",
    " ",
]
PADDINGS = ["1", "padding = 2", "0.", "$1$", "-1", "1,5"]


def test_answer_cells(fuzz: Fuzz, checkers: Checkers) -> None:
    def example(case: tuple[str, str]) -> str:
        question, text = case
        with Student(a2(), submission_of(("markdown", text)), no_process) as student:
            student.missing_answer(question, "It is empty.")
            fields = student.answers(question).fields
            outcomes = [
                verdict_on(name, student, checkers).outcome
                for name in SECTIONS[question]
                if reads_only_cells(name, set(fields))
            ]
        return str(outcomes[0]) if outcomes else "no answer found"

    cases = st.sampled_from(list(SECTIONS)).flatmap(
        lambda question: st.tuples(st.just(question), edited_texts([answer_cells()[question]]))
    )
    assert "correct" in fuzz.run("answer cells", cases, example).outcomes


def reads_only_cells(criterion: str, fields: set[str]) -> bool:
    """Whether the check will not look for a function as well."""
    question, _, part = criterion.partition("/")
    if question == "4.3":
        return {part, part.removesuffix("_doubled")} <= fields
    return question != "5.4" or any(field.startswith(part) for field in fields)


def test_formulas(fuzz: Fuzz, checkers: Checkers) -> None:
    questions = [formula_question(a2(), key) for key in a2().formulas.values()]

    def example(case: tuple[int, str]) -> str:
        number, text = case
        judgement = checkers.check(text, questions[number], seed=413)
        assert judgement.outcome is not Outcome.GRADER_ERROR, judgement.message
        assert judgement.message and 0 <= judgement.credit <= 1
        return str(judgement.outcome)

    cases = st.tuples(st.integers(0, len(questions) - 1), edited_texts(formulas(), most=3, words=WORDS))
    figures = fuzz.run("formulas", cases, example)
    assert {"unreadable", "incorrect"} <= set(figures.outcomes)


def test_counts(fuzz: Fuzz, checkers: Checkers) -> None:
    def example(text: str) -> str:
        cell = f"### Answer 4.3\n- weights: {text}"
        with Student(a2(), submission_of(("markdown", cell)), no_process) as student:
            if "weights" not in student.answers("4.3").fields:
                return "no answer found"
            return str(verdict_on("4.3/weights", student, checkers).outcome)

    figures = fuzz.run("counts", edited_texts(COUNTS, most=3, words=WORDS), example)
    assert {"needs_person", "incorrect"} <= set(figures.outcomes)


def test_choices(fuzz: Fuzz) -> None:
    keys = list(a2().choices.values())

    def example(case: tuple[int, str]) -> str:
        options = keys[case[0]].options
        try:
            chosen = read_choices(case[1], options)
        except UnreadableChoice:
            return "unreadable"
        assert chosen and chosen <= options.keys()
        return "read"

    def written(number: int) -> SearchStrategy[tuple[int, str]]:
        spellings = [text for option, others in keys[number].options.items() for text in (option, *others)]
        return st.tuples(
            st.just(number), edited_texts(spellings, most=3, words=[" ", ", ", "the ", "option ", "**"])
        )

    cases = st.integers(0, len(keys) - 1).flatmap(written)
    assert {"read", "unreadable"} <= set(fuzz.run("choices", cases, example).outcomes)


def test_paddings(fuzz: Fuzz, checkers: Checkers) -> None:
    parts = ("conv_padding", "transpose_padding", "output_padding")

    def example(case: list[str]) -> str:
        lines = [f"- kernel_4_{part}: {text}" for part, text in zip(parts, case, strict=True)]
        with Student(
            a2(), submission_of(("markdown", "\n".join(["### Answer 5.4", *lines]))), no_process
        ) as student:
            if not reads_only_cells("5.4/kernel_4", set(student.answers("5.4").fields)):
                return "no answer found"
            return str(verdict_on("5.4/kernel_4", student, checkers).outcome)

    texts = st.sampled_from(PADDINGS) | st.integers(0, 70).map(str) | edited_texts(PADDINGS, most=2)
    figures = fuzz.run("paddings", st.tuples(texts, texts, texts).map(list), example)
    assert {"needs_person", "incorrect", "partial"} <= set(figures.outcomes)
