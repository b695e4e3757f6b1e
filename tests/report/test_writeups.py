"""Write-ups are opened in a confined process, and whatever is in them the report is made."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from grader.report.writeups import MAX_PAGES, WIDTH, pages_by_question, read_writeup, writeup_of
from grader.sandbox import NoConfinement, SandboxServer
from grader.submission import HandIn

EXAMPLES = Path(__file__).parents[2] / "examples" / "csc413_a2_2025"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    """Unconfined where nothing confines: these PDFs are our own."""
    try:
        server = SandboxServer.start("auto", preload="single")
    except NoConfinement:
        server = SandboxServer.start("none", preload="single")
    with server:
        yield server


def pdf(texts: list[str], width: int = 612, height: int = 792) -> bytes:
    """A PDF with a line of text on each page."""
    bodies = [f"BT /F1 12 Tf 50 {height - 50} Td ({text}) Tj ET".encode() for text in texts]
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(texts)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(texts)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for at, body in enumerate(bodies):
        page = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents {5 + 2 * at} 0 R>>"
        )
        objects += [page.encode(), b"<</Length %d>>\nstream\n%s\nendstream" % (len(body), body)]
    data, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (size, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + trailer


def test_pages_come_as_pictures_and_are_found_by_the_questions_they_name(
    sandbox: SandboxServer, tmp_path: Path
) -> None:
    path = tmp_path / "a2-writeup.pdf"
    path.write_bytes(pdf(["1.1.1 The proof", "goes on here", "Q3.1.2 \\(a\\) Point C"]))
    found = read_writeup(path, sandbox.client(0), ["1.1.1", "3.1.2a", "4.2", "neatness"])
    assert not found.notice and [page.number for page in found.pages] == [1, 2, 3]
    image = Image.open(io.BytesIO(found.pages[0].jpeg))
    assert image.size == (found.pages[0].width, found.pages[0].height) and image.size[0] <= WIDTH + 1
    assert min(image.convert("L").tobytes()) < 100, "there is something on it"
    assert found.of_question == {"1.1.1": (1, 2), "3.1.2a": (3,)}
    assert found.numbers_for("4.2") == (1, 2, 3)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "cannot be shown"),
        (b"%PDF-1.4 nonsense", "cannot be shown"),
        (b"\0" * 100_000, "cannot be shown"),
    ],
)
def test_a_file_that_is_no_pdf_gives_a_notice(
    sandbox: SandboxServer, tmp_path: Path, data: bytes, says: str
) -> None:
    (tmp_path / "a.pdf").write_bytes(data)
    found = read_writeup(tmp_path / "a.pdf", sandbox.client(0), ["1"])
    assert found.pages == () and says in found.notice and "a.pdf" in found.notice


@pytest.mark.parametrize(("width", "height"), [(14400, 14400), (1, 14400), (14400, 1)])
def test_a_page_of_any_size_is_a_picture_of_a_bounded_size(
    sandbox: SandboxServer, tmp_path: Path, width: int, height: int
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf(["1.1 x"], width, height))
    (page,) = read_writeup(tmp_path / "a.pdf", sandbox.client(0), []).pages
    assert page.width <= WIDTH + 1 and page.height <= 1601


def test_only_the_first_pages_of_a_book_are_shown(sandbox: SandboxServer, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf(["text"] * (MAX_PAGES + 5), 60, 80))
    found = read_writeup(tmp_path / "a.pdf", sandbox.client(0), [])
    assert len(found.pages) == MAX_PAGES
    assert found.notice == f"Only the first {MAX_PAGES} of {MAX_PAGES + 5} pages are shown."


def test_a_write_up_is_found_by_its_name_whatever_else_is_there(tmp_path: Path) -> None:
    found = writeup_of(HandIn("farid", EXAMPLES / "farid_nasser"), ("a2-writeup.pdf", "*.pdf"))
    assert found and found.name == "Assignment 2.pdf"
    assert writeup_of(HandIn("ada", EXAMPLES / "milo_fontaine"), ("*.pdf",)) is None
    assert writeup_of(HandIn("nobody", tmp_path / "nobody"), ("*.pdf",)) is None


@pytest.mark.parametrize(
    ("text", "question", "is_named"),
    [
        ("3.1.2 (a) Point C", "3.1.2a", True),
        ("3.1.2a) Point C", "3.1.2a", True),
        ("Question 3.1.2", "3.1.2a", False),
        ("13.1.1 and 3.1.11", "3.1.1", False),
        ("3.1.1.2", "3.1.1", False),
        ("see Q3.1.1.", "3.1.1", True),
        ("a loss of 4.25", "4.2", False),
    ],
)
def test_a_question_is_named_by_its_whole_number(text: str, question: str, is_named: bool) -> None:
    assert (question in pages_by_question([text], [question])) is is_named
