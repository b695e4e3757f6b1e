"""Texts of students in every rendering: they are shown, and do nothing."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import hypothesis.strategies as st
from rich.console import Console

from grader.batch.output import BatchOutput
from grader.results import Outcome, Place, Result, Verdict
from grader.results.class_csv import class_csv
from grader.results.html import class_page, hand_in_page
from grader.results.markus import markus_lines
from grader.results.terminal import print_class, print_hand_in

from .checks import result_of
from .edits import edited_texts
from .trial import Fuzz

SEEDS = [
    "Your code raised ValueError: no",
    "a2-code.ipynb",
    "ada_okafor",
    "Read as: w0 - eta X^T a",
    "two\nlines",
]
OUTCOMES = (Outcome.INCORRECT, Outcome.ERROR, Outcome.GRADER_ERROR)
NOT_FOR_A_TERMINAL = frozenset({"Cc", "Cf", "Cs", "Co"})
STARTS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def test_texts_in_results(fuzz: Fuzz, tmp_path: Path) -> None:
    def example(case: tuple[str, list[str], list[str]]) -> str:
        name, texts, details = case
        hostile, plain = a_result(name, texts, details), a_result("ada", ["x"] * 3, ["x"] * len(details))
        assert_page_keeps_its_structure(hand_in_page(hostile), hand_in_page(plain))
        assert_page_keeps_its_structure(
            class_page([hostile], {hostile.submission: "reports/1.html"}),
            class_page([plain], {"ada": "reports/1.html"}),
        )
        assert_table_is_harmless(class_csv([hostile, plain]))
        assert_lines_are_markus(hostile)
        assert_terminal_is_left_alone(hostile)
        assert Result.model_validate_json(hostile.model_dump_json()) == hostile
        assert_files_stay_inside(hostile, tmp_path)
        return "shown"

    texts = st.lists(edited_texts(SEEDS, most=3), min_size=3, max_size=3)
    details = st.lists(edited_texts(SEEDS, most=2), min_size=1, max_size=3)
    fuzz.run("texts in results", st.tuples(edited_texts(SEEDS, most=3), texts, details), example)


def a_result(name: str, texts: list[str], details: list[str]) -> Result:
    """Texts wherever a student's can stand: the name, the problem, a notice, messages and details."""
    message, problem, notice = texts
    verdicts = [Verdict(outcome, 0.0, message or "x", Place(3, 4), tuple(details)) for outcome in OUTCOMES]
    return result_of(
        verdicts, submission=name, problem=problem or "x", notices=(notice,), notebook=name or "x"
    )


def assert_page_keeps_its_structure(page: str, plain: str) -> None:
    """The same elements with the same attributes as with harmless texts: nothing was added by the text."""
    page.encode()
    assert structure(page) == structure(plain)


def structure(page: str) -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...]]] = []

    class Structure(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            found.append((tag, tuple(name for name, _ in attributes)))
            assert tag != "script"
            for name, value in attributes:
                assert not name.startswith("on") and (name != "href" or (value or "").startswith("reports/"))

        def handle_endtag(self, tag: str) -> None:
            found.append((f"/{tag}", ()))

        def handle_comment(self, data: str) -> None:
            found.append(("!--", ()))

    parser = Structure()
    parser.feed(page)
    parser.close()
    return found


def assert_table_is_harmless(table: str) -> None:
    """Three lines, and no cell that a spreadsheet takes for a formula."""
    lines = list(csv.reader(io.StringIO(table, newline="")))
    assert len(lines) == 3 and len({len(line) for line in lines}) == 1
    assert not [cell for line in lines for cell in line if cell.startswith(STARTS_A_FORMULA)]


def assert_lines_are_markus(result: Result) -> None:
    """One line of ASCII JSON for each settled criterion, as MarkUs' autotester reads them."""
    lines = markus_lines(result)
    assert lines.isascii() and "\0" not in lines
    tests = [json.loads(line, parse_constant=refuse) for line in lines.splitlines()]
    assert len(tests) == 2 and len({test["name"] for test in tests}) == len(tests)
    for test in tests:
        assert test["status"] in {"pass", "partial", "fail", "error"}
        assert 0 <= test["marks_earned"] <= test["marks_total"] and "\0" not in test["output"]


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def assert_terminal_is_left_alone(result: Result) -> None:
    """No escape, no direction mark, nothing invisible."""
    output = io.StringIO()
    console = Console(file=output, width=100, color_system=None)
    print_hand_in(result, console, details=True)
    print_class([result], console)
    text = output.getvalue()
    assert not [c for c in text if c not in "\n\t" and unicodedata.category(c) in NOT_FOR_A_TERMINAL]


def assert_files_stay_inside(result: Result, folder: Path) -> None:
    """Files in the output folder only, and as many as for any name."""
    out = folder / "out"
    output = BatchOutput(out, [result.submission])
    output.add(result)
    output.finish()
    written = sorted(path for path in out.rglob("*") if path.is_file())
    assert len(written) == 5 and {path.parent.parent for path in written} <= {out, folder}
    for path in written:
        path.unlink()
