"""What a batch keeps: results, recorded requests and replies, verdicts and persons' marks in one SQLite file.

The schema and what each digest stands for are in docs/store.md.
"""

from grader.store.errors import StoreError
from grader.store.marks import Mark
from grader.store.reader import StoreReader
from grader.store.recording import Exchange, Fault, Recording
from grader.store.rows import Run, StoredFiles, StoredHandIn, StoredResult, StoredVerdict
from grader.store.writer import Store

__all__ = [
    "Exchange",
    "Fault",
    "Mark",
    "Recording",
    "Run",
    "Store",
    "StoreError",
    "StoreReader",
    "StoredFiles",
    "StoredHandIn",
    "StoredResult",
    "StoredVerdict",
]
