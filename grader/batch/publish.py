"""From the store to the files that people read: results with persons' marks, reports, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

from grader.batch.output import BatchOutput, Output
from grader.results import PersonsMark, Result
from grader.results.persons import with_marks
from grader.results.rendering import Rendering
from grader.results.summary import Summary
from grader.store import Mark, Store, StoredFiles, StoredResult
from grader.store.digest import digest, digest_of_data, digest_of_sources
from grader.store.marks import by_name

PACKAGE = Path(__file__).resolve().parents[1]
RENDERERS = tuple(PACKAGE / name for name in ("results", "markus", "batch/publish.py", "batch/output.py"))
LIBRARIES = ("jinja2", "markupsafe", "pillow", "pydantic")


class Publisher:
    """Writes the files of a batch's folder for these names of the class, as far as they have results.

    Files that stand as they were written, of the same result by the same code, are left alone.
    also: other files made of the same results.
    """

    def __init__(self, store: Store, folder: Path, names: Iterable[str], also: Sequence[Output] = ()) -> None:
        self._store = store
        self._names = tuple(names)
        self._output = BatchOutput(folder, self._names)
        self._also = also
        self._marks = by_name(store.marks())
        self._known = store.files()
        self._written: dict[str, StoredFiles] = {}
        self._added: set[str] = set()

    def add(self, row: StoredResult) -> Result:
        """Write the files of one hand-in; gives its result with persons' marks."""
        marks = self._marks.get(row.name, ())
        rendering = Rendering(marked(row, marks))
        outputs = (self._output, *self._also)
        for output in outputs:
            output.take(rendering.result)
        made_of = digest(row.json.encode(), row.hand_in, repr(marks).encode(), _code())
        standing = self._files(row.name, made_of)
        if standing is None or standing != self._known.get(row.name):
            for output in outputs:
                output.write(rendering)
            if written := self._files(row.name, made_of):
                self._written[row.name] = written
        self._added.add(row.name)
        return rendering.result

    def publish(self) -> Sequence[Summary]:
        """Write what is missing and the tables, remove what no longer belongs; gives lines by name."""
        for name in self._names:
            if name not in self._added and (row := self._store.result(name)):
                self.add(row)
        self._store.set_files(self._written)
        self._output.remove_others()
        for output in self._also:
            output.finish()
        return self._output.finish()

    def _files(self, name: str, made_of: bytes) -> StoredFiles | None:
        """The files of a hand-in as they stand, if they are there."""
        states = [output.state(name) for output in (self._output, *self._also)]
        if None in states:
            return None
        return StoredFiles(made_of, digest(*(state for state in states if state is not None)))


def publish(store: Store, folder: Path, also: Sequence[Output] = ()) -> Sequence[Summary]:
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


@cache
def _code() -> bytes:
    """Of what makes files of a result."""
    templates = (path for folder in RENDERERS for path in folder.rglob("*.html"))
    sources = digest_of_sources([*RENDERERS, *templates], PACKAGE)
    return digest(sources, digest_of_data([version(name) for name in LIBRARIES]))
