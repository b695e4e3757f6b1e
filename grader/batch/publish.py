"""From the store to the files that people read: results with persons' marks, reports, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.batch.output import BatchOutput, Output
from grader.results import PersonsMark, Result
from grader.results.persons import with_marks
from grader.results.summary import Summary
from grader.store import Mark, StoredResult, StoreReader
from grader.store.marks import by_name


class Publisher:
    """Writes the files of a batch's folder for these names of the class, as far as they have results.

    also: other files made of the same results.
    """

    def __init__(
        self, store: StoreReader, folder: Path, names: Iterable[str], also: Sequence[Output] = ()
    ) -> None:
        self._store = store
        self._names = tuple(names)
        self._output = BatchOutput(folder, self._names)
        self._also = also
        self._marks = by_name(store.marks())
        self._added: set[str] = set()

    def add(self, row: StoredResult) -> Result:
        """Write the files of one hand-in; gives its result with persons' marks."""
        result = marked(row, self._marks.get(row.name, ()))
        for output in (self._output, *self._also):
            output.add(result)
        self._added.add(row.name)
        return result

    def publish(self) -> Sequence[Summary]:
        """Write what is missing and the tables, remove what no longer belongs; gives lines by name."""
        for name in self._names:
            if name not in self._added and (row := self._store.result(name)):
                self.add(row)
        self._output.remove_others()
        for output in self._also:
            output.finish()
        return self._output.finish()


def publish(store: StoreReader, folder: Path, also: Sequence[Output] = ()) -> Sequence[Summary]:
    """Write the files of the class again, as after marks of persons were entered."""
    return Publisher(store, folder, store.class_list(), also).publish()


def marked(row: StoredResult, marks: Iterable[Mark]) -> Result:
    """A stored result with the marks that persons gave."""
    given: dict[str, PersonsMark] = {}
    outdated: dict[str, PersonsMark] = {}
    for mark in marks:
        where = given if mark.hand_in == row.hand_in else outdated
        where[mark.criterion] = PersonsMark(earned=mark.earned, reason=mark.reason, by=mark.by)
    return with_marks(Result.model_validate_json(row.json), given, outdated)
