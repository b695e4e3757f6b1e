"""Requests and replies as JSON, for the pipe to a checker process."""

from __future__ import annotations

import json
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from grader.compare.formula.counterexample import Counterexample
from grader.compare.formula.diagnosis import Diagnosis
from grader.compare.formula.errors import FormulaError, Undefined, Unreadable
from grader.compare.formula.mutations import Kind
from grader.compare.formula.question import Alternative, FormulaJudgement, FormulaQuestion, UpTo
from grader.compare.formula.symbols import Domain, Symbol, Symbols
from grader.compare.formula.tabulate import Points, Table
from grader.results import Outcome


def dump_question(question: FormulaQuestion) -> str:
    """One line; equal questions give equal lines."""
    return json.dumps(
        {
            "reference": question.reference,
            "symbols": _dump_symbols(question.symbols),
            "alternatives": [asdict(alternative) for alternative in question.alternatives],
            "left": question.left,
            "up_to": question.up_to,
            "variables": question.variables,
            "credits": dict(question.credits),
            "matrix_norm": question.matrix_norm,
            "message": question.message,
        }
    )


def load_question(line: str) -> FormulaQuestion:
    """The question of such a line; KeyError, TypeError or ValueError for any other."""
    data = json.loads(line)
    return FormulaQuestion(
        reference=data["reference"],
        symbols=_load_symbols(data["symbols"]),
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


def dump_tabulation(symbols: Symbols, points: Points) -> str:
    """One line: what a formula is to be tabulated with."""
    values = [{name: str(value) for name, value in point.items()} for point in points]
    return json.dumps({"symbols": _dump_symbols(symbols), "points": values})


def load_tabulation(line: str) -> tuple[Symbols, Points]:
    """The names and points of such a line."""
    data = json.loads(line)
    points = [{name: Fraction(value) for name, value in point.items()} for point in data["points"]]
    return _load_symbols(data["symbols"]), points


def dump_table(table: Table | FormulaError) -> str:
    """One line: the values, or why there are none."""
    match table:
        case Table(values, read_as, mathml):
            return json.dumps({"values": list(map(str, values)), "read_as": read_as, "mathml": mathml})
        case Unreadable(position=position, reason=reason):
            return json.dumps({"position": position, "reason": reason})
    return json.dumps({"reason": str(table), "is_undefined": isinstance(table, Undefined)})


def load_table(line: str) -> Table:
    """The table of such a line; Unreadable, Undefined or FormulaError where there is none."""
    data = json.loads(line)
    if "position" in data:
        raise Unreadable(data["position"], data["reason"])
    if "reason" in data:
        raise (Undefined if data["is_undefined"] else FormulaError)(data["reason"])
    return Table(tuple(Fraction(value) for value in data["values"]), data["read_as"], data["mathml"])


def _dump_symbols(symbols: Symbols) -> dict[str, Any]:
    return {
        "table": {name: asdict(symbols.table[name]) for name in symbols.names},
        "constraints": symbols.constraints,
        "is_complex": symbols.is_complex,
    }


def _load_symbols(data: dict[str, Any]) -> Symbols:
    table = {name: _symbol(**fields) for name, fields in data["table"].items()}
    return Symbols(table, tuple(data["constraints"]), data["is_complex"])


def _symbol(*, shape: list[str | int], domain: str, aliases: list[str], **others: str | None) -> Symbol:
    return Symbol(tuple(shape), Domain(domain), tuple(aliases), **others)


def _counterexample(
    *, point: list[list[str]], entry: list[int] | None, answer: str, expected: str
) -> Counterexample:
    pairs = tuple((name, value) for name, value in point)
    return Counterexample(pairs, answer, expected, (entry[0], entry[1]) if entry else None)
