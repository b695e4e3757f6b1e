"""Hostile hand-ins that no notebook can say: files of odd kinds, names and sizes, and JSON that is none."""

from __future__ import annotations

import base64
import io
import json
import os
import socket
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from .case import Case

NOTEBOOK = "a2-code.ipynb"
RIGHT = "def l2_coefficient(lam, eta):\n    return lam / (2 * eta)\n"
MARKS = {"2.2.2/coefficient": 4.0}
SOUND_JSON = ("outputs of numbers", "a format to come")
SLOW_BOMBS = ("powers that fold", "text that folds")
BIG = 100_000

Make = Callable[[Path], None]


def intake_cases() -> Iterator[Case]:
    """Every one, by its family."""
    for name, content in odd_json():
        earns = MARKS if name in SOUND_JSON else None
        yield case(f"json-{name}", "intake/odd-json", f"Odd JSON: {name}", notebook_of(content), earns)
    for name, code in parse_bombs():
        yield case(
            f"bomb-{name}", "intake/parse-bombs", f"Code that is dear to parse: {name}", with_code(code)
        )
    for name, make in odd_files():
        yield case(f"file-{name}", "intake/links-and-devices", f"In a notebook's place: {name}", make)
    for name, make in large_ones():
        yield case(f"size-{name}", "intake/huge-notebooks", f"Larger than sense: {name}", make)
    for name, make in archives():
        yield case(
            f"archive-{name}", "intake/archive-bombs", f"An archive in a notebook's place: {name}", make
        )
    for name, attachment in compressed_images():
        make = notebook_of(json.dumps(with_attachment(attachment)))
        yield case(
            f"image-{name}", "intake/compressed-images", f"An image that unpacks without end: {name}", make
        )
    for name in odd_names():
        yield case(name, "intake/file-names", f"Named {name!r}", with_code(RIGHT), earns=MARKS)
    for name in ("Ada_Okafor", "ada_okafor ", "ada okafor", "ada_okafor.ipynb"):
        yield case(
            name, "intake/identities", f"Named nearly as another: {name!r}", with_code(RIGHT), earns=MARKS
        )


def case(name: str, attack: str, title: str, make: Make, earns: Mapping[str, float] | None = None) -> Case:
    return Case(name, (attack,), title, (), {}, earns or {}, make=make)


def notebook(*sources: str) -> dict[str, object]:
    """A notebook of these code cells."""
    cells = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "source": source, "outputs": []}
        for source in sources
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def notebook_of(content: str | bytes) -> Make:
    """A folder whose notebook has this content."""

    def make(path: Path) -> None:
        path.mkdir()
        (path / NOTEBOOK).write_bytes(
            content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        )

    return make


def with_code(code: str) -> Make:
    return notebook_of(json.dumps(notebook(code)))


def odd_json() -> Iterator[tuple[str, str | bytes]]:
    right = json.dumps(notebook(RIGHT))
    yield "nested", "[" * BIG + "]" * BIG
    yield "nested maps", '{"cells":' * BIG + "1" + "}" * BIG
    yield "a number of a million digits", '{"nbformat": 1' + "0" * 1_000_000 + "}"
    yield "infinity", '{"nbformat": 1e999, "cells": NaN}'
    yield "cells twice", '{"nbformat": 4, "cells": [], "cells": "x"}'
    yield "half characters", '{"nbformat": 4, "cells": [{"cell_type": "code", "source": "\\ud800"}]}'
    yield "bytes", os.urandom(1000)
    yield "nuls", bytes(1000)
    yield "nothing", ""
    yield "a page", "<html><script>hostile()</script></html>"
    yield "a list", "[]"
    yield "null", "null"
    yield "cells of numbers", '{"nbformat": 4, "cells": [1, null, "x", [], {}]}'
    yield "a source of numbers", '{"nbformat": 4, "cells": [{"cell_type": "code", "source": [1, {}, null]}]}'
    yield (
        "outputs of numbers",
        right.replace('"outputs": []', '"outputs": [1, {"text": 5}, {"output_type": []}]'),
    )
    yield "a format to come", right.replace('"nbformat": 4', '"nbformat": 999')
    yield "a format of long ago", '{"nbformat": 1, "cells": [{"input": "x"}]}'
    yield "broken off", right[: len(right) // 2]
    yield "with a million brackets", '{"nbformat": 4, "cells": [' + "[]," * 1_200_000 + "[]]}"
    yield "a pickle", b"\x80\x04cos\nsystem\n(S'touch touched'\ntR."


def parse_bombs() -> Iterator[tuple[str, str]]:
    yield "minuses", f"x = {'-' * BIG}1\n"
    yield "brackets", f"x = {'(' * BIG}{')' * BIG}\n"
    yield "open brackets", "x = " + "[" * BIG
    yield "a literal", "x = [" + "1," * BIG + "]\n"
    yield "attributes", "x = a" + ".a" * 50_000 + "\n"
    yield "sums", "x = " + "+".join(["1"] * 50_000) + "\n"
    yield "blocks", "".join(" " * depth + "if 1:\n" for depth in range(500)) + " " * 500 + "pass\n"
    yield "powers that fold", "def l2_coefficient(lam, eta):\n    return 9**9**9**9 and 0.0\n"
    yield "text that folds", "x = 'x' * 10**9 * 10**9\ndef l2_coefficient(lam, eta): return len(x)\n"
    yield "f-strings", "x = " + "f'{" * 150 + "1" + "}'" * 150 + "\n"
    yield "decorators", "@a\n" * 20_000 + "def l2_coefficient(lam, eta): return 0.0\n"
    yield "nuls", "x = 1\0\ndef l2_coefficient(lam, eta): return 0.0\n"
    yield "magics", "%" * BIG + "\n" + "!" * BIG + "\n"
    yield "lines that go on", "x = 1 + \\\n" * 50_000 + "1\n"
    yield "names without end", "def " + "l" * BIG + "(): pass\n"


def odd_files() -> Iterator[tuple[str, Make]]:
    def link(path: Path) -> None:
        path.mkdir()
        (path / NOTEBOOK).symlink_to(path.parent / "ada_okafor" / NOTEBOOK)

    def link_to_a_folder(path: Path) -> None:
        path.symlink_to(path.parent / "ada_okafor", target_is_directory=True)

    def link_out(path: Path) -> None:
        path.symlink_to(path.parent.parent / "home" / "precious.txt")

    def loop(path: Path) -> None:
        path.symlink_to(path.name)

    def folder_in_a_loop(path: Path) -> None:
        path.mkdir()
        (path / "again").symlink_to(path, target_is_directory=True)

    def pipe(path: Path) -> None:
        path.mkdir()
        os.mkfifo(path / NOTEBOOK)

    def door(path: Path) -> None:
        path.mkdir()
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(os.path.relpath(path / NOTEBOOK))

    def folder(path: Path) -> None:
        (path / NOTEBOOK).mkdir(parents=True)

    def deep(path: Path) -> None:
        place = path.joinpath(*"abcdefghijklmnopqrst")
        place.mkdir(parents=True)
        (place / NOTEBOOK).write_text(json.dumps(notebook(RIGHT)))

    def nothing(path: Path) -> None:
        path.mkdir()

    yield "a link to another's", link
    yield "a link to another's folder", link_to_a_folder
    yield "a link out of the class", link_out
    yield "a link to itself", loop
    yield "a folder that holds itself", folder_in_a_loop
    yield "a pipe", pipe
    yield "a socket", door
    yield "a folder", folder
    yield "twenty folders deep", deep
    yield "nothing", nothing


def large_ones() -> Iterator[tuple[str, Make]]:
    def sparse(path: Path) -> None:
        path.mkdir()
        with (path / NOTEBOOK).open("wb") as file:
            file.write(b'{"cells": [')
            file.truncate(1 << 40)

    def many_files(path: Path) -> None:
        path.mkdir()
        for number in range(5_100):
            (path / f"{number}.ipynb").touch()

    yield "a terabyte of nothing", sparse
    yield "many cells", notebook_of(json.dumps(notebook(*["x = 1"] * 10_100)))
    yield "much source", notebook_of(json.dumps(notebook(*["#" * 250_000] * 40)))
    yield "one long cell", with_code("#" * 300_000 + "\n" + RIGHT)
    yield "many files", many_files


def archives() -> Iterator[tuple[str, Make]]:
    def zipped(write: Callable[[zipfile.ZipFile], None]) -> Make:
        def make(path: Path) -> None:
            path.mkdir()
            with zipfile.ZipFile(path / "a2.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                write(archive)

        return make

    def tarred(path: Path) -> None:
        path.mkdir()
        with tarfile.open(path / "a2.tar.gz", "w:gz") as archive:
            member = tarfile.TarInfo("../../outside/touched-tar")
            archive.addfile(member, io.BytesIO())

    yield "a bomb", zipped(lambda archive: archive.writestr(NOTEBOOK, bytes(20 << 20)))
    yield "names that lead out", zipped(lambda archive: archive.writestr("../../outside/touched-zip", "x"))
    yield "a tar that leads out", tarred
    yield "a zip named notebook", notebook_of(b"PK\x03\x04" + bytes(100))


def compressed_images() -> Iterator[tuple[str, bytes]]:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(50 << 20), 9)
    yield "PNG", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    yield (
        "SVG",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='hostile()'><image href='//hostile.example'/></svg>",
    )


def with_attachment(data: bytes) -> dict[str, object]:
    """A notebook with an image in an output and in a text cell."""
    picture = base64.b64encode(data).decode()
    kinds = {
        "image/png": picture,
        "image/svg+xml": data.decode("latin-1")[:1000],
        "text/html": "<script>hostile()</script>",
    }
    found = notebook("plot()")
    cells = found["cells"]
    assert isinstance(cells, list)
    cells[0]["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": kinds}]
    text = "![x](attachment:x.png)"
    cells.append({"cell_type": "markdown", "metadata": {}, "source": text, "attachments": {"x.png": kinds}})
    return found


def odd_names() -> Iterator[str]:
    yield "<img src=x onerror=hostile()>"
    yield "=HYPERLINK(hostile)"
    yield "+cmd|' hostile'!A0"
    yield "-rf"
    yield "--no-sandbox"
    yield "; touch touched; $(touch touched) `touch touched`"
    yield "two\nlines"
    yield "\u202etxt.elims"
    yield "zero\u200bwidth"
    yield "\x1b[2J"
    yield "n" * 255
    yield "é" * 127
    yield "CON"
    yield "index.html"
    yield "results"
    yield "%2e%2e%2fout"
    yield "{{ 7 * 191 }}"
    yield "a,b;c\td\"e'f"
    yield os.fsdecode(b"latin-\xe9")
