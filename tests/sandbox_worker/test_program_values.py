"""Running what a name needs gives what a run of the notebook from top to bottom would give."""

# ruff: noqa: E501 -- a row of a table is read as one line

from __future__ import annotations

from dataclasses import dataclass

import pytest

from grader.sandbox.worker.cells import Cell
from grader.sandbox.worker.program import Program


@dataclass(frozen=True, slots=True)
class Valued:
    """A notebook whose `f()` gives a value, as a run from top to bottom would."""

    title: str
    cells: tuple[str, ...]
    value: object


VALUES = [
    Valued("the last definition before use", ("def f():\n    return 1", "def f():\n    return 2"), 2),
    Valued("a broken later definition leaves the earlier one", ("def f():\n    return 1", "def f(:\n    return 2"), 1),
    Valued("a default keeps the value of its moment", ("n = 1", "def f(x=n):\n    return x", "n = 2"), 1),
    Valued("a closure", ("def make(k):\n    return lambda: k", "f = make(3)"), 3),
    Valued(
        "a missing import costs nothing that does not need it",
        ("import no_such_module", "import no_such_module as nsm, math", "def f():\n    return math.floor(2.5)"),
        2,
    ),
    Valued("a missing name of an import likewise", ("from math import no_such, floor", "def f():\n    return floor(2.5)"), 2),
    Valued(
        "a fallback after a failed import",
        ("try:\n    import no_such_module as m\nexcept ImportError:\n    import math as m", "def f():\n    return m.floor(1.5)"),
        1,
    ),
    Valued("a star import", ("from math import *", "def f():\n    return floor(1.5)"), 1),
    Valued("a star import that fails", ("from no_such_module import *", "def f():\n    return len('ab')"), 2),
    Valued(
        "a future import in a middle cell after code",
        ("x = 1", "y = 2\nfrom __future__ import annotations", "def f(a: undefined = 3):\n    return a"),
        3,
    ),
    Valued("starter code left below the answer", ("def f():\n    return 1", "def f():\n    # YOUR CODE\n    raise NotImplementedError"), 1),
    Valued("a later definition that does nothing on purpose", ("def g():\n    return 1", "def g():\n    pass", "def f():\n    return g()"), None),
    Valued("what every notebook has", ("def f():\n    display(1)\n    files = get_ipython().getoutput('ls')\n    return files",), []),
    Valued("magics inside a function", ("def f():\n    %time 1 + 1\n    !ls\n    return 3",), 3),
    Valued("magics and shell lines", ("%matplotlib inline\n!pip install x\n%cd /content\ndef f():\n    return 4",), 4),
    Valued(
        "continuation lines that begin with % are no magics",
        ("def f():\n    return ('%d of %d'\n        % (1, 2))",),
        "1 of 2",
    ),
    Valued(
        "continuation lines that begin with % in a cell with a magic",
        ("%time\ntext = ('%d of %d'\n% (1, 2))\ndef f():\n    return text",),
        "1 of 2",
    ),
    Valued("a timed cell", ("%%time\ndef f():\n    return 5",), 5),
    Valued("a shell cell is skipped", ("def f():\n    return 6", "%%bash\ndef f():\n    return 7"), 6),
    Valued("one broken class of two in a cell", ("class A(:\n    pass\n\nclass B:\n    v = 8\n\ndef f():\n    return B.v",), 8),
    Valued("Python 2 beside Python 3", ("print 'hello'\ndef f():\n    return 9\nprint 'bye'",), 9),
    Valued("a dict changed by .update", ("args = {}", "args.update(lr=1)", "def f():\n    return args['lr']"), 1),
    Valued("augmented assignment", ("n = 1", "n += 1", "n *= 5", "def f():\n    return n"), 10),
    Valued("a class patched later", ("class A: pass", "A.v = 3", "def f():\n    return A().v"), 3),
    Valued("a name bound under if __name__", ("if __name__ == '__main__':\n    n = 3", "def f():\n    return n"), 3),
    Valued("zero-argument super", ("class A:\n    def v(self): return 1", "class B(A):\n    def v(self): return super().v() + 1", "def f():\n    return B().v()"), 2),
    Valued(
        "a dataclass with future annotations",
        ("from __future__ import annotations\nfrom dataclasses import dataclass", "@dataclass\nclass P:\n    n: int = 4", "def f():\n    return P().n"),
        4,
    ),
    Valued("semicolons", ("a = 1; b = 2", "def f(): return a + b"), 3),
    Valued("prompts pasted with the code", (">>> def f():\n...     return 11",), 11),
    Valued("an indented cell", ("    def f():\n        return 12",), 12),
    Valued("Windows line ends", ("def f():\r\n    return 13\r\n",), 13),
    Valued("a form feed inside a string", ("s = 'a\x0cb'\nx ==== 1\ndef f():\n    return len(s)",), 3),
]  # fmt: skip


@pytest.mark.parametrize("case", VALUES, ids=lambda case: case.title)
def test_the_value_is_that_of_a_run_from_top_to_bottom(case: Valued) -> None:
    program = Program.parse(Cell(number, source) for number, source in enumerate(case.cells, start=1))
    assert program.value_of("f")() == case.value
