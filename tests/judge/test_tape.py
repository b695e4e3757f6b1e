"""Recording and playing back: what is the same is not asked again, what is not is asked from the start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from grader.assignment.model import Limits
from grader.judge import NotRecorded, OutOfTime
from grader.judge.line import Line
from grader.judge.tape import MOST_KEPT, Diverged, Exchanges, Heard, Tape
from grader.sandbox import Crashed, StudentFault, StudentRaised, TimedOut
from grader.sandbox.worker import frames
from grader.store import Recording
from grader.store.recording import LOADING

Cells = list[tuple[int, str]]
CELLS: Cells = [(1, "x = 1")]


class Fake:
    """A process that doubles numbers; some numbers are its end."""

    def __init__(self) -> None:
        self.alive = True
        self.asked: list[Any] = []

    def request(self, request: Mapping[str, Any], deadline: float) -> Any:
        return frames.decode(self.exchange(frames.pack(dict(request)), deadline))["value"]

    def exchange(self, frame: bytes, deadline: float) -> bytes:
        request = frames.decode(frame[frames.HEADER.size :])
        if request["op"] == "load":
            return self._reply({"ok": True, "value": {"definitions": {}, "problems": []}})
        x = request["x"]
        self.asked.append(x)
        self.alive = x not in ("hangs", "dies", "lies")
        if x == "hangs":
            raise TimedOut(deadline)
        if x == "dies":
            raise Crashed("it exited with code 3")
        if x == "lies":
            return b"\xff"
        if x == "raises":
            return self._reply(
                {"ok": False, "error": {"type": "KeyError", "message": "x", "cell": 1, "line": 2}}
            )
        return self._reply({"ok": True, "value": x * 2})

    def close(self) -> None:
        self.alive = False

    @staticmethod
    def _reply(value: dict[str, Any]) -> bytes:
        return frames.pack(value)[frames.HEADER.size :]


class Shelf:
    """A recording as an archive."""

    def __init__(self, *recordings: Recording) -> None:
        self._recordings = recordings

    def exchanges(self, criterion: str) -> Exchanges:
        return {
            (exchange.history, exchange.request): exchange
            for recording in self._recordings
            for exchange in recording.exchanges.get(criterion, ())
        }

    def blob(self, digest: bytes) -> bytes:
        import zlib

        return zlib.decompress(next(r.blobs[digest] for r in self._recordings if digest in r.blobs))


def ask(line: Line, x: Any) -> Any:
    """The value, or the fault as it would be raised."""
    try:
        return line.ask({"op": "call", "x": x})
    except (StudentFault, OutOfTime) as fault:
        return type(fault).__name__, str(fault)


def run(
    check: list[Any], archive: Shelf | None = None, cells: Cells = CELLS, **limits: float
) -> tuple[list[Any], list[Any], Tape]:
    """What one check is told, what the process was asked, and the tape."""
    process, tape = Fake(), Tape(archive)
    line = Line(cells, Limits(**limits), lambda: process, tape)
    line.begin("1/a")
    try:
        told = [ask(line, x) for x in check]
    except Diverged:
        line.begin("1/a", again=True)
        told = [ask(line, x) for x in check]
    return told, process.asked, tape


@pytest.mark.parametrize(
    "check", [[1, 2.5, "ab"], [1, "raises", 3], [1, "hangs"], ["dies"], [2, "lies"], []], ids=str
)
def test_what_was_recorded_is_played_back_with_the_same_values_and_faults(check: list[Any]) -> None:
    told, asked, tape = run(check)
    assert asked == check
    again, asked_again, second = run(check, Shelf(tape.recording()))
    assert again == told and asked_again == []
    assert second.asked == frozenset() and second.recording().exchanges == {}


def test_a_check_that_asks_anything_else_is_run_again_from_its_start() -> None:
    first = run([1, 2, 3])[2].recording()
    told, asked, tape = run([1, 2, 4], Shelf(first))
    assert told == [2, 4, 8] and asked == [1, 2, 4]
    assert tape.asked == {"1/a"}
    both = Shelf(first, tape.recording())
    assert run([1, 2, 3], both)[1] == run([1, 2, 4], both)[1] == [], "both recordings are kept"


def test_a_check_that_begins_otherwise_and_one_that_asks_less() -> None:
    shelf = Shelf(run([1, 2, 3])[2].recording())
    assert run([5], shelf)[1] == [5]
    assert run([1, 2], shelf)[1] == []
    assert run([1, 2, 3, 4], shelf)[1] == [1, 2, 3, 4]


def test_what_other_cells_replied_is_not_played_back() -> None:
    shelf = Shelf(run([1, 2])[2].recording())
    assert run([1, 2], shelf, [(1, "x = 2")])[1] == [1, 2]
    assert run([1, 2], shelf, [(2, "x = 1")])[1] == [1, 2]


def test_without_a_process_what_was_not_recorded_is_an_interruption() -> None:
    def refuse() -> Fake:
        raise NotRecorded

    shelf = Shelf(run([1, 2])[2].recording())
    line = Line(CELLS, Limits(), refuse, Tape(shelf))
    line.begin("1/a")
    assert [ask(line, 1), ask(line, 2)] == [2, 4]
    line.begin("1/b")
    with pytest.raises(NotRecorded):
        line.ask({"op": "call", "x": 1})
    assert isinstance(line.interruption, NotRecorded)


def test_time_that_was_used_up_is_used_up_again() -> None:
    told, _, tape = run([1, 2], total_seconds=1e-9)
    assert told[0][0] == "OutOfTime" or told[1][0] == "OutOfTime"
    again, asked, _ = run([1, 2], Shelf(tape.recording()))
    assert again == told and asked == []


def test_recorded_seconds_are_charged_to_what_is_asked_later() -> None:
    recording = run([1])[2].recording()
    (exchange,) = recording.exchanges["1/a"]
    slow = type(exchange)(exchange.history, exchange.request, exchange.reply, None, 1000.0)
    shelf = Shelf(Recording({"1/a": (slow,), LOADING: recording.exchanges[LOADING]}, recording.blobs))
    for played in (True, False):
        line = Line(CELLS, Limits(total_seconds=500), Fake, Tape(shelf))
        if played:
            line.begin("1/a")
            assert ask(line, 1) == 2
        else:
            line.skip("1/a")
        line.begin("1/b")
        assert ask(line, 7)[0] == "OutOfTime"


def test_too_much_is_not_kept_and_other_checks_are() -> None:
    process, tape = Fake(), Tape()
    line = Line(CELLS, Limits(), lambda: process, tape)
    line.begin("1/large")
    for _ in range(9):
        ask(line, "x" * (MOST_KEPT // 16))
    line.begin("1/small")
    ask(line, 1)
    recording = tape.recording()
    assert recording.too_large == {"1/large"} and "1/small" in recording.exchanges
    assert sum(map(len, recording.blobs.values())) < 10_000


def test_a_listener_hears_what_is_asked_and_what_is_played() -> None:
    shelf = Shelf(run([1, 2])[2].recording())
    heard: list[Heard] = []
    line = Line(CELLS, Limits(), Fake, Tape(shelf, heard.append))
    line.begin("1/a")
    ask(line, 1)
    line.begin("1/b")
    ask(line, "hangs")
    assert [(one.criterion, one.reply is None) for one in heard] == [
        (LOADING, False),
        ("1/a", False),
        ("1/b", True),
    ]


def test_what_was_raised_tells_the_same_place() -> None:
    recording = run(["raises"])[2].recording()
    line = Line(CELLS, Limits(), Fake, Tape(Shelf(recording)))
    line.begin("1/a")
    with pytest.raises(StudentRaised) as caught:
        line.ask({"op": "call", "x": "raises"})
    assert (caught.value.type_name, caught.value.cell, caught.value.line) == ("KeyError", 1, 2)
