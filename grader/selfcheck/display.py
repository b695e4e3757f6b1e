"""A report as text for terminals, as HTML for notebooks, and as JSON."""

from __future__ import annotations

import html
import textwrap
import unicodedata
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from grader.selfcheck.findings import Line, Outcome, Report

COLOURS = {
    Outcome.LOOKS_RIGHT: "#2e7d32",
    Outcome.LOOKS_WRONG: "#c62828",
    Outcome.UNREADABLE: "#ad1457",
    Outcome.RECORDED: "#1565c0",
    Outcome.NOT_ATTEMPTED: "#757575",
    Outcome.NOT_CHECKED: "#757575",
}
WIDTH = 110
CAVEAT = "This is no mark: what looks right may still be wrong, and what is recorded is read by the graders."


@dataclass(frozen=True, slots=True)
class Display:
    """What IPython shows for a report: HTML in a notebook, text in a terminal."""

    report: Report

    def _repr_html_(self) -> str:
        return as_html(self.report)

    def __repr__(self) -> str:
        return as_text(self.report)


def as_text(report: Report) -> str:
    """A line per part, in columns; what is longer goes on below itself."""
    first = max((len(_name(line)) for line in report.lines), default=0)
    indent = " " * (first + len(Outcome.NOT_ATTEMPTED) + 4)
    rows = [
        f"{_name(line):<{first}}  {line.finding.outcome:<{len(Outcome.NOT_ATTEMPTED)}}  {_why(line, indent)}"
        for line in report.lines
    ]
    return plain("\n".join([report.title, *report.notes, "", *rows, "", _summary(report), CAVEAT]))


def as_html(report: Report) -> str:
    """A table. Notebooks set what stands between dollars as mathematics."""
    rows = "".join(_row(line) for line in report.lines)
    notes = "".join(f"<div>{_escaped(note)}</div>" for note in report.notes)
    return (
        f"<div><b>{_escaped(report.title)}</b>{notes}"
        f"<table style='text-align:left'>{rows}</table>"
        f"<div>{_escaped(_summary(report))} {_escaped(CAVEAT)}</div></div>"
    )


def as_json(report: Report) -> dict[str, Any]:
    """Plain data: assignment, title, notes, and parts with question, part, outcome, message, place, echo."""
    parts = [{"question": line.question, "part": line.part, **asdict(line.finding)} for line in report.lines]
    return {
        "assignment": report.assignment,
        "title": report.title,
        "notes": list(report.notes),
        "parts": parts,
    }


def plain(text: str) -> str:
    """Without escape sequences, direction marks and other invisible characters; newlines and tabs stay."""
    return "".join(
        c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") else "\ufffd"
        for c in text
    )


def _name(line: Line) -> str:
    return f"{line.question} {line.part}"


def _why(line: Line, indent: str) -> str:
    finding = line.finding
    where = f" ({finding.place})" if finding.place else ""
    first, *excerpt = finding.message.split("\n")
    text = f"{first}{where}"
    lines = textwrap.wrap(text, max(40, WIDTH - len(indent)), break_on_hyphens=False) or [""]
    lines += excerpt
    if finding.echo:
        lines.append(f"Read as: {finding.echo.text}")
    return f"\n{indent}".join(lines)


def _row(line: Line) -> str:
    finding = line.finding
    first, *excerpt = finding.message.split("\n")
    where = f" <span style='color:#757575'>({finding.place})</span>" if finding.place else ""
    text = _escaped(first) + where
    if excerpt:
        text += f"<pre>{_escaped(chr(10).join(excerpt))}</pre>"
    if finding.echo:
        echo = finding.echo
        shown = f"${_escaped(echo.latex)}$" if echo.latex else f"<code>{_escaped(echo.text)}</code>"
        text += f"<br>Read as: {shown}"
    outcome = f"<span style='color:{COLOURS[finding.outcome]}'>{finding.outcome}</span>"
    cells = (_escaped(_name(line)), outcome, text)
    return (
        "<tr>"
        + "".join(f"<td style='text-align:left;vertical-align:top'>{cell}</td>" for cell in cells)
        + "</tr>"
    )


def _escaped(text: str) -> str:
    return html.escape(plain(text))


def _summary(report: Report) -> str:
    counted = Counter(line.finding.outcome for line in report.lines)
    return ", ".join(f"{counted[outcome]} {outcome}" for outcome in Outcome if counted[outcome]) + "."
