"""Telling written definitions from starter code by their lines."""

from __future__ import annotations

import time

import pytest

from grader.submission.definitions import definitions

WRITTEN = {
    "a function": "def f(x):\n    return x + 1",
    "a function on one line": "def f(x): return {'a': x}",
    "a function below its docstring": 'def f(x):\n    """Adds.\n\n    pass\n    """\n    return x',
    "a function with its parameters on several lines": "def f(\n    x,\n    y=(1, 2),\n):\n    return x",
    "an indented function": "if True:\n\tdef f(x):\n\t\treturn x",
    "a class": "class f(nn.Module):\n    def __init__(self):\n        self.x = 1",
    "a class with a forward": "class f:\n    def forward(self, x):\n        return x",
    "starter code left below the answer": "def f(x):\n    g = x\n    raise NotImplementedError",
}
STARTER = {
    "pass": "def f(x):\n    pass",
    "pass on one line": "class f: pass",
    "an exception": "def f(x):\n    raise NotImplementedError('write me')  # here",
    "a docstring": 'def f(x):\n    r"""Adds.\n\n    Gives x + 1.\n    """\n    # YOUR CODE\n    ...',
    "comments alone": "def f(x):\n    ####\n    # YOUR CODE\n\ng = 1",
    "several lines of parameters": "def f(\n    x,\n    y=(1, 2),\n):\n    return None",
    "an empty forward": "class f:\n    def g(self):\n        return 1\n    def forward(self):\n        ...",
}


@pytest.mark.parametrize("source", WRITTEN.values(), ids=WRITTEN)
def test_code_is_written(source: str) -> None:
    assert ("f", True) in definitions(source)


@pytest.mark.parametrize("source", STARTER.values(), ids=STARTER)
def test_starter_code_is_not(source: str) -> None:
    assert ("f", False) in definitions(source)


def test_each_definition_is_told_once_with_its_own_body() -> None:
    source = (
        "def a():\n    pass\ndef b():\n    def c():\n        return 1\n    return c\nclass d:\n    # def e"
    )
    assert sorted(definitions(source)) == [("a", False), ("b", True), ("c", True), ("d", False)]


@pytest.mark.parametrize(
    "line", ["def f(", "def f(\nx\n", "def f():\n ", "class f:\n", "'''", "(" * 50, "\t" * 50, "def f(x): "]
)
def test_hostile_lines_are_scanned_in_linear_time(line: str) -> None:
    started = time.process_time()
    assert len(list(definitions(line * (200_000 // len(line))))) <= 200_000
    assert time.process_time() - started < 5  # of a quadratic scan's minutes
