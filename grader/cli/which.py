"""Which assignment a hand-in or a class is for, where nobody says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from grader.assignment import Assignment, AssignmentError, known_assignments, load_assignment
from grader.cli.exits import warn
from grader.results import Result
from grader.submission import Notebook, Submission, SubmissionError, open_submission
from grader.submission.files import defined_names

LOOKED_AT = 20
"""Hand-ins of a class that are opened to find out."""


def assignment_for(paths: Iterable[Path], chosen: str | None = None) -> Assignment:
    """The assignment chosen, the only one there is, or the one that all the hand-ins at these paths are for.

    A notebook says so by its template's metadata, or by the functions and classes that it defines; a folder,
    by having an assignment's id for a name. Raises AssignmentError where that leaves none or several.
    """
    if chosen is not None:
        return load_assignment(chosen)
    known = known_assignments()
    if len(known) == 1:
        return load_assignment(known[0])
    loaded, broken = _load_all(known)
    looked_at = list(islice(paths, LOOKED_AT))
    said = {id for path in looked_at if (id := _said_by(path, known, loaded.values()))}
    for id, error in broken.items():
        if said == {id}:
            raise error
        warn(f"Left out where the assignment is looked for: {id}, which cannot be used. {error}")
    if len(said) != 1:
        if said:
            what = "The hand-ins are for several assignments"
        elif looked_at:
            what = "Nothing in the hand-in says for which assignment it is"
        else:
            what = "There are several assignments"
        raise AssignmentError(f"{what}: say which with --assignment, one of {', '.join(known)}, or a path.")
    return loaded[said.pop()]


def _load_all(ids: Iterable[str]) -> tuple[dict[str, Assignment], dict[str, AssignmentError]]:
    """Those that can be used, and what is wrong with the others: one package must not stop the rest."""
    loaded: dict[str, Assignment] = {}
    broken: dict[str, AssignmentError] = {}
    for id in ids:
        try:
            loaded[id] = load_assignment(id)
        except AssignmentError as error:
            broken[id] = error
    return loaded, broken


def assignment_of(folder: Path, chosen: str | None = None) -> Assignment:
    """The assignment chosen, or else the one that the batch in an output folder was graded for."""
    if chosen is None:
        for path in islice((folder / "results").glob("*.json"), 1):
            chosen = Result.model_validate_json(path.read_bytes()).assignment
    return assignment_for((), chosen)


def _said_by(path: Path, known: Iterable[str], assignments: Iterable[Assignment]) -> str | None:
    folders = [folder.name for folder in (path, *path.resolve().parents[:2])]
    try:
        notebook = _open(path).notebook
    except SubmissionError:
        notebook = None
    evidence = (*_in_notebook(notebook, assignments), *folders) if notebook else folders
    return next((id for id in evidence if id in known), None)


def _open(path: Path) -> Submission:
    return open_submission(path, notebook_patterns=("*.ipynb*", "*.py"), writeup_patterns=("*.pdf",))


def _in_notebook(notebook: Notebook, assignments: Iterable[Assignment]) -> Iterator[str]:
    """What the metadata says, then the assignment whose names it defines most of, if it is one."""
    if notebook.assignment:
        yield notebook.assignment
    names = defined_names(notebook)
    counts = {assignment.id: len(names & set(assignment.asked_names)) for assignment in assignments}
    best = [id for id, count in counts.items() if count and count == max(counts.values())]
    if len(best) == 1:
        yield best[0]
