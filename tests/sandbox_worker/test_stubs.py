"""Starter code is told from an attempt."""

# ruff: noqa: E501 -- a row of a table is read as one line

from __future__ import annotations

import ast

import pytest

from grader.sandbox.worker.stubs import is_stub

STUBS = [
    "def f():\n    pass",
    "def f():\n    ...",
    "def f():\n    '''What it should do.'''",
    "def f():\n    '''What it should do.'''\n    pass\n    return None",
    "def f():\n    return",
    "def f():\n    raise NotImplementedError",
    "def f():\n    raise NotImplementedError('write me')",
    "class Net(nn.Module):\n    def forward(self, x):\n        pass",
    "class Net(nn.Module):\n    def __init__(self):\n        self.a = 1\n    def forward(self, x):\n        raise NotImplementedError()",
]

ATTEMPTS = [
    "def f():\n    return 1",
    "def f():\n    return False",
    "def f(x):\n    print(x)",
    "def f(x):\n    x += 1",
    "def f():\n    raise ValueError",
    "def f():\n    yield",
    "class Net(nn.Module):\n    def forward(self, x):\n        return x",
    "class Net(Base):\n    pass",
    "class Net(nn.Module):\n    def __init__(self):\n        pass\n    def forward(self, x):\n        return self.a(x)",
    "f = None",
    "f = lambda x: None",
]


@pytest.mark.parametrize("source", STUBS)
def test_a_body_that_does_nothing_is_a_stub(source: str) -> None:
    assert is_stub(ast.parse(source).body[0])


@pytest.mark.parametrize("source", ATTEMPTS)
def test_anything_else_is_an_attempt(source: str) -> None:
    assert not is_stub(ast.parse(source).body[0])
