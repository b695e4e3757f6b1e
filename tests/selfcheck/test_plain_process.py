"""A process of the student's own machine: values, deadlines and ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.sandbox.errors import Crashed, StudentRaised, TimedOut
from grader.selfcheck.plain_process import PlainProcess

CELLS = """
import os, sys
def double(x):
    print("not a reply")
    sys.stdout.flush()
    return 2 * x
def loop(x):
    while True: pass
def leave(x):
    os._exit(3)
def fail(x):
    raise ValueError("no")
"""


@pytest.fixture(scope="module")
def process() -> Iterator[PlainProcess]:
    process = PlainProcess()
    process.request({"op": "load", "cells": [[1, CELLS]]}, 10)
    yield process
    process.close()


def call(process: PlainProcess, name: str, deadline: float = 10) -> object:
    arguments = [{"names": ["x"], "value": 21}]
    return process.request({"op": "call_function", "name": name, "arguments": arguments}, deadline)


def test_a_value_comes_back_and_prints_do_not(process: PlainProcess) -> None:
    assert call(process, "double") == 42


def test_what_is_raised_comes_back_with_its_cell(process: PlainProcess) -> None:
    with pytest.raises(StudentRaised) as fault:
        call(process, "fail")
    assert (fault.value.type_name, fault.value.cell, fault.value.line) == ("ValueError", 1, 12)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "fault"), [("loop", TimedOut), ("leave", Crashed)])
def test_a_process_that_hangs_or_ends_is_given_up(name: str, fault: type[Exception]) -> None:
    process = PlainProcess()
    process.request({"op": "load", "cells": [[1, CELLS]]}, 10)
    with pytest.raises(fault):
        call(process, name, 1)
    assert not process.alive
