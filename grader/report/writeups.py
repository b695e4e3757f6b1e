"""Write-ups as pictures of their pages, opened where students' code runs: in a confined process."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.results.writeup import Writeup, WriteupPage
from grader.sandbox import Client, Limits, StudentFault, StudentProcess
from grader.submission import HandIn, SubmissionError
from grader.submission.files import find_files
from grader.submission.reading import MEGABYTE, read_capped

MAX_BYTES = 50 * MEGABYTE
MAX_PAGES = 20
PAGES_AT_ONCE = 4
WIDTH = 1000
MOST_PIXELS = 1700 * 1100
QUALITY = 70
SECONDS = 30.0

_LIMITS = Limits(memory=1 << 30, cpu_seconds=60)
_SOURCE = Path(__file__).with_name("pdf_in_jail.py")


class UnusableReply(Exception):  # noqa: N818 - what is the matter
    """The confined process gave something that is no pages."""


def writeup_of(hand_in: HandIn, patterns: Sequence[str]) -> Path | None:
    """The write-up in a hand-in's folder, by its name."""
    if not hand_in.path.is_dir() or hand_in.path.is_symlink():
        return None
    try:
        return find_files(hand_in.path, (), patterns).writeup
    except SubmissionError:
        return None


def read_writeup(path: Path, client: Client, questions: Sequence[str]) -> Writeup:
    """The first pages, and which of them name each question; a PDF that cannot be read gives a notice."""
    try:
        data = np.frombuffer(read_capped(path, MAX_BYTES, "hand in a smaller PDF."), dtype=np.uint8)
        with client.fork(_LIMITS) as process:
            process.request({"op": "load", "cells": [[1, _SOURCE.read_text("utf-8")]]}, SECONDS)
            number, read = _read(process, data)
    except (SubmissionError, StudentFault, UnusableReply) as problem:
        return Writeup((), notice=f"The write-up {path.name} cannot be shown: {str(problem)[:300]}")
    pages = tuple(
        WriteupPage(at, _jpeg(image), image.shape[1], image.shape[0]) for at, (_, image) in enumerate(read, 1)
    )
    texts = [text for text, _ in read]
    notice = f"Only the first {len(pages)} of {number} pages are shown." if number > len(pages) else ""
    return Writeup(pages, pages_by_question(texts, questions), notice)


def pages_by_question(texts: Sequence[str], questions: Sequence[str]) -> Mapping[str, tuple[int, ...]]:
    """The pages that name a question, and those after one until another question is named; from 1.

    The text of a PDF is good enough to find a place, and for nothing else.
    """
    patterns = {id: _pattern(id) for id in questions if re.match(r"\d", id)}
    named = [{id for id, pattern in patterns.items() if pattern.search(text)} for text in texts]
    found: dict[str, list[int]] = {}
    current: set[str] = set()
    for number, ids in enumerate(named, 1):
        current = ids or current
        for id in current:
            found.setdefault(id, []).append(number)
    return {id: tuple(numbers) for id, numbers in found.items()}


def _pattern(id: str) -> re.Pattern[str]:
    """The id as a word of its own: `3.1.2a` also as `3.1.2 (a)`, and never as a part of `13.1.2a`."""
    number, letter = re.fullmatch(r"([\d.]*)(.*)", id).groups()  # type: ignore[union-attr]  # matches all
    ending = rf"[\s.]{{0,2}}\(?{re.escape(letter)}(?!\w)" if letter else r"(?![\d])(?!\.\d)"
    return re.compile(rf"(?<![\d.]){re.escape(number)}{ending}")


def _read(
    process: StudentProcess, data: NDArray[np.uint8]
) -> tuple[int, list[tuple[str, NDArray[np.uint8]]]]:
    """The number of pages, and text and picture of the first ones."""
    read: list[tuple[str, NDArray[np.uint8]]] = []
    number = 1
    while len(read) < min(number, MAX_PAGES):
        values = {"data": data, "first": len(read), "most": PAGES_AT_ONCE, "width": WIDTH}
        arguments = [{"names": [name], "value": value, "optional": False} for name, value in values.items()]
        reply = process.request({"op": "call_function", "name": "pages", "arguments": arguments}, SECONDS)
        number, shown = _checked(reply)
        before = len(read)
        read += list(shown)[: MAX_PAGES - before]
        if len(read) == before:
            break
    return number, read


def _checked(reply: Any) -> tuple[int, Iterator[tuple[str, NDArray[np.uint8]]]]:
    if (
        not isinstance(reply, dict)
        or type(reply.get("pages")) is not int
        or type(reply.get("shown")) is not list
    ):
        raise UnusableReply("it came back in a form that cannot be read.")
    return reply["pages"], map(_page, reply["shown"])


def _page(fields: Any) -> tuple[str, NDArray[np.uint8]]:
    image = fields.get("image") if isinstance(fields, dict) else None
    text = fields.get("text") if isinstance(fields, dict) else None
    if not (
        isinstance(image, np.ndarray)
        and image.dtype == np.uint8
        and image.ndim == 3
        and image.shape[2] == 3
        and 0 < image.shape[0] * image.shape[1] <= MOST_PIXELS
        and isinstance(text, str)
    ):
        raise UnusableReply("a page came back in a form that cannot be read.")
    return text, image


def _jpeg(image: NDArray[np.uint8]) -> bytes:
    """Encoded here, so that what a browser decodes is of our own making."""
    from PIL import Image

    file = BytesIO()
    Image.fromarray(np.ascontiguousarray(image)).save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()
