"""The recursive descent itself; `parser` describes the grammar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction

from grader.compare.formula import calls, vocabulary
from grader.compare.formula.blocks import BlocksParser
from grader.compare.formula.errors import MisShapen, Unreadable
from grader.compare.formula.expression import (
    Call,
    Constant,
    Element,
    Expression,
    Identity,
    Matrix,
    Name,
    Negative,
    Norm,
    Number,
    Power,
    Reciprocal,
    Sum,
    Transpose,
    product,
)
from grader.compare.formula.shapes import NUMBER, Form, Forms, contracted, is_column
from grader.compare.formula.symbols import Symbols
from grader.compare.formula.tokens import Lexed, Token

MAX_NESTING = 60
MAX_MARKS = 100
_STARTS = ("number", "name", "constant", "identity", "function", "open")
_STARTING_COMMANDS = (*vocabulary.FRACTIONS, "sqrt", "binom", "sum", "prod", "begin")


class Parser(BlocksParser):
    """The tokens and the place reached in them."""

    def __init__(self, lexed: Lexed, symbols: Symbols, *, is_tight: bool = False) -> None:
        super().__init__(lexed.tokens)
        self._symbols = symbols
        self._is_tight = is_tight
        self._indices = lexed.indices
        self.in_scope: list[str] = []
        self._bars: list[str] = []
        self._nesting = 0
        self._marks = 0
        self.forms = Forms(symbols)
        self.ambiguous_at: int | None = None
        self.notes: list[str] = []

    def answer(self) -> Expression:
        """The whole formula."""
        expression = self.cases()
        self.expect_end()
        return expression

    def sum(self) -> Expression:
        terms = [self._signed(self._product)]
        while operator := self.take_operator("+-"):
            term = self._signed(self._product)
            terms.append(Negative(term) if operator == "-" else term)
        return Sum(tuple(terms)) if len(terms) > 1 else terms[0]

    def _signed(self, read: Callable[[], Expression]) -> Expression:
        is_negative = False
        while sign := self.take_operator("+-"):
            is_negative ^= sign == "-"
        operand = read()
        return Negative(operand) if is_negative else operand

    def _product(self) -> Expression:
        factors = [self._power()]
        form = self._form(factors[0])
        is_divided = False
        while True:
            if operator := self.take_operator("*/·@"):
                factor = self._signed(self._power)
                is_divided = operator == "/"
                if is_divided and self._is_tight:
                    factor = self._tight(factor)
                if operator in "·@" and is_column(form):
                    whole = contracted(product(factors), factor, self.forms, is_numpy=operator == "@")
                    factors, form = [whole], self._form(whole)
                    continue
                factors.append(Reciprocal(factor) if is_divided else factor)
            elif self._starts_factor():
                self._check_side_by_side(is_divided)
                factors.append(self._power())
            else:
                return product(factors)
            form = self._form_times(form, factors[-1])

    def term(self) -> Expression:
        return self._signed(self._product)

    def _tight(self, divisor: Expression) -> Expression:
        factors = [divisor]
        while self._starts_factor():
            factors.append(self._power())
        return product(factors)

    def _form(self, expression: Expression) -> Form | None:
        """The shape, or None where there is none; only products of columns ask for it here."""
        if not self._symbols.has_matrices:
            return NUMBER
        try:
            return self.forms.of(expression)
        except MisShapen:
            return None

    def _form_times(self, form: Form | None, factor: Expression) -> Form | None:
        if form is None or not self._symbols.has_matrices:
            return form
        try:
            return self.forms.times(form, factor)
        except MisShapen:
            return None

    def _starts_factor(self) -> bool:
        token = self.next
        if token.kind == "operator" and token.text in ("|", "||"):
            return token.text not in self._bars
        return token.kind in _STARTS or (token.kind == "command" and token.text in _STARTING_COMMANDS)

    def _check_side_by_side(self, is_divided: bool) -> None:
        token = self.next
        if is_divided and self.ambiguous_at is None:
            self.ambiguous_at = token.position
        if token.kind == "number" and self.previous.kind == "number":
            raise Unreadable(token.position, "two numbers side by side: is an operator missing?")

    def _power(self) -> Expression:
        base = self._postfix(self.atom())
        while True:
            start = self.next.position
            if not self.take_operator("^"):
                return base
            if self._take_transpose():
                base = self._postfix(Transpose(base))
            elif self._take_inverse_transpose():
                base = self._postfix(Transpose(Power(base, Negative(Number(Fraction(1))))))
            elif self._take_pseudo_inverse():
                base = self._postfix(Call("pinv", (base,)))
            else:
                with self.nested(start):
                    exponent = self._signed(self._power)
                base = self._postfix(Power(base, exponent))

    def _take_in_braces(self, matches: Callable[[int], bool], length: int) -> bool:
        """Take what matches at some depth of brackets, with the brackets."""
        depth = 0
        while self.peek(depth).kind == "open":
            depth += 1
        if not matches(depth):
            return False
        closing = [self.peek(depth + length + n) for n in range(depth)]
        if any(token.kind != "close" for token in closing):
            return False
        self.skip(2 * depth + length)
        return True

    def _take_transpose(self) -> bool:
        return self._take_in_braces(lambda at: self._is_transpose(at), 1)

    def _is_transpose(self, at: int) -> bool:
        token = self.peek(at)
        return token.kind == "transpose" or (token.kind == "operator" and token.text == "'")

    def _take_inverse_transpose(self) -> bool:
        return self._take_in_braces(lambda at: self.peek(at).text == "-" and self._is_transpose(at + 1), 2)

    def _take_pseudo_inverse(self) -> bool:
        def matches(at: int) -> bool:
            return self.peek(at).text in ("†", "+") and (at > 0 or self.peek(at).text == "†")

        return self._symbols.has_matrices and self._take_in_braces(matches, 1)

    def _postfix(self, expression: Expression) -> Expression:
        while True:
            token = self.next
            self._count_mark(token)
            if self.take_operator("'"):
                expression = Transpose(expression)
            elif self.take_operator("!"):
                expression = Call("factorial", (expression,))
            elif token.kind == "attribute":
                self.skip(1)
                arguments = self._arguments() if self._is_open("(") else None
                expression = calls.attribute(token, expression, arguments, self.forms)
            elif token.kind == "subscript" and isinstance(expression, Name) and token.text in self.in_scope:
                self.skip(1)
                expression = Element(expression.name, Name(token.text))
            else:
                return expression

    def _count_mark(self, token: Token) -> None:
        """Marks behind an operand nest it without brackets."""
        self._marks += token.text in ("'", "!", "^") or token.kind == "attribute"
        if self._marks > MAX_MARKS:
            raise Unreadable(token.position, f"a formula may have at most {MAX_MARKS} powers and transposes")

    def _is_open(self, bracket: str) -> bool:
        return self.next.kind == "open" and self.next.text == bracket

    def atom(self) -> Expression:
        token = self.take()
        match token.kind:
            case "number":
                return Number(token.value)
            case "name":
                self._check_scope(token)
                return Name(token.text)
            case "constant":
                return Constant(token.text)  # type: ignore[arg-type]  # the lexer makes pi, e and i only
            case "identity":
                return Identity(token.text or None)
            case "open":
                return self._rest_of_bracket(token)
            case "operator" if token.text in ("|", "||"):
                return self._rest_of_bars(token)
            case "function":
                return self._function(token)
            case "command":
                return self.command(token)
            case "end":
                raise Unreadable(token.position, "a number or a name is missing at the end")
        raise Unreadable(token.position, f"a number or a name is missing before {token.text!r}")

    def _check_scope(self, token: Token) -> None:
        if token.text not in self._symbols.table and token.text not in self.in_scope:
            raise Unreadable(token.position, f"{token.text!r} has no value outside of its sum")

    def _rest_of_bracket(self, opening: Token) -> Expression:
        with self.nested(opening.position), self.inside(opening.text):
            if opening.text == "[" and self._is_open("["):
                expression: Expression = self._rows(opening)
            else:
                expression = self.cases()
                if opening.text == "[" and self.next.text == ",":
                    return self._rest_of_row(expression)
        self.close(opening)
        return expression

    def close(self, opening: Token) -> None:
        """The bracket that closes an opening one."""
        token = self.take()
        closing = vocabulary.BRACKETS[opening.text]
        if token.kind == "end":
            raise Unreadable(opening.position, f"{opening.text!r} is not closed")
        if token.text != closing:
            raise Unreadable(token.position, f"{closing!r} is expected before {token.text!r}")

    def _rows(self, opening: Token) -> Matrix:
        rows: list[tuple[Expression, ...]] = []
        while self._is_open("["):
            row_opening = self.take()
            row = [self.sum()]
            while self.take_separator(","):
                row.append(self.sum())
            self.close(row_opening)
            rows.append(tuple(row))
            self.take_separator(",")
        return calls.matrix(rows, opening)

    def _rest_of_row(self, first: Expression) -> Matrix:
        """[a, b] is a column."""
        opening = self.previous
        rows = [(first,)]
        while self.take_separator(","):
            rows.append((self.sum(),))
        if self.take().text != "]":
            raise Unreadable(opening.position, "'[' is not closed")
        return Matrix(tuple(rows))

    def _rest_of_bars(self, opening: Token) -> Expression:
        with self.nested(opening.position), self.inside(opening.text):
            operand = self.sum()
        if not self.take_operator(opening.text):
            raise Unreadable(opening.position, f"{opening.text!r} is not closed")
        kind = self.take().text.strip() if self.next.kind == "subscript" else ""
        if opening.text == "|" and self._form(operand) == NUMBER:
            return Call("abs", (operand,))
        return Norm(operand, {"fro": "F"}.get(kind, kind))

    @contextmanager
    def nested(self, position: int) -> Iterator[None]:
        """One level deeper, of 60."""
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise Unreadable(position, f"a formula may be nested at most {MAX_NESTING} deep")
        yield
        self._nesting -= 1

    @contextmanager
    def inside(self, bracket: str) -> Iterator[None]:
        """Inside bars the next bar closes; inside brackets it opens again."""
        outer = self._bars
        self._bars = [*outer, bracket] if bracket in ("|", "||") else []
        yield
        self._bars = outer

    def _function(self, token: Token) -> Expression:
        base: Expression | None = None
        power: Expression | None = None
        while True:
            if self.next.kind == "subscript":
                text = self.take().text.strip()
                base = Number(Fraction(text)) if text.isdecimal() else self._named(text, token)
            elif self.take_operator("^"):
                with self.nested(token.position):
                    power = self._signed(self._argument_atom)
            else:
                break
        arguments = self._arguments() if self._is_open("(") else [self._bare_argument(token)]
        result = calls.build(token, arguments, base, self.forms)
        return result if power is None else Power(result, power)

    def _named(self, text: str, token: Token) -> Expression:
        name = self._symbols.find(text)
        if name is None:
            raise Unreadable(token.position, f"{text[:40]!r} is not a base of a logarithm")
        return Name(name)

    def _bare_argument(self, token: Token) -> Expression:
        """What a function without brackets applies to: log x, sin 2x."""
        if not self._starts_factor():
            raise Unreadable(token.position, f"{token.text} needs brackets")
        with self.nested(token.position):
            factors = [self._power()]
            while self._starts_factor() and self.next.kind in ("number", "name", "constant"):
                factors.append(self._power())
        return product(factors)

    def _arguments(self) -> list[calls.Argument]:
        """The arguments in round brackets."""
        opening = self.take()
        found: list[calls.Argument] = []
        with self.nested(opening.position), self.inside("("), self._scope_ahead():
            while self.next.text != ")" and self.next.kind != "end":
                found.append(self._argument_of_call())
                if not self.take_separator(","):
                    break
        self.close(opening)
        return found

    def _argument_of_call(self) -> calls.Argument:
        if self.next.kind == "subscript":
            return calls.Quoted(self.take().text)
        if self._is_open("(") and self.is_tuple():
            opening = self.take()
            items = [self.item()]
            while self.take_separator(","):
                items.append(self.item())
            self.close(opening)
            return tuple(items)
        return self.item_or_cases()

    @contextmanager
    def _scope_ahead(self) -> Iterator[None]:
        """In Sum(body, (k, 1, n)) the index is named after the body: every index is in scope in a call."""
        added = sorted(self._indices)
        self.in_scope += added
        yield
        del self.in_scope[len(self.in_scope) - len(added) :]

    def _argument_atom(self) -> Expression:
        return self._postfix(self.atom())
