"""Reading notebooks as they come: tidy, old, odd, broken and hostile."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.submission import notebook as notebook_module
from grader.submission.errors import NotANotebook, NotARegularFile, NotFound, SubmissionError, TooLarge
from grader.submission.notebook import read_notebook


@pytest.mark.parametrize(
    "source", ["a = 1\nb = 2", ["a = 1\n", "b = 2"], ["a = 1\r\n", "b = 2"], "a = 1\rb = 2"]
)
def test_source_may_be_a_string_or_lines_with_any_line_ends(make: Any, source: Any) -> None:
    assert make.read(make.code(source)).cells[0].source == "a = 1\nb = 2"


def test_cells_count_from_zero_and_are_shown_from_one(make: Any) -> None:
    cells = make.read(make.markdown("text"), make.code("x")).cells
    assert [(cell.index, cell.number, cell.kind) for cell in cells] == [(0, 1, "markdown"), (1, 2, "code")]


def test_colabs_id_is_a_label_and_may_be_missing(make: Any) -> None:
    labelled = make.code("x", metadata={"id": "Xy12"})
    assert [cell.label for cell in make.read(labelled, make.code("y")).cells] == ["Xy12", None]


def test_the_pieces_of_a_stream_are_joined_across_other_streams(make: Any) -> None:
    cell = make.code(
        "x", make.stream("Epo"), make.stream("a warning", "stderr"), make.stream(["ch 1\n", "done"])
    )
    assert make.read(cell).cells[0].outputs == ("Epoch 1\ndone", "a warning")


def test_texts_of_results_and_errors_are_kept_and_images_are_dropped(make: Any) -> None:
    result = {"output_type": "execute_result", "data": {"text/plain": ["42"], "image/png": "iVBOR"}}
    image = {"output_type": "display_data", "data": {"image/png": "iVBOR"}}
    error = {"output_type": "error", "ename": "NameError", "evalue": "no x", "traceback": ["..."]}
    assert make.read(make.code("x", result, image, error)).cells[0].outputs == ("42", "NameError: no x")


def test_an_endless_output_keeps_its_end(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook_module, "MAX_OUTPUT", 10)
    cell = make.code("x", make.stream("0123456789"), make.stream("late", "stderr"))
    assert make.read(cell).cells[0].outputs == ("456789", "late")


def test_a_pasted_figure_is_dropped_from_a_text_cell_and_the_text_stays(make: Any) -> None:
    figure = "![figure](data:image/png;base64," + "A" * 300_000 + ")\n### Answer 4.3"
    notebook = make.read(make.markdown(figure))
    assert notebook.cells[0].source == "![figure](data:)\n### Answer 4.3"
    assert notebook.notices == ()


def test_an_overlong_cell_is_left_out_with_a_notice_and_keeps_its_place(make: Any) -> None:
    notebook = make.read(make.code("x = '" + "a" * 300_000 + "'"), make.code("y = 1"))
    assert [cell.source for cell in notebook.cells] == ["", "y = 1"]
    assert notebook.notices == ("Cell 1 was left out: it has 292 KB of source, and the limit is 256 KB.",)


def test_a_python_file_is_a_notebook_of_one_code_cell(make: Any) -> None:
    notebook = read_notebook(make.write_bytes("\ufeffclass Net:\r\n    pass\r\n".encode(), "a2.py"))
    assert [(cell.kind, cell.source) for cell in notebook.cells] == [("code", "class Net:\n    pass\n")]


@pytest.mark.parametrize("version", [2, 3])
def test_an_old_notebook_reads_as_its_upgrade_by_nbformat(make: Any, version: int) -> None:
    new = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Part 4"),
            nbformat.v4.new_markdown_cell("### Answer 4.3\nweights: 1"),
            nbformat.v4.new_code_cell("class Net: pass\nx = 1"),
            nbformat.v4.new_code_cell(
                "train()",
                outputs=[
                    nbformat.v4.new_output("stream", name="stdout", text="Epoch [1/1]\n"),
                    nbformat.v4.new_output("execute_result", data={"text/plain": "42"}),
                    nbformat.v4.new_output("error", ename="NameError", evalue="no x", traceback=[]),
                ],
            ),
        ]
    )
    old = json.loads(
        nbformat.writes(nbformat.convert(nbformat.from_dict(new), 3), version=nbformat.NO_CONVERT)
    )
    if version == 2:  # the difference between 2 and 3 that matters here is the number alone
        old["nbformat"] = 2
    read = read_notebook(make.write_bytes(json.dumps(old).encode()))
    expected = [(cell.cell_type, cell.source) for cell in new.cells]
    assert [(cell.kind, cell.source) for cell in read.cells] == expected
    assert read.cells[3].outputs == ("Epoch [1/1]\n", "42", "NameError: no x")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_unicode_encoding_of_json_is_read(make: Any, encoding: str) -> None:
    content = {"nbformat": 4, "cells": [make.code("π = 3  # 的副本")]}
    data = json.dumps(content, ensure_ascii=False).encode(encoding)
    assert read_notebook(make.write_bytes(data)).cells[0].source == "π = 3  # 的副本"


def test_lone_surrogates_become_replacement_characters(make: Any) -> None:
    source = make.read(make.code("a = '\ud800'")).cells[0].source
    assert source == "a = '\ufffd'"
    source.encode()


def test_bad_bytes_cost_a_notice_and_not_the_notebook(make: Any) -> None:
    data = json.dumps({"cells": [make.code("x = 'AA'")]}).encode().replace(b"AA", b"\xff")
    notebook = read_notebook(make.write_bytes(data))
    assert notebook.cells[0].source == "x = '\ufffd'"
    assert notebook.notices == ("Some bytes are not utf-8 text and were replaced.",)


@pytest.mark.parametrize(
    "cell",
    [
        None,
        7,
        "text",
        [],
        {},
        {"cell_type": ["code"]},
        {"cell_type": "code", "source": {"a": 1}, "outputs": "none"},
        {
            "cell_type": "code",
            "source": [1, None, "x"],
            "outputs": [None, {"output_type": "stream", "text": 3}],
        },
        {"cell_type": "code", "source": "x", "outputs": [{"output_type": "execute_result", "data": []}]},
        {"cell_type": "markdown", "source": "x", "metadata": []},
    ],
)
def test_fields_of_wrong_types_keep_the_other_cells_readable(make: Any, cell: Any) -> None:
    cells = make.read(cell, make.code("y = 1")).cells
    assert (cells[1].index, cells[1].source) == (1, "y = 1")


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", "1" * 100_000])
def test_odd_numbers_in_the_metadata_do_no_harm(make: Any, number: str) -> None:
    data = f'{{"nbformat": {number}, "metadata": {{"n": {number}}}, "cells": []}}'
    assert read_notebook(make.write_bytes(data.encode())).cells == ()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"  \n ", "the file is empty"),
        (b"<!DOCTYPE html><html>", "it is a web page"),
        (b"import torch\n", "it is not JSON (Expecting value at line 1, column 1)"),
        (b'{"cells": [', "it is not JSON"),
        (b"[1, 2, 3]", "it is JSON without cells"),
        (b'"cells"', "it is JSON without cells"),
        (b'{"nbformat": 4}', "it is JSON without cells"),
        (b"[" * 100_000, "its JSON is nested too deeply"),
        (b'{"a":' * 100_000, "its JSON is nested too deeply"),
    ],
)
def test_what_is_no_notebook_is_refused_by_what_it_is_with_a_remedy(
    make: Any, data: bytes, words: str
) -> None:
    with pytest.raises(NotANotebook) as caught:
        read_notebook(make.write_bytes(data))
    message = str(caught.value)
    assert message.startswith('"a2-code.ipynb" is not a notebook: ') and words in message
    assert message.endswith(("hand it in again.", "hand that in."))


def test_a_large_file_is_refused_unread_with_its_size_and_a_remedy(make: Any) -> None:
    path = make.write_bytes(b"")
    os.truncate(path, 60_000_000)
    with pytest.raises(TooLarge) as caught:
        read_notebook(path)
    expected = '"a2-code.ipynb" has 60.0 MB, and the limit is 50 MB: clear the outputs and save again.'
    assert str(caught.value) == expected


def test_more_cells_than_the_cap_are_refused(make: Any) -> None:
    with pytest.raises(TooLarge, match="10000 cells"):
        make.read(*[{}] * 10_001)


def test_more_text_than_any_honest_notebook_is_refused(make: Any) -> None:
    with pytest.raises(TooLarge, match="too much text in its cells"):
        make.read(*[make.code("x" * 200_000)] * 41)


@pytest.mark.parametrize("flood", [b"[]," * 1_100_000, b"0," * 4_100_000, b'"",' * 1_400_000])
def test_a_flood_of_tiny_values_is_refused_before_it_is_parsed(
    make: Any, monkeypatch: pytest.MonkeyPatch, flood: bytes
) -> None:
    monkeypatch.setattr(notebook_module.json, "loads", lambda *_, **__: pytest.fail("it was parsed"))
    with pytest.raises(TooLarge, match="too many parts"):
        read_notebook(make.write_bytes(b'{"cells": [' + flood + b"{}]}"))


def test_a_missing_file_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no\.ipynb"):
        read_notebook(tmp_path / "no.ipynb")


def test_a_link_is_refused_even_to_a_notebook(make: Any, tmp_path: Path) -> None:
    (tmp_path / "link.ipynb").symlink_to(make.write(make.code("x")))
    with pytest.raises(NotARegularFile, match="a symbolic link"):
        read_notebook(tmp_path / "link.ipynb")


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ipynb")
    with pytest.raises(NotARegularFile):
        read_notebook(tmp_path / "pipe.ipynb")


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/tmp"])
def test_devices_and_folders_are_refused(path: str) -> None:
    with pytest.raises(NotARegularFile):
        read_notebook(Path(path))


SEED = json.dumps(
    {
        "nbformat": 4,
        "metadata": {"n": 1.5e3, "widgets": [None, True]},
        "cells": [
            {"cell_type": "markdown", "source": ["# π\n", "\ud800"], "metadata": {"id": "a"}},
            {
                "cell_type": "code",
                "source": "class A: pass",
                "outputs": [
                    {"output_type": "stream", "name": "stdout", "text": ["a", "b"]},
                    {"output_type": "execute_result", "data": {"text/plain": "1"}},
                ],
            },
        ],
    }
).encode()
PIECES = [
    b"",
    b"[",
    b"{",
    b"]",
    b"}",
    b'"',
    b",",
    b"null",
    b"-1",
    b"\\ud800",
    b"\xff\xfe",
    b"\x00",
    b'"cells"',
]

mutations = st.lists(
    st.tuples(st.integers(0, len(SEED)), st.integers(0, 30), st.sampled_from(PIECES)), min_size=1, max_size=6
)


@given(mutations)
@settings(max_examples=150, deadline=None)
def test_mutated_bytes_are_a_notebook_or_a_submission_error(changes: list[tuple[int, int, bytes]]) -> None:
    data = SEED
    for start, length, piece in changes:
        data = data[:start] + piece + data[start + length :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a2-code.ipynb")
        path.write_bytes(data)
        notebook = None
        with contextlib.suppress(SubmissionError):
            notebook = read_notebook(path)
    if notebook is not None:
        for cell in notebook.cells:
            "".join((cell.source, *cell.outputs)).encode()
