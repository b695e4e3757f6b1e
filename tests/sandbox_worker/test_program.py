"""What of a notebook must run to have a name, and in which order."""

from __future__ import annotations

import ast
from dataclasses import dataclass

import pytest

from grader.sandbox.worker import program as program_module
from grader.sandbox.worker.cells import Cell
from grader.sandbox.worker.names import StatementNames, names_of
from grader.sandbox.worker.program import NotDefined, NotPython, Program


def program_of(*cells: str) -> Program:
    return Program.parse(Cell(number, source) for number, source in enumerate(cells, start=1))


def what_runs(program: Program, name: str) -> list[str]:
    """The first line of every statement that `name` needs."""
    nodes = [program.steps[position].statement.node for position in program.steps_for(name)]
    return [ast.unparse(node).splitlines()[0] for node in nodes]


@dataclass(frozen=True, slots=True)
class Slice:
    """A notebook, the asked name, and the statements that must run for it, in order; nothing else may."""

    title: str
    cells: tuple[str, ...]
    name: str
    runs: tuple[str, ...]


TRAINING = "for epoch in range(25):\n    loss = train(model)\n    print(epoch, loss)"

SLICES = [
    Slice(
        "a training loop is not run to get a class",
        ("import torch", "class Net:\n    pass", "model = Net().cuda()", TRAINING),
        "Net",
        ("class Net:",),
    ),
    Slice(
        "the last definition wins",
        ("def f():\n    return 1", "def f():\n    return 2"),
        "f",
        ("def f():",),
    ),
    Slice(
        "a value read at once is that of the moment, one read in a function that of the end",
        ("size = 1", "def f(x=size):\n    return x + bias", "size = 2", "bias = 3", "bias = 4"),
        "f",
        ("size = 1", "def f(x=size):", "bias = 4"),
    ),
    Slice(
        "a decorator and what it needs come first",
        ("import functools", "def twice(g):\n    return functools.wraps(g)(g)", "@twice\ndef f():\n    pass"),
        "f",
        ("import functools", "def twice(g):", "@twice"),
    ),
    Slice(
        "base classes and metaclass arguments",
        ("class Base: pass", "class Meta(type): pass", "class Net(Base, metaclass=Meta): pass"),
        "Net",
        ("class Base:", "class Meta(type):", "class Net(Base, metaclass=Meta):"),
    ),
    Slice(
        "a base class is that of the moment, even where it is defined again later",
        ("class Base:\n    v = 1", "class Net(Base): pass", "class Base:\n    v = 2"),
        "Net",
        ("class Base:", "class Net(Base):"),
    ),
    Slice(
        "helpers of helpers, in the notebook's order and not in that of their use",
        ("def c():\n    return b()", "def a():\n    return 1", "def b():\n    return a()"),
        "c",
        ("def c():", "def a():", "def b():"),
    ),
    Slice(
        "a local name is not the loop variable of a training loop",
        (
            TRAINING,
            "for i in range(25):\n    train(i)",
            "def f(n):\n    for i in range(n):\n        epoch = i\n    return epoch",
        ),
        "f",
        ("def f(n):",),
    ),
    Slice(
        "a one-letter loop variable needs no earlier loop",
        (
            "for i in range(25):\n    train(i)",
            "table = {}",
            "for i in range(3):\n    table[i] = i * i",
            "def f():\n    return table",
        ),
        "f",
        ("table = {}", "for i in range(3):", "def f():"),
    ),
    Slice(
        "a comprehension's variable and a lambda's parameter are their own",
        ("for x in loader:\n    train(x)", "squares = [x * x for x in range(3)]", "f = lambda x: squares[x]"),
        "f",
        ("squares = [x * x for x in range(3)]", "f = lambda x: squares[x]"),
    ),
    Slice(
        "the first iterable of a comprehension is read outside",
        ("x = [1, 2]", "y = [x for x in x]"),
        "y",
        ("x = [1, 2]", "y = [x for x in x]"),
    ),
    Slice(
        "the name of a caught exception is its handler's",
        (
            "for e in range(25):\n    train(e)",
            "try:\n    import cv2\nexcept ImportError as e:\n    cv2 = str(e)",
        ),
        "cv2",
        ("try:",),
    ),
    Slice(
        "a conditional binding does not hide the earlier one",
        ("device = 'cpu'", "if available():\n    device = 'cuda'", "def f():\n    return device"),
        "f",
        ("device = 'cpu'", "if available():", "def f():"),
    ),
    Slice(
        "a definite binding hides all earlier ones",
        (
            "device = probe()",
            "if available():\n    device = 'cuda'",
            "device = 'cpu'",
            "def f():\n    return device",
        ),
        "f",
        ("device = 'cpu'", "def f():"),
    ),
    Slice(
        "x += 1 needs what x was",
        ("x = 1", "x += 1", "def f():\n    return x"),
        "f",
        ("x = 1", "x += 1", "def f():"),
    ),
    Slice(
        "x = x + 1 needs what x was",
        ("x = 1", "x = x + 1"),
        "x",
        ("x = 1", "x = x + 1"),
    ),
    Slice(
        "a dict changed by .update, and by a subscript in a loop",
        (
            "args = AttrDict()",
            "extra = {'lr': 0.1}",
            "args.update(extra)",
            "for key in extra:\n    args[key] = extra[key]",
            "def f():\n    return args",
            "print(args)",
        ),
        "f",
        ("args = AttrDict()", "extra = {'lr': 0.1}", "args.update(extra)", "for key in extra:", "def f():"),
    ),
    Slice(
        "a list filled by a method in a loop",
        ("sizes = []", "for i in range(3):\n    sizes.append(i)", "def f():\n    return sizes"),
        "f",
        ("sizes = []", "for i in range(3):", "def f():"),
    ),
    Slice(
        "a class attribute patched later",
        ("class Net:\n    pass", "def forward(self, x):\n    return x", "Net.forward = forward"),
        "Net",
        ("class Net:", "def forward(self, x):", "Net.forward = forward"),
    ),
    Slice(
        "a change before the last definition is forgotten",
        ("class Net:\n    pass", "Net.size = 1", "class Net:\n    pass"),
        "Net",
        ("class Net:",),
    ),
    Slice(
        "calls of a module's functions do not change the module",
        ("import torch", "torch.manual_seed(0)", "torch.save(model)", "def f():\n    return torch"),
        "f",
        ("import torch", "def f():"),
    ),
    Slice(
        "nor where its import stands in a try",
        (
            "try:\n    import matplotlib.pyplot as plt\nexcept ImportError:\n    plt = None",
            "losses = train()",
            "plt.plot(losses)",
            "def f():\n    return plt",
        ),
        "f",
        ("try:", "def f():"),
    ),
    Slice(
        "of two imports in one statement only the needed one",
        ("import cv2, math", "from os import path, sep", "def f():\n    return math.pi, sep"),
        "f",
        ("import math", "from os import sep", "def f():"),
    ),
    Slice(
        "a star import may give what nothing else binds",
        ("from math import *", "def f(x):\n    return sqrt(x)"),
        "f",
        ("from math import *", "def f(x):"),
    ),
    Slice(
        "a block under if __name__ runs only for what it binds",
        ("def f():\n    return 1", "if __name__ == '__main__':\n    result = f()\n    train()"),
        "f",
        ("def f():",),
    ),
    Slice(
        "a class body reads names of the moment, its methods those of the end",
        ("n = 1", "class Net:\n    size = n\n    def g(self):\n        return n", "n = 2"),
        "Net",
        ("n = 1", "class Net:", "n = 2"),
    ),
    Slice(
        "a class attribute named like a global reads the global",
        ("kernel = 3", "class Net:\n    kernel = kernel"),
        "Net",
        ("kernel = 3", "class Net:"),
    ),
    Slice(
        "a class's own names are not the notebook's",
        ("size = train()", "class Net:\n    size = 3\n    half = size // 2"),
        "Net",
        ("class Net:",),
    ),
    Slice(
        "a method's names do not see those of its class body",
        ("size = 4", "class Net:\n    size = 3\n    def g(self):\n        return size"),
        "Net",
        ("size = 4", "class Net:"),
    ),
    Slice(
        "an inner function's free names are the notebook's",
        ("scale = 2", "def f(x):\n    y = x\n    def g():\n        return y * scale\n    return g()"),
        "f",
        ("scale = 2", "def f(x):"),
    ),
    Slice(
        "a global that a function counts up",
        ("calls = 0", "def f():\n    global calls\n    calls += 1\n    return calls"),
        "f",
        ("calls = 0", "def f():"),
    ),
    Slice(
        "annotations are evaluated, also those of *args and of the result",
        ("A = B = C = int", "def f(x: A, *args: B) -> C:\n    pass"),
        "f",
        ("A = B = C = int", "def f(x: A, *args: B) -> C:"),
    ),
    Slice(
        "an annotation without a value binds nothing",
        ("w = 1", "w: float"),
        "w",
        ("w = 1",),
    ),
    Slice(
        "a tuple target, a with target and a walrus bind",
        (
            "a, (b, *c) = 1, (2, 3)",
            "with manager() as d:\n    pass",
            "print(e := 5)",
            "def f():\n    return a, c, d, e",
        ),
        "f",
        ("a, (b, *c) = (1, (2, 3))", "with manager() as d:", "print((e := 5))", "def f():"),
    ),
    Slice(
        "names captured by a match statement are local",
        ("x = train()", "def f(v):\n    match v:\n        case [x, *rest]:\n            return x, rest"),
        "f",
        ("def f(v):",),
    ),
    Slice(
        "deleting a name afterwards takes nothing away",
        ("table = [1]", "def f():\n    return table", "del table"),
        "f",
        ("table = [1]", "def f():"),
    ),
    Slice(
        "names in Unicode",
        ("λ = 2", "def größe(x):\n    return λ * x"),
        "größe",
        ("λ = 2", "def größe(x):"),
    ),
]


@pytest.mark.parametrize("case", SLICES, ids=lambda case: case.title)
def test_a_name_runs_what_it_depends_on_and_nothing_else(case: Slice) -> None:
    assert what_runs(program_of(*case.cells), case.name) == list(case.runs)


def test_nothing_outside_the_slice_runs() -> None:
    program = program_of(
        "import sys", "def f():\n    return 1", "raise SystemExit", "sys.exit(3)", "1 / 0", "while True: pass"
    )
    assert program.value_of("f")() == 1


def test_a_name_runs_once_however_often_it_is_asked_for() -> None:
    program = program_of("import itertools", "counter = itertools.count()", "number = next(counter)")
    assert [program.value_of("number"), program.value_of("number")] == [0, 0]


def test_a_name_that_is_nowhere_is_not_defined() -> None:
    with pytest.raises(NotDefined, match="ConvTransposeNet"):
        program_of("class PoolUpsampleNet: pass").value_of("ConvTransposeNet")


def test_a_name_whose_only_definition_is_broken_says_where() -> None:
    with pytest.raises(NotPython) as caught:
        program_of("x = 1", "\nclass Net:\n    def forward(self, x)\n        return x").value_of("Net")
    assert (caught.value.problem.cell, caught.value.problem.line) == (2, 3)


def test_what_a_definition_raises_is_raised_when_it_is_asked_for() -> None:
    program = program_of("size = 1 / 0", "class Net:\n    n = size", "def f():\n    return 1")
    assert program.value_of("f")() == 1
    with pytest.raises(ZeroDivisionError):
        program.value_of("Net")


def test_a_name_error_after_a_failed_import_is_that_imports_fault() -> None:
    program = program_of("from no_such_module import Base", "class Net(Base): pass")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        program.value_of("Net")


def test_a_name_error_in_a_call_is_traced_to_the_failed_import() -> None:
    program = program_of("import no_such_module as helper", "def f():\n    return helper.g()")
    with pytest.raises(NameError) as caught:
        program.value_of("f")()
    assert isinstance(program.cause_of(caught.value), ModuleNotFoundError)


def test_definitions_tell_the_last_place_and_whether_it_is_a_stub() -> None:
    program = program_of("def f():\n    pass", "x = 1\n\ndef f():\n    return 2", "def g(): ...")
    assert program.definitions() == {"f": (2, 3, False), "x": (2, 1, False), "g": (3, 1, True)}


def test_a_traceback_names_the_cell_and_the_line() -> None:
    program = program_of("x = 1", "\n\ndef f():\n    return 1 / 0")
    with pytest.raises(ZeroDivisionError) as caught:
        program.value_of("f")()
    last = caught.traceback[-1]
    assert (last.frame.code.raw.co_filename, last.lineno + 1) == ("<cell 2>", 4)


def test_a_magic_before_a_definition_does_not_shift_its_line() -> None:
    assert program_of("\n  \n%matplotlib inline\ndef f():\n    return 1").definitions()["f"][:2] == (1, 4)
    assert program_of("%%time\n!ls\ndef f():\n    return 1").definitions()["f"][:2] == (1, 3)


def test_a_statement_too_deep_to_analyse_costs_only_itself() -> None:
    program = program_of("total = " + " + ".join(["1"] * 900), "def f():\n    return 1")
    assert program.value_of("f")() == 1


def test_the_classes_of_a_notebook_belong_to_main() -> None:
    assert program_of("class Net: pass").value_of("Net").__module__ == "__main__"


def test_two_thousand_cells_are_analysed_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[ast.stmt] = []

    def counting(statement: ast.stmt) -> StatementNames:
        counted.append(statement)
        return names_of(statement)

    monkeypatch.setattr(program_module, "names_of", counting)
    cells = ["def f0():\n    return 0", *(f"def f{n}():\n    return f{n - 1}() + 1" for n in range(1, 2000))]
    program = program_of(*cells)
    assert len(program.steps_for("f1999")) == 2000
    assert program.value_of("f500")() == 500
    assert len(counted) == 2000
