"""The class report's pages: whole, safe, and without what is not theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from grader.report.class_report import report_on
from grader.report.output import CannotWrite, write_report
from grader.report.results import Graded
from grader.results import Outcome, Verdict, correct, incorrect, needs_person
from grader.results.exhibits import Contrast, Curves, Formula, ForStaff, Rubric, Series, StudentText
from grader.results.writeup import Writeup, WriteupPage

MakeClass = Callable[..., tuple[Graded, ...]]

PAYLOADS = (Path(__file__).parents[1] / "results" / "payloads.txt").read_text("utf-8").splitlines()
LOSSES = tuple((epoch, 2.0 / epoch) for epoch in range(1, 8))


class Page(HTMLParser):
    """Tags, addresses and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.addresses: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def class_with(make_class: MakeClass, text: str) -> tuple[Graded, ...]:
    """A class with the text in every place that a student's text can come to."""
    curves = Curves(text, text, text, (Series(text, LOSSES),), source="saved output")
    rubric = {
        "1": [
            (2, incorrect(text, details=(text,), exhibits=(Formula(text, text), ForStaff(text, 1.5)))),
            (2, Verdict(Outcome.TIMEOUT, 0.0, text, exhibits=(Contrast(text, text),))),
            (2, needs_person(text, exhibits=(StudentText(text, 1, 1), Rubric(text)))),
            (2, correct(text, exhibits=(curves,))),
        ]
    }
    return make_class({text: rubric, f"{text} 2": rubric}, notices=(text,))


def with_stems(graded: tuple[Graded, ...]) -> tuple[Graded, ...]:
    return tuple(Graded(f"stem{number}", g.result) for number, g in enumerate(graded))


def pages_of(make_class: MakeClass, folder: Path, text: str) -> dict[str, str]:
    graded = with_stems(class_with(make_class, text))
    (folder / "reports").mkdir(exist_ok=True)
    writeups = {graded[0].name: Writeup((WriteupPage(1, b"\xff\xd8", 10, 10),), notice=text)}
    write_report(report_on(graded), folder, writeups)
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*.html")}


def test_the_report_is_a_set_of_pages_and_tables_that_lead_to_each_other(
    make_class: MakeClass, tmp_path: Path
) -> None:
    pages = pages_of(make_class, tmp_path, "harmless")
    assert set(pages) == {"class.html", "queue.html", "queue/1-c.html", "reports/stem0.html"}
    assert {path.name for path in tmp_path.glob("*.csv")} == {
        "queue.csv",
        "items.csv",
        "wrong_answers.csv",
        "canvas.csv",
    }
    assert (tmp_path / "queue" / "pages" / "stem0-1.jpg").read_bytes() == b"\xff\xd8"
    for name, text in pages.items():
        for address in Page(text).addresses:
            target = (tmp_path / name).parent / address
            assert address.startswith(("#", "data:image/")) or target.exists() or "reports/stem1" in address
    assert "The same tables" in pages["class.html"] and "Rubric." in pages["queue/1-c.html"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_becomes_markup_or_an_address(make_class: MakeClass, tmp_path: Path, payload: str) -> None:
    tags, names = set(), set()
    for text in pages_of(make_class, tmp_path, "harmless").values():
        tags |= Page(text).tags
        names |= Page(text).names
    for name, text in pages_of(make_class, tmp_path, payload).items():
        page = Page(text)
        assert page.tags <= tags and page.names <= names
        assert payload in page.text or name == "queue.html", "which names parts and no student"
        assert all(
            a.startswith(("#", "data:image/", "..", "reports/", "queue", "pages/")) for a in page.addresses
        )
        assert "default-src 'none'" in text


def test_names_and_numbers_of_the_class_are_on_its_page(make_class: MakeClass, tmp_path: Path) -> None:
    graded = make_class(
        {f"student {n}": {"1": [(10, correct("") if n else incorrect("No."))]} for n in range(6)}
    )
    write_report(report_on(graded), tmp_path, {})
    text = " ".join(Page((tmp_path / "class.html").read_text("utf-8")).text.split())
    for expected in (
        "6 hand-ins",
        "Mean 8.33, median 10",
        "0.83",
        "No.",
        "No two hand-ins show the same",
        "student 0",
    ):
        assert expected in text


def test_an_earlier_reports_queue_is_cleared_away(make_class: MakeClass, tmp_path: Path) -> None:
    write_report(report_on(make_class({"ada": None})), tmp_path, {})
    assert (tmp_path / "queue" / "2-a.html").is_file()
    write_report(report_on(make_class({"ada": {"2": [(3, correct(""))]}})), tmp_path, {})
    assert not (tmp_path / "queue" / "2-a.html").exists()


def test_a_folder_that_cannot_be_written_is_named(make_class: MakeClass, tmp_path: Path) -> None:
    (tmp_path / "class.html").mkdir()
    with pytest.raises(CannotWrite, match=re.escape(str(tmp_path))):
        write_report(report_on(make_class({"ada": None})), tmp_path, {})


def test_a_browser_runs_none_of_the_payloads(
    make_class: MakeClass, tmp_path: Path, title_in_browser: Callable[[Path], str]
) -> None:
    folder = tmp_path / "marks"
    folder.mkdir()
    for name in pages_of(make_class, folder, "\n".join(PAYLOADS)):
        assert title_in_browser(folder / name) not in ("", "FIRED"), name
