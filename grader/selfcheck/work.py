"""A student's work as the checks see it: functions and networks to try, written answers, saved outputs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from grader.results.verdict import Place
from grader.selfcheck.findings import CannotSay, Finding, not_attempted, not_checked, unreadable
from grader.selfcheck.network import Network
from grader.selfcheck.sheet import Sheet
from grader.submission.answers import Answer, read_answers
from grader.submission.notebook import Notebook
from grader.submission.outputs import TrainingRun, training_runs
from grader.submission.texts import read_text

Found = TypeVar("Found")
NO_NOTEBOOK = "There is no saved notebook to read this from: see the note above."


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a name is bound, whether its body is still empty, and why it cannot be read if it cannot."""

    place: Place | None = None
    is_stub: bool = False
    problem: str | None = None


class Code(Protocol):
    """The student's code, wherever it runs."""

    @property
    def where(self) -> str:
        """ "this kernel" or "the notebook", for messages."""

    def definitions(self) -> Mapping[str, Definition]:
        """The names that the code binds."""

    def request(self, request: Mapping[str, Any]) -> Any:
        """One operation of grader.sandbox.worker.operations; raises StudentFault."""


class Work:
    """One student's work on one assignment."""

    def __init__(self, sheet: Sheet, code: Code, notebook: Notebook | None) -> None:
        self.sheet = sheet
        self._code = code
        self._notebook = notebook
        self._found: dict[Hashable, Any] = {}

    def once(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """What `find` gives, found once for all parts of this work that ask under the same key."""
        if key not in self._found:
            self._found[key] = find()
        result: Found = self._found[key]
        return result

    @property
    def has_notebook(self) -> bool:
        """Whether there are cells and outputs to read."""
        return self._notebook is not None

    def defines(self, name: str) -> bool:
        """Whether there is more than a stub of that name."""
        definition = self._code.definitions().get(name)
        return definition is not None and not definition.is_stub

    def place_of(self, name: str) -> Place | None:
        """Where a name is defined, if that is known."""
        definition = self._code.definitions().get(name)
        return definition.place if definition else None

    def call(self, function: str, **values: Any) -> Any:
        """Call one of the assignment's functions with arguments by the assignment's names."""
        self._require(function)
        arguments = self._arguments(self.sheet.functions[function], values)
        return self._code.request({"op": "call_function", "name": function, "arguments": arguments})

    def build(self, network: str, **values: Any) -> Network:
        """Instantiate one of the assignment's networks."""
        self._require(network)
        arguments = self._arguments(self.sheet.networks[network], values)
        built = self._code.request({"op": "build_network", "name": network, "arguments": arguments})
        return Network(self._code.request, built)

    def answers(self, question: str) -> Mapping[str, Answer]:
        """The filled-in lines of a question's answer cells, by field."""
        return read_answers(self._saved(), question, self.sheet.question(question).fields).fields

    def answer(self, question: str, field: str, label: str) -> Answer:
        """One line of an answer cell; ends the check as not attempted, with its label, if it is empty."""
        answer = self.answers(question).get(field)
        if answer is None:
            raise CannotSay(not_attempted(f"The line '{label}:' under 'Answer {question}' is empty."))
        return answer

    def text(self, question: str) -> Answer:
        """The free text of a question; ends the check as not attempted where there is none."""
        has_fields = bool(self.sheet.question(question).fields)
        text = read_text(self._saved(), question, has_fields=has_fields)
        if text is None:
            raise CannotSay(
                not_attempted("There is no text in the notebook; it may stand in your write-up instead.")
            )
        return text

    def training_runs(self) -> Sequence[TrainingRun]:
        """The runs whose outputs are saved in the notebook."""
        return training_runs(self._saved(), tuple(self.sheet.networks))

    def _saved(self) -> Notebook:
        if self._notebook is None:
            raise CannotSay(not_checked(NO_NOTEBOOK))
        return self._notebook

    def _require(self, name: str) -> None:
        definition = self._code.definitions().get(name)
        if definition is None or definition.is_stub or definition.problem:
            raise CannotSay(self._missing(name, definition))

    def _missing(self, name: str, definition: Definition | None) -> Finding:
        if definition is None:
            return not_attempted(f"{name} is not defined in {self._code.where}.")
        if definition.problem:
            return unreadable(f"{name} is not valid Python: {definition.problem}.", place=definition.place)
        return not_attempted(f"{name} is still empty.", place=definition.place)

    def _arguments(self, parameters: Sequence[str], values: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "names": [name, *self.sheet.parameters.get(name, ())],
                "value": values[name],
                "optional": parameter.endswith("?"),
            }
            for parameter in parameters
            if (name := parameter.removesuffix("?")) in values
        ]
