"""The schema: numbered SQL files, applied in order; SQLite's `user_version` says how many have been."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from grader.store.errors import StoreError

MIGRATIONS = tuple(sorted(Path(__file__).with_name("migrations").glob("*.sql")))


def version_of(connection: sqlite3.Connection) -> int:
    """How many migrations the store has had."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a store to the newest version, each step a transaction; StoreError where it is newer than us."""
    refuse_newer(connection)
    for number, migration in enumerate(MIGRATIONS, start=1):
        if number > version_of(connection):
            statements = migration.read_text("utf-8")
            connection.executescript(f"BEGIN;\n{statements}\nPRAGMA user_version = {number};\nCOMMIT;")


def refuse_newer(connection: sqlite3.Connection) -> None:
    """StoreError for a store that a later version of the grader has written."""
    if version_of(connection) > len(MIGRATIONS):
        raise StoreError(
            f"The store has version {version_of(connection)}, and this grader knows up to "
            f"{len(MIGRATIONS)}: use the newer grader that wrote it."
        )
