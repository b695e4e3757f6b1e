from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from grader.results import Exhibit, Outcome, Place, Result, Verdict, correct
from grader.results import exhibits as show
from grader.results.exhibits import MATHML
from grader.results.html import PAGES_BUDGET, class_page, hand_in_page
from grader.results.summary import Summary
from grader.results.writeup import Writeup, WriteupPage

MakeResult = Callable[..., Result]

PAYLOADS = (Path(__file__).parent / "payloads.txt").read_text("utf-8").splitlines()
OURS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "footer", "div", "span"),
    *("h1", "h2", "h3", "p", "ul", "li", "b", "strong", "a", "pre", "code", "blockquote", "dl", "dt", "dd"),
    *(
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "figure",
        "figcaption",
        "img",
        "details",
        "summary",
    ),
    *("svg", "desc", "rect", "line", "polyline", "circle", "text", "math"),
    *MATHML,
}


class Page(HTMLParser):
    """The tags, attributes and text of a page, as a browser would take them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, attribute: str) -> list[str]:
        return [value for name, value in self.attributes if name == attribute]


def every_exhibit(text: str, mathml: str = "<mi>x</mi>") -> tuple[Exhibit, ...]:
    """One of each kind, with the text wherever a text can stand."""
    layer = show.Layer(text, text, text)
    return (
        show.Contrast(text, text),
        show.Formula(text, mathml),
        show.NetworkDiagram(
            text, (show.LayerPair(1, layer, None, False), show.LayerPair(1, layer, layer, True)), 0
        ),
        show.Curves(text, text, text, (show.Series(text, ((1, 2.5), (2, 2.25), (3, 2.0))),)),
        show.Path(text, text, text, (((0, 0), (1, 1)),), ((0, 0), (0.5, 0.25)), (show.Mark(text, 0, 0),)),
        show.Images(text, (show.Image(text, 2, 2, "00ff8040"),)),
        show.StudentText(text, 7, 2),
        show.Rubric(text),
    )


def pages_with(make_result: MakeResult, payload: str, mathml: str = "<mi>x</mi>") -> list[str]:
    """A hand-in's page and a class page with the payload wherever a student's text can come."""
    verdict = Verdict(
        Outcome.ERROR, 0.0, payload, Place(3, 1), (payload, payload), every_exhibit(payload, mathml)
    )
    result = make_result(
        payload,
        {"1": [(1, verdict), (1, correct(payload))]},
        notebook=payload,
        problem=payload,
        notices=(payload,),
    )
    writeup = Writeup((WriteupPage(1, b"\xff\xd8", 10, 10),), notice=payload)
    return [
        hand_in_page(result, writeup),
        class_page([Summary.of(result)], {result.submission: f"reports/{payload}.html"}),
    ]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_of_students_is_shown_and_never_markup(make_result: MakeResult, payload: str) -> None:
    harmless = [Page(page) for page in pages_with(make_result, "harmless")]
    for page, expected in zip(pages_with(make_result, payload), harmless, strict=True):
        parsed = Page(page)
        assert parsed.tags == expected.tags and set(parsed.tags) <= OURS
        assert [name for name, _ in parsed.attributes] == [name for name, _ in expected.attributes]
        assert payload in parsed.text


@pytest.mark.parametrize("payload", ["harmless", *PAYLOADS])
def test_a_page_runs_no_script_and_leads_nowhere_outside(make_result: MakeResult, payload: str) -> None:
    for page in pages_with(make_result, payload, mathml=payload):
        parsed = Page(page)
        assert set(parsed.tags) <= OURS
        assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in parsed.values("content")
        assert page.index("Content-Security-Policy") < page.index("<title>")
        names = {name for name, _ in parsed.attributes}
        assert not {name for name in names if name.startswith("on") or name in ("action", "style", "srcset")}
        assert all(source.startswith("data:image/") for source in parsed.values("src"))
        assert all(link.startswith(("reports/", "#")) for link in parsed.values("href"))
        style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
        assert style and "url(" not in style[1] and "@import" not in style[1]


def test_every_mark_and_reason_is_on_the_page(make_result: MakeResult) -> None:
    verdict = Verdict(Outcome.PARTIAL, 0.5, "The last ReLU is too many.", Place(9, 4), ("Found: ReLU",))
    text = " ".join(Page(hand_in_page(make_result("ada", {"4.1": [(7, verdict)]}))).text.split())
    for expected in (
        "ada",
        "3.5 / 7",
        "partial",
        "The last ReLU is too many. (cell 9, line 4)",
        "Found: ReLU",
        "isolation “full” (landlock, seccomp)",
        "python 3.11",
    ):
        assert expected in text


def test_a_students_page_does_not_give_the_seed_away(make_result: MakeResult) -> None:
    text = Page(hand_in_page(make_result("ada").model_copy(update={"seed": 987_654_321}))).text
    assert "987654321" not in text and "seed" not in text


def test_what_is_for_staff_stays_out_of_a_students_report(make_result: MakeResult) -> None:
    secret = show.ForStaff("At eta = 3 it should be 17.5.", misses_by=1.25)
    verdict = Verdict(Outcome.INCORRECT, 0.0, "It is not right.", exhibits=(secret,))
    page = hand_in_page(make_result(rubric={"2": [(4, verdict)]}))
    assert "17.5" not in page and "1.25" not in page


def test_a_formula_is_set_and_not_told_twice(make_result: MakeResult) -> None:
    shown = show.Formula("2/n", "<mfrac><mn>2</mn><mi>n</mi></mfrac>")
    verdict = Verdict(Outcome.CORRECT, 1.0, "Right.", details=("Read as: 2/n", "A note."), exhibits=(shown,))
    page = Page(hand_in_page(make_result(rubric={"2": [(4, verdict)]})))
    assert "mfrac" in page.tags and page.values("alttext") == ["2/n"]
    assert "Read as: 2/n" not in page.text and "A note." in page.text


def test_what_a_right_answer_was_read_as_is_folded_away_and_a_wrong_ones_is_not(
    make_result: MakeResult,
) -> None:
    shown, note = (show.Contrast("a number", "7"),), ("Read as: 7",)
    for outcome, credit, folded in ((Outcome.CORRECT, 1.0, True), (Outcome.INCORRECT, 0.0, False)):
        verdict = Verdict(outcome, credit, "Seen.", details=note, exhibits=shown)
        html = hand_in_page(make_result(rubric={"2": [(4, verdict)]}))
        assert ("As it was read" in html) is folded
        assert html.count("Asked for") == 1 and html.count('<div class="theirs">7</div>') == 1


def test_questions_that_nobody_marks_are_named_in_one_place(make_result: MakeResult) -> None:
    unmarked = Verdict(Outcome.NOT_CHECKED, 0.0, "Worth no marks, so nobody marks it.")
    rubric = {"1": [(4, correct("Right."))], "2": [(0, unmarked)], "3": [(0, correct("Right."))]}
    page = Page(hand_in_page(make_result(rubric=rubric)))
    assert [id for id in page.values("id") if id.startswith("q-")] == ["q-1", "q-3"]
    assert "Worth no marks, and not marked" in page.text


def test_the_first_difference_of_two_networks_is_marked_once(make_result: MakeResult) -> None:
    conv, relu = show.Layer("Conv2d", "3 × 3", "5 × 8 × 8"), show.Layer("ReLU")
    rows = (
        show.LayerPair(1, conv, conv, True),
        show.LayerPair(1, relu, None, False),
        show.LayerPair(2, None, relu, False),
    )
    verdict = Verdict(
        Outcome.PARTIAL, 0.5, "A layer is missing.", exhibits=(show.NetworkDiagram("Two networks", rows, 1),)
    )
    page = Page(hand_in_page(make_result(rubric={"4": [(4, verdict)]})))
    assert page.text.count("the first difference") == 1
    assert [value.split() for value in page.values("class") if "differs" in value] == [
        ["differs", "first"],
        ["differs"],
    ]


def test_every_picture_says_what_it_shows(make_result: MakeResult) -> None:
    verdict = Verdict(Outcome.PARTIAL, 0.5, "", exhibits=every_exhibit("A title"))
    html = hand_in_page(make_result(rubric={"4": [(4, verdict)]}))
    page = Page(html)
    assert page.tags.count("img") == len([alt for alt in page.values("alt") if alt])
    drawings = re.findall(r"<svg[^>]*role=\"img\"[^>]*>", html)
    assert len(drawings) == 4 and all("aria-label" in drawing for drawing in drawings)
    identifiers = page.values("id")
    assert len(set(identifiers)) == len(identifiers)
    named = [name for value in page.values("aria-labelledby") for name in value.split()]
    assert named and set(named) <= set(identifiers)
    assert "A title: from 2.5 at A title 1 to 2 at A title 3" in page.text


def test_headings_step_down_one_level_at_a_time(make_result: MakeResult) -> None:
    levels = [int(tag[1]) for tag in Page(hand_in_page(make_result())).tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in pairwise(levels))


def test_pages_of_a_write_up_are_shown_as_far_as_there_is_room(make_result: MakeResult) -> None:
    pages = tuple(WriteupPage(number, bytes(PAGES_BUDGET // 3), 800, 1000) for number in (1, 2, 3))
    html = hand_in_page(make_result(), Writeup(pages, {"2": (2,)}))
    assert len(html) < 5_000_000
    page = Page(html)
    assert page.values("href").count("#page-2") == 1 and "#page-1" not in page.values("href")
    assert page.tags.count("img") == 2 and "Pages from 3 on are left out" in page.text


def test_the_class_page_leads_to_each_hand_in(make_result: MakeResult) -> None:
    page = class_page(
        [Summary.of(make_result("ada b")), Summary.of(make_result("王"))],
        {"ada b": "reports/ada_b.html", "王": "reports/王.html"},
    )
    assert Page(page).values("href") == ["reports/ada_b.html", "reports/%E7%8E%8B.html"]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        *(("ink", "page"), ("ink", "panel"), ("soft", "page"), ("soft", "panel"), ("link", "page")),
        *((kind, f"{kind}-back") for kind in ("good", "fair", "bad", "wait", "none")),
        *(("bad", "page"), ("page", "bad")),
    ],
)
def test_text_stands_out_from_its_ground(make_result: MakeResult, scheme: int, ink: str, paper: str) -> None:
    """WCAG 2.2, level AA: a contrast of 4.5."""
    schemes = re.findall(r":root \{(.*?)\}", hand_in_page(make_result()), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#\w{6})", schemes[scheme]))
    assert contrast(colours[ink], colours[paper]) >= 4.5


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_browser_runs_none_of_the_payloads(
    make_result: MakeResult, tmp_path: Path, title_in_browser: Callable[[Path], str]
) -> None:
    assert len(PAYLOADS) >= 30
    (tmp_path / "fires.html").write_text("<title>x</title><script>document.title='FIRED'</script>")
    together = "\n".join(PAYLOADS)
    for number, page in enumerate(pages_with(make_result, together, together)):
        (tmp_path / f"page{number}.html").write_text(page)
    shown = tuple(x for payload in PAYLOADS for x in every_exhibit(payload, payload))
    verdict = Verdict(Outcome.PARTIAL, 0.5, "", exhibits=shown)
    (tmp_path / "each.html").write_text(hand_in_page(make_result(rubric={"1": [(1, verdict)]})))
    titles = {path.stem: title_in_browser(path) for path in sorted(tmp_path.glob("*.html"))}
    assert titles.pop("fires") == "FIRED", "the browser would show a script that runs"
    assert len(titles) == 3 and "FIRED" not in titles.values()
