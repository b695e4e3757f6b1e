"""Reading one cell: what there is to run, and what is not Python, with its place."""

from __future__ import annotations

import ast
import linecache

import pytest
from IPython.core import inputtransformer2

from grader.sandbox.worker.cells import Cell, ParsedCell, SyntaxProblem, parse_cell


def parsed(source: str, number: int = 3) -> ParsedCell:
    return parse_cell(Cell(number, source))


def statements(source: str) -> list[str]:
    return [ast.unparse(statement.node) for statement in parsed(source).statements]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", []),
        ("# only a comment", []),
        ("x = 1\ny = 2", ["x = 1", "y = 2"]),
        ("x = 1; y = 2", ["x = 1", "y = 2"]),
        ("%%time\nx = 1", ["x = 1"]),
        ("%%capture out\nx = 1", ["x = 1"]),
        ("%%bash\nrm -rf x", []),
        ("%%writefile model.py\nx = 1", []),
        ("%%html\n<b>bold</b>", []),
        ("print('%d'\n% 3)", ["print('%d' % 3)"]),
        ("x = (7\n% 4)\n!ls", ["x = 7 % 4", "get_ipython().system('ls')"]),
        ("import os, sys", ["import os", "import sys"]),
        (
            "from math import (floor,\n  ceil as up)",
            ["from math import floor", "from math import ceil as up"],
        ),
        ("from math import *", ["from math import *"]),
        ("from . import helper", ["from . import helper"]),
    ],
)
def test_a_readable_cell_gives_its_statements(source: str, expected: list[str]) -> None:
    assert statements(source) == expected
    assert parsed(source).problems == ()


GOOD = "def good():\n    return 1"


@pytest.mark.parametrize(
    "broken",
    [
        "class Bad(nn.Module:\n    pass",
        "class Bad:\n    def forward(self, x)\n        return x",
        "def bad(x):\n    return (x",
        "def bad(x):\n  y = 1\n    return y",
        "@decorated\ndef bad(x:\n    return x",
        "print 'Python 2'",
        "this is a sentence, not code",
        "x = = 1",
        "s = 'never closed",
        "x = 1\x00",
        "»quoted«",
    ],
)
@pytest.mark.parametrize("order", ["before", "after", "between"])
def test_what_is_broken_costs_only_itself(broken: str, order: str) -> None:
    other = "def other():\n    return 2"
    source = {
        "before": f"{broken}\n\n{GOOD}\n\n{other}\n",
        "after": f"{GOOD}\n\n{other}\n\n{broken}\n",
        "between": f"{GOOD}\n\n{broken}\n\n{other}\n",
    }[order]
    assert statements(source) == [GOOD, other]
    assert len(parsed(source).problems) == 1


@pytest.mark.parametrize(
    "good",
    [
        "def f():\n    '''Text\nin the first column\n    '''\n    return 1",
        "def f(\nx,\n):\n    return x",
        "x = [\n1,\n2,\n]",
        "s = '''a\nb\nc'''",
        "if a:\n    x = 1\nelif b:\n    x = 2\nelse:\n    x = 3",
        "try:\n    x = 1\nexcept E:\n    x = 2\nfinally:\n    y = 3",
        "@a\n@b\ndef f():\n    return 1",
        "class A:\n    x = 1\n# a comment in the first column\n    y = 2",
        "x = f(1,\n2)",
        "x = 1 + \\\n2",
    ],
)
def test_a_block_that_goes_on_in_the_first_column_survives_a_broken_neighbour(good: str) -> None:
    assert statements(f"{good}\n\nclass Bad(:\n    pass\n") == [
        ast.unparse(node) for node in ast.parse(good).body
    ]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("x = 1\n\ndef f(x)\n    return x", SyntaxProblem(3, 3, "expected ':'", ("f",), False)),
        (
            "class Net(nn.Module):\n    # YOUR CODE GOES HERE",
            SyntaxProblem(
                3, 2, "expected an indented block after class definition on line 1", ("Net",), True
            ),
        ),
        (
            "%cd /content\n\ndef f():\n    # YOUR CODE GOES HERE\n",
            SyntaxProblem(
                3, 4, "expected an indented block after function definition on line 3", ("f",), True
            ),
        ),
        (
            "def f():\n    for i in x:\n    return 1",
            SyntaxProblem(3, 3, "expected an indented block after 'for' statement on line 2", ("f",), False),
        ),
        ("class Größe(:\n    pass", SyntaxProblem(3, 1, "invalid syntax", ("Größe",), False)),
    ],
)
def test_a_problem_says_where_it_is_and_which_names_it_costs(source: str, problem: SyntaxProblem) -> None:
    assert parsed(source).problems == (problem,)


def test_a_starter_class_is_unfinished_where_only_its_forward_is_empty() -> None:
    source = (
        "class Net(nn.Module):\n    def __init__(self):\n        self.a = 1\n"
        "    def forward(self, x):\n        # here\n"
    )
    (problem,) = parsed(source).problems
    assert problem.unfinished and problem.names == ("Net",)


@pytest.mark.parametrize(
    "source",
    [
        "-" * 5000 + "1",
        "(" * 500 + ")" * 500,
        "x = " + "+".join(["1"] * 5000),
        "\ud800 = 1",
    ],
    ids=["minus signs", "brackets", "a long sum", "a lone surrogate"],
)
def test_a_cell_that_python_gives_up_on_is_no_crash(source: str) -> None:
    result = parsed(source)
    assert result.problems or result.statements


def test_a_cell_with_more_magics_than_ipython_transforms_keeps_its_python(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inputtransformer2, "TRANSFORM_LOOP_LIMIT", 5)
    assert statements("!ls\n" * 6 + "x = 1\n" + "!ls\n" * 6) == ["x = 1"]


def test_a_broken_cell_with_many_lines_is_read_in_bounded_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = 0
    parse = ast.parse

    def counting(*args: object, **kwargs: object) -> ast.AST:
        nonlocal attempts
        attempts += 1
        return parse(*args, **kwargs)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(ast, "parse", counting)
    result = parsed("not python at all\n" * 300)
    assert len(result.problems) == 300
    assert attempts <= 2 + 300 * 41


def test_tracebacks_find_the_lines_of_a_cell() -> None:
    parsed("%matplotlib inline\nx = 1\n", number=17)
    assert linecache.getline("<cell 17>", 2) == "x = 1\n"
