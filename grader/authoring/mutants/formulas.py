"""Mistakes in formulas: those that the formula engine knows, and wrong conditions of cases.

A line with a key in `[formulas]` is read with the assignment's symbols. Any other is tried with every word in
it as the name of a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from grader.assignment import Assignment
from grader.authoring.mutants.conditions import changed
from grader.authoring.mutants.mutant import Variation
from grader.authoring.mutants.parts import KeyProblem, Line
from grader.compare.formula import Symbols, render
from grader.compare.formula.expression import Piecewise
from grader.compare.formula.mutations import slips
from grader.compare.formula.question import FormulaQuestion, check
from grader.compare.formula.vocabulary import FUNCTIONS
from grader.judge.written import formula_question
from grader.results import Outcome

WORD = re.compile(r"[A-Za-z_]\w*")
OPERATOR = re.compile(r"[-+*/^(]")


def question_of(line: Line, assignment: Assignment) -> FormulaQuestion | None:
    """The question to which the line, as it stands in the key, is the answer; None if it is no formula."""
    for name, key in assignment.formulas.items():
        if name.partition("/")[0] == line.question and key.field == line.field:
            return _with_reference(line, formula_question(assignment, key))
    if not OPERATOR.search(line.value):
        return None
    words = {word for word in WORD.findall(line.value) if word.lower() not in FUNCTIONS}
    try:
        return FormulaQuestion(line.value, Symbols(dict.fromkeys(sorted(words), ()))) if words else None
    except ValueError:  # no formula, or one that the grammar does not know
        return None


def _with_reference(line: Line, question: FormulaQuestion) -> FormulaQuestion:
    try:
        return replace(question, reference=line.value, alternatives=())
    except ValueError as error:
        raise KeyProblem(f"Cell {line.cell.number}, line {line.number}, in the key: {error}.") from error


def variations(line: Line, question: FormulaQuestion, assignment: Assignment) -> Iterator[Variation]:
    """What one slip makes of the line, and what other lines of the same question ask for."""
    [expression] = question.expressions
    for slip in slips(expression, question.symbols):
        yield Variation(str(slip.kind), slip.sentence, render(slip.formula))
    if isinstance(expression, Piecewise):
        yield from _regimes(expression)
    for name, key in assignment.formulas.items():
        if name.partition("/")[0] == line.question and key.field != line.field:
            yield Variation("another line", f"the formula of {name}", key.reference)


def is_same(line: Line, value: str, question: FormulaQuestion, seed: int) -> bool:
    """Whether the formula engine finds a value equal to the line's own, at points of the given seed."""
    return check(value, question, seed).outcome is Outcome.CORRECT


def _regimes(formula: Piecewise) -> Iterator[Variation]:
    for at, branch in enumerate(formula.branches):
        others = (*formula.branches[:at], *formula.branches[at + 1 :])
        if others:
            yield Variation("regime", f"case {at + 1} left out", render(Piecewise(others)))
        for _, says, condition in changed(branch.condition):
            branches = list(formula.branches)
            branches[at] = replace(branch, condition=condition)
            yield Variation("regime", f"case {at + 1}: {says}", render(Piecewise(tuple(branches))))
