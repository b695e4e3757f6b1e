"""Question 4.3: weights, outputs and connections of PoolUpsampleNet as functions of NIC, NF and NC.

An answer is a line of the answer cell or a function; it is right under any convention that the handout
allows, and the doubled ones are right when they follow from the student's own first answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

import numpy as np
from sympy import lambdify

from grader.compare.counts import constant_ratio, matching
from grader.compare.formula import FormulaError, Symbols, Undefined, Unreadable
from grader.compare.formula.tabulate import Tabulate
from grader.compare.tensor import as_array
from grader.judge import CannotCheck, ForAPerson, NotReadable, Student, criterion
from grader.results import Exhibit, Outcome, Place, Verdict, correct, incorrect
from grader.results.exhibits import Contrast, Formula
from reference.counts import NC, NF, NIC, conventions, counts, doubled, for_input, k

SYMBOLS = Symbols(
    {
        "NIC": ("num_in_channels",),
        "NF": ("num_filters",),
        "NC": ("num_colours", "num_colors"),
        "k": ("K", "kernel"),
    }
)
ASKED = "a formula in NIC, NF, NC and k, or a function of these"
POINTS = 6
TIMES_WHEN_DOUBLED = {"weights": 1, "outputs": 4, "connections": 4}

SAID_IN_WORDS = {
    1: re.compile(
        r"(?:it |they )?(?:is |are |stays? |remains? )?(?:the )?(?:same|unchanged|no change|does not change)"
        r"(?: as (?:above|before|weights|the first|previously))?"
    ),
    4: re.compile(
        r"(?:4 ?x|x ?4|4 ?×|× ?4|(?:4|four) times|times (?:4|four)|quadrupled?|quadruples|fourfold)"
        r"(?: (?:as (?:many|much|large)|more|larger|that|the (?:above|first|same|previous)(?: \w+)?))?"
    ),
}
"""`same` and `4 times as many`: how a doubled count relates to the first answer."""

Point = dict[str, Fraction]


@dataclass(frozen=True, slots=True)
class Count:
    """A student's answer: its values at the points, as it was read, where it stands, what to show of it."""

    values: tuple[Fraction, ...]
    as_read: str
    place: Place | None
    exhibits: tuple[Exhibit, ...]


@criterion("4.3/weights")
def test_the_number_of_weights(student: Student, tabulate: Tabulate, rng: np.random.Generator) -> Verdict:
    """k^2 (NIC NF + 4 NF^2 + NF NC + NC^2) and its variants with biases and BatchNorm."""
    return judge_first(student, tabulate, "weights", rng)


@criterion("4.3/outputs")
def test_the_number_of_outputs(student: Student, tabulate: Tabulate, rng: np.random.Generator) -> Verdict:
    """Activations of the convolutions, with or without pooling, upsampling, BatchNorm and ReLU."""
    return judge_first(student, tabulate, "outputs", rng)


@criterion("4.3/connections")
def test_the_number_of_connections(student: Student, tabulate: Tabulate, rng: np.random.Generator) -> Verdict:
    """Connections of the convolutions, with or without the other layers."""
    return judge_first(student, tabulate, "connections", rng)


@criterion("4.3/weights_doubled")
def test_the_number_of_weights_does_not_grow_with_the_image(
    student: Student, tabulate: Tabulate, rng: np.random.Generator
) -> Verdict:
    """The same as the first answer."""
    return judge_doubled(student, tabulate, "weights", rng)


@criterion("4.3/outputs_doubled")
def test_the_number_of_outputs_grows_fourfold(
    student: Student, tabulate: Tabulate, rng: np.random.Generator
) -> Verdict:
    """Four times the first answer."""
    return judge_doubled(student, tabulate, "outputs", rng)


@criterion("4.3/connections_doubled")
def test_the_number_of_connections_grows_fourfold(
    student: Student, tabulate: Tabulate, rng: np.random.Generator
) -> Verdict:
    """Four times the first answer."""
    return judge_doubled(student, tabulate, "connections", rng)


def judge_first(student: Student, tabulate: Tabulate, quantity: str, rng: np.random.Generator) -> Verdict:
    """Right under a convention; else say by which factor it is off, if by one."""
    points = random_points(rng)
    answer = read_count(student, tabulate, quantity, points)
    return judge_against_conventions(answer, expected_counts(quantity, points, is_doubled=False))


def judge_doubled(student: Student, tabulate: Tabulate, quantity: str, rng: np.random.Generator) -> Verdict:
    """Right if it follows from the student's own first answer, or by itself."""
    points = random_points(rng)
    times = TIMES_WHEN_DOUBLED[quantity]
    answer = read_relation(student, tabulate, quantity, points) or read_count(
        student, tabulate, f"{quantity}_doubled", points
    )
    try:
        first = read_count(student, tabulate, quantity, points)
    except CannotCheck:
        first = None
    if (
        first
        and not is_constant(first.values)
        and answer.values == tuple(times * value for value in first.values)
    ):
        return correct(
            f"It is {'the same as' if times == 1 else f'{times} times'} your first answer.",
            place=answer.place,
            details=(answer.as_read,),
            exhibits=answer.exhibits,
        )
    verdict = judge_against_conventions(answer, expected_counts(quantity, points, is_doubled=True))
    if verdict.outcome is Outcome.CORRECT:
        return verdict
    relation = "the same as" if times == 1 else f"{times} times"
    return replace(verdict, message=f"It is not {relation} your first answer. {verdict.message}")


def judge_against_conventions(answer: Count, expected: dict[str, tuple[Fraction, ...]]) -> Verdict:
    """Name the convention that the answer follows."""
    convention = matching(answer.values, expected)
    if convention:
        return correct(
            f"Right, counting: {convention}.",
            place=answer.place,
            details=(answer.as_read,),
            exhibits=answer.exhibits,
        )
    return incorrect(
        what_is_wrong(answer, expected),
        place=answer.place,
        details=(answer.as_read,),
        exhibits=answer.exhibits,
    )


def what_is_wrong(answer: Count, expected: dict[str, tuple[Fraction, ...]]) -> str:
    """One sentence on an answer that follows no convention."""
    if is_constant(answer.values):
        return "It should be a function of NIC, NF and NC, not one number."
    for name, values in expected.items():
        ratio = constant_ratio(answer.values, values)
        if ratio is not None:
            return f"It is {ratio} times the count of: {name}."
    return "It agrees with none of the ways to count."


def expected_counts(
    quantity: str, points: list[Point], *, is_doubled: bool
) -> dict[str, tuple[Fraction, ...]]:
    """Values at the points under each convention, for a 32 x 32 image or its double."""
    return {
        name: tuple(Fraction(count(*(int(value) for value in point.values()))) for point in points)
        for name, count in functions_of_sizes(quantity, is_doubled).items()
    }


@cache
def functions_of_sizes(quantity: str, is_doubled: bool) -> dict[str, Callable[..., int]]:
    """Each convention's count as a function of NIC, NF, NC and k; deriving it takes a while."""
    derived = {convention.name: counts(quantity, convention) for convention in conventions(quantity)}
    return {
        name: lambdify((NIC, NF, NC, k), for_input(doubled(expression) if is_doubled else expression), "math")
        for name, expression in derived.items()
    }


def read_count(student: Student, tabulate: Tabulate, name: str, points: list[Point]) -> Count:
    """The student's answer at the points, from the answer cell or else from a function."""
    answer = student.answers("4.3").fields.get(name)
    if answer is not None:
        place = Place(answer.cell + 1, answer.line)
        try:
            table = tabulate(answer.value, SYMBOLS, points)
        except Unreadable as problem:
            shown = (problem.excerpt(answer.value),)
            message = f"Your formula cannot be read: {problem.reason}."
            raise ForAPerson(message, place, shown, (Contrast(ASKED, answer.value),)) from problem
        except Undefined as problem:
            raise ForAPerson(f"Your formula has no value: {problem}", place) from problem
        except FormulaError as problem:
            raise ForAPerson(f"Your formula could not be decided: {problem}", place) from problem
        exhibits = (Contrast(ASKED, answer.value), Formula(table.read_as, table.mathml))
        return Count(table.values, f"Read as: {table.read_as}", place, exhibits)
    function = f"count_{name}"
    if not student.defines(function):
        sentence = f"There is neither a line '{name}: ...' under 'Answer 4.3' nor a function {function}."
        raise student.missing_answer("4.3", sentence)
    return Count(
        tuple(call_count(student, function, point) for point in points),
        f"Read from: {function}",
        student.place_of(function),
        (Contrast(ASKED, f"the function {function}"),),
    )


def read_relation(student: Student, tabulate: Tabulate, quantity: str, points: list[Point]) -> Count | None:
    """A doubled count that is given in words, by the first answer; None where it is not."""
    written = student.answers("4.3").fields.get(f"{quantity}_doubled")
    if written is None:
        return None
    words = " ".join(re.findall(r"\w+|×", written.value.casefold()))
    for times, said in SAID_IN_WORDS.items():
        if said.fullmatch(words):
            first = read_count(student, tabulate, quantity, points)
            place = Place(written.cell + 1, written.line)
            values = tuple(times * value for value in first.values)
            exhibits = (Contrast(ASKED, written.value),)
            return Count(values, f"Read as: {times} times your first answer", place, exhibits)
    return None


def call_count(student: Student, function: str, point: Point) -> Fraction:
    """One value of a student's function, which should be a whole number."""
    found = student.call(function, **{name: int(value) for name, value in point.items()})
    array = as_array(found)
    if array is None or array.size != 1 or not np.isfinite(array).all():
        raise NotReadable(f"{function} should return a number.", student.place_of(function))
    return Fraction(array.reshape(()).item())


def random_points(rng: np.random.Generator) -> list[Point]:
    """Distinct sizes at kernel 3, as the course runs it."""
    return [
        {"NIC": Fraction(int(nic)), "NF": Fraction(int(nf)), "NC": Fraction(int(nc)), "k": Fraction(3)}
        for nic, nf, nc in (rng.choice(np.arange(2, 60), 3, replace=False) for _ in range(POINTS))
    ]


def is_constant(values: tuple[Fraction, ...]) -> bool:
    """Whether the answer does not depend on the sizes at all."""
    return len(set(values)) == 1
