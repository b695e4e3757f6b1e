"""From tokens to an expression: recursive descent without backtracking, so each token is read once.

    answer    = case { separator case }                      (one case without a condition is a plain formula)
    case      = sum [ "if" condition ] | condition ":" sum | ["if"] condition ":" sum
    condition = relation { ("and" | "or") relation }         relation = sum compare sum { compare sum }
    sum       = [sign] product { ("+" | "-") [sign] product }
    product   = power { ("*" | "·") [sign] power | "/" [sign] power | power }
    power     = postfix { "^" [sign] power }
    postfix   = atom { "'" | "!" | ".T" | ".inv()" | "_i" }
    atom      = number | name | I | "(" answer ")" | "|" sum "|" | frac | sqrt | series | block | call

`**` is `^`, and powers group to the right. Side by side means times, and binds like `*`. After a `/` it has
two readings: `1/2n` is (1/2)n to Python and 1/(2n) to many who write by hand. Both are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.compare.formula.errors import Unreadable
from grader.compare.formula.expression import Condition, Expression
from grader.compare.formula.grammar import Parser
from grader.compare.formula.lexer import tokenize
from grader.compare.formula.symbols import Symbols


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it was read.

    tight: the other reading, where side by side binds closer than `/`; None where they are one.
    ambiguous_at: the place of the first product after a `/`, if any.
    """

    expression: Expression
    tight: Expression | None
    ambiguous_at: int | None
    left: str | None
    notes: tuple[str, ...]


def read(text: str, symbols: Symbols) -> Reading:
    """Read a formula in LaTeX, Python, Unicode or ASCII; of `a = b = c` the last part.

    Raises Unreadable with the place in `text` for anything outside the grammar and the declared names, and
    for what is longer or deeper than an honest formula (2 000 characters, 800 tokens, nesting 60, 60 digits).
    """
    lexed = tokenize(text, symbols)
    parser = Parser(lexed, symbols)
    expression = parser.answer()
    tight = None
    if parser.ambiguous_at is not None:
        tight = Parser(lexed, symbols, is_tight=True).answer()
    return Reading(
        expression,
        tight if tight != expression else None,
        parser.ambiguous_at,
        lexed.left,
        (*lexed.notes, *parser.notes),
    )


def parse(text: str, symbols: Symbols) -> Expression:
    """The one meaning of a formula; Unreadable also where a product after a `/` leaves two."""
    reading = read(text, symbols)
    if reading.tight is not None and reading.ambiguous_at is not None:
        reason = "it is not clear what is divided: write a/(b c) or (a/b) c, with brackets"
        raise Unreadable(reading.ambiguous_at, reason)
    return reading.expression


def parse_condition(text: str, symbols: Symbols) -> Condition:
    """A condition such as `n > d + 1`, as assignments declare them."""
    parser = Parser(tokenize(f"0 if {text}", symbols), symbols)
    parser.skip(2)  # a condition alone would be taken for a comparison of answers
    condition = parser.condition()
    parser.expect_end()
    return condition
