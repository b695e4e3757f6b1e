"""Writing a store: one process at a time, each hand-in in one transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from grader.store.errors import StoreError, explained
from grader.store.marks import Mark
from grader.store.reader import BUSY_SECONDS, FILE_NAME, StoreReader, fault_as_text
from grader.store.recording import Exchange, Recording
from grader.store.rows import Run, StoredFiles, StoredHandIn, StoredResult, StoredVerdict
from grader.store.schema import migrate


class Store(StoreReader):
    """A store opened for writing, made if it is not there, by whoever holds the folder's lock (lock.py)."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        with ExitStack() as on_failure, explained(self.path):
            self._connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
            on_failure.callback(self._connection.close)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            migrate(self._connection)
            on_failure.pop_all()

    def begin_run(self, run: Run) -> int:
        """Note the start of a command; gives the run's number."""
        with explained(self.path):
            cursor = self._connection.execute(
                "INSERT INTO runs (started, command, assignment, versions, isolation, seed) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (now(), run.command, run.assignment, json.dumps(dict(run.versions)), run.isolation, run.seed),
            )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def set_class_list(self, names: Iterable[str]) -> None:
        """Who the class is now."""
        with explained(self.path), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("DELETE FROM class_list")
            self._connection.executemany("INSERT INTO class_list VALUES (?)", ((name,) for name in names))

    def keep(
        self,
        hand_in: StoredHandIn,
        student_side: bytes,
        verdicts: Sequence[StoredVerdict],
        recording: Recording,
        result: tuple[int, StoredResult] | None,
    ) -> None:
        """Everything that came of judging a hand-in; `result` (with its run) replaces what counted so far."""
        with explained(self.path), self._connection:
            execute, execute_many = self._connection.execute, self._connection.executemany
            execute("BEGIN IMMEDIATE")
            execute_many("INSERT OR IGNORE INTO blobs VALUES (?, ?)", recording.blobs.items())
            execute(
                "INSERT OR REPLACE INTO hand_ins VALUES (?, ?, ?)",
                (hand_in.digest, hand_in.reading, hand_in.submission),
            )
            execute_many(
                "INSERT OR REPLACE INTO exchanges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (hand_in.digest, student_side, criterion, *_columns(position, exchange))
                    for criterion, exchanges in recording.exchanges.items()
                    for position, exchange in enumerate(exchanges)
                ),
            )
            execute_many(
                "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?)",
                (
                    (
                        hand_in.digest,
                        row.criterion,
                        row.grounds,
                        row.json,
                        row.criterion not in recording.too_large,
                    )
                    for row in verdicts
                ),
            )
            if result is not None:
                self._replace(*result)

    def replace_results(self, run: int, results: Sequence[StoredResult]) -> None:
        """Make these the results that count, all of them or none."""
        with explained(self.path), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            for result in results:
                self._replace(run, result)

    def set_files(self, files: Mapping[str, StoredFiles]) -> None:
        """Note what the files of these hand-ins were made of."""
        rows = ((name, written.made_of, written.state) for name, written in files.items())
        with explained(self.path), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", rows)

    def _replace(self, run: int, row: StoredResult) -> None:
        execute = self._connection.execute
        execute("UPDATE results SET is_current = 0 WHERE is_current AND name = ?", (row.name,))
        execute(
            "INSERT INTO results "
            "(run, made, name, hand_in, json, marking, rubric, is_whole, device, is_current) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
            (run, now(), row.name, row.hand_in, row.json, row.marking, row.rubric, row.is_whole, row.device),
        )

    def set_mark(
        self, name: str, criterion: str, earned: float | None, *, reason: str, by: str
    ) -> Mark | None:
        """Give a criterion (`question/criterion`) of a hand-in a person's mark; None withdraws it.

        The mark holds for the files that were graded last; after a resubmission it is shown and waits for
        the person to look again. Raises StoreError for a name that was never graded.
        """
        graded = self.result(name)
        if graded is None:
            raise StoreError(f"No hand-in {name!r} was graded in {self.path.parent}: check the name.")
        at = now()
        with explained(self.path):
            self._connection.execute(
                "INSERT INTO marks (name, hand_in, criterion, earned, reason, by, at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (name, graded.hand_in, criterion, earned, reason, by, at),
            )
        return None if earned is None else Mark(name, graded.hand_in, criterion, earned, reason, by, at)


def _columns(position: int, exchange: Exchange) -> tuple[object, ...]:
    fault = fault_as_text(exchange.fault)
    return exchange.history, exchange.request, position, exchange.reply, fault, exchange.seconds


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
