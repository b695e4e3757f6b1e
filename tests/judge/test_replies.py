"""Replies of the wrong form: the student's network cannot be read, and a bug in the reader is ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from grader.judge.faults import UnusableReply
from grader.judge.loaded import Definition, read_loaded
from grader.judge.networks import StudentNetwork
from grader.results import Place

BUILT: Mapping[str, Any] = {"handle": 0, "parameters": [["weight", [2, 3]]], "buffers": [], "complete": True}
LOADED: Mapping[str, Any] = {
    "definitions": {"double": [2, 1, False]},
    "problems": [[3, 4, "invalid syntax", ["triple"], True]],
}


def no_request(request: Mapping[str, Any]) -> None:
    raise AssertionError("nothing has to be asked")


@pytest.mark.parametrize("handle", [1e300, float("nan"), -1, 1 << 40, "0", None, [0]])
def test_a_handle_that_no_request_can_carry_is_refused(handle: object) -> None:
    with pytest.raises(UnusableReply, match="the network"):
        StudentNetwork(no_request, {**BUILT, "handle": handle})
    assert StudentNetwork(no_request, BUILT).shapes == {"weight": (2, 3)}


@pytest.mark.parametrize(
    "reply",
    [
        None,
        {},
        {**LOADED, "definitions": None},
        {**LOADED, "definitions": {"double": [2, 1]}},
        {**LOADED, "definitions": {"double": ["cell", 1, False]}},
        {**LOADED, "problems": [[3, 4, "invalid syntax", "triple", True]]},
        {**LOADED, "problems": [[3, 4, None, ["triple"], True]]},
    ],
    ids=repr,
)
def test_what_is_no_table_of_definitions_is_a_bug_of_ours(reply: object) -> None:
    with pytest.raises(RuntimeError, match="no table of definitions"):
        read_loaded(reply)


def test_a_table_of_definitions_is_read() -> None:
    loaded = read_loaded(LOADED)
    assert loaded.definitions == {"double": Definition(Place(2, 1), is_stub=False)}
    assert loaded.unparsed["triple"].place == Place(3, 4) and loaded.unparsed["triple"].unfinished
