"""Free text answers: whether there is one, and where. What it says is for people."""

from __future__ import annotations

import re

from grader.submission.answers import MAX_VALUE, Answer, Line, sections
from grader.submission.notebook import Notebook

_LABEL = re.compile(r"[\s>*_#-]{0,12}answer[\s*_]{0,6}[:：][\s*_]{0,6}", re.IGNORECASE)


def read_text(notebook: Notebook, question_id: str, *, has_fields: bool) -> Answer | None:
    """The last text in a cell marked as answering the question, behind `**Answer**:` if that is there.

    has_fields: the question has lines for formulas or choices too, so only what is behind the label is text.
    """
    found = None
    for cell in notebook.cells:
        for section in sections(cell, question_id) if cell.kind != "code" else ():
            lines = [line for line in _behind_label(section, has_fields) if line.text.strip()]
            if lines:
                text = "\n".join(line.text for line in lines).strip()
                found = Answer(text[:MAX_VALUE], cell.index, lines[0].number)
    return found


def _behind_label(section: list[Line], has_fields: bool) -> list[Line]:
    for position, line in enumerate(section):
        if label := _LABEL.match(line.text):
            return [Line(line.number, line.text[label.end() :]), *section[position + 1 :]]
    return [] if has_fields else section
