"""Questions whose answer is a condition on declared numbers, such as `sigma = 0 and n > d + 1`.

Two conditions are equivalent where they agree at every point of the declared domain. Points are drawn from
it, and many of them moved onto the borders that the comparisons of both conditions draw, and beside them: an
equation holds nowhere else, and `>` and `>=` differ nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

from grader.compare.formula.balls import Balls
from grader.compare.formula.borders import Points
from grader.compare.formula.comparisons import numbers, read_condition
from grader.compare.formula.errors import FormulaError, MisShapen, NotRational, Undefined, Unreadable
from grader.compare.formula.evaluator import Effort, Evaluator, TooCostly
from grader.compare.formula.exact import Exact
from grader.compare.formula.expression import Condition, Expression, Junction, names
from grader.compare.formula.parser import parse, parse_condition
from grader.compare.formula.question import FormulaJudgement
from grader.compare.formula.render import render_condition
from grader.compare.formula.sampling import Setting, honours
from grader.compare.formula.symbols import Symbols
from grader.compare.formula.values import Point
from grader.results import Outcome

POINTS = 600
FEWEST_OF_EACH = 8
MAX_STEPS = 400_000


class Flaw(StrEnum):
    """What a wrong condition is, where that can be said: a key of a question's credits."""

    PART = "part"
    """It is some of the conditions that are asked for, without the others."""


@dataclass(frozen=True, slots=True)
class ConditionQuestion:
    """What is asked: a reference condition, in the students' own grammar, on the domain of the symbols.

    credits: share of the marks by Flaw. ValueError where the question cannot be used: where the reference
    cannot be read, or holds, or fails, nearly everywhere in the domain.
    """

    reference: str
    symbols: Symbols
    credits: Mapping[str, float] = field(default_factory=dict)
    message: str = ""
    condition: Condition = field(init=False, repr=False, compare=False)
    constraints: tuple[Condition, ...] = field(init=False, repr=False, compare=False)
    definitions: tuple[tuple[str, Expression], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            condition = read_condition(self.reference, self.symbols)
            constraints = tuple(parse_condition(text, self.symbols) for text in self.symbols.constraints)
            definitions = tuple(
                (name, parse(symbol.definition, self.symbols))
                for name, symbol in self.symbols.table.items()
                if symbol.definition and name in numbers(self.symbols)
            )
        except FormulaError as error:
            raise ValueError(f"the condition {self.reference!r} cannot be used: {error}") from error
        unknown = set(self.credits) - set(Flaw)
        if unknown:
            raise ValueError(f"there is no flaw {', '.join(sorted(unknown))}; there is {', '.join(Flaw)}")
        object.__setattr__(self, "condition", condition)
        object.__setattr__(self, "constraints", constraints)
        object.__setattr__(self, "definitions", definitions)
        held = [holds for _, holds, _ in self.compared_with(condition, seed=0)]
        if min(held.count(True), held.count(False)) < FEWEST_OF_EACH:
            raise ValueError(f"the condition {self.reference!r} holds nearly everywhere, or nearly nowhere")

    def compared_with(self, answer: Condition, seed: int) -> Iterator[tuple[Point, bool, bool]]:
        """Points of the domain with what the reference and the answer say there; TooCostly."""
        effort = Effort(MAX_STEPS)
        for point in self.points(answer, seed):
            yield point, holds_at(self.condition, point, effort), holds_at(answer, point, effort)

    def points(self, answer: Condition, seed: int) -> Iterator[Point]:
        """Points of the domain at which the reference and the answer can be told apart."""
        setting = Setting(self.symbols, self.constraints, seed, definitions=self.definitions)
        for point in Points(setting, (self.condition, answer)).draw(POINTS):
            if honours(point, self.constraints):
                yield point


def check_condition(answer: str, question: ConditionQuestion, seed: int) -> FormulaJudgement:
    """Judge an answer; the same seed gives the same judgement for ever."""
    if not answer.strip():
        return FormulaJudgement(Outcome.NOT_ATTEMPTED, 0.0, "Nothing was written.")
    try:
        condition = read_condition(answer, question.symbols)
    except (Unreadable, MisShapen) as problem:
        return FormulaJudgement(Outcome.UNREADABLE, 0.0, f"Your condition cannot be read: {problem}.")
    except RecursionError:
        return FormulaJudgement(Outcome.NEEDS_PERSON, 0.0, "Your condition is nested too deeply to be read.")
    read_as = render_condition(condition)
    try:
        return _judge(condition, read_as, question, seed)
    except (TooCostly, RecursionError):
        return FormulaJudgement(Outcome.NEEDS_PERSON, 0.0, "It takes too many steps to decide.", read_as)


def holds_at(condition: Condition, point: Point, effort: Effort) -> bool:
    """Whether it holds; no where a side has no value."""
    try:
        return Evaluator(point, Exact(), effort).holds(condition)
    except NotRational:
        pass
    except Undefined:
        return False
    try:
        return Evaluator(point, Balls(is_real=True), effort).holds(condition)
    except TooCostly:
        raise
    except FormulaError:  # on a border that only irrational numbers reach, or without a value
        return False


def _judge(answer: Condition, read_as: str, question: ConditionQuestion, seed: int) -> FormulaJudgement:
    too_wide: Point | None = None
    too_narrow: Point | None = None
    for point, expected, found in question.compared_with(answer, seed):
        if found and not expected:
            too_wide = too_wide or point
        elif expected and not found:
            too_narrow = too_narrow or point
    if too_wide is None and too_narrow is None:
        return FormulaJudgement(Outcome.CORRECT, 1.0, question.message or "Right.", read_as, accepted=0)
    words, notes = [], []
    for at, complaint, note in (
        (too_wide, "it is not enough", "It also holds at {}."),
        (too_narrow, "it asks for more than is needed", "It does not hold at {}, and should."),
    ):
        if at is not None:
            words.append(complaint)
            notes.append(note.format(_words(at, question.condition, answer)))
    credit = question.credits.get(Flaw.PART, 0.0) if _is_part(answer, question, seed) else 0.0
    message = f"It is not right: {', and '.join(words)}."
    outcome = Outcome.PARTIAL if credit else Outcome.INCORRECT
    return FormulaJudgement(outcome, credit, message, read_as, notes=tuple(notes))


def _is_part(answer: Condition, question: ConditionQuestion, seed: int) -> bool:
    """Whether the answer is equivalent to some of the reference's conditions joined by and, but not all."""
    condition = question.condition
    parts = condition.parts if isinstance(condition, Junction) and condition.word == "and" else ()
    subsets = (subset for size in range(1, len(parts)) for subset in combinations(parts, size))
    return any(_are_equivalent(answer, _joined(subset), question, seed) for subset in subsets)


def _are_equivalent(one: Condition, other: Condition, question: ConditionQuestion, seed: int) -> bool:
    effort = Effort(MAX_STEPS)
    return all(
        holds_at(one, point, effort) == holds_at(other, point, effort) for point in question.points(one, seed)
    )


def _joined(parts: Sequence[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else Junction("and", tuple(parts))


def _words(point: Point, *conditions: Condition) -> str:
    """The numbers that the conditions speak of."""
    used = frozenset().union(*map(names, conditions))
    return ", ".join(f"{name} = {point[name]}" for name in point if name in used)
