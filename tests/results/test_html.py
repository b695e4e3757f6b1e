from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from grader.results import Outcome, Place, Result, Verdict, correct
from grader.results.html import class_page, hand_in_page

MakeResult = Callable[..., Result]

PAYLOADS = [
    "<script>document.title='FIRED'</script>",
    "<ScRiPt >document.title='FIRED'</sCrIpT>",
    "<script src=//example.com/x.js></script>",
    "</script><script>document.title='FIRED'</script>",
    "</title><script>document.title='FIRED'</script>",
    "</style><script>document.title='FIRED'</script>",
    "</pre></div><script>document.title='FIRED'</script>",
    "--><script>document.title='FIRED'</script>",
    "]]><script>document.title='FIRED'</script>",
    "<<script>document.title='FIRED'//<</script>",
    "<img src=x onerror=document.title='FIRED'>",
    "<img src=http://example.com/pixel.png>",
    "\"><img src=x onerror=document.title='FIRED'>",
    "'><img src=x onerror=document.title='FIRED'>",
    "\" autofocus onfocus=document.title='FIRED' x=\"",
    "' onmouseover=document.title='FIRED' x='",
    "<svg onload=document.title='FIRED'>",
    "<svg><script>document.title='FIRED'</script></svg>",
    "<body onload=document.title='FIRED'>",
    "<iframe srcdoc=\"<script>parent.document.title='FIRED'</script>\"></iframe>",
    "<iframe src=javascript:document.title='FIRED'></iframe>",
    "<a href=javascript:document.title='FIRED'>marks</a>",
    "<object data=javascript:document.title='FIRED'></object>",
    "<embed src=javascript:document.title='FIRED'>",
    "<meta http-equiv=refresh content='0;url=http://example.com/'>",
    "<link rel=stylesheet href=http://example.com/x.css>",
    "<base href=http://example.com/>",
    "<style>@import 'http://example.com/x.css';</style>",
    "<form action=http://example.com/><button autofocus>Marks</button></form>",
    "<details open ontoggle=document.title='FIRED'>",
    "{{ 7 * 7 }}{% raw %}<script>document.title='FIRED'</script>",
    "&lt;script&gt;document.title='FIRED'&lt;/script&gt;",
]
OURS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "h1",
        "h2",
        "p",
        "ul",
        "li",
        "div",
        "b",
        "main",
    ),
    *("section", "span", "strong", "pre", "footer", "table", "thead", "tbody", "tr", "th", "td", "a"),
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


def pages_with(make_result: MakeResult, payload: str) -> list[str]:
    """A hand-in's page and a class page with the payload wherever a student's text can come."""
    verdict = Verdict(Outcome.ERROR, 0.0, payload, Place(3, 1), (payload, payload))
    result = make_result(
        payload,
        {"1": [(1, verdict), (1, correct(payload))]},
        notebook=payload,
        problem=payload,
        notices=(payload,),
    )
    return [hand_in_page(result), class_page([result], {result.submission: f"reports/{payload}.html"})]


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
    for page in pages_with(make_result, payload):
        attributes = Page(page).attributes
        assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in attributes
        assert page.index("Content-Security-Policy") < page.index("<title>")
        assert not {
            name for name, _ in attributes if name.startswith("on") or name in ("src", "action", "style")
        }
        links = [value for name, value in attributes if name == "href"]
        assert all(link.startswith("reports/") for link in links)
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
        "full",
    ):
        assert expected in text


def test_the_class_page_leads_to_each_hand_in(make_result: MakeResult) -> None:
    page = class_page(
        [make_result("ada b"), make_result("王")], {"ada b": "reports/ada_b.html", "王": "reports/王.html"}
    )
    hrefs = [value for name, value in Page(page).attributes if name == "href"]
    assert hrefs == ["reports/ada_b.html", "reports/%E7%8E%8B.html"]


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium to render the reports with")
def test_a_browser_runs_none_of_the_payloads(make_result: MakeResult, tmp_path: Path) -> None:
    assert CHROMIUM is not None
    (tmp_path / "fires.html").write_text("<title>x</title><script>document.title='FIRED'</script>")
    for number, page in enumerate(pages_with(make_result, "\n".join(PAYLOADS))):
        (tmp_path / f"page{number}.html").write_text(page)
    titles = {}
    for path in sorted(tmp_path.glob("*.html")):
        command = [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}",
        ]
        dumped = subprocess.run(
            [*command, "--dump-dom", path.as_uri()], capture_output=True, text=True, timeout=120, check=True
        ).stdout
        title = re.search(r"<title>(.*?)</title>", dumped, re.DOTALL)
        titles[path.stem] = title[1].strip() if title else ""
    assert titles.pop("fires") == "FIRED", "the browser would show a script that runs"
    assert "FIRED" not in titles.values()
