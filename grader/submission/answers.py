"""Structured answers: the cells in which a student writes formulas and numbers, one line per field.

An answer cell is a text cell with a marker line, then lines `label: value`:

    ### Answer 4.3
    - **weights**: $5 \\cdot NC (NF + 1)$
    - outputs = 7 NF - NC

A value may go on until the next label or an empty line. Marker, label and value may be decorated as
Markdown allows, and the lines may be the rows of a table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from grader.submission.markup import plain
from grader.submission.notebook import Cell, Notebook

MAX_VALUE = 4_000
MAX_LABEL = 80
MAX_NOTICES = 20

_MARKER = re.compile(
    r"(?:[^\w\n]|_){0,12}answers?(?![^\W_])[\s*_]{0,6}(?:(?:to|for)\b)?\s{0,3}(?:question\b|q(?![^\W\d_])\.?)?\s{0,3}"
    r"\(?([a-z]{0,3}\d{1,3}(?:\.\d{1,3}){0,4}[a-z]?(?:\([a-z]\))?)(?![^\W_]|\()[\s:.)*_]*(.*)",
    re.IGNORECASE,
)
_BULLET = re.compile(r"[\s>#]*(?:[-*+•]\s+|\(?(?:\d{1,2}|[a-z])[.)]\s+)?(?:\[[ x]\]\s+)?", re.IGNORECASE)
_LABEL_END = re.compile(r"[-=]>|[:=：＝→⇒⟶⟹–—]")
_CELL_END = re.compile(r"\|")
_STRAY_LABEL = re.compile(r"([^\W\d][\w ()*,-]{0,60})[:：](?!/)")
_LATEX_COMMAND = re.compile(r"\\[A-Za-z]+")
_FENCE = re.compile(r"\s*```\w*\s*")
_HINT = re.compile(r"\s*([*_])(?!\1).*\1\s*")  # the template's hints are set in italics
_ANSWER_LABEL = re.compile(r"[\s>*_#-]{0,12}answer[\s*_]{0,6}[:：]", re.IGNORECASE)
_ONE_WORD = re.compile(r"\s*[\w.(){}^/+-]{1,40}\s*")
_AROUND = "$`*_ \t:="
_STARRED = re.compile(r"[\w})]?[_^]\*(?![*_])")
_SET_OFF = ("$", "`", "\\[", "\\(", "\\begin")
_DISPLAY = re.compile(
    r"\\begin\{(equation|align|aligned|gather|displaymath|math)(\*?)\}(.*)\\end\{\1\2\}", re.DOTALL
)
_PLACEHOLDERS = frozenset(
    {"", "todo", "tbd", "answer", "youranswer", "youranswerhere", "fillin", "fillinhere"}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a student wrote for one field: its text, the cell's index, the line from 1."""

    value: str
    cell: int
    line: int


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one question by field; a field that was not attempted is absent.

    has_cell: whether the notebook has an answer cell for the question at all, be it an empty one.
    other_text: the number (from 1) of a cell with words of the student's that stand behind no label.
    """

    fields: Mapping[str, Answer]
    notices: tuple[str, ...] = ()
    has_cell: bool = False
    other_text: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and its number in the cell, from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class _Draft:
    """A field as found: its lines are added as they are read."""

    field: str
    lines: list[Line]

    @property
    def is_empty(self) -> bool:
        return not any(line.text.strip() for line in self.lines)

    def skip(self, line: Line) -> None:
        """Take a line that holds no text of the value; a draft still empty keeps one line only."""
        blank = Line(line.number, "")
        if self.is_empty:
            self.lines.clear()
        self.lines.append(blank)

    def continues_with(self, line: Line) -> bool:
        """Directly below, or one word or a formula set off by empty lines: prose after a gap is no answer."""
        is_next = line.number == self.lines[-1].number + 1
        is_set_off = line.text.lstrip().startswith(_SET_OFF) or _ONE_WORD.fullmatch(line.text) is not None
        return not self.is_empty or is_next or is_set_off


@dataclass(frozen=True, slots=True)
class _Section:
    """What stands below a marker: fields in order, beginnings that only look like labels, other text."""

    drafts: Sequence[_Draft]
    strays: Sequence[Line]
    has_other_text: bool


def read_answers(notebook: Notebook, question_id: str, labels: Mapping[str, Sequence[str]]) -> Answers:
    """The answers in all text cells that are marked as answering `question_id`.

    labels: for each field the labels a student may write beside the field's own id; case, spaces and
    punctuation do not matter. The last non-empty answer to a field counts; a different earlier one gives a
    notice.
    """
    fields_by_label = _label_table(tuple((field, tuple(aliases)) for field, aliases in labels.items()))
    fields: dict[str, Answer] = {}
    notices: list[str] = []
    strays: list[str] = []
    has_cell = False
    other_text = None
    for cell in notebook.cells:
        for lines in sections(cell, question_id) if cell.kind != "code" else ():
            has_cell = True
            section = _read_section(lines, fields_by_label)
            other_text = cell.number if section.has_other_text else other_text
            strays += [f"Cell {cell.number}, line {line.number}: {line.text!r}" for line in section.strays]
            for draft in section.drafts:
                answer = _answer(draft, cell)
                earlier = fields.get(draft.field)
                if answer and earlier and earlier.value != answer.value:
                    notices.append(_duplicate(draft.field, earlier, answer))
                if answer:
                    fields[draft.field] = answer
    if fields.keys() != labels.keys():
        notices += [f"{stray} is no label of question {question_id}." for stray in strays]
    return Answers(fields, tuple(notices[:MAX_NOTICES]), has_cell, other_text)


def _duplicate(field: str, earlier: Answer, later: Answer) -> str:
    return (
        f"{field} is answered in cell {earlier.cell + 1}, line {earlier.line}, "
        f"and again in cell {later.cell + 1}, line {later.line}: the last one counts."
    )


@lru_cache(1024)  # an assignment has a few, and every hand-in is read by all of them
def _label_table(labels: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, str]:
    """Normalised label -> field. Two fields with one label are a mistake of the assignment: ValueError."""
    table: dict[str, str] = {}
    for field, aliases in labels:
        for label in (field, *aliases):
            owner = table.setdefault(_normalised(label), field)
            if owner != field:
                raise ValueError(f"the label {label!r} belongs to both {owner!r} and {field!r}")
    return table


def _normalised(label: str) -> str:
    text = unicodedata.normalize("NFKC", _LATEX_COMMAND.sub(" ", label)).casefold()
    return "".join(c for c in text if c.isalnum())


def sections(cell: Cell, question_id: str) -> Iterator[list[Line]]:
    """The lines from each marker of the question to the next marker of any question, or the cell's end."""
    wanted = _normalised_id(question_id)
    section: list[Line] = []
    is_wanted = False
    for number, text in enumerate(map(plain, cell.source.split("\n")), start=cell.first_line):
        if marker := _MARKER.match(text):
            if section:
                yield section
            section = []
            is_wanted = _normalised_id(marker[1]) == wanted
            text = marker[2]
        if is_wanted:
            section.append(Line(number, text))
    if section:
        yield section


def _normalised_id(question_id: str) -> str:
    return question_id.replace("(", "").replace(")", "").casefold().removeprefix("q")


def _read_section(lines: Sequence[Line], fields_by_label: Mapping[str, str]) -> _Section:
    """Every line goes to a field, or is a beginning that only looks like a label, or other text."""
    drafts: list[_Draft] = []
    strays: list[Line] = []
    has_other_text = False
    current: _Draft | None = None
    for line in lines:
        text = _BULLET.sub("", line.text, count=1)
        if labelled := _split_label(text, fields_by_label):
            field, rest = labelled
            current = _Draft(field, [Line(line.number, rest)])
            drafts.append(current)
        elif stray := _STRAY_LABEL.match(text):
            strays.append(Line(line.number, stray[1]))
            has_other_text = has_other_text or _is_of_the_student(line)
            current = None
        elif current and _FENCE.fullmatch(line.text):
            current.skip(line)
        elif current and line.text.strip() and not line.text.startswith("#") and current.continues_with(line):
            current.lines.append(line)
        else:
            has_other_text = has_other_text or _is_of_the_student(line)
            if line.text.strip() or (current and not current.is_empty):
                current = None
    return _Section(drafts, strays, has_other_text)


def _is_of_the_student(line: Line) -> bool:
    """Whether there are words that the template does not have: no heading, hint or empty `**Answer**:`."""
    words = line.text if not (label := _ANSWER_LABEL.match(line.text)) else line.text[label.end() :]
    is_of_the_template = words.lstrip().startswith("#") or _HINT.fullmatch(words)
    return not is_of_the_template and _normalised(words) not in _PLACEHOLDERS


def _split_label(text: str, fields_by_label: Mapping[str, str]) -> tuple[str, str] | None:
    """(field, rest of the line); of several readings, as in `total = weights = 9`, the longest label wins.

    In the row of a table the label ends with its cell. LaTeX commands do not count in a label: the value of
    `condition: \\sigma = 0` begins at the first sign.
    """
    ends = _LABEL_END
    if text.lstrip().startswith("|"):
        text, ends = text.strip()[1:].removesuffix("|"), _CELL_END
    found, longest = None, ""
    for end in ends.finditer(text, 0, MAX_LABEL):
        label = _normalised(text[: end.start()])
        if label in fields_by_label and label != longest:
            found, longest = (fields_by_label[label], text[end.end() :]), label
    return found


def _answer(draft: _Draft, cell: Cell) -> Answer | None:
    """The value without its wrapping, or None when there is nothing but a placeholder."""
    value = _unwrapped(" ".join(line.text.strip() for line in draft.lines)[:MAX_VALUE])
    if _normalised(value) in _PLACEHOLDERS:
        return None
    first = next(line for line in draft.lines if line.text.strip())
    return Answer(value, cell.index, first.number)


def _unwrapped(value: str) -> str:
    """Without what sets it off: dollars, backticks, emphasis, LaTeX brackets, a display environment.

    The star of w_* is no emphasis.
    """
    value = value.lstrip(_AROUND)
    bare = value.rstrip(_AROUND)
    starred = _STARRED.match(value, max(0, len(bare) - 1))
    value = bare if starred is None else value[: starred.end()]
    if value[:2] in ("\\[", "\\(") and value[-2:] in ("\\]", "\\)"):
        value = value[2:-2].strip()
    display = _DISPLAY.fullmatch(value)
    return (display[3] if display else value).strip()
