"""Reading a store. Any number of processes may, while one writes."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import TypeAdapter

from grader.results import Verdict
from grader.store.errors import StoreError, explained
from grader.store.marks import Mark
from grader.store.recording import Exchange, Fault
from grader.store.rows import StoredFiles, StoredHandIn, StoredResult
from grader.store.schema import MIGRATIONS, refuse_newer, version_of

FILE_NAME = "batch.sqlite"
BUSY_SECONDS = 30.0

_BASIS = "marking, rubric, is_whole, device"

_VERDICT = TypeAdapter(Verdict)


class StoreReader:
    """A store opened for reading only. Connections do not survive a fork: open one in each process."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        if not self.path.is_file():
            raise StoreError(f"{folder} holds no {FILE_NAME}: give the output folder of a `grader batch`.")
        with explained(self.path):
            self._connection = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS
            )
            refuse_newer(self._connection)
            if version_of(self._connection) < len(MIGRATIONS):
                raise StoreError(
                    f"{self.path} was written by an earlier version of the grader: `grader batch` brings it "
                    "up to date."
                )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _rows(self, query: str, parameters: tuple[object, ...] = ()) -> list[Any]:
        with explained(self.path):
            return self._connection.execute(query, parameters).fetchall()

    def _row(self, query: str, parameters: tuple[object, ...] = ()) -> Any:
        return next(iter(self._rows(query, parameters)), None)

    def results(self) -> dict[str, StoredResult]:
        """The result that counts, for every name that was ever graded."""
        rows = self._rows(f"SELECT name, hand_in, json, {_BASIS} FROM results WHERE is_current ORDER BY name")
        return {row[0]: _result(row) for row in rows}

    def without_json(self) -> dict[str, StoredResult]:
        """As `results`, each with an empty text: what they rest on, for a class of any size."""
        rows = self._rows(f"SELECT name, hand_in, '', {_BASIS} FROM results WHERE is_current ORDER BY name")
        return {row[0]: _result(row) for row in rows}

    def result(self, name: str) -> StoredResult | None:
        """The result that counts for a name."""
        row = self._row(
            f"SELECT name, hand_in, json, {_BASIS} FROM results WHERE is_current AND name = ?",
            (name,),
        )
        return _result(row) if row else None

    def last_level(self) -> str | None:
        """The level of isolation that the last run with a sandbox reached."""
        row = self._row("SELECT isolation FROM runs WHERE isolation IS NOT NULL ORDER BY id DESC LIMIT 1")
        return row[0] if row else None

    def training_device(self) -> str | None:
        """The device of the last result of the class that counts and has training checks."""
        row = self._row(
            "SELECT device FROM results JOIN class_list USING (name) "
            "WHERE is_current AND device IS NOT NULL ORDER BY results.id DESC LIMIT 1"
        )
        return row[0] if row else None

    def class_list(self) -> tuple[str, ...]:
        """The names of the class as it was graded last. Whoever has left it still has results."""
        return tuple(name for (name,) in self._rows("SELECT name FROM class_list ORDER BY name"))

    def history(self, name: str) -> tuple[str, ...]:
        """Every result that a name has had as JSON, the first one first."""
        rows = self._rows("SELECT json FROM results WHERE name = ? ORDER BY id", (name,))
        return tuple(text for (text,) in rows)

    def hand_in(self, digest: bytes) -> StoredHandIn | None:
        """What is known of a hand-in's content."""
        row = self._row("SELECT digest, reading, submission FROM hand_ins WHERE digest = ?", (digest,))
        return StoredHandIn(*row) if row else None

    def verdicts(self, hand_in: bytes, grounds: Mapping[str, bytes]) -> dict[str, Verdict]:
        """The verdicts on a hand-in that still stand: those with these grounds, by criterion."""
        rows = self._rows("SELECT criterion, grounds, verdict FROM verdicts WHERE hand_in = ?", (hand_in,))
        return {
            criterion: verdict_from(text)
            for criterion, found, text in rows
            if grounds.get(criterion) == found
        }

    def exchanges(
        self, hand_in: bytes, student_side: bytes, criterion: str
    ) -> dict[tuple[bytes, bytes], Exchange]:
        """What was recorded for a check, by history and request."""
        rows = self._rows(
            "SELECT history, request, reply, fault, seconds FROM exchanges "
            "WHERE hand_in = ? AND student_side = ? AND criterion = ? ORDER BY position",
            (hand_in, student_side, criterion),
        )
        return {
            (history, request): Exchange(history, request, reply, fault_from(fault), seconds)
            for history, request, reply, fault, seconds in rows
        }

    def blob(self, digest: bytes) -> bytes:
        """The bytes of a digest; StoreError if they are not there."""
        row = self._row("SELECT data FROM blobs WHERE digest = ?", (digest,))
        if row is None:
            raise StoreError(f"{self.path} lacks a part of a recording: put it aside and grade again.")
        return zlib.decompress(row[0])

    def files(self) -> dict[str, StoredFiles]:
        """What the files of each hand-in were made of when they were last written."""
        rows = self._rows("SELECT name, made_of, state FROM files")
        return {name: StoredFiles(made_of, state) for name, made_of, state in rows}

    def marks(self) -> tuple[Mark, ...]:
        """Every mark by a person that counts: the last one for a criterion of a name, unless withdrawn."""
        rows = self._rows("SELECT name, hand_in, criterion, earned, reason, by, at FROM marks ORDER BY id")
        last = {(row[0], row[2]): row for row in rows}
        return tuple(Mark(*row) for row in last.values() if row[3] is not None)


def _result(row: tuple[str, bytes, str, bytes, bytes, int, str | None]) -> StoredResult:
    name, hand_in, json, marking, rubric, is_whole, device = row
    return StoredResult(name, hand_in, json, marking, rubric, bool(is_whole), device)


def verdict_as_text(verdict: Verdict) -> str:
    """A verdict as JSON, in ASCII: half a surrogate pair in a student's text survives."""
    return json.dumps(_VERDICT.dump_python(verdict, mode="json"), sort_keys=True)


def verdict_from(text: str) -> Verdict:
    """The verdict of `verdict_as_text`."""
    return _VERDICT.validate_python(json.loads(text))


def fault_as_text(fault: Fault | None) -> str | None:
    """A fault as JSON."""
    return None if fault is None else json.dumps(asdict(fault))


def fault_from(text: str | None) -> Fault | None:
    """The fault of `fault_as_text`."""
    return None if text is None else Fault(**json.loads(text))
