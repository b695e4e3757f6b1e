"""Mistakes in conditions: those of a line with a key in `[conditions]`, and those of a formula's cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Literal, cast

from grader.assignment import Assignment
from grader.authoring.mutants.mutant import Variation
from grader.authoring.mutants.parts import KeyProblem, Line
from grader.compare.formula.conditions import ConditionQuestion, check_condition
from grader.compare.formula.expression import ONE, Condition, Expression, Junction, Number, Relation, Sum
from grader.compare.formula.mutations import slips
from grader.compare.formula.render import render_condition
from grader.judge.written import condition_question
from grader.results import Outcome

Operator = Literal["<", ">", "<=", ">=", "==", "!="]
REVERSED: dict[Operator, Operator] = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "!=", "!=": "=="}
OTHER_BOUND: dict[Operator, Operator] = {"<": "<=", ">": ">=", "<=": "<", ">=": ">"}
"""The same side, with or without the boundary."""


def question_of(line: Line, assignment: Assignment) -> ConditionQuestion | None:
    """The question to which the line, as it stands in the key, is the answer; None if it is no condition."""
    for name, key in assignment.conditions.items():
        if name.partition("/")[0] == line.question and key.field == line.field:
            try:
                return replace(condition_question(assignment, key), reference=line.value)
            except ValueError as error:
                raise KeyProblem(
                    f"Cell {line.cell.number}, line {line.number}, in the key: {error}."
                ) from error
    return None


def variations(question: ConditionQuestion) -> Iterator[Variation]:
    """What one mistake makes of the line; slips are looked for in a condition as in a formula."""
    for rule, says, condition in changed(question.condition):
        yield Variation(rule, says, render_condition(condition))
    for slip in slips(cast(Expression, question.condition), question.symbols):
        yield Variation(str(slip.kind), slip.sentence, render_condition(cast(Condition, slip.formula)))


def is_same(value: str, question: ConditionQuestion, seed: int) -> bool:
    """Whether a value holds where the line's own does, at points of the given seed and on all borders."""
    return check_condition(value, question, seed).outcome is Outcome.CORRECT


def changed(condition: Condition) -> Iterator[tuple[str, str, Condition]]:
    """Another comparison or connective, or a part left out: the rule, what it did, the condition then."""
    match condition:
        case Relation(operator, left, right):
            yield (
                "comparison turned round",
                "the comparison turned round",
                _with(condition, REVERSED[operator]),
            )
            if operator in OTHER_BOUND:
                yield "another boundary", "another boundary", _with(condition, OTHER_BOUND[operator])
            yield "off by one", "off by one", Relation(operator, left, _one_more(right))
        case Junction(word, parts):
            yield "and for or", "and for or, or for and", Junction("or" if word == "and" else "and", parts)
            for at, part in enumerate(parts):
                rest = (*parts[:at], *parts[at + 1 :])
                yield (
                    "condition left out",
                    f"{render_condition(part)} left out",
                    Junction(word, rest) if len(rest) > 1 else rest[0],
                )
                for rule, says, other in changed(part):
                    yield rule, says, Junction(word, (*parts[:at], other, *parts[at + 1 :]))


def _with(condition: Relation, operator: Operator) -> Relation:
    return replace(condition, operator=operator)


def _one_more(expression: Expression) -> Expression:
    if isinstance(expression, Number):
        return Number(expression.value + Fraction(1))
    return Sum((*(expression.terms if isinstance(expression, Sum) else (expression,)), ONE))
