"""What a batch has to do: which hand-ins are new, were handed in again, or stand as they were graded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from grader.assignment import Assignment
from grader.batch.wire import Order
from grader.errors import Exit, GraderError
from grader.judge.grounds import marking, rubric, student_side
from grader.results.model import showable
from grader.store import StoredResult
from grader.submission import HandIn
from grader.submission.content import content_digest, last_change


class NoSuchStudent(GraderError):  # noqa: N818 - what is wrong
    """No hand-in has the name asked for."""

    exit_code = Exit.USAGE


class Standing(StrEnum):
    """How a hand-in stands to what the store has of it."""

    NEW = "new"
    HANDED_IN_AGAIN = "handed in again"
    UNFINISHED = "not finished"
    OUTDATED = "graded by other checks"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a batch besides the class.

    only: questions. students: names or patterns of names. since: hand-ins changed after that, in seconds
    since 1970. again: also what has not changed. unconfined: `--no-sandbox`.
    """

    only: tuple[str, ...] = ()
    students: tuple[str, ...] = ()
    since: float | None = None
    again: bool = False
    unconfined: bool = False


@dataclass(frozen=True, slots=True)
class Basis:
    """What results rest on now: digests of the student's side, the marking and the rubric (judge.grounds),
    and the device of training checks.

    other_marking: what the marking's digest would be with confinement where there is none, and without it
    where there is.
    """

    side: bytes
    marking: bytes
    other_marking: bytes
    rubric: bytes
    device: str | None

    @classmethod
    def of(cls, assignment: Assignment, *, unconfined: bool) -> Basis:
        """For an assignment as it stands on the disk."""
        side, other = (
            student_side(assignment, confined=confined) for confined in (not unconfined, unconfined)
        )
        return cls(
            side, marking(assignment, side), marking(assignment, other), rubric(assignment), assignment.device
        )

    def row(self, name: str, hand_in: bytes, json: str, *, is_whole: bool) -> StoredResult:
        """A result that rests on this, as the store takes it. name: as results have it."""
        return StoredResult(name, hand_in, json, self.marking, self.rubric, is_whole, self.device)

    def standing_of(self, stored: StoredResult | None, digest: bytes) -> Standing:
        """How a hand-in with this content stands."""
        if stored is None:
            return Standing.NEW
        if stored.hand_in != digest:
            return Standing.HANDED_IN_AGAIN
        if stored.marking == self.other_marking:  # with and without confinement are not mixed
            return Standing.UNFINISHED
        if (stored.marking, stored.rubric) != (self.marking, self.rubric):
            return Standing.OUTDATED
        is_done = stored.is_whole and stored.device == self.device
        return Standing.UNCHANGED if is_done else Standing.UNFINISHED


@dataclass(frozen=True, slots=True)
class Plan:
    """What to grade; and by name, of the others, what stands and what was graded by other checks than now."""

    orders: tuple[Order, ...]
    unchanged: tuple[str, ...]
    outdated: tuple[str, ...]


def plan(
    assignment: Assignment,
    hand_ins: Sequence[HandIn],
    results: Mapping[str, StoredResult],
    basis: Basis,
    wish: Wish,
) -> Plan:
    """Compare a class with the store. Raises NoSuchStudent."""
    digests = content_digests(assignment, hand_ins)
    standings = {
        hand_in.name: basis.standing_of(results.get(stored_name(hand_in)), digests[hand_in.name])
        for hand_in in hand_ins
    }
    wanted = [
        hand_in
        for hand_in in chosen(hand_ins, wish)
        if wish.again or standings[hand_in.name] not in (Standing.UNCHANGED, Standing.OUTDATED)
    ]
    names = {hand_in.name for hand_in in wanted}

    def left(kind: Standing) -> tuple[str, ...]:
        return tuple(name for name, standing in standings.items() if standing is kind and name not in names)

    return Plan(
        tuple(
            Order(HandIn(hand_in.name, hand_in.path, wish.only), digests[hand_in.name]) for hand_in in wanted
        ),
        left(Standing.UNCHANGED),
        left(Standing.OUTDATED),
    )


def stored_name(hand_in: HandIn) -> str:
    """The name as results have it: bytes of it that are no text are escaped."""
    return str(showable(hand_in.name))


def chosen(hand_ins: Sequence[HandIn], wish: Wish) -> list[HandIn]:
    """The hand-ins that a wish is about."""
    for pattern in wish.students:
        if not any(fnmatchcase(hand_in.name, pattern) for hand_in in hand_ins):
            raise NoSuchStudent(
                f"No hand-in is called {pattern!r}: give its folder's name, or a pattern of it."
            )
    return [
        hand_in
        for hand_in in hand_ins
        if _matches(hand_in.name, wish.students)
        and (wish.since is None or last_change(hand_in.path) > wish.since)
    ]


def content_digests(assignment: Assignment, hand_ins: Sequence[HandIn]) -> dict[str, bytes]:
    """The address of each hand-in's content, by name."""
    patterns = [*assignment.files.notebook, *assignment.files.writeup]
    with ThreadPoolExecutor(2) as threads:
        digests = threads.map(lambda hand_in: content_digest(hand_in.path, patterns), hand_ins)
        return {hand_in.name: digest for hand_in, digest in zip(hand_ins, digests, strict=True)}


def _matches(name: str, patterns: Iterable[str]) -> bool:
    patterns = tuple(patterns)
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)
