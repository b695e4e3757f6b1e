"""An assignment as data: questions, criteria, marks, the names it asks for, and the files it expects."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from grader.assignment.keys import ChoiceKey, ConditionKey, FormulaKey, SymbolData
from grader.assignment.markus import MarkusTable

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=64)]
PythonName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=64)]
Marks = Annotated[float, Field(ge=0, le=1000, multiple_of=0.01)]


class Model(BaseModel):
    """A frozen value that refuses unknown keys, so that a misspelt one is found at once."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Criterion(Model):
    """One line of the rubric: decided by the check of the same name, or by a person."""

    id: Identifier
    title: str
    marks: Marks
    by: Literal["check", "person"] = "check"


class TrainingCheck(Model):
    """A check that trains the hand-in's network, for who wants to know. It is run where a device is named,
    earns no marks, and is decided by the check of the same name.
    """

    id: Identifier
    title: str


class AnswerField(Model):
    """A line that a student fills in an answer cell: `weights: 9(NIC NF + ...)`."""

    id: Identifier
    aliases: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Every way a student may write the label."""
        return (self.id, *self.aliases)


class Question(Model):
    """A question of the handout; its marks are the sum of its criteria's."""

    id: Identifier
    title: str
    marks: Marks
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    fields: tuple[AnswerField, ...] = ()
    training: tuple[TrainingCheck, ...] = ()

    @model_validator(mode="after")
    def _marks_add_up(self) -> Self:
        total = sum(criterion.marks for criterion in self.criteria)
        if abs(total - self.marks) > 1e-9:
            raise ValueError(
                f"the criteria of question {self.id} add up to {total:g} marks, not {self.marks:g}"
            )
        ids = [*(criterion.id for criterion in self.criteria), *(check.id for check in self.training)]
        _refuse_duplicates("criterion", f"question {self.id}", ids)
        return self


class FilePatterns(Model):
    """How the files of a hand-in are called, in order of preference; `ignored` ones are never looked at."""

    notebook: tuple[str, ...] = ("*.ipynb", "*.py")
    writeup: tuple[str, ...] = ("*.pdf",)
    ignored: tuple[str, ...] = ()
    writeup_alone: bool = Field(False, description="a write-up without a notebook is a whole hand-in")


class Limits(Model):
    """What a student's code may use."""

    call_seconds: float = Field(10.0, gt=0, le=3600, description="one call of the student's code")
    total_seconds: float = Field(120.0, gt=0, le=86400, description="all calls for one hand-in")
    memory_megabytes: int = Field(2048, ge=64)


class TrainingLimits(Model):
    """What training one network may take."""

    seconds: float = Field(60.0, gt=0, le=3600)
    memory_megabytes: int = Field(2048, ge=64)


class Evidence(Model):
    """The range in which an honest training run ends."""

    loss: tuple[float, float]
    accuracy: tuple[float, float] = Field(description="percent")


class Assignment(Model):
    """The whole of `assignment.toml`."""

    schema_version: Literal[1] = Field(alias="schema")
    id: Identifier
    title: str
    marks: Marks
    seed: int = 413
    files: FilePatterns = FilePatterns()
    limits: Limits = Limits()
    training: TrainingLimits = TrainingLimits()
    functions: dict[PythonName, tuple[str, ...]] = {}
    parameters: dict[PythonName, tuple[PythonName, ...]] = {}
    networks: dict[PythonName, tuple[str, ...]] = {}
    evidence: dict[PythonName, Evidence] = {}
    credits: dict[Identifier, Annotated[float, Field(ge=0, le=1)]] = {}
    symbols: dict[str, SymbolData] = {}
    constraints: tuple[str, ...] = ()
    formulas: dict[str, FormulaKey] = {}
    conditions: dict[str, ConditionKey] = {}
    choices: dict[str, ChoiceKey] = {}
    rubrics: dict[str, Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]] = {}
    markus: MarkusTable = MarkusTable()
    questions: tuple[Question, ...] = Field(min_length=1)
    folder: Path = Field(exclude=True, description="where the assignment and its checks are")
    device: str | None = Field(None, exclude=True, description="where training checks run; None: they do not")

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        total = sum(question.marks for question in self.questions)
        if abs(total - self.marks) > 1e-9:
            raise ValueError(f"the questions add up to {total:g} marks, not {self.marks:g}")
        _refuse_duplicates("question", "the assignment", [question.id for question in self.questions])
        self._keys_fit_their_questions()
        worth = [f"{q.id}/{c.id}" for q, c in self.criteria() if c.marks]
        if complaint := self.markus.complaint(worth):
            raise ValueError(complaint)
        for callee, names in (*self.functions.items(), *self.networks.items()):
            for name in names:
                if name.removesuffix("?") not in self.parameters:
                    raise ValueError(f"{callee} has a parameter {name!r} that [parameters] does not list")
        return self

    def _keys_fit_their_questions(self) -> None:
        criteria = {f"{question.id}/{criterion.id}": question for question, criterion in self.criteria()}
        for table in ("formulas", "conditions", "choices"):
            for name, key in getattr(self, table).items():
                if name not in criteria:
                    raise ValueError(f"[{table}] has a key for {name!r}, which is no criterion")
                if key.field not in {field.id for field in criteria[name].fields}:
                    raise ValueError(
                        f"[{table}] {name!r} reads the field {key.field!r}, which its question lacks"
                    )
        for name in self.rubrics:
            if name not in criteria:
                raise ValueError(f"[rubrics] has a text for {name!r}, which is no criterion")
        for name, written in (*self.formulas.items(), *self.conditions.items()):
            for symbol in written.definitions:
                if symbol not in self.symbols:
                    raise ValueError(f"{name!r} defines {symbol!r}, which [symbols] does not list")
        for name, choice in self.choices.items():
            for option in choice.answer:
                if option not in choice.options:
                    raise ValueError(
                        f"[choices] {name!r} has the answer {option!r}, which is none of its options"
                    )

    def criteria(self) -> Iterator[tuple[Question, Criterion]]:
        """Every criterion with its question, in the order of the handout."""
        for question in self.questions:
            for criterion in question.criteria:
                yield question, criterion

    @property
    def training_checks(self) -> tuple[str, ...]:
        """The checks that train, as `question/check`, whether they are run or not."""
        return tuple(f"{q.id}/{check.id}" for q in self.questions for check in q.training)

    def training_on(self, device: str | None) -> Assignment:
        """The assignment with its training checks as criteria worth no marks; as it is for None."""
        if device is None:
            return self
        questions = tuple(_with_training(question) for question in self.questions)
        return self.model_copy(update={"questions": questions, "device": device})

    def question(self, id: str) -> Question:
        """The question of that id; KeyError if there is none."""
        for question in self.questions:
            if question.id == id:
                return question
        raise KeyError(f"assignment {self.id} has no question {id}")

    def limited_to(self, ids: Collection[str]) -> Assignment:
        """The assignment with some questions only, or all for no ids; KeyError for an unknown one."""
        if not ids:
            return self
        wanted = {self.question(id).id for id in ids}
        questions = tuple(question for question in self.questions if question.id in wanted)
        marks = sum(question.marks for question in questions)
        return self.model_copy(update={"questions": questions, "marks": marks})

    @property
    def key_folder(self) -> Path:
        """Where the key is: a right hand-in, or several. It may not be there."""
        return self.folder / "key"

    @property
    def template_folder(self) -> Path:
        """Where the notebook is that students start from, unless it is kept elsewhere."""
        return self.folder / "template"

    @property
    def hand_in_folders(self) -> tuple[Path, Path]:
        """What is in these is code to be confined like a student's, and no check."""
        return self.key_folder, self.template_folder

    @property
    def asked_names(self) -> tuple[str, ...]:
        """The classes and functions a hand-in may define."""
        return (*self.networks, *self.functions)


def _with_training(question: Question) -> Question:
    added = tuple(Criterion(id=check.id, title=check.title, marks=0) for check in question.training)
    return question.model_copy(update={"criteria": (*question.criteria, *added)})


def _refuse_duplicates(kind: str, where: str, ids: list[str]) -> None:
    for id in ids:
        if ids.count(id) > 1:
            raise ValueError(f"{where} has two {kind} entries called {id!r}")
