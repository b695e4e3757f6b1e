"""What was sent to MarkUs and when: a line of JSON each, appended and never rewritten.

Sending works without it, from what the server says. What it adds: which of the server's marks are ours, so
that a regrade replaces those and leaves a person's, and which pages and tags need no second request.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pydantic import Field, ValidationError

from grader.errors import Exit, GraderError
from grader.results import Frozen

NAME = "sent.jsonl"


class JournalError(GraderError):
    """The journal cannot be read or written, so nothing more is sent."""

    exit_code = Exit.USAGE


class Entry(Frozen):
    """One thing sent to one group; `place` is the server with course and assignment.

    marks: written before they are sent. feedback: the digest of the page. tags: whether each is on or off.
    """

    at: str
    place: str
    group: str
    marks: Mapping[str, float | None] = Field(default_factory=dict)
    feedback: str | None = None
    tags: Mapping[str, bool] = Field(default_factory=dict)


class Journal:
    """The journal in a folder, for one place."""

    def __init__(self, folder: Path, place: str) -> None:
        """Raises JournalError if there is one that cannot be read."""
        self._path = folder / NAME
        self._place = place
        self._marks: dict[tuple[str, str], set[float | None]] = {}
        self._feedback: dict[str, str] = {}
        self._tags: dict[tuple[str, str], bool] = {}
        for line in self._lines():
            try:
                entry = Entry.model_validate_json(line)
            except ValidationError:
                continue  # cut short when the computer stopped: as if it had not been written
            if entry.place == place:
                self._take(entry)

    def sent_mark(self, group: str, criterion: str, mark: float | None) -> bool:
        """Whether this mark may be one of ours."""
        return mark in self._marks.get((group, criterion), ())

    def feedback(self, group: str) -> str | None:
        """The digest of the page sent last."""
        return self._feedback.get(group)

    def tag(self, group: str, name: str) -> bool | None:
        """Whether we put the tag on or took it off; None if we did neither."""
        return self._tags.get((group, name))

    def note_marks(self, group: str, marks: Mapping[str, float | None]) -> None:
        """Marks are about to be sent: should their answer get lost, they are known as ours."""
        self._write(self._entry(group, marks=dict(marks)))

    def note_feedback(self, group: str, digest: str) -> None:
        """A page has been sent."""
        self._write(self._entry(group, feedback=digest))

    def note_tag(self, group: str, name: str, on: bool) -> None:
        """A tag has been put on or taken off."""
        self._write(self._entry(group, tags={name: on}))

    def _entry(self, group: str, **fields: object) -> Entry:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        return Entry.model_validate({"at": at, "place": self._place, "group": group, **fields})

    def _take(self, entry: Entry) -> None:
        for criterion, mark in entry.marks.items():
            self._marks.setdefault((entry.group, criterion), set()).add(mark)
        if entry.feedback is not None:
            self._feedback[entry.group] = entry.feedback
        self._tags |= {(entry.group, name): on for name, on in entry.tags.items()}

    def _lines(self) -> list[bytes]:
        try:
            return self._path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise JournalError(
                f"Cannot read {self._path} ({error.strerror}): it says what was sent."
            ) from None

    def _write(self, entry: Entry) -> None:
        """On its own line, even after one that was cut short, and on the disk before going on."""
        data = f"\n{entry.model_dump_json(exclude_defaults=True)}\n".encode()
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                if os.write(handle, data) != len(data):
                    raise OSError(0, "the disk is full")
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise JournalError(
                f"Cannot write {self._path} ({error.strerror}), and what is sent must be noted: make room."
            ) from None
        self._take(entry)
