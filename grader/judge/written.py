"""Judging what a student wrote in answer cells: formulas and choices, by the keys of the assignment."""

from __future__ import annotations

from collections.abc import Callable

from grader.assignment import Assignment, AssignmentError
from grader.assignment.keys import FormulaKey
from grader.compare.choice import CreditRule, UnreadableChoice, credit, read_choices
from grader.compare.formula import Domain, Symbol, Symbols
from grader.compare.formula.errors import excerpt
from grader.compare.formula.question import Alternative, FormulaJudgement, FormulaQuestion, UpTo
from grader.compare.formula.shapes import describe, is_column
from grader.judge.faults import CannotCheck, ForAPerson, NothingHandedIn
from grader.judge.student import Student
from grader.results import Exhibit, Outcome, Place, Verdict, correct, partial
from grader.results.exhibits import Contrast, Formula, ForStaff
from grader.sandbox import StudentFault
from grader.submission import Answer

CheckFormula = Callable[[str, FormulaQuestion, int], FormulaJudgement]


class Written:
    """The written answers of one hand-in. Criteria are named as in the assignment's tables: `2.1.1/w1`.

    own: the only criterion whose key may be read. A verdict is made again when what it rests on changes, so
    a check that reads others' keys has to say so: it takes the `assignment` fixture too, and `own` is None.
    """

    def __init__(
        self,
        assignment: Assignment,
        student: Student,
        check_formula: CheckFormula,
        own: str | None = None,
    ) -> None:
        self._assignment = assignment
        self._student = student
        self._check_formula = check_formula
        self._own = own

    def formula(self, name: str) -> Verdict:
        """Judge a formula; NothingHandedIn if its line is empty."""
        self._refuse_others(name)
        key = self._assignment.formulas[name]
        answer = self.answer(name, key.field)
        question = formula_question(self._assignment, key)
        return verdict_of(
            self._check_formula(answer.value, question, self._assignment.seed), answer, asked_for(question)
        )

    def choice(self, name: str) -> Verdict:
        """Judge a choice; NothingHandedIn if its line is empty."""
        self._refuse_others(name)
        key = self._assignment.choices[name]
        answer = self.answer(name, key.field)
        place = place_of(answer)
        shown = (Contrast(f"a choice among: {', '.join(key.options)}", answer.value),)
        try:
            chosen = read_choices(answer.value, key.options)
        except UnreadableChoice as problem:
            message = f"Your choice cannot be read: {problem}"
            raise ForAPerson(message, place, exhibits=shown) from problem
        share = credit(chosen, frozenset(key.answer), frozenset(key.options), CreditRule(key.rule))
        read_as = (f"Read as: {', '.join(sorted(chosen))}",)
        if share == 1.0:
            return correct("Right.", place=place, details=read_as, exhibits=shown)
        message = "Not the best choice." if not share else "In part."
        return partial(share, message, place=place, details=read_as, exhibits=shown)

    def answer(self, name: str, field: str) -> Answer:
        """The student's line; NothingHandedIn if there is none."""
        question = name.partition("/")[0]
        answer = self._student.answers(question).fields.get(field)
        if answer is None:
            label = field.replace("_", " ")
            raise self._student.missing_answer(
                question, f"The line '{label}:' under 'Answer {question}' is empty."
            )
        return answer

    def _refuse_others(self, name: str) -> None:
        if self._own not in (None, name):
            raise AssignmentError(
                f"The check of {self._own} reads the key of {name}: let it take the `assignment` fixture too."
            )


def formula_question(assignment: Assignment, key: FormulaKey) -> FormulaQuestion:
    """The question as the formula engine takes it. ValueError where the key cannot be used."""
    symbols = Symbols(
        {
            name: Symbol(data.shape, Domain(data.domain), data.aliases, definition=data.definition)
            for name, data in assignment.symbols.items()
        },
        constraints=assignment.constraints,
    )
    return FormulaQuestion(
        reference=key.reference,
        symbols=symbols,
        alternatives=tuple(Alternative(a.formula, a.credit, a.message) for a in key.alternatives),
        left=key.left,
        up_to=UpTo(key.up_to),
        variables=key.variables,
        credits=key.credits,
        message=key.message,
    )


def asked_for(question: FormulaQuestion) -> str:
    """What kind of formula is asked for, in words."""
    form = question.form
    kind = f"a vector of length {form[0]}" if is_column(form) else describe(form)
    return f"a formula for {kind}, in {', '.join(question.symbols.names)}"


def verdict_of(judgement: FormulaJudgement, answer: Answer, asked: str) -> Verdict:
    """A judgement of the formula engine as a verdict: the echo for all, the counterexample for staff.

    asked: what kind of formula was asked for, in words. A person reads what cannot be read here:
    students have more notations than the grammar.
    """
    details = [f"Read as: {judgement.read_as}"] if judgement.read_as else []
    exhibits: list[Exhibit] = [Contrast(asked, answer.value)]
    if judgement.read_as:
        exhibits.append(Formula(judgement.read_as, judgement.mathml))
    if judgement.position is not None:
        details.append(excerpt(answer.value, judgement.position))
    if judgement.counterexample is not None:
        exhibits.append(ForStaff(str(judgement.counterexample)))
    details += judgement.notes
    outcome = Outcome.NEEDS_PERSON if judgement.outcome is Outcome.UNREADABLE else judgement.outcome
    return Verdict(
        outcome,
        judgement.credit,
        judgement.message,
        place_of(answer),
        tuple(details),
        tuple(exhibits),
    )


def place_of(answer: Answer) -> Place:
    """Where an answer stands."""
    return Place(answer.cell + 1, answer.line)


def better_of(*judgements: Callable[[], Verdict]) -> Verdict:
    """The best of several ways to answer a question (a formula or a function); those not taken cost nothing.

    Where none is wholly right and one is for a person, a person decides. Raises what the attempts raised when
    none gave a verdict: a fault in one before one that was not made.
    """
    verdicts: list[Verdict] = []
    missing: list[CannotCheck] = []
    faults: list[Exception] = []
    for judge in judgements:
        try:
            verdicts.append(judge())
        except (ForAPerson, NothingHandedIn) as fault:
            missing.append(fault)
        except (CannotCheck, StudentFault) as fault:
            faults.append(fault)
    if verdicts:
        return max(verdicts, key=lambda v: (v.credit == 1.0, v.outcome.is_pending, v.credit))
    for_a_person = [fault for fault in missing if isinstance(fault, ForAPerson)]
    raise [*faults, *for_a_person, *missing][0]
