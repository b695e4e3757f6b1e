"""The hand-ins of an assignment's key and its blank template: where they are, and what parts they have.

`key/` in the assignment's folder holds one hand-in or several, found like the hand-ins of a class. The
template is `template/` in the assignment's folder, or `student_template/ID` for a built-in one.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from grader.assignment import Assignment
from grader.authoring.mutants.parts import Definition, KeyProblem, Line, Part, definitions_of, parts_of
from grader.authoring.mutants.writing import write_notebook
from grader.submission import Cell, HandIn, Notebook, list_hand_ins, open_submission

HOUSE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class KeyPart:
    """A part of one of the key's hand-ins, and the criteria that it answers, as `question/criterion`."""

    hand_in: str
    notebook: Notebook
    part: Part
    criteria: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What it is, and in which hand-in."""
        return f"{self.part.name} in {self.hand_in}"

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions of its criteria."""
        return tuple(sorted({criterion.partition("/")[0] for criterion in self.criteria}))

    def may_answer(self, questions: Collection[str]) -> bool:
        """Whether it may count in one of the questions; with no questions, any will do."""
        return not questions or not self.part.questions or bool({*self.part.questions} & {*questions})

    def answering(self, criteria: frozenset[str]) -> KeyPart:
        """The same part, with the criteria that it answers."""
        return replace(self, criteria=criteria)

    def write(self, cell: Cell, folder: Path, name: str, only: tuple[str, ...]) -> HandIn:
        """The key with another cell in the place of its own, as a hand-in."""
        cells = [cell if other.index == cell.index else other for other in self.notebook.cells]
        path = folder / f"{name}.ipynb"
        write_notebook(cells, path)
        return HandIn(name, path, only)


def template_of(assignment: Assignment) -> Path:
    """The folder of the notebook that students start from; KeyProblem if there is none."""
    folders = (assignment.template_folder, HOUSE / "student_template" / assignment.id)
    for folder in folders:
        if folder.is_dir():
            return folder
    raise KeyProblem(f"{assignment.id} has no template: put the blank notebook into {folders[0]}.")


def key_hand_ins(assignment: Assignment) -> tuple[HandIn, ...]:
    """The hand-ins of the key, by name; KeyProblem if there are none."""
    folder = assignment.key_folder
    hand_ins = list_hand_ins(folder) if folder.is_dir() else ()
    if not hand_ins:
        raise KeyProblem(
            f"{assignment.id} has no key: put a complete right hand-in (a notebook with the answer cells "
            f"filled in) into {folder}."
        )
    return hand_ins


def key_parts(assignment: Assignment) -> Iterator[KeyPart]:
    """Every part of the key that a student has to write; what the template defines alike is none."""
    given = {
        _shape(definition) for definition in definitions_of(_notebook(assignment, template_of(assignment)))
    }
    for hand_in in key_hand_ins(assignment):
        notebook = _notebook(assignment, hand_in.path)
        for part in parts_of(notebook, assignment):
            if not (isinstance(part, Definition) and _shape(part) in given):
                yield KeyPart(hand_in.name, notebook, part)


def key_answers_in(notebook: Path, assignment: Assignment) -> list[str]:
    """What a notebook that should be blank gives away: answer lines filled in, and definitions of the key."""
    key = list(key_parts(assignment)) if assignment.key_folder.is_dir() else []
    written = {_shape(own.part) for own in key if isinstance(own.part, Definition)}
    return [
        part.name
        for part in parts_of(_notebook(assignment, notebook), assignment)
        if isinstance(part, Line) or (isinstance(part, Definition) and _shape(part) in written)
    ]


def _shape(definition: Definition) -> str:
    return ast.dump(definition.node)


def _notebook(assignment: Assignment, path: Path) -> Notebook:
    """The notebook of a hand-in of ours; SubmissionError or KeyProblem if there is none."""
    submission = open_submission(
        path, notebook_patterns=assignment.files.notebook, asked_names=assignment.asked_names
    )
    if submission.notebook is None:
        raise KeyProblem(f"There is no notebook in {path}.")
    return submission.notebook
