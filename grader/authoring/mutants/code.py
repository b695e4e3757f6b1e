"""Mistakes in any code: arithmetic, indices, arguments, statements."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.authoring.mutants.bodies import functions_of, nodes_in, parameters_of, statements_of, uses_of
from grader.authoring.mutants.layers import SEQUENCES
from grader.authoring.mutants.mutant import Change, Rule
from grader.authoring.mutants.parts import Definition

COMMUTING = frozenset({"min", "max", "minimum", "maximum", "add", "multiply", "inner", "isclose", "allclose"})
DROPPED = frozenset({"sqrt", "square", "abs", "exp", "log", "relu"})
FLIPPED: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
}


def sign(definition: Definition) -> Iterator[Change]:
    """A plus for a minus, or the other way round."""
    source = definition.source
    symbols = {ast.Add: ("+", "-"), ast.Sub: ("-", "+")}
    for node in nodes_in(definition, ast.BinOp):
        if type(node.op) in symbols:
            old, new = symbols[type(node.op)]
            yield Change(f"{new} for {old}", (source.operator(node, old, new),))
    for augmented in nodes_in(definition, ast.AugAssign):
        if type(augmented.op) in symbols:
            old, new = symbols[type(augmented.op)]
            text = f"{source.text(augmented.target)} {new}= {source.text(augmented.value)}"
            yield Change(f"{new}= for {old}=", (source.replace(augmented, text),))
    for unary in nodes_in(definition, ast.UnaryOp):
        if isinstance(unary.op, ast.USub):
            yield Change("without the minus", (source.replace(unary, source.operand(unary.operand)),))


def missing_factor(definition: Definition) -> Iterator[Change]:
    """A factor or a divisor is lost: the step size, the 2 of a square's derivative, the mean's n."""
    source = definition.source
    for node in nodes_in(definition, ast.BinOp):
        if isinstance(node.op, ast.Mult | ast.Div):
            yield Change(
                f"without {source.text(node.right)}", (source.replace(node, source.operand(node.left)),)
            )
        if isinstance(node.op, ast.Mult):
            yield Change(
                f"without {source.text(node.left)}", (source.replace(node, source.operand(node.right)),)
            )


def inverted_factor(definition: Definition) -> Iterator[Change]:
    """A product for a quotient, or the other way round."""
    for node in nodes_in(definition, ast.BinOp):
        if isinstance(node.op, ast.Mult):
            yield Change("divided for multiplied", (definition.source.operator(node, "*", "/"),))
        elif isinstance(node.op, ast.Div):
            yield Change("multiplied for divided", (definition.source.operator(node, "/", "*"),))


def missing_function(definition: Definition) -> Iterator[Change]:
    """A square, a root or the like is left out."""
    source = definition.source
    for power in nodes_in(definition, ast.BinOp):
        if isinstance(power.op, ast.Pow):
            yield Change(
                f"without the power {source.text(power.right)}",
                (source.replace(power, source.operand(power.left)),),
            )
    for call in nodes_in(definition, ast.Call):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if name in DROPPED and len(call.args) == 1:
            yield Change(f"without {name}", (source.replace(call, source.operand(call.args[0])),))


def complement(definition: Definition) -> Iterator[Change]:
    """x for 1 - x."""
    for node in nodes_in(definition, ast.BinOp):
        if isinstance(node.op, ast.Sub) and isinstance(node.left, ast.Constant) and node.left.value == 1:
            text = definition.source.operand(node.right)
            yield Change(f"{text} for 1 - {text}", (definition.source.replace(node, text),))


def wrong_axis(definition: Definition) -> Iterator[Change]:
    """Another axis, or none."""
    for call in nodes_in(definition, ast.Call):
        arguments: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        for keyword in call.keywords:
            if keyword.arg in ("axis", "dim"):
                without = definition.source.remove(arguments, arguments.index(keyword))
                yield Change(f"without {keyword.arg}", (without,))
                other = "1" if definition.source.text(keyword.value) == "0" else "0"
                edit = definition.source.replace(keyword.value, other)
                yield Change(f"{keyword.arg} {other}", (edit,))


def mean_for_sum(definition: Definition) -> Iterator[Change]:
    """A mean for a sum, or the other way round."""
    for node in nodes_in(definition, ast.Attribute):
        if node.attr in ("mean", "sum"):
            other = "mean" if node.attr == "sum" else "sum"
            text = f"{definition.source.text(node.value)}.{other}"
            yield Change(f"{other} for {node.attr}", (definition.source.replace(node, text),))


def transpose(definition: Definition) -> Iterator[Change]:
    """A transpose is left out or too much, or a matrix product turned round."""
    source = definition.source
    for node in nodes_in(definition, ast.Attribute):
        if node.attr == "T":
            yield Change("without the transpose", (source.replace(node, source.text(node.value)),))
    for product in nodes_in(definition, ast.BinOp):
        if isinstance(product.op, ast.MatMult):
            turned = f"({source.operand(product.right)} @ {source.operand(product.left)})"
            yield Change("the product turned round", (source.replace(product, turned),))
            if isinstance(product.left, ast.Name):
                yield Change("a transpose too much", (source.append(product.left, ".T"),))


def off_by_one(definition: Definition) -> Iterator[Change]:
    """A whole number one more or one less, a loop one round longer or shorter."""
    source = definition.source
    for node in nodes_in(definition, ast.Constant):
        if type(node.value) is int:
            for other in (node.value + 1, node.value - 1):
                if other >= 0:
                    yield Change(f"{other} for {node.value}", (source.replace(node, str(other)),))
    for call in nodes_in(definition, ast.Call):
        if isinstance(call.func, ast.Name) and call.func.id == "range":
            for step in (" + 1", " - 1"):
                yield Change(f"range{step}", (source.append(call.args[-1], step),))


def swapped_arguments(definition: Definition) -> Iterator[Change]:
    """The first two arguments of a call change places."""
    source = definition.source
    for call in nodes_in(definition, ast.Call):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else source.text(call.func)
        if len(call.args) < 2 or name in COMMUTING | SEQUENCES:
            continue
        first, second = call.args[:2]
        edits = source.replace(first, source.text(second)), source.replace(second, source.text(first))
        yield Change(f"the arguments of {name} swapped", edits)


def missing_argument(definition: Definition) -> Iterator[Change]:
    """An argument given by name is left out."""
    for call in nodes_in(definition, ast.Call):
        arguments: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        for position, argument in enumerate(arguments):
            if isinstance(argument, ast.keyword):
                edit = definition.source.remove(arguments, position)
                yield Change(f"without {definition.source.text(argument)}", (edit,))


def wrong_name(definition: Definition) -> Iterator[Change]:
    """The next parameter of the function in the place of one."""
    for function in functions_of(definition):
        names = parameters_of(function)
        for name, other in zip(names, [*names[1:], *names[:1]], strict=True):
            for use in uses_of(function, name) if name != other else ():
                edit = definition.source.replace(use, other)
                yield Change(f"{other} for {name} in line {use.lineno}", (edit,))


def comparison(definition: Definition) -> Iterator[Change]:
    """Another comparison, or False for True."""
    source = definition.source
    for node in nodes_in(definition, ast.Compare):
        if len(node.ops) == 1:
            old, new = FLIPPED.get(type(node.ops[0]), ("", ""))
            if new:
                text = f"{source.operand(node.left)} {new} {source.operand(node.comparators[0])}"
                yield Change(f"{new} for {old}", (source.replace(node, text),))
    for constant in nodes_in(definition, ast.Constant):
        if isinstance(constant.value, bool):
            other = str(not constant.value)
            yield Change(f"{other} for {constant.value}", (source.replace(constant, other),))


def missing_statement(definition: Definition) -> Iterator[Change]:
    """A statement is left out, or nothing is returned."""
    source = definition.source
    for function in functions_of(definition):
        for statement in statements_of(function):
            for node in ast.walk(statement):
                if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr):
                    yield Change(f"line {node.lineno} left out", (source.replace(node, "pass"),))
                elif isinstance(node, ast.Return) and node.value is not None:
                    yield Change("nothing returned", (source.replace(node, "return"),))


RULES: tuple[Rule, ...] = (
    sign,
    missing_factor,
    inverted_factor,
    missing_function,
    complement,
    wrong_axis,
    mean_for_sum,
    transpose,
    off_by_one,
    swapped_arguments,
    missing_argument,
    wrong_name,
    comparison,
    missing_statement,
)
