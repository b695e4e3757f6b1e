"""What shape an expression has, worked out from the declared shapes before any number is drawn.

A column vector is a d×1 matrix and a 1×1 matrix is a number, as the course writes them. `I` takes the size
its place asks for; alone, or times a number, it is an identity of no size yet.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from grader.compare.formula import vocabulary
from grader.compare.formula.errors import MisShapen
from grader.compare.formula.expression import (
    Branch,
    Call,
    Constant,
    Element,
    Expression,
    Identity,
    Junction,
    Matrix,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Otherwise,
    Piecewise,
    Power,
    Product,
    Reciprocal,
    Relation,
    Series,
    Sum,
    Transpose,
    product,
)
from grader.compare.formula.render import render
from grader.compare.formula.symbols import Symbols

Size: TypeAlias = str | int
Form: TypeAlias = tuple[Size, Size] | Literal["number", "identity"]

NUMBER: Literal["number"] = "number"
IDENTITY: Literal["identity"] = "identity"


def describe(form: Form) -> str:
    """In words: `a number`, `d×1`, `n×d`."""
    if form == NUMBER:
        return "a number"
    if form == IDENTITY:
        return "a multiple of the identity"
    return f"{form[0]}×{form[1]}"


def is_square(form: Form) -> bool:
    """Whether it has as many rows as columns by declaration, not by chance."""
    return form == IDENTITY or (isinstance(form, tuple) and form[0] == form[1])


def is_column(form: Form | None) -> bool:
    """Whether it is a vector written upright."""
    return isinstance(form, tuple) and form[1] == 1


def fits(one: Form, other: Form) -> bool:
    """Whether two shapes can be those of one value."""
    return one == other or (IDENTITY in (one, other) and is_square(one) and is_square(other))


def form_of(node: Expression, symbols: Symbols) -> Form:
    """The shape of an expression; MisShapen says which parts do not fit, in the names of the dimensions."""
    return Forms(symbols).of(node)


class Forms:
    """Shapes worked out so far, so that growing an expression costs no second look at its parts."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._known: dict[int, tuple[Node, Form]] = {}

    def of(self, node: Expression) -> Form:
        """The shape of a node; see form_of."""
        known = self._known.get(id(node))
        if known is None:
            known = node, self._work_out(node)
            self._known[id(node)] = known  # the node is kept, so that its id stays its own
        return known[1]

    def _work_out(self, node: Expression) -> Form:
        match node:
            case Number() | Constant():
                return NUMBER
            case Name(name):
                return self._declared(name)
            case Identity(size):
                return (size, size) if size else IDENTITY
            case Negative(operand):
                return self.of(operand)
            case Reciprocal(operand):
                return self._reciprocal(operand)
            case Sum(terms):
                return self._sum(terms)
            case Product(factors):
                form = self.of(factors[0])
                for factor in factors[1:]:
                    form = self.times(form, factor, node)
                return form
            case Power():
                return self._power(node)
            case Transpose(operand):
                form = self.of(operand)
                return (form[1], form[0]) if isinstance(form, tuple) else form
            case Norm(operand, kind):
                return self._norm(operand, kind)
            case Call():
                return self._call(node)
            case Matrix(rows):
                for entry in (entry for row in rows for entry in row):
                    self._number(entry, "an entry of a matrix")
                return _matrix(len(rows), len(rows[0]))
            case Series():
                return self._series(node)
            case Element(name, index):
                self._number(index, "an index")
                form = self._declared(name)
                return NUMBER if not isinstance(form, tuple) or is_column(form) else (form[1], 1)
            case Piecewise(branches):
                return self._piecewise(branches)

    def _declared(self, name: str) -> Form:
        symbol = self._symbols.table.get(name)
        if symbol is None or not symbol.shape:
            return NUMBER
        rows, columns = (*symbol.shape, 1)[:2]
        return _matrix(rows, columns)

    def _number(self, node: Expression, what: str) -> None:
        if (form := self.of(node)) != NUMBER:
            raise MisShapen(f"{what} must be a number, and {render(node)} is {describe(form)}")

    def _reciprocal(self, operand: Expression) -> Form:
        if (form := self.of(operand)) != NUMBER:
            raise MisShapen(
                f"there is no division by {render(operand)}, which is {describe(form)}:"
                " an inverse stands on one side"
            )
        return NUMBER

    def _sum(self, terms: tuple[Expression, ...]) -> Form:
        result, shown = self.of(terms[0]), terms[0]
        for term in terms[1:]:
            form = self.of(term)
            if not fits(result, form):
                hint = "; is an identity matrix missing?" if NUMBER in (result, form) else ""
                raise MisShapen(
                    f"{render(shown)} is {describe(result)} and {render(term)} is {describe(form)}:"
                    f" they cannot be added{hint}"
                )
            if result == IDENTITY:
                result, shown = form, term
        return result

    def _series(self, node: Series) -> Form:
        self._number(node.lower, "a limit of a sum")
        self._number(node.upper, "a limit of a sum")
        form = self.of(node.body)
        if node.kind == "prod" and not (form == NUMBER or is_square(form)):
            raise MisShapen(f"{render(node.body)} is {describe(form)}: several of these have no product")
        return form

    def times(self, form: Form, factor: Expression, whole: Expression | None = None) -> Form:
        """The shape of a product so far and one factor more."""
        other = self.of(factor)
        if form in (NUMBER, IDENTITY):
            return form if other == NUMBER else other
        if other in (NUMBER, IDENTITY):
            return form
        if form[1] != other[0]:
            place = f" in {render(whole)}" if whole else ""
            shown = f"{render(factor)}, which is {describe(other)}"
            raise MisShapen(f"{describe(form)} cannot be multiplied by {shown}{place}")
        return _matrix(form[0], other[1])

    def _power(self, node: Power) -> Form:
        form, exponent = self.of(node.base), literal(node.exponent)
        self._number(node.exponent, "an exponent")
        if form == NUMBER:
            return NUMBER
        if is_column(form) and exponent == 2:
            return NUMBER
        if not is_square(form):
            what = "inverse" if exponent == -1 else "power"
            raise MisShapen(f"{render(node.base)} is {describe(form)}, not square: it has no {what}")
        if exponent is None:
            raise MisShapen(
                f"a power of a matrix must be a whole number, and {render(node.exponent)} is none"
            )
        return form

    def _norm(self, operand: Expression, kind: str) -> Form:
        form = self.of(operand)
        if kind not in ("", "2", "F", "1") or (kind == "1" and not (form == NUMBER or is_column(form))):
            raise MisShapen(f"the norm with index {kind} of {render(operand)} is not one that is known here")
        if form == IDENTITY:
            raise MisShapen("the norm of an identity needs its size, as in I_d")
        return NUMBER

    def _call(self, node: Call) -> Form:
        forms = [self.of(argument) for argument in node.arguments]
        first, shown = forms[0], node.arguments[0]
        if node.function in ("trace", "det"):
            if first == IDENTITY:
                raise MisShapen(f"the {node.function} of an identity needs its size, as in I_d")
            if first != NUMBER and not is_square(first):
                raise MisShapen(
                    f"{render(shown)} is {describe(first)}, not square: it has no {node.function}"
                )
            return NUMBER
        if node.function in ("inner", "total", "mean", "count"):
            return NUMBER
        if node.function == "diag" and isinstance(first, tuple) and is_column(first):
            return (first[0], first[0])
        if node.function == "pinv":
            return (first[1], first[0]) if isinstance(first, tuple) else first
        if node.function in vocabulary.ENTRYWISE:
            return first
        for argument in node.arguments:
            self._number(argument, f"what stands in {node.function}(…)")
        return NUMBER

    def _piecewise(self, branches: tuple[Branch, ...]) -> Form:
        forms = [self.of(branch.value) for branch in branches]
        for branch in branches:
            self._condition(branch.condition)
        if not all(fits(forms[0], form) for form in forms):
            raise MisShapen(f"the cases have different shapes: {', '.join(map(describe, forms))}")
        return next((form for form in forms if form != IDENTITY), IDENTITY)

    def _condition(self, condition: Node) -> None:
        match condition:
            case Relation(_, left, right):
                self._number(left, "a side of a condition")
                self._number(right, "a side of a condition")
            case Junction(_, parts):
                for part in parts:
                    self._condition(part)
            case Otherwise():
                pass


def contracted(left: Expression, right: Expression, forms: Forms, *, is_numpy: bool) -> Expression:
    """left · right, where left may be a vector: of two vectors the inner product.

    NumPy's a @ X is X^T a.
    """
    try:
        one, other = forms.of(left), forms.of(right)
    except MisShapen:
        return product((left, right))  # said when the whole formula's shape is worked out
    if is_column(one) and one == other:
        return Call("inner", (left, right))
    if is_numpy and is_column(one) and isinstance(other, tuple) and one[0] == other[0]:
        return product((Transpose(right), left))
    return product((left, right))


def literal(exponent: Expression) -> int | None:
    """The whole number that is written there."""
    match exponent:
        case Number(value) if value.denominator == 1:
            return int(value)
        case Negative(operand):
            size = literal(operand)
            return None if size is None else -size
    return None


def _matrix(rows: Size, columns: Size) -> Form:
    return NUMBER if rows == columns == 1 else (rows, columns)
