"""The public part of an assignment as TOML: what is asked, under which names; no marks, keys or evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable

from grader.assignment import Assignment, Question
from grader.assignment.keys import SymbolData


def public_toml(assignment: Assignment) -> str:
    """Only what is listed here leaves the assignment: a key added to it later stays inside."""
    lines = [
        f"# {assignment.title}: what the self-check needs to know.",
        "",
        f"id = {_text(assignment.id)}",
        f"title = {_text(assignment.title)}",
        "",
        "[files]",
        f"notebook = {_list(assignment.files.notebook)}",
    ]
    for table in ("functions", "parameters", "networks"):
        lines += ["", f"[{table}]"]
        lines += [f"{name} = {_list(values)}" for name, values in getattr(assignment, table).items()]
    lines += ["", "[symbols]", *(_symbol(name, symbol) for name, symbol in assignment.symbols.items())]
    for question in assignment.questions:
        lines += ["", *_question(question)]
    return "\n".join(lines) + "\n"


def _question(question: Question) -> list[str]:
    fields = [f"    {{ id = {_text(f.id)}, aliases = {_list(f.aliases)} }}," for f in question.fields]
    return [
        "[[questions]]",
        f"id = {_text(question.id)}",
        f"title = {_text(question.title)}",
        *(["fields = [", *fields, "]"] if fields else []),
    ]


def _symbol(name: str, symbol: SymbolData) -> str:
    parts = [
        f"shape = {_list(symbol.shape)}",
        f"domain = {_text(symbol.domain)}",
        f"aliases = {_list(symbol.aliases)}",
    ]
    parts += [f"definition = {_text(symbol.definition)}"] if symbol.definition else []
    return f"{name} = {{ {', '.join(parts)} }}"


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _text(value: str) -> str:
    """JSON's strings are TOML's basic strings."""
    return json.dumps(value, ensure_ascii=False)
