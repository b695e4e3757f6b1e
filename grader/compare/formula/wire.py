"""Questions and judgements as JSON, for the pipe to a checker process."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from grader.compare.formula.conditions import ConditionQuestion
from grader.compare.formula.counterexample import Counterexample
from grader.compare.formula.diagnosis import Diagnosis
from grader.compare.formula.mutations import Kind
from grader.compare.formula.question import Alternative, FormulaJudgement, FormulaQuestion, UpTo
from grader.compare.formula.symbols import Domain, Symbol, Symbols
from grader.results import Outcome

Question = FormulaQuestion | ConditionQuestion


def dump_question(question: Question) -> str:
    """One line; equal questions give equal lines."""
    symbols = question.symbols
    common = {
        "reference": question.reference,
        "symbols": {name: asdict(symbols.table[name]) for name in symbols.names},
        "constraints": symbols.constraints,
        "is_complex": symbols.is_complex,
        "credits": dict(question.credits),
        "message": question.message,
    }
    if isinstance(question, ConditionQuestion):
        return json.dumps({"kind": "condition", **common})
    return json.dumps(
        {
            "kind": "formula",
            **common,
            "alternatives": [asdict(alternative) for alternative in question.alternatives],
            "left": question.left,
            "up_to": question.up_to,
            "variables": question.variables,
            "matrix_norm": question.matrix_norm,
        }
    )


def load_question(line: str) -> Question:
    """The question of such a line; KeyError, TypeError or ValueError for any other."""
    data = json.loads(line)
    table = {name: _symbol(**fields) for name, fields in data["symbols"].items()}
    symbols = Symbols(table, tuple(data["constraints"]), data["is_complex"])
    if data["kind"] == "condition":
        return ConditionQuestion(data["reference"], symbols, data["credits"], data["message"])
    return FormulaQuestion(
        reference=data["reference"],
        symbols=symbols,
        alternatives=tuple(Alternative(**fields) for fields in data["alternatives"]),
        left=tuple(data["left"]),
        up_to=UpTo(data["up_to"]),
        variables=tuple(data["variables"]),
        credits=data["credits"],
        matrix_norm=data["matrix_norm"],
        message=data["message"],
    )


def dump_judgement(judgement: FormulaJudgement) -> str:
    """One line."""
    return json.dumps(asdict(judgement))


def load_judgement(line: str) -> FormulaJudgement:
    """The judgement of such a line; KeyError, TypeError or ValueError for any other."""
    data: dict[str, Any] = json.loads(line)
    example, diagnosis = data.pop("counterexample"), data.pop("diagnosis")
    return FormulaJudgement(
        outcome=Outcome(data.pop("outcome")),
        notes=tuple(data.pop("notes")),
        counterexample=_counterexample(**example) if example else None,
        diagnosis=Diagnosis(Kind(diagnosis.pop("kind")), **diagnosis) if diagnosis else None,
        **data,
    )


def _symbol(*, shape: list[str | int], domain: str, aliases: list[str], **others: str | None) -> Symbol:
    return Symbol(tuple(shape), Domain(domain), tuple(aliases), **others)


def _counterexample(
    *, point: list[list[str]], entry: list[int] | None, answer: str, expected: str
) -> Counterexample:
    pairs = tuple((name, value) for name, value in point)
    return Counterexample(pairs, answer, expected, (entry[0], entry[1]) if entry else None)
