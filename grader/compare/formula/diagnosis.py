"""What is wrong with an answer that is not equal to the reference.

A diagnosis is evidence of what the student thought, no proof: the answer *equals* the reference with that
slip.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.compare.formula.equality import PRECISIONS, Sample, is_same, samples, values_at
from grader.compare.formula.errors import FormulaError, MisShapen
from grader.compare.formula.evaluator import Effort, TooCostly
from grader.compare.formula.expression import Expression, Piecewise
from grader.compare.formula.mutations import Kind, Slip, case_of, repairs, slips
from grader.compare.formula.ratios import Monomial, difference, monomial, ratio
from grader.compare.formula.sampling import Setting
from grader.compare.formula.shapes import Form, describe, fits, form_of
from grader.compare.formula.values import Value, entries, size

SAMPLES = 5
LEAST_PER_CASE = 2
MAX_STEPS = 300_000
MAX_SLIPS = 1_500

_HINTS = {
    Kind.SHAPE: "Check the shapes of your vectors and matrices.",
    Kind.FACTOR: "A factor is missing or too much.",
    Kind.SIGN: "Check the signs.",
    Kind.TRANSPOSE: "A transpose is missing or too much.",
    Kind.INVERSE: "An inverse is missing or in the wrong place.",
    Kind.IDENTITY: "An identity matrix is missing.",
    Kind.TERM: "A term is missing or too much.",
    Kind.SWAPPED_CASES: "Check which case is which.",
    Kind.CASE: "It is right in some cases only.",
    Kind.ORDER: "Check the order of the products.",
    Kind.SLIP: "It is nearly right: check each number, power and name.",
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong.

    sentence: for the person who marks; it may give the answer away. hint: for the student, while the answer
    is open.
    """

    kind: Kind
    sentence: str
    hint: str


def diagnose(answer: Expression, reference: Expression, setting: Setting) -> Diagnosis | None:
    """The slip that explains the answer; None where no single one does, or looking would take too long."""
    effort = Effort(MAX_STEPS)
    try:
        return _diagnose(answer, reference, setting, effort)
    except TooCostly:
        return None


def _diagnose(
    answer: Expression, reference: Expression, setting: Setting, effort: Effort
) -> Diagnosis | None:
    taken = samples(reference, setting, SAMPLES, effort)
    if len(taken) < 3:
        return None
    finder = _Finder(setting, taken, effort)
    expected = form_of(reference, setting.symbols)
    try:
        form = form_of(answer, setting.symbols)
    except MisShapen as error:
        return finder.repaired(answer) or _diagnosis(
            Kind.SHAPE, f"The shapes do not fit: {error}.", is_open=True
        )
    if not fits(form, expected):
        return finder.slipped(answer, reference) or finder.repaired(answer) or _wrong_shape(form, expected)
    looks: list[Callable[[], Diagnosis | None]] = [
        lambda: finder.factor(answer),
        lambda: finder.slipped(answer, reference),
        lambda: finder.cases(answer, reference),
        lambda: finder.repaired(answer),
        lambda: finder.offset(answer),
    ]
    return next((found for look in looks if (found := look())), None)


def _wrong_shape(form: Form, expected: Form) -> Diagnosis:
    sentence = f"Your answer is {describe(form)} and should be {describe(expected)}."
    return _diagnosis(Kind.SHAPE, sentence, is_open=True)


def _diagnosis(kind: Kind, sentence: str, *, is_open: bool = False) -> Diagnosis:
    """is_open: the sentence speaks of the student's own formula and may be shown."""
    return Diagnosis(kind, sentence, sentence if is_open else _HINTS[kind])


class _Finder:
    """Looks for one explanation of an answer's values at the samples."""

    def __init__(self, setting: Setting, taken: Sequence[Sample], effort: Effort) -> None:
        self._setting = setting
        self._samples = taken
        self._effort = effort

    def _value(self, formula: Expression, sample: Sample) -> Value | None:
        is_real = not self._setting.symbols.is_complex
        try:
            return values_at([formula], sample.point, is_real, self._setting.matrix_norm, self._effort)[0]
        except TooCostly:
            raise
        except FormulaError:
            return None

    def _values(self, formula: Expression) -> list[Value | None]:
        return [self._value(formula, sample) for sample in self._samples]

    def _agrees(self, formula: Expression, values: Sequence[Value | None]) -> bool:
        """Whether a formula has these values wherever there are any; the first difference ends it."""
        seen: Counter[int] = Counter()
        for sample, value in zip(self._samples, values, strict=True):
            if value is None:
                continue
            found = self._value(formula, sample)
            if found is None or not is_same(found, value, PRECISIONS[0]):
                return False
            seen[sample.case] += 1
        return all(seen[sample.case] >= LEAST_PER_CASE for sample in self._samples)

    def _names(self) -> list[str]:
        point = self._samples[0].point
        return [name for name, value in point.items() if isinstance(value, Fraction) and value != 0]

    def factor(self, answer: Expression) -> Diagnosis | None:
        """A constant or monomial factor; -1 is a sign.

        Where a monomial is asked, any other, be it 1, is one times the right one: there it holds one name.
        """
        pairs = zip(self._values(answer), self._samples, strict=True)
        ratios = [None if value is None else ratio(value, sample.expected) for value, sample in pairs]
        found = monomial(ratios, self._samples, self._names())
        if found is None or found == Monomial(Fraction(1)):
            return None
        if found == Monomial(Fraction(-1)):
            return _diagnosis(Kind.SIGN, "The sign is wrong.")
        if len(found.powers) > 1 and self._is_monomial():
            return None
        return _diagnosis(Kind.FACTOR, f"The answer is {found} times what is expected.")

    def _is_monomial(self) -> bool:
        """Whether what is expected is itself a number times powers of names."""
        values = [next(iter(entries(sample.expected))) for sample in self._samples]
        is_number = all(size(sample.expected) == (1, 1) for sample in self._samples)
        return is_number and monomial(values, self._samples, self._names()) is not None

    def offset(self, answer: Expression) -> Diagnosis | None:
        """A term too much that is a monomial."""
        pairs = zip(self._values(answer), self._samples, strict=True)
        offsets = [None if value is None else difference(value, sample.expected) for value, sample in pairs]
        found = monomial(offsets, self._samples, self._names())
        if found is None:
            return None
        return _diagnosis(Kind.TERM, f"The answer exceeds what is expected by {found}.")

    def slipped(self, answer: Expression, reference: Expression) -> Diagnosis | None:
        """The reference with one slip."""
        values = self._values(answer)
        found = self._first(
            slips(reference, self._setting.symbols), lambda slip: self._agrees(slip.formula, values)
        )
        return None if found is None else _diagnosis(found.kind, f"{_sentence(found)}.")

    def repaired(self, answer: Expression) -> Diagnosis | None:
        """One edit of the answer that makes it right."""
        expected = [sample.expected for sample in self._samples]
        found = self._first(
            repairs(answer, self._setting.symbols), lambda slip: self._agrees(slip.formula, expected)
        )
        if found is None:
            return None
        return _diagnosis(found.kind, f"{_sentence(found)}; with this it would be right.")

    def _first(self, candidates: Iterable[Slip], is_it: Callable[[Slip], bool]) -> Slip | None:
        for number, slip in enumerate(candidates):
            if number >= MAX_SLIPS:
                return None
            if is_it(slip):
                return slip
        return None

    def cases(self, answer: Expression, reference: Expression) -> Diagnosis | None:
        """Cases that are right while others are not."""
        if not isinstance(reference, Piecewise):
            return None
        wrong = {
            sample.case
            for sample, value in zip(self._samples, self._values(answer), strict=True)
            if value is None or is_same(value, sample.expected, PRECISIONS[0]) is not True
        }
        right = sorted({sample.case for sample in self._samples} - wrong)
        if not right:
            return None
        words = " and ".join(case_of(reference, case) for case in right)
        return _diagnosis(Kind.CASE, f"It is right for {words} only.")


def _sentence(slip: Slip) -> str:
    return slip.sentence[0].upper() + slip.sentence[1:]
