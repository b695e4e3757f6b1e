"""What a check sees of a hand-in: stubs, missing and unreadable definitions, crashes, the time that all calls
share.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from grader.assignment import Assignment
from grader.judge import NothingHandedIn, NotReadable, OutOfTime, Student, UnusableReply
from grader.results import Place
from grader.sandbox import Crashed, SandboxServer, StudentRaised, TimedOut

StudentOf = Callable[..., Student]
MakeAssignment = Callable[..., Assignment]

NET = """
import torch.nn as nn
class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.conv = nn.Conv2d(2, n, 3, padding=1)
    def forward(self, x):
        return {result}
"""


def test_a_function_is_called_by_the_assignments_names(student_of: StudentOf) -> None:
    student = student_of("import no_such_module", "def double(value): return 2 * value")
    assert student.call("double", x=3) == 6
    assert student.place_of("double") == Place(2, 1)


@pytest.mark.parametrize(
    "cell", ["def double(x):\n    pass", "def double(x):\n    raise NotImplementedError()"]
)
def test_a_stub_is_nothing_handed_in(student_of: StudentOf, cell: str) -> None:
    student = student_of("x = 1", cell)
    assert not student.defines("double")
    with pytest.raises(NothingHandedIn, match=r"double in cell 2, line 1 is still empty"):
        student.call("double", x=3)


def test_a_missing_name_is_nothing_handed_in(student_of: StudentOf) -> None:
    student = student_of("x = 1")
    assert not student.defines("double") and student.place_of("double") is None
    with pytest.raises(NothingHandedIn, match="does not define double"):
        student.call("double", x=3)


def test_a_body_of_comments_is_nothing_handed_in_and_costs_no_other_question(student_of: StudentOf) -> None:
    student = student_of("def double(x):\n    # YOUR CODE GOES HERE\n\ndef triple(x):\n    return 3 * x")
    with pytest.raises(NothingHandedIn, match=r"double in cell 1.* has no body yet"):
        student.call("double", x=3)
    assert student.call("triple", x=3) == 9


def test_what_does_not_parse_is_unreadable_and_says_where(student_of: StudentOf) -> None:
    student = student_of(
        "%matplotlib inline", "x = 1\ndef double(x):\n    return (2 * x\n\ndef triple(x):\n    return 3 * x"
    )
    with pytest.raises(NotReadable, match=r"double is not valid Python.*cell 2, line 3") as caught:
        student.call("double", x=3)
    assert caught.value.place == Place(2, 3)
    assert student.call("triple", x=3) == 9


def test_a_hand_in_without_code_cells_defines_nothing(student_of: StudentOf) -> None:
    with pytest.raises(NothingHandedIn):
        student_of().call("double", x=3)


def test_what_the_code_raises_names_the_cell_and_the_line(student_of: StudentOf) -> None:
    student = student_of("x = 1", "\ndef double(x):\n    return undefined_name")
    with pytest.raises(StudentRaised) as caught:
        student.call("double", x=3)
    assert (caught.value.type_name, caught.value.cell, caught.value.line) == ("NameError", 2, 3)


def test_a_call_that_fails_for_want_of_a_module_says_so(student_of: StudentOf) -> None:
    student = student_of("import no_such_module as helper", "def double(x):\n    return helper.twice(x)")
    with pytest.raises(StudentRaised, match="no_such_module") as caught:
        student.call("double", x=3)
    assert (caught.value.type_name, caught.value.cell) == ("ModuleNotFoundError", 1)


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("import os\ndef double(x):\n    os._exit(0)", Crashed),
        ("def double(x):\n    while True: pass", TimedOut),
    ],
    ids=["exits", "never ends"],
)
def test_after_a_crash_or_a_time_out_the_next_question_gets_a_fresh_process(
    student_of: StudentOf, make_assignment: MakeAssignment, cell: str, fault: type[Exception]
) -> None:
    assignment = make_assignment(call_seconds=1.0)
    student = student_of(cell, "def triple(x):\n    return 3 * x", assignment=assignment)
    with pytest.raises(fault):
        student.call("double", x=3)
    assert student.call("triple", x=3) == 9


def test_a_notebook_without_end_in_its_needed_cells_costs_only_what_needs_them(
    student_of: StudentOf, make_assignment: MakeAssignment
) -> None:
    assignment = make_assignment(call_seconds=1.0)
    cells = ["while True:\n    n = 2", "def double(x):\n    return n * x", "def triple(x):\n    return 3 * x"]
    student = student_of(*cells, assignment=assignment)
    with pytest.raises(TimedOut):
        student.call("double", x=3)
    assert student.call("triple", x=3) == 9


def test_all_calls_share_one_budget_of_time(student_of: StudentOf, make_assignment: MakeAssignment) -> None:
    assignment = make_assignment(call_seconds=5.0, total_seconds=1.0)
    slow = "import time\ndef double(x):\n    time.sleep(60)\n\ndef triple(x):\n    return 3 * x"
    student = student_of(slow, assignment=assignment)
    with pytest.raises(TimedOut) as caught:
        student.call("double", x=3)
    assert caught.value.seconds <= 1.0
    for _ in range(2):
        with pytest.raises((OutOfTime, NotReadable)):
            student.call("triple", x=3)


def test_a_hand_in_that_cannot_be_loaded_is_tried_once(
    sandbox: SandboxServer, student_of: StudentOf, make_assignment: MakeAssignment
) -> None:
    assignment = make_assignment(call_seconds=1e-6)
    student = student_of("x = 1\n" * 20_000, assignment=assignment)
    for _ in range(2):
        with pytest.raises(NotReadable, match="code cells cannot be read"):
            student.defines("double")
    student.line._fork = lambda: pytest.fail("a second process was forked")
    with pytest.raises(NotReadable):
        student.call("double", x=1)


def test_arguments_that_the_assignment_does_not_list_are_the_checks_mistake(student_of: StudentOf) -> None:
    with pytest.raises(TypeError, match=r"the check gives \['y'\], the assignment lists \['x'\]"):
        student_of("def double(x): return x").call("double", y=3)


def test_a_network_is_built_and_an_optional_argument_dropped(student_of: StudentOf) -> None:
    network = student_of(NET.format(result="self.conv(x)")).build("Net", n=5, dilation=1)
    assert dict(network.shapes) == {"conv.weight": (5, 2, 3, 3), "conv.bias": (5,)}
    images = np.ones((1, 2, 4, 4), dtype=np.float32)
    network.set_state(
        {"conv.weight": np.zeros((5, 2, 3, 3), np.float32), "conv.bias": np.arange(5, dtype=np.float32)}
    )
    assert network.forward(images, train=False)[0, :, 0, 0].tolist() == [0, 1, 2, 3, 4]
    (operation,) = network.trace(images, train=True)
    assert (operation.layer, dict(operation.parameters)) == (
        "Conv2d",
        {"weight": "conv.weight", "bias": "conv.bias"},
    )


@pytest.mark.parametrize("result", ["self.conv(x).detach()", "self.conv(x).data"])
def test_a_network_whose_output_has_no_gradient_gives_none(student_of: StudentOf, result: str) -> None:
    network = student_of(NET.format(result=result)).build("Net", n=5, dilation=1)
    found = network.gradients(np.ones((1, 2, 4, 4), np.float32), np.ones((1, 5, 4, 4), np.float32))
    assert found.inputs is None
    assert dict(found.parameters) == {"conv.weight": None, "conv.bias": None}


@pytest.mark.parametrize("result", ["print(x)", "'text'", "(self.conv(x), x)", "x.int()", "[1.0]"])
def test_a_forward_that_gives_no_tensor_of_real_numbers_is_an_unusable_reply(
    student_of: StudentOf, result: str
) -> None:
    network = student_of(NET.format(result=result)).build("Net", n=5, dilation=1)
    with pytest.raises(UnusableReply):
        network.forward(np.ones((1, 2, 4, 4), np.float32), train=False)


def test_a_class_that_is_no_module_is_the_students_error(student_of: StudentOf) -> None:
    with pytest.raises(StudentRaised, match=r"not an nn\.Module"):
        student_of("class Net:\n    def __init__(self, n): pass\n    def forward(self, x): return x").build(
            "Net", n=1, dilation=1
        )
