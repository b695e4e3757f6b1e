"""Texts of students in every rendering: they are shown, and do nothing."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import hypothesis.strategies as st
from rich.console import Console

from grader.batch.output import BatchOutput
from grader.results import Exhibit, Outcome, Place, Result, Verdict
from grader.results import exhibits as shown
from grader.results.class_csv import class_csv
from grader.results.formats import Format, rendered
from grader.results.html import class_page, hand_in_page
from grader.results.markus import markus_lines
from grader.results.mathematics import safe_mathml
from grader.results.rendering import Rendering
from grader.results.summary import Summary
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
WITHIN_LINES = frozenset({"span"})  # what is quoted in a message is set off by one
OUR_PLACES = ("reports/", "#", "data:image/png;base64,")
NOT_FOR_A_TERMINAL = frozenset({"Cc", "Cf", "Cs", "Co"})
STARTS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def test_texts_in_results(fuzz: Fuzz, tmp_path: Path) -> None:
    def example(case: tuple[str, list[str], list[str]]) -> str:
        name, texts, details = case
        hostile, plain = a_result(name, texts, details), a_result("ada", ["x"] * 3, ["x"] * len(details))
        assert_page_keeps_its_structure(hand_in_page(hostile), hand_in_page(plain))
        assert_page_keeps_its_structure(
            class_page([Summary.of(hostile)], {hostile.submission: "reports/1.html"}),
            class_page([Summary.of(plain)], {"ada": "reports/1.html"}),
        )
        assert_table_is_harmless(class_csv([Summary.of(hostile), Summary.of(plain)]), lines=3)
        assert_table_is_harmless(rendered(a_settled_result(name), Format.CANVAS), lines=3)
        assert_formula_is_only_mathml(texts[0])
        assert_lines_are_markus(hostile)
        assert_other_formats_are_what_they_say(hostile, plain)
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
    drawn = exhibits(f"§{details[0]}")  # no line of the details, which would then not be repeated
    verdicts = [Verdict(kind, 0.0, message or "x", Place(3, 4), tuple(details), drawn) for kind in OUTCOMES]
    return result_of(
        verdicts, submission=name, problem=problem or "x", notices=(notice,), notebook=name or "x"
    )


def a_settled_result(name: str) -> Result:
    return result_of([Verdict(Outcome.INCORRECT, 0.0, "It is not right.")], submission=name)


def exhibits(text: str) -> tuple[Exhibit, ...]:
    """Everything that can be drawn, with a text wherever one stands."""
    layer, line = shown.Layer(text, text, text), ((0.0, 0.0), (1.0, 2.0))
    return (
        shown.Contrast(text, text),
        shown.Formula(text, "<mrow><mi>a</mi></mrow>"),
        shown.NetworkDiagram(text, (shown.LayerPair(1, layer, layer, False),), 0),
        shown.Curves(text, text, text, (shown.Series(text, line),)),
        shown.Path(text, text, text, (line,), line, (shown.Mark(text, 0.5, 0.5),)),
        shown.Images(text, (shown.Image(text, 1, 1, "7f"),)),
        shown.StudentText(text, 3, 4),
        shown.Rubric(text),
        shown.ForStaff(text),
    )


def assert_page_keeps_its_structure(page: str, plain: str) -> None:
    """The same elements with the same attributes as with harmless texts: nothing was added by the text."""
    page.encode()
    assert structure(page) == structure(plain)


def structure(page: str) -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...]]] = []

    class Structure(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            if tag in WITHIN_LINES:
                assert {name for name, _ in attributes} <= {"class", "aria-hidden", "title"}
                return
            found.append((tag, tuple(name for name, _ in attributes)))
            assert tag != "script"
            for name, value in attributes:
                assert not name.startswith("on")
                assert name not in ("href", "src") or (value or "").startswith(OUR_PLACES)

        def handle_endtag(self, tag: str) -> None:
            if tag not in WITHIN_LINES:
                found.append((f"/{tag}", ()))

        def handle_comment(self, data: str) -> None:
            found.append(("!--", ()))

    parser = Structure()
    parser.feed(page)
    parser.close()
    return found


def assert_formula_is_only_mathml(text: str) -> None:
    """Of markup only the elements that we make; the rest is escaped, or nothing is left."""
    made = safe_mathml(f"<mrow><mi>{text}</mi></mrow>")
    if made:
        elements = list(ElementTree.fromstring(f"<math>{made}</math>").iter())[1:]
        assert {element.tag for element in elements} <= shown.MATHML
        assert not any(element.attrib for element in elements)


def assert_table_is_harmless(table: str, lines: int) -> None:
    """As many lines as for any name, and no cell that a spreadsheet takes for a formula."""
    found = list(csv.reader(io.StringIO(table, newline="")))
    assert len(found) == lines and len({len(line) for line in found}) == 1
    assert not [cell for line in found for cell in line if cell.startswith(STARTS_A_FORMULA)]


def assert_lines_are_markus(result: Result) -> None:
    """One line of ASCII JSON for each settled criterion, as MarkUs' autotester reads them."""
    lines = markus_lines(result)
    assert lines.isascii() and "\0" not in lines
    tests = [json.loads(line, parse_constant=refuse) for line in lines.splitlines()]
    assert len(tests) == 2 and len({test["name"] for test in tests}) == len(tests)
    for test in tests:
        assert test["status"] in {"pass", "partial", "fail", "error"}
        assert 0 <= test["marks_earned"] <= test["marks_total"] and "\0" not in test["output"]


def assert_other_formats_are_what_they_say(hostile: Result, plain: Result) -> None:
    """JSON and XML that parse, of the same form as with harmless texts; commands to GitHub, one a line."""
    gradescope = json.loads(rendered(hostile, Format.GRADESCOPE), parse_constant=refuse)
    assert len(gradescope["tests"]) == len(OUTCOMES)
    tags = [
        [
            (element.tag, sorted(element.attrib))
            for element in ElementTree.fromstring(rendered(result, Format.JUNIT)).iter()
        ]
        for result in (hostile, plain)
    ]
    assert tags[0] == tags[1]
    lines = rendered(hostile, Format.GITHUB).split("\n")
    assert len(lines) == len(rendered(plain, Format.GITHUB).split("\n")) and "\r" not in "".join(lines)
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines[:-1])


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def assert_terminal_is_left_alone(result: Result) -> None:
    """No escape, no direction mark, nothing invisible."""
    output = io.StringIO()
    console = Console(file=output, width=100, color_system=None)
    print_hand_in(result, console, details=True)
    print_class([Summary.of(result)], console)
    text = output.getvalue()
    assert not [c for c in text if c not in "\n\t" and unicodedata.category(c) in NOT_FOR_A_TERMINAL]


def assert_files_stay_inside(result: Result, folder: Path) -> None:
    """Files in the output folder only, and as many as for any name."""
    out = folder / "out"
    output = BatchOutput(out, [result.submission])
    output.take(result)
    output.write(Rendering(result))
    output.finish()
    written = sorted(path for path in out.rglob("*") if path.is_file())
    assert len(written) == 4 and {path.parent.parent for path in written} <= {out, folder}
    for path in written:
        path.unlink()
