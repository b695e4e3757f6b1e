"""From a student's text to tokens: LaTeX, Python, Unicode and ASCII in one stream.

Spacing, `\\left`, `\\text`, `np.` and the like are dropped; names are made canonical and runs of names split.
Each token knows its place in the text as given.
"""

from __future__ import annotations

import re
from fractions import Fraction

from grader.compare.formula import patterns
from grader.compare.formula import vocabulary as words
from grader.compare.formula.characters import (
    ACCENTS,
    COMBINING,
    GREEK,
    GREEK_COMMANDS,
    SUPERSCRIPTS,
    plain,
)
from grader.compare.formula.errors import Unreadable
from grader.compare.formula.sides import right_hand_side
from grader.compare.formula.symbols import Symbols, bare
from grader.compare.formula.tokens import Kind, Lexed, Token

MAX_CHARACTERS = 2_000
MAX_TOKENS = 800
MAX_DIGITS = 60
MAX_EXPONENT_OF_TEN = 60


def tokenize(text: str, symbols: Symbols) -> Lexed:
    """The tokens of the right-hand side of `text`; Unreadable names the place."""
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(MAX_CHARACTERS, f"a formula may have at most {MAX_CHARACTERS} characters")
    return _Lexer(text, symbols).run()


class _Lexer:
    """The place reached in the text, the tokens so far and the brackets that are open."""

    def __init__(self, text: str, symbols: Symbols, *, is_exponent: bool = False) -> None:
        self.text = text
        self.plain = plain(text)
        self.symbols = symbols
        self.tokens: list[Token] = []
        self.notes: list[str] = []
        self.calls: list[bool] = []
        self.blocks = 0
        self.at = 0
        self.end = len(self.plain.rstrip(" \t\r\n$.,;`"))
        self.indices = {i for pair in patterns.INDEX.findall(self.plain) for i in pair if i}
        self.is_exponent = is_exponent

    def run(self) -> Lexed:
        left, self.at = right_hand_side(self.plain)
        while self.at < self.end:
            self._next()
            if len(self.tokens) > MAX_TOKENS:
                place = self.tokens[MAX_TOKENS].position
                raise Unreadable(place, f"a formula may have at most {MAX_TOKENS} parts")
        end = Token("end", "", len(self.text))
        return Lexed((*self.tokens, end), left, tuple(dict.fromkeys(self.notes)), frozenset(self.indices))

    def _add(self, kind: Kind, text: str, end: int, value: Fraction = Fraction(0)) -> None:
        self.tokens.append(Token(kind, text, self.at, value))
        self.at = end

    def _last(self, kind: Kind, *texts: str) -> bool:
        return (
            bool(self.tokens)
            and self.tokens[-1].kind == kind
            and (not texts or self.tokens[-1].text in texts)
        )

    def _next(self) -> None:
        """Read what stands at the place: nothing for spacing, several tokens for a run of names."""
        at, source = self.at, self.plain
        if match := patterns.BLANK.match(source, at):
            self.at = match.end()
        elif match := self._number():
            self._add("number", match[0], match.end(), self._value(match[0]))
        elif (
            self.calls
            and self.calls[-1]
            and (match := patterns.KEYWORD.match(source, at) or patterns.QUOTED_NORM.match(source, at))
        ):
            self._add("subscript", "F", match.end()) if source[at] in "'\"" else setattr(
                self, "at", match.end()
            )
        elif match := patterns.ROW_BLANK.match(source, at):
            self._row(match)
        elif match := patterns.SUPERSCRIPT.match(source, at):
            self._superscript(match)
        elif match := self._subscript():
            self._add(
                "subscript", next(filter(None, match.groups())).translate(patterns.LOW_DIGITS), match.end()
            )
        elif (match := patterns.MODULE.match(source, at)) and self.symbols.find(
            match[0].partition(".")[0]
        ) is None:
            self.at = match.end()
        elif match := patterns.WORD.match(source, at):
            self._word(match[0][:1], at + 1) if self._takes_one() else self._word(match[0], match.end())
        elif match := patterns.COMMAND.match(source, at):
            self._command(match[1], match.end())
        elif (match := patterns.ATTRIBUTE.match(source, at)) and self._last_is_value():
            self._add("attribute", match[1], match.end())
        else:
            self._sign()

    def _number(self) -> re.Match[str] | None:
        """The digits at the place; one alone where LaTeX takes one."""
        pattern = (
            patterns.DIGIT
            if self._takes_one()
            else patterns.NUMBER_IN_CALL
            if self.calls and self.calls[-1]
            else patterns.NUMBER
        )
        return pattern.match(self.plain, self.at)

    def _takes_one(self) -> bool:
        """Whether an argument without braces is read: \\frac n2."""
        before = self.tokens[-2] if len(self.tokens) > 1 else None
        return self._last("command", *words.FRACTIONS) or (
            before is not None
            and (before.kind, self.tokens[-1].kind) in {("command", "number"), ("command", "name")}
            and before.text in words.FRACTIONS
        )

    def _value(self, digits: str) -> Fraction:
        digits = re.sub("[^0-9.eE+-]", "", digits).lower()
        mantissa, _, exponent = digits.partition("e")
        if len(mantissa) > MAX_DIGITS:
            raise Unreadable(self.at, f"a number may have at most {MAX_DIGITS} digits")
        if abs(int(exponent or "0")) > MAX_EXPONENT_OF_TEN:
            raise Unreadable(self.at, f"a power of ten may be at most {MAX_EXPONENT_OF_TEN}")
        return Fraction(mantissa.removesuffix(".")) * Fraction(10) ** int(exponent or "0")

    def _row(self, match: re.Match[str]) -> None:
        """`&` and `\\\\`: separators in a block, line breaks elsewhere."""
        for sign in re.findall(r"&|\\\\", match[0]) if self.blocks else ():
            self._add("separator", sign, self.at)
        self.at = match.end()

    def _superscript(self, match: re.Match[str]) -> None:
        raised = "".join(SUPERSCRIPTS[c] for c in match[0])
        try:
            inner = _Lexer(raised, self.symbols, is_exponent=True).run()
        except Unreadable as error:
            raise Unreadable(self.at + error.position, error.reason) from None
        self._add("operator", "^", self.at)
        self._add("open", "{", self.at)
        self.tokens += [Token(t.kind, t.text, self.at + t.position, t.value) for t in inner.tokens[:-1]]
        self._add("close", "}", match.end())

    def _subscript(self) -> re.Match[str] | None:
        """The kind of a norm, the base of a logarithm, the limits of a sum are not part of a word."""
        if self._last("operator", "|", "||") or self._last("close") or self._last("function"):
            kinds = (patterns.SUBSCRIPT, patterns.ONE_SUBSCRIPT, patterns.LOW_SUBSCRIPT)
            return next((match for kind in kinds if (match := kind.match(self.plain, self.at))), None)
        return None

    def _last_is_value(self) -> bool:
        kinds: tuple[Kind, ...] = ("name", "close", "identity", "attribute", "transpose")
        return any(self._last(kind) for kind in kinds) or self._last("operator", "'")

    def _sign(self) -> None:
        at = self.at
        two = self.plain[at : at + 2]
        sign = (
            two
            if two in words.OPERATORS or two in words.RELATIONS or two in ("\\{", "\\}", "\\|")
            else two[0]
        )
        end = at + len(sign)
        if sign == "\\|":
            self._add("operator", "||", end)
        elif sign == "|" and self._last("operator", "|") and not self._is_closing_bar():
            self.tokens[-1] = Token("operator", "||", self.tokens[-1].position)
            self.at = end
        elif sign in words.OPERATORS:
            self._add("operator", words.OPERATORS[sign], end)
        elif sign in words.RELATIONS:
            self._add("relation", words.RELATIONS[sign], end)
        elif sign in words.BRACKETS:
            self.calls.append(self._last("function") or self._last("attribute"))
            self._add("open", sign, end)
        elif sign in words.BRACKETS.values():
            if self.calls:
                self.calls.pop()
            self._add("close", sign, end)
        elif sign in ",;:":
            self._add("separator", sign, end)
        elif sign == "_" and self._last("command", "sum", "prod"):
            self._add("operator", "_", end)
        elif sign == "√":
            self._add("function", "sqrt", end)
        elif sign in "½¼":
            self._add("number", sign, end, Fraction(1, 2 if sign == "½" else 4))
        elif sign == "⊤":
            if not self._follows_caret():
                self._add("operator", "^", at)
            self._add("transpose", "T", end)
        elif sign in "∑∏":
            self._add("command", "sum" if sign == "∑" else "prod", end)
        else:
            raise Unreadable(at, f"{self.text[at]!r} is not part of a formula")

    def _is_closing_bar(self) -> bool:
        """Whether two bars with a space between them close one norm and open another: |a| |b|."""
        return (
            self.tokens[-1].position + 1 != self.at
            and "right" not in self.plain[self.tokens[-1].position : self.at]
            and "left" not in self.plain[self.tokens[-1].position : self.at]
        )

    def _command(self, name: str, end: int) -> None:
        if name in words.DROPPED:
            self._upright(end)
        elif name in words.COMMAND_OPERATORS:
            self._add("operator", words.COMMAND_OPERATORS[name], end)
        elif name in words.RELATIONS:
            self._add("relation", words.RELATIONS[name], end)
        elif name in words.FRACTIONS or name in words.BLOCKS:
            self.blocks += {"begin": 1, "end": -1}.get(name, 0)
            self._add("command", name, end)
            if name in ("begin", "end"):
                self._block_name()
        elif name in ("land", "wedge", "lor", "vee"):
            self._add("word", "and" if name in ("land", "wedge") else "or", end)
        elif name in ACCENTS:
            self._accent(name, end)
        else:
            self._word(GREEK_COMMANDS.get(name, name), end)

    def _upright(self, end: int) -> None:
        """`\\text{NIC}` is the word; braces around more than that stay, and `\\left` is nothing."""
        match = patterns.UPRIGHT.match(self.plain, end)
        if not match:
            self.at = end
            return
        content = match[1].split()
        if len(content) == 1:
            self._word(GREEK_COMMANDS.get(content[0].lstrip("\\"), content[0].lstrip("\\")), match.end())
        elif all(word in words.CONDITION_WORDS for word in content):
            for word in content:
                self._word(word, match.end())
        else:
            self.at = end

    def _block_name(self) -> None:
        match = re.compile(r"\s*\{([a-zA-Z]{1,20}\*?)\}(?:\s*\{[lcr| ]{1,20}\})?").match(self.plain, self.at)
        if not match:
            raise Unreadable(self.at, "the name of the block is missing, as in \\begin{cases}")
        self._add("word", match[1], match.end())

    def _accent(self, name: str, end: int) -> None:
        match = patterns.ACCENT_ARGUMENT.match(self.plain, end)
        if not match:
            raise Unreadable(self.at, f"\\{name} needs one name, as in \\{name}{{w}}")
        letter = next(group for group in match.groups() if group)
        accent = ACCENTS[name]
        self._word(f"{GREEK_COMMANDS.get(letter, letter)}_{accent}" if accent else letter, match.end())

    def _follows_caret(self) -> bool:
        """Whether only brackets and a minus stand between the place and a `^`."""
        for token in reversed(self.tokens):
            if token.kind == "operator" and token.text == "^":
                return True
            if token.kind != "open" and not (token.kind == "operator" and token.text == "-"):
                return False
        return self.is_exponent

    def _word(self, word: str, end: int) -> None:
        """The names that a word and its subscript stand for, or a word of the grammar."""
        shown = word
        if starred := self._starred(word, end):
            self._add("name", *starred)
            return
        if subscript := patterns.SUBSCRIPT.match(self.plain, end) or patterns.ONE_SUBSCRIPT.match(
            self.plain, end
        ):
            word += "_" + next(group for group in subscript.groups() if group).replace(",", "").strip()
            end = subscript.end()
        word = "".join(f"_{COMBINING[c]}" if COMBINING.get(c) else c for c in word if COMBINING.get(c) != "")
        word = _low_digits(word)
        if not (self._transposed(word, end) or self._declared(word, end) or self._grammar(word, end)):
            self._run_of_names(word, end, shown)

    def _starred(self, word: str, end: int) -> tuple[str, int] | None:
        """The declared name that w_*, w^* or w^{\\star} spells, and its end."""
        star = (patterns.STAR_ALONE if word.endswith("_") else patterns.STAR).match(self.plain, end)
        name = self.symbols.find(f"{word.rstrip('_')}_star") if star else None
        return (name, star.end()) if star and name else None

    def _transposed(self, word: str, end: int) -> bool:
        """`T` after `^`; also the T of `X^TX`, whose rest is read next."""
        if not self._follows_caret():
            return False
        name = self.symbols.find(word)
        if word in words.TRANSPOSED and (name is None or self.symbols.table[name].shape):
            self._add("transpose", "T", end)
            return True
        is_glued = word[0] == "T" and len(word) > 1 and self._last("operator", "^") and name is None
        if is_glued and self.symbols.find("T") is None and end - self.at >= len(word):
            self._add("transpose", "T", self.at + 1)
            self._word(word[1:], end)
            return True
        return False

    def _declared(self, word: str, end: int) -> bool:
        name = self.symbols.find(word)
        is_call = word in words.ALSO_LETTERS and self._bracket_follows(end)
        if name is not None:
            self._add("name", name, end)
        elif word in self.indices and not is_call:
            self._add("name", word, end)
        elif row := re.fullmatch(r"(\w+)_(\w+)", word):
            of, index = self.symbols.find(row[1]), row[2]
            if of is None or index not in self.indices:
                return False
            self._add("name", of, self.at)
            self._add("subscript", index, end)
        else:
            return False
        return True

    def _bracket_follows(self, end: int) -> bool:
        return bool(re.compile(r"\s*(?:\\left\s*)?\(").match(self.plain, end))

    def _grammar(self, word: str, end: int) -> bool:
        """Words of the grammar that are not declared names."""
        symbols = self.symbols
        is_where = word == "where" and self._bracket_follows(end)
        if word in words.CONDITION_WORDS and not is_where:
            self._add("word", words.CONDITION_WORDS[word], end)
        elif word == "sigma" and self._bracket_follows(end):
            self._add("function", "sigmoid", end)
        elif word in words.FUNCTIONS and (word not in words.ALSO_LETTERS or self._bracket_follows(end)):
            self._add("function", words.ALIASES.get(word, word), end)
        elif base := re.fullmatch(r"log_(\d{1,4}|e)", word):
            self._add("function", "log", self.at)
            self._add("subscript", base[1], end)
        elif symbols.is_complex and word in ("i", "I", "j"):
            self._add("constant", "i", end)
        elif word in ("pi", "e") or GREEK.get(word) == "pi":
            self._add("constant", "e" if word == "e" else "pi", end)
        elif symbols.has_matrices and (size := _identity(word, symbols)) is not None:
            self._add("identity", size, end)
        else:
            return False
        return True

    def _run_of_names(self, word: str, end: int, shown: str) -> None:
        symbols = self.symbols
        identities = ["I", *(f"I{size}" for size in symbols.dimensions)] if symbols.has_matrices else []
        parts = symbols.split(word, identities)
        if parts is None:
            known = ", ".join(symbols.names)
            hint = "; write * for times" if word in ("x", "X") else ""
            raise Unreadable(self.at, f"{shown[:40]!r} is not one of the names {known}{hint}")
        self.notes.append(f"{shown[:40]!r} was read as {' '.join(name for name, _ in parts)}")
        start, is_plain = self.at, len(bare(word)) == end - self.at
        for name, offset in parts:
            self.at = start + offset if is_plain else start
            size = _identity(name, symbols) if name in identities else None
            self._add("name" if size is None else "identity", name if size is None else size, self.at)
        self.at = end


def _identity(word: str, symbols: Symbols) -> str | None:
    """The size that an identity matrix is given: "" for none; None when the word is not one."""
    match = re.fullmatch(r"(?:I|Id|Identity)(?:_?([A-Za-z]\w*))?", word)
    if not match:
        return None
    if not match[1]:
        return ""
    return match[1] if match[1] in symbols.dimensions else None


def _low_digits(word: str) -> str:
    """w₀ is w_0."""
    return re.sub(f"[{patterns.LOW}]+", lambda match: "_" + match[0].translate(patterns.LOW_DIGITS), word)
