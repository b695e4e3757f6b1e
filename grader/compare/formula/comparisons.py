"""Reading a condition that is the answer itself, in the ways people write one."""

from __future__ import annotations

import re

from grader.compare.formula.errors import Unreadable
from grader.compare.formula.expression import ONE, Branch, Condition, Otherwise, Piecewise, names
from grader.compare.formula.parser import parse, parse_condition
from grader.compare.formula.shapes import form_of
from grader.compare.formula.symbols import Symbols

_OPENING = re.compile(
    r"^\W*(?:(?:only|exactly|if|when|whenever|for|iff|we need|need|requires?|provided(?: that)?)\b[\s:,]*)+",
    re.IGNORECASE,
)
_AND = re.compile(r"&&?|\\&|∧|\b(?:with|while|when|where|if|given|provided(?: that)?|but)\b|[,;](?![0-9]{3})")
_OR = re.compile(r"∨")


def read_condition(text: str, symbols: Symbols) -> Condition:
    """Comparisons joined by and, or, commas and the like; Unreadable, or MisShapen where arrays are compared.

    Only numbers may be compared that are declared as such, or defined by them.
    """
    plain = _OR.sub(" or ", _AND.sub(" and ", _OPENING.sub("", text.rstrip(" .,;"))))
    condition = parse_condition(plain, symbols)
    form_of(Piecewise((Branch(ONE, condition), Branch(ONE, Otherwise()))), symbols)
    known = numbers(symbols)
    for name in sorted(names(condition) - set(known)):
        raise Unreadable(0, f"a condition may speak of {', '.join(known)}, and {name} is none of them")
    return condition


def numbers(symbols: Symbols) -> tuple[str, ...]:
    """The declared names that a condition may use."""
    plain = [name for name, symbol in symbols.table.items() if not symbol.shape and symbol.definition is None]
    defined = [
        name
        for name, symbol in symbols.table.items()
        if not symbol.shape and symbol.definition and names(parse(symbol.definition, symbols)) <= set(plain)
    ]
    return (*plain, *defined)
