"""A question whose answer is a formula, and the judgement of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from grader.compare.formula.counterexample import Counterexample, counterexample
from grader.compare.formula.diagnosis import Diagnosis, diagnose
from grader.compare.formula.equality import Decision, decide
from grader.compare.formula.errors import MisShapen, Unreadable
from grader.compare.formula.evaluator import TooCostly
from grader.compare.formula.expression import Condition, Expression
from grader.compare.formula.latex import latex
from grader.compare.formula.mathml import mathml
from grader.compare.formula.mutations import Kind
from grader.compare.formula.parser import Reading, parse, parse_condition, read
from grader.compare.formula.proportional import decide_up_to
from grader.compare.formula.render import render
from grader.compare.formula.sampling import Setting
from grader.compare.formula.shapes import Form, fits, form_of
from grader.compare.formula.sides import same_left
from grader.compare.formula.symbols import Symbols
from grader.results import Outcome


class UpTo(StrEnum):
    """What an answer may differ by and still be right."""

    NOTHING = "nothing"
    POSITIVE_CONSTANT = "positive constant"
    ADDITIVE_CONSTANT = "additive constant"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another accepted answer, the share of the marks it earns, and what is said about it."""

    formula: str
    credit: float = 1.0
    message: str = ""


@dataclass(frozen=True, slots=True)
class FormulaQuestion:
    """What is asked.

    reference: the right answer, in the students' own grammar. message: what is said about it. alternatives:
    further accepted answers, such as those under another convention. left: allowed left-hand sides; empty
    allows any. up_to, variables: the answer may differ by a constant free of the variables (of all names, if
    none are given). credits: share of the marks for a diagnosis, by Kind. matrix_norm: what the norm of a
    matrix without index means.

    ValueError where the question itself cannot be used.
    """

    reference: str
    symbols: Symbols
    alternatives: tuple[Alternative, ...] = ()
    left: tuple[str, ...] = ()
    up_to: UpTo = UpTo.NOTHING
    variables: tuple[str, ...] = ()
    credits: Mapping[str, float] = field(default_factory=dict)
    matrix_norm: str = "F"
    message: str = ""
    expressions: tuple[Expression, ...] = field(init=False, repr=False, compare=False)
    constraints: tuple[Condition, ...] = field(init=False, repr=False, compare=False)
    definitions: tuple[tuple[str, Expression], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        texts = [self.reference, *(alternative.formula for alternative in self.alternatives)]
        try:
            expressions = tuple(parse(text, self.symbols) for text in texts)
            constraints = tuple(parse_condition(text, self.symbols) for text in self.symbols.constraints)
            definitions = tuple(
                (name, parse(symbol.definition, self.symbols))
                for name, symbol in self.symbols.table.items()
                if symbol.definition
            )
            forms = [form_of(expression, self.symbols) for expression in expressions]
        except (Unreadable, MisShapen) as error:
            raise ValueError(f"the reference {self.reference!r} cannot be used: {error}") from error
        unknown = set(self.credits) - set(Kind)
        if unknown:
            raise ValueError(
                f"there is no diagnosis {', '.join(sorted(unknown))}; there are {', '.join(Kind)}"
            )
        if not all(fits(forms[0], form) for form in forms):
            raise ValueError(f"the accepted answers to {self.reference!r} have different shapes")
        object.__setattr__(self, "expressions", expressions)
        object.__setattr__(self, "constraints", constraints)
        object.__setattr__(self, "definitions", definitions)

    def setting(self, seed: int) -> Setting:
        """What the points are drawn from."""
        return Setting(self.symbols, self.constraints, seed, self.matrix_norm, self.definitions)

    @property
    def form(self) -> Form:
        """The shape of a right answer."""
        return form_of(self.expressions[0], self.symbols)


@dataclass(frozen=True, slots=True)
class FormulaJudgement:
    """The decision on one answer.

    credit: share of the marks. accepted: 0 for the reference, 1 for the first alternative and so on, None if
    not accepted. read_as, latex, mathml: the echo; empty where it could not be read. position: where it could
    not be. notes: how glued names were split and which of two readings was taken.
    """

    outcome: Outcome
    credit: float
    message: str
    read_as: str = ""
    latex: str = ""
    accepted: int | None = None
    counterexample: Counterexample | None = None
    diagnosis: Diagnosis | None = None
    position: int | None = None
    notes: tuple[str, ...] = ()
    mathml: str = ""


def check(answer: str, question: FormulaQuestion, seed: int) -> FormulaJudgement:
    """Judge an answer; the same seed gives the same judgement for ever.

    What cannot be decided within a fixed number of steps needs a person. For a deadline as well, see
    `worker`.
    """
    if not answer.strip():
        return FormulaJudgement(Outcome.NOT_ATTEMPTED, 0.0, "Nothing was written.")
    try:
        reading = read(answer, question.symbols)
        _check_left(reading, question)
    except Unreadable as problem:
        message = f"Your formula cannot be read: {problem.reason}."
        return FormulaJudgement(Outcome.UNREADABLE, 0.0, message, position=problem.position)
    except RecursionError:
        return FormulaJudgement(Outcome.NEEDS_PERSON, 0.0, "Your formula is nested too deeply to be read.")
    try:
        return _judge(reading, question, seed)
    except TooCostly:
        return _undecided(reading, "It takes too many steps to decide.")
    except RecursionError:
        return _undecided(reading, "It is nested too deeply to decide.")


def _check_left(reading: Reading, question: FormulaQuestion) -> None:
    if reading.left is None or not question.left:
        return
    if not any(same_left(reading.left, allowed) for allowed in question.left):
        shown = reading.left.strip()[:40]
        raise Unreadable(0, f"a formula for {question.left[0]} is asked, and {shown!r} stands left of the =")


def _judge(reading: Reading, question: FormulaQuestion, seed: int) -> FormulaJudgement:
    setting = question.setting(seed)
    first: Decision | None = None
    for number, expression in enumerate(_sound_readings(reading, question)):
        for accepted, reference in enumerate(question.expressions):
            decision = _decide(expression, reference, question, setting)
            if decision.is_equal:
                return _accepted(reading, number, accepted, question)
            if first is None:
                first = decision
            if decision.is_equal is None:
                return _undecided(reading, f"It could not be decided: {decision.reason}.")
    assert first is not None  # there is a reading and a reference
    return _rejected(reading, first, question, setting)


def _decide(
    expression: Expression, reference: Expression, question: FormulaQuestion, setting: Setting
) -> Decision:
    try:
        if not fits(form_of(expression, question.symbols), question.form):
            return Decision(False, "the answer has another shape", 0)
        decision = decide(expression, reference, setting)
    except (
        MisShapen
    ) as error:  # a few shapes show only in the values: an empty sum of vectors is the number 0
        return Decision(False, str(error), 0)
    if decision.is_equal is not False or question.up_to is UpTo.NOTHING:
        return decision
    is_factor = question.up_to is UpTo.POSITIVE_CONSTANT
    return decide_up_to(expression, reference, setting, question.variables, decision, is_factor=is_factor)


def _accepted(reading: Reading, number: int, accepted: int, question: FormulaQuestion) -> FormulaJudgement:
    expression = reading.expression if number == 0 or reading.tight is None else reading.tight
    credit, message = 1.0, question.message
    if accepted:
        alternative = question.alternatives[accepted - 1]
        credit, message = alternative.credit, alternative.message
    outcome = Outcome.CORRECT if credit >= 1 else Outcome.PARTIAL if credit > 0 else Outcome.INCORRECT
    return FormulaJudgement(
        outcome,
        credit,
        message or "Right.",
        render(expression),
        latex(expression),
        accepted,
        notes=(*reading.notes, *_note_on_division(reading, number, question)),
        mathml=mathml(expression, question.symbols),
    )


def _sound_readings(reading: Reading, question: FormulaQuestion) -> list[Expression]:
    """The first reading, and the other one if its shape could be right."""
    return [reading.expression] + (
        [reading.tight] if reading.tight is not None and _is_sound(reading.tight, question) else []
    )


def _is_sound(expression: Expression, question: FormulaQuestion) -> bool:
    try:
        return fits(form_of(expression, question.symbols), question.form)
    except MisShapen:
        return False


def _note_on_division(reading: Reading, number: int, question: FormulaQuestion) -> tuple[str, ...]:
    """Which of the two readings of a/b c was taken, unless the other makes no sense."""
    if reading.tight is None:
        return ()
    taken = reading.expression if number == 0 else reading.tight
    if not (_is_sound(reading.expression, question) and _is_sound(reading.tight, question)):
        return ()
    return (f"A product after / has two readings; {render(taken)} was taken. Write brackets.",)


def _rejected(
    reading: Reading, decision: Decision, question: FormulaQuestion, setting: Setting
) -> FormulaJudgement:
    diagnosis = None
    for expression in _sound_readings(reading, question):
        for reference in question.expressions:
            diagnosis = diagnosis or diagnose(expression, reference, setting)
    credit = question.credits.get(diagnosis.kind, 0.0) if diagnosis else 0.0
    message = diagnosis.hint if diagnosis else f"It is not right: {decision.reason}."
    return FormulaJudgement(
        Outcome.PARTIAL if credit > 0 else Outcome.INCORRECT,
        credit,
        message,
        render(reading.expression),
        latex(reading.expression),
        counterexample=counterexample(decision, question.symbols),
        diagnosis=diagnosis,
        notes=(*reading.notes, *_note_on_division(reading, 0, question)),
        mathml=mathml(reading.expression, question.symbols),
    )


def _undecided(reading: Reading, message: str) -> FormulaJudgement:
    expression = reading.expression
    return FormulaJudgement(
        Outcome.NEEDS_PERSON,
        0.0,
        message,
        render(expression),
        latex(expression),
        notes=reading.notes,
        mathml=mathml(expression),
    )
