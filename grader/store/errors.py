"""What can be wrong with a store, as one sentence for the person who runs the grader."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.errors import Exit, GraderError


class StoreError(GraderError):
    """The store cannot be read or written; the message says what to do."""

    exit_code = Exit.USAGE


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """SQLite's complaints as ours. What was stored before stays as it was: every write is a transaction."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"Cannot use {path} ({error}): make room or choose another folder, then give the same command "
            "again."
        ) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"{path} is damaged or no store of the grader ({error}): put it aside and grade again."
        ) from error
