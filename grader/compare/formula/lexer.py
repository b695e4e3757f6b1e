"""From a student's text to tokens: LaTeX, Python, Unicode and ASCII in one stream.

Spacing, `\\left`, `\\text` and the like are dropped; names are made canonical and runs of names split. Each
token knows its place in the text as given.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from grader.compare.formula.errors import Unreadable
from grader.compare.formula.symbols import Symbols

MAX_CHARACTERS = 2_000
MAX_TOKENS = 800
MAX_DIGITS = 60

Kind = Literal["number", "name", "operator", "superscript", "open", "close", "frac", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the formula; `text` is canonical for operators and names."""

    kind: Kind
    text: str
    position: int
    value: Fraction = Fraction(0)


_OPERATORS = {
    **dict.fromkeys(["**", "^"], "^"),
    **dict.fromkeys("*·⋅∙•×∗⨯", "*"),
    **dict.fromkeys("/÷∕⁄", "/"),
    **dict.fromkeys("-−–‐‑", "-"),
    "+": "+",
}
_COMMAND_OPERATORS = {"cdot": "*", "times": "*", "ast": "*", "div": "/"}
BRACKETS = {"(": ")", "[": "]", "{": "}", "\\{": "\\}"}
_FRACTIONS = frozenset({"frac", "dfrac", "tfrac"})
_TEXT = "text|mathrm|mathit|mathbf|mathsf|mathtt|textit|textrm|textbf|operatorname|mbox|rm"
_DROPPED = frozenset(
    f"{_TEXT}|left|right|big|Big|bigg|Bigg|bigl|bigr|Bigl|Bigr|displaystyle|quad|qquad".split("|")
)
# Also the invisible characters that copying from a web page brings: joiners, soft hyphen, byte order mark.
_BLANK = re.compile(r"(?:[\s$&~\u200b\u200c\u200d\u2060\u2062\u00ad\ufeff]|\\[,;:!\\ ])+")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_NUMBER = re.compile(
    r"[1-9][0-9]{0,2}(?:(?:,|\{,\})[0-9]{3})+(?![0-9])(?:\.[0-9]*)?|[0-9]+(?:\.[0-9]*)?|\.[0-9]+"
)
_WORD = re.compile(r"[^\W\d_](?:[^\W_]|\\?_(?=\w))*|_\w*")
_SUBSCRIPT = re.compile(
    rf"\\?_\s*(?:\{{\s*\\(?:{_TEXT})\s*\{{([\w, ]{{1,40}})\}}\s*\}}"
    rf"|\\(?:{_TEXT})\s*\{{([\w, ]{{1,40}})\}}|\{{([\w, ]{{1,40}})\}})"
)
_SUPERSCRIPT = re.compile("⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_PLAIN_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉⁻", "01234567890123456789-")
_TWO_CHARACTERS = ("**", "\\{", "\\}")
# Letters and digits in another shape; a raised, circled or fractional one means something else.
_SAME_MEANING = frozenset({"<font>", "<wide>", "<narrow>", "<noBreak>", "<compat>"})
_OTHER_MEANING = "\ue000"


def tokenize(text: str, symbols: Symbols) -> list[Token]:
    """The tokens of the right-hand side of `text` and one of kind "end"; Unreadable names the place."""
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(MAX_CHARACTERS, f"a formula may have at most {MAX_CHARACTERS} characters")
    plain = "".join(map(_plain, text))
    at = _right_hand_side(plain)
    end = len(plain.rstrip(" \t\r\n$.,;"))
    tokens: list[Token] = []
    while at < end:
        found, at = _next_tokens(text, plain, at, symbols)
        tokens += found
        if len(tokens) > MAX_TOKENS:
            raise Unreadable(tokens[MAX_TOKENS].position, f"a formula may have at most {MAX_TOKENS} parts")
    return [*tokens, Token("end", "", len(text))]


def _plain(character: str) -> str:
    """One character for one: mathematical italics, full-width forms and the like become ASCII."""
    tag = unicodedata.decomposition(character).partition(" ")[0]
    if tag.startswith("<") and tag not in _SAME_MEANING:
        return character if tag == "<sub>" else _OTHER_MEANING
    normal = unicodedata.normalize("NFKC", character)
    return normal if len(normal) == 1 else _OTHER_MEANING


def _right_hand_side(plain: str) -> int:
    """Where the text after the last `=` begins."""
    equals = plain.rfind("=")
    if equals > 0 and plain[equals - 1] in "<>!":
        raise Unreadable(equals - 1, "a comparison is not a formula")
    return equals + 1


def _next_tokens(text: str, plain: str, at: int, symbols: Symbols) -> tuple[list[Token], int]:
    """What stands at `at` (nothing for spacing, several tokens for a run of names), and where it ends."""
    if match := _BLANK.match(plain, at):
        return [], match.end()
    if match := _NUMBER.match(plain, at):
        digits = re.sub("[^0-9.]", "", match[0])
        return [Token("number", match[0], at, _value(digits.removesuffix("."), at))], match.end()
    if match := _SUPERSCRIPT.match(text, at):
        digits = match[0].translate(_PLAIN_DIGITS)
        return [Token("superscript", match[0], at, _value(digits, at))], match.end()
    if match := _WORD.match(plain, at):
        return _names(match[0], match, symbols)
    if match := _COMMAND.match(plain, at):
        return _command(match, symbols)
    sign = plain[at : at + 2] if plain[at : at + 2] in _TWO_CHARACTERS else plain[at]
    end = at + len(sign)
    if sign in _OPERATORS:
        return [Token("operator", _OPERATORS[sign], at)], end
    if sign in BRACKETS:
        return [Token("open", sign, at)], end
    if sign in BRACKETS.values():
        return [Token("close", sign, at)], end
    if sign == ",":
        raise Unreadable(at, "a comma is only read between groups of three digits, as in 1,024")
    raise Unreadable(at, f"{text[at]!r} is not part of a formula")


def _value(digits: str, at: int) -> Fraction:
    if len(digits) > MAX_DIGITS:
        raise Unreadable(at, f"a number may have at most {MAX_DIGITS} digits")
    return Fraction(digits)


def _command(match: re.Match[str], symbols: Symbols) -> tuple[list[Token], int]:
    name, at = match[1], match.start()
    if name in _DROPPED:
        return [], match.end()
    if name in _COMMAND_OPERATORS:
        return [Token("operator", _COMMAND_OPERATORS[name], at)], match.end()
    if name in _FRACTIONS:
        return [Token("frac", name, at)], match.end()
    return _names(name, match, symbols)


def _names(word: str, match: re.Match[str], symbols: Symbols) -> tuple[list[Token], int]:
    """The declared names that a word and its subscript stand for."""
    at, end = match.start(), match.end()
    if subscript := _SUBSCRIPT.match(match.string, end):
        word += next(group for group in subscript.groups() if group).replace(",", "")
        end = subscript.end()
    read = symbols.read(word.translate(_PLAIN_DIGITS))
    if read is None:
        known = ", ".join(symbols.names)
        hint = "; write * for times" if word in ("x", "X") else ""
        raise Unreadable(at, f"{word[:40]!r} is not one of the names {known}{hint}")
    is_plain = len(word) == end - at
    return [Token("name", name, at + offset if is_plain else at) for name, offset in read], end
