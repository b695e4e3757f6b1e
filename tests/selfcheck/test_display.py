"""How a report looks: columns, HTML without the student's own tags, JSON that holds everything."""

from __future__ import annotations

import json

import pytest

from grader.results.verdict import Place
from grader.selfcheck.display import Display, as_json, as_text
from grader.selfcheck.findings import Echo, Line, Report, looks_right, looks_wrong, recorded, unreadable

REPORT = Report(
    "toy",
    "Self-check of a toy",
    (
        Line("1", "formula", looks_right("It fits.", place=Place(3, 2), echo=Echo("a/b", r"\frac{a}{b}"))),
        Line("2", "other", looks_wrong("It is <b>bold</b>. " * 12)),
        Line("3", "broken", unreadable("a bracket is open:\n(a + b\n^")),
        Line("4", "plain", recorded("Your choice: \x1b[31mred\u202e", echo=Echo("x<y"))),
    ),
    ("A note.",),
)


def test_text_is_in_columns_and_not_too_wide() -> None:
    text = as_text(REPORT)
    assert "1 formula  looks right    It fits. (cell 3, line 2)" in text
    assert "Read as: a/b" in text
    assert max(map(len, text.splitlines())) <= 110
    assert "1 unreadable, 1 looks right, 1 looks wrong, 1 recorded." in text


def test_a_caret_stays_below_its_place() -> None:
    lines = as_text(REPORT).splitlines()
    row = next(number for number, line in enumerate(lines) if line.endswith("(a + b"))
    assert lines[row].index("(") == lines[row + 1].index("^")


@pytest.mark.parametrize("shown", [Display(REPORT)._repr_html_(), repr(Display(REPORT))])
def test_control_characters_of_a_student_are_made_harmless(shown: str) -> None:
    assert "\x1b" not in shown and "\u202e" not in shown


def test_html_sets_formulas_as_mathematics_and_escapes_text() -> None:
    page = Display(REPORT)._repr_html_()
    assert r"$\frac{a}{b}$" in page
    assert "<code>x&lt;y</code>" in page
    assert "&lt;b&gt;" in page and "<b>bold" not in page


def test_json_holds_every_field() -> None:
    data = json.loads(json.dumps(as_json(REPORT)))
    assert data["parts"][0] == {
        "question": "1",
        "part": "formula",
        "outcome": "looks right",
        "message": "It fits.",
        "place": {"cell": 3, "line": 2},
        "echo": {"text": "a/b", "latex": r"\frac{a}{b}"},
    }
