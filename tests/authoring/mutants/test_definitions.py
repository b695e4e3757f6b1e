"""Mistakes in code and networks: each rule on a few lines."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.authoring.mutants import code, networks, wiring
from grader.authoring.mutants.making import title
from grader.authoring.mutants.mutant import Rule, Same
from grader.authoring.mutants.parts import Definition, definitions_of
from grader.submission import Cell, Notebook

RULES: dict[str, Rule] = {title(rule): rule for rule in (*networks.RULES, *wiring.RULES, *code.RULES)}

# The rule, an expression, and everything the rule makes of it.
EXPRESSIONS = [
    ("sign", "a - b", ["a + b"]),
    ("sign", "a * -b", ["a * b"]),
    ("missing factor", "eta * g / n", ["(eta * g)", "g / n", "eta / n"]),
    ("missing factor", "(a + b) * (c - d)", ["(a + b)", "(c - d)"]),
    ("inverted factor", "2 / n * g", ["2 * n * g", "2 / n / g"]),
    ("missing function", "np.sqrt(v) + x**2", ["v + x**2", "np.sqrt(v) + x"]),
    ("complement", "(1 - beta) * g", ["(beta) * g"]),
    ("wrong axis", "x.sum(axis=0)", ["x.sum()", "x.sum(axis=1)"]),
    ("wrong axis", "softmax(x, dim=1)", ["softmax(x)", "softmax(x, dim=0)"]),
    ("mean for sum", "x.sum() + x.mean()", ["x.mean() + x.mean()", "x.sum() + x.sum()"]),
    ("transpose", "X.T @ r", ["X @ r", "(r @ X.T)"]),
    ("transpose", "X @ w", ["(w @ X)", "X.T @ w"]),
    ("off by one", "x[0]", ["x[1]"]),
    ("off by one", "range(n)", ["range(n + 1)", "range(n - 1)"]),
    ("swapped arguments", "f(a, b, c)", ["f(b, a, c)"]),
    ("swapped arguments", "np.maximum(a, b)", []),
    ("missing argument", "f(n, size=b, axis=0)", ["f(n, axis=0)", "f(n, size=b)"]),
    ("wrong name", "p - q", ["q - q", "p - p"]),
    ("comparison", "a < b", ["a <= b"]),
    ("comparison", "f(x, True)", ["f(x, False)"]),
    ("missing statement", "x", [""]),
    ("order", "nn.Sequential(nn.Conv2d(a, b), nn.ELU())", ["nn.Sequential(nn.ELU(), nn.Conv2d(a, b))"]),
    ("order", "nn.ModuleList([nn.ReLU(), nn.Tanh()])", ["nn.ModuleList([nn.Tanh(), nn.ReLU()])"]),
    ("missing layer", "Sequential(ReLU(), Tanh())", ["Sequential(Tanh())", "Sequential(ReLU())"]),
    (
        "extra layer",
        "nn.Sequential(nn.Tanh())",
        [
            "nn.Sequential(nn.Tanh(), nn.Tanh())",
            "nn.Sequential(nn.Tanh(), nn.ReLU())",
            "nn.Sequential(nn.Tanh(), nn.Dropout(0.5))",
        ],
    ),
    ("activation", "ReLU(inplace=True)", ["LeakyReLU()", "Tanh()", "Sigmoid()", "GELU()", "ReLU6()"]),
    ("bias", "nn.Linear(a, b)", ["nn.Linear(a, b, bias=False)"]),
    ("bias", "nn.BatchNorm2d(a)", ["nn.BatchNorm2d(a, affine=False)"]),
    ("bias", "nn.Conv2d(a, b, 3, bias=False)", []),
    (
        "normalisation",
        "nn.BatchNorm1d(a)",
        [
            "nn.InstanceNorm1d(a, affine=True)",
            "nn.GroupNorm(1, a)",
            "nn.BatchNorm1d(a, track_running_stats=False)",
            "nn.BatchNorm1d(a, eps=0.5)",
        ],
    ),
    (
        "padding",
        "nn.Conv2d(a, b, 3, padding=1)",
        [
            "nn.Conv2d(a, b, 3)",
            "nn.Conv2d(a, b, 3, padding=1 + 1)",
            'nn.Conv2d(a, b, 3, padding=1, padding_mode="reflect")',
        ],
    ),
    (
        "output padding",
        "nn.ConvTranspose2d(a, b, 3, output_padding=p)",
        ["nn.ConvTranspose2d(a, b, 3)", "nn.ConvTranspose2d(a, b, 3, output_padding=p + 1)"],
    ),
    ("stride", "nn.Conv2d(a, b, 3, stride=2)", ["nn.Conv2d(a, b, 3)", "nn.Conv2d(a, b, 3, stride=2 + 1)"]),
    ("stride", "nn.Conv2d(a, b, 3)", ["nn.Conv2d(a, b, 3, stride=2)"]),
    ("dilation", "Conv2d(a, b, 3)", ["Conv2d(a, b, 3, dilation=2)"]),
    ("pooling", "nn.MaxPool2d(2)", ["nn.AvgPool2d(2)", "nn.MaxPool2d(3, 2, 1)"]),
    (
        "upsampling",
        "nn.Upsample(scale_factor=2)",
        ['nn.Upsample(scale_factor=2, mode="bilinear")', 'nn.Upsample(scale_factor=2, mode="bicubic")'],
    ),
    (
        "width",
        "nn.Conv2d(p, 2 * p, 3), nn.BatchNorm2d(2 * p)",
        ["nn.Conv2d(p, p, 3), nn.BatchNorm2d(p)", "nn.Conv2d(p, 3 * p, 3), nn.BatchNorm2d(3 * p)"],
    ),
    ("width", "nn.Linear(p, q)", ["nn.Linear(q, q)", "nn.Linear(p, p)"]),
    ("hard coded number", "f(p) + p + q", ["f(24) + 24 + q", "f(24) + p + q", "f(p) + 24 + q"]),
    ("block", "self.last(x)", ["x", "self.last(self.last(x))"]),
    ("skip", "self.last(x)", ["x + self.last(x)"]),
    ("skip", "torch.cat([a, b], 1)", ["a", "b", "(a + b)"]),
    ("gradient", "self.last(x)", ["self.last(x).detach()"]),
]  # fmt: skip


@pytest.fixture
def define() -> Callable[[str], Definition]:
    """The last definition of a cell, in a notebook whose training has `p` at 24."""

    def define(source: str) -> Definition:
        cells = (Cell(0, "code", 'settings = {"P": 24}'), Cell(1, "code", source))
        return list(definitions_of(Notebook(cells, Path("key.ipynb"))))[-1]

    return define


def made_of(rule: Rule, definition: Definition) -> list[str]:
    """The cell's source after each change, in order, each once."""
    return list(dict.fromkeys(definition.source.edited(change.edits) for change in rule(definition)))


@pytest.mark.parametrize(("rule", "expression", "expected"), EXPRESSIONS)
def test_a_rule_makes_these_of_an_expression(
    define: Callable[[str], Definition], rule: str, expression: str, expected: list[str]
) -> None:
    function = "def f(p, q):\n    '''Doc: 1 - 2.'''\n    return {}"
    made = made_of(RULES[rule], define(function.format(expression)))
    assert sorted(made) == sorted(function.format(text).rstrip() for text in expected)


def test_every_rule_is_in_the_table_and_says_what_it_does() -> None:
    assert {rule for rule, _, _ in EXPRESSIONS} == RULES.keys()
    assert all(rule.__doc__ for rule in RULES.values())


NETWORK = """\
class Net(nn.Module):
    def __init__(self, p, q=3):
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(p, q, 3, padding=1),  # größer
            nn.Upsample(scale_factor=2),
            nn.BatchNorm2d(q),
            nn.ReLU(),
        )
        self.last = nn.Conv2d(q, q, 3, padding=1)

    def forward(self, x):
        x = self.block(x)
        return self.last(x)
"""


@pytest.mark.parametrize("rule", RULES.values(), ids=title)
def test_what_a_rule_makes_of_a_network_is_python(define: Callable[[str], Definition], rule: Rule) -> None:
    for source in made_of(rule, define(NETWORK)):
        ast.parse(source)


def test_a_layer_that_an_attribute_is_set_to_gets_company_or_goes(
    define: Callable[[str], Definition],
) -> None:
    made = "\n".join(
        [*made_of(RULES["missing layer"], define(NETWORK)), *made_of(RULES["extra layer"], define(NETWORK))]
    )
    assert "self.last = nn.Identity()" in made
    assert "self.last = nn.Sequential(nn.Conv2d(q, q, 3, padding=1), nn.ReLU())" in made


def test_what_a_rule_knows_to_be_right_is_said(define: Callable[[str], Definition]) -> None:
    definition = define(NETWORK)
    known = {
        change.says: change.same
        for rule in ("order", "extra layer")
        for change in RULES[rule](definition)
        if change.same
    }
    assert known == {
        "BatchNorm2d before Upsample": Same.UPSAMPLING,
        "ReLU after BatchNorm2d": Same.TWICE,
        "ReLU twice": Same.TWICE,
    }


def test_the_order_of_bilinear_upsampling_matters(define: Callable[[str], Definition]) -> None:
    definition = define(NETWORK.replace("scale_factor=2", 'scale_factor=2, mode="bilinear"'))
    assert not [change for change in RULES["order"](definition) if change.same]


def test_signatures_and_docstrings_are_left_alone(define: Callable[[str], Definition]) -> None:
    definition = define('def f(x, seed=0, replace=False):\n    """Add 1 - 2 to x."""\n    return x')
    for name in ("off by one", "comparison", "sign", "complement"):
        assert made_of(RULES[name], definition) == []
