"""Rows of the store as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """One command that graded or re-marked.

    command: "batch" or "regrade". versions: of the tools. isolation: the level that was reached; None where
    no student's code was run.
    """

    command: str
    assignment: str
    versions: Mapping[str, str]
    isolation: str | None
    seed: int


@dataclass(frozen=True, slots=True)
class StoredHandIn:
    """A hand-in's content.

    digest: of its files. reading: of the code that read them. submission: digest of the blob that holds what
    was read (the cells and their text outputs); None where the files could not be read.
    """

    digest: bytes
    reading: bytes
    submission: bytes | None


@dataclass(frozen=True, slots=True)
class StoredResult:
    """The result that counts for a name of the class, as the checks made it: without persons' marks.

    marking, rubric: digests of what its verdicts and its marks rest on.
    is_whole: whether every question was asked for, and none ended in a failure of the grader.
    device: where its training checks ran; None where they were not asked for.
    """

    name: str
    hand_in: bytes
    json: str
    marking: bytes
    rubric: bytes
    is_whole: bool
    device: str | None = None


@dataclass(frozen=True, slots=True)
class StoredFiles:
    """What the files of a hand-in in the output folder were made of, and how they stood then, as digests."""

    made_of: bytes
    state: bytes


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """What a check said of a hand-in, as JSON (reader.verdict_as_text), and the digest of all that it rests
    on besides.
    """

    criterion: str
    grounds: bytes
    json: str
