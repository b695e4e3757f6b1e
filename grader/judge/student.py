"""What a check sees of a hand-in: its functions, networks, written answers and saved outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from grader.assignment import Assignment
from grader.judge.faults import CannotCheck, ForAPerson, NothingHandedIn, NotReadable
from grader.judge.line import Fork, Line
from grader.judge.loaded import Definition, Unparsed, read_loaded
from grader.judge.networks import StudentNetwork
from grader.judge.raised import told
from grader.judge.tape import Tape
from grader.results import Place
from grader.sandbox import StudentRaised
from grader.submission import Answers, Submission, TrainingRun, doubts, read_answers, training_runs


class Student:
    """One hand-in at work. A process is forked when first needed, a fresh one after a crash or a time-out.

    The code cells are read by the process right after its fork, before any of the student's code has run, so
    what `definitions` says is the parser's word, not the student's.

    tape: records what is asked, and plays back what it holds; without one nothing is kept.
    """

    def __init__(
        self, assignment: Assignment, submission: Submission, fork: Fork, tape: Tape | None = None
    ) -> None:
        self.submission = submission
        self._assignment = assignment
        cells = submission.notebook.code_cells if submission.notebook else ()
        self.line = Line([(cell.number, cell.source) for cell in cells], assignment.limits, fork, tape)
        self._definitions: Mapping[str, Definition] | None = None
        self._unparsed: Mapping[str, Unparsed] = {}
        self._answers: dict[str, Answers] = {}  # by question: several checks read the same cells
        self._training_runs: Sequence[TrainingRun] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the student's process, if one runs."""
        self.line.close()

    def defines(self, name: str) -> bool:
        """Whether the hand-in has more than a stub of that name."""
        if self.submission.notebook is None:
            return False
        definition = self._read().get(name)
        return definition is not None and not definition.is_stub

    def place_of(self, name: str) -> Place | None:
        """Where the hand-in defines a name."""
        try:
            definition = self._read().get(name)
        except CannotCheck:  # nothing that could be read
            return None
        return definition.place if definition else None

    def told(self, fault: StudentRaised) -> str:
        """What a verdict may say of an exception: nothing that could spell out the hidden inputs."""
        return str(told(fault, self.submission.notebook))

    def call(self, function: str, **values: Any) -> Any:
        """Call one of the assignment's functions; arguments by the assignment's parameter names.

        Arrays come as the student's code wants them (see sandbox.worker.calling). Raises a fault
        (judge.faults, sandbox.errors) that the judge turns into a verdict.
        """
        self._require(function)
        arguments = self._arguments(self._assignment.functions[function], values)
        return self.line.ask({"op": "call_function", "name": function, "arguments": arguments})

    def build(self, network: str, **values: Any) -> StudentNetwork:
        """Instantiate one of the assignment's networks."""
        self._require(network)
        arguments = self._arguments(self._assignment.networks[network], values)
        built = self.line.ask({"op": "build_network", "name": network, "arguments": arguments})
        return StudentNetwork(self.line.ask, built)

    def answers(self, question: str) -> Answers:
        """The filled-in lines of a question's answer cell, by field."""
        if self.submission.notebook is None:
            return Answers({})
        if question not in self._answers:
            fields = {field.id: field.labels for field in self._assignment.question(question).fields}
            self._answers[question] = read_answers(self.submission.notebook, question, fields)
        return self._answers[question]

    def missing_answer(self, question: str, sentence: str) -> CannotCheck:
        """What to raise where no answer cell holds an answer: it may stand where only a person reads."""
        if self.submission.writeup is not None:
            return ForAPerson("It is not in an answer cell; the write-up may hold it.")
        if self.submission.notebook is None:
            return NothingHandedIn("There is no notebook in the hand-in.")
        answers = self.answers(question)
        if not answers.has_cell:
            return ForAPerson(
                f"There is no cell 'Answer {question}'; a person looks for the answer elsewhere."
            )
        if answers.other_text:
            return ForAPerson(
                f"{sentence} A person reads what else is written there.", Place(answers.other_text)
            )
        return NothingHandedIn(" ".join([sentence, *answers.notices[:1]]))

    def missing_run(self, sentence: str) -> CannotCheck:
        """What to raise where no saved output shows a run: other files may show it to a person."""
        notebook = self.submission.notebook
        if self.submission.writeup is not None:
            return ForAPerson(f"{sentence} The write-up may show one.")
        if notebook is not None and notebook.path.suffix.lower() == ".py":
            return ForAPerson(f"{sentence} A script cannot hold any.")
        return NothingHandedIn(sentence)

    def training_runs(self) -> Sequence[TrainingRun]:
        """The training runs whose outputs are saved in the notebook."""
        if self.submission.notebook is None:
            return ()
        if self._training_runs is None:
            networks = tuple(self._assignment.networks)
            self._training_runs = training_runs(self.submission.notebook, networks)
        return self._training_runs

    def doubts(self, run: TrainingRun) -> Sequence[str]:
        """What makes one of those runs look typed rather than trained."""
        return () if self.submission.notebook is None else tuple(doubts(run, self.submission.notebook))

    def _require(self, name: str) -> None:
        definition, unparsed = self._read().get(name), self._unparsed.get(name)
        if definition is None and unparsed is not None:
            if unparsed.unfinished:
                raise NothingHandedIn(f"{name} in {unparsed.place} has no body yet.")
            raise NotReadable(
                f"{name} is not valid Python: {unparsed.message} ({unparsed.place}).", unparsed.place
            )
        if definition is None:
            raise NothingHandedIn(f"The hand-in does not define {name}.")
        if definition.is_stub:
            raise NothingHandedIn(f"{name} in {definition.place} is still empty.")

    def _read(self) -> Mapping[str, Definition]:
        """What the cells define; they are parsed once."""
        if self._definitions is not None:
            return self._definitions
        if self.submission.notebook is None:
            raise self._without_a_notebook()
        loaded = read_loaded(self.line.load())
        self._definitions, self._unparsed = loaded.definitions, loaded.unparsed
        return self._definitions

    def _without_a_notebook(self) -> CannotCheck:
        if self.submission.writeup is not None and self._assignment.files.writeup_alone:
            return ForAPerson("Only a write-up was handed in; a person reads it there.")
        return NothingHandedIn("There is no notebook in the hand-in.")

    def _arguments(self, parameters: Sequence[str], values: Mapping[str, Any]) -> list[dict[str, Any]]:
        names = [parameter.removesuffix("?") for parameter in parameters]
        if set(names) != set(values):
            raise TypeError(f"the check gives {sorted(values)}, the assignment lists {sorted(names)}")
        return [
            {
                "names": [name, *self._assignment.parameters.get(name, ())],
                "value": values[name],
                "optional": parameter.endswith("?"),
            }
            for name, parameter in zip(names, parameters, strict=True)
        ]
