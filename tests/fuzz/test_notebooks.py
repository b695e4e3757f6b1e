"""Notebooks and folders: whatever they hold, they open, or one sentence says why not."""

from __future__ import annotations

import json
import os
from pathlib import Path

import hypothesis.strategies as st

from grader.judge import Student
from grader.sandbox import StudentProcess
from grader.submission import Notebook, Submission, SubmissionError, open_submission, training_runs
from grader.submission.errors import SHOWN_NAME
from grader.submission.notebook import MAX_CELLS, MAX_OUTPUT, MAX_SOURCE, Cell
from grader.submission.outputs import MAX_RUNS_IN_A_CELL
from grader.submission.texts import read_text

from .edits import Edit, byte_edits, edited, edited_bytes, edited_texts, edited_tree, tree_edits
from .seeds import a2, notebooks, outputs, trees
from .trial import Fuzz

ENCODINGS = (
    "utf-8-sig",
    "utf-16",
    "utf-16-be",
    "utf-32",
    "utf-32-le",
    "latin-1",
    "cp1252",
    "utf-7",
    "shift-jis",
)
LONGEST_SENTENCE = 2_000 + 20 * SHOWN_NAME


def test_bytes_of_notebooks(fuzz: Fuzz, tmp_path: Path) -> None:
    path = tmp_path / "a2-code.ipynb"

    def example(data: bytes) -> str:
        path.write_bytes(data)
        return opened(path)

    figures = fuzz.run("notebooks, bytes", edited_bytes(notebooks(), most=2), example)
    assert {"read", "NotANotebook"} <= set(figures.outcomes)


def test_structure_of_notebooks(fuzz: Fuzz, tmp_path: Path) -> None:
    path = tmp_path / "a2-code.ipynb"

    def example(case: tuple[int, list[Edit]]) -> str:
        number, changes = case
        path.write_text(json.dumps(edited_tree(trees()[number], changes)))
        return opened(path)

    cases = st.tuples(st.integers(0, len(trees()) - 1), tree_edits())
    assert "read" in fuzz.run("notebooks, structure", cases, example).outcomes


def test_encodings_of_notebooks(fuzz: Fuzz, tmp_path: Path) -> None:
    texts = [data.decode("utf-8", "replace") for data in notebooks()[:4]]

    def example(case: tuple[str, str, str, list[Edit]]) -> str:
        text, encoding, suffix, changes = case
        path = tmp_path / f"a2-code{suffix}"
        path.write_bytes(edited(text.encode(encoding, "replace"), changes))
        return opened(path)

    cases = st.tuples(
        st.sampled_from(texts), st.sampled_from(ENCODINGS), st.sampled_from([".ipynb", ".py"]), byte_edits()
    )
    assert "read" in fuzz.run("notebooks, encodings", cases, example).outcomes


def test_names_of_files_in_a_folder(fuzz: Fuzz, tmp_path: Path) -> None:
    seeds = ["a2-code.ipynb", "a2-writeup.pdf", "A2 (1).ipynb", "a2.zip", ".ipynb", "x.py", "Ünïcode.ipynb"]
    number = iter(range(1 << 30))

    def example(case: list[tuple[str, bytes]]) -> str:
        folder = tmp_path / str(next(number))
        folder.mkdir()
        for name, data in case:
            raw = name.encode("utf-8", "surrogatepass").replace(b"/", b"").replace(b"\0", b"")[:200]
            if raw not in (b"", b".", b".."):
                (folder / os.fsdecode(raw)).write_bytes(data)
        return opened(folder)

    names = st.sampled_from(seeds) | edited_texts(seeds, most=2)
    files = st.tuples(names, edited_bytes(notebooks()[:3], most=1))
    fuzz.run("folders, names of files", st.lists(files, max_size=5), example)


def test_saved_outputs(fuzz: Fuzz) -> None:
    networks = tuple(a2().networks)

    def example(case: tuple[str, str]) -> str:
        cell = Cell(0, "code", case[0], (case[1],))
        runs = training_runs(Notebook((cell,), Path("a2-code.ipynb")), networks)
        assert len(runs) <= MAX_RUNS_IN_A_CELL
        return "runs" if runs else "no run"

    sources = edited_texts(['args = {"batch_size": 100, "epochs": 25}\ncnn = train(args, PoolUpsampleNet)'])
    assert "runs" in fuzz.run("saved outputs", st.tuples(sources, edited_texts(outputs())), example).outcomes


def opened(path: Path) -> str:
    """Open a hand-in and read everything in it; the word for how that went."""
    assignment = a2()
    try:
        submission = open_submission(
            path,
            notebook_patterns=assignment.files.notebook,
            writeup_patterns=assignment.files.writeup,
            asked_names=assignment.asked_names,
        )
    except SubmissionError as problem:
        assert_is_a_sentence(str(problem))
        return type(problem).__name__
    for notice in submission.notices:
        assert_is_a_sentence(notice)
    if submission.notebook is None:
        return "write-up only"
    assert_within_caps(submission.notebook)
    read_all_of(submission)
    return "read"


def assert_is_a_sentence(text: str) -> None:
    """One line that can be shown anywhere, however hostile the names and the content."""
    assert text.isprintable() and text.endswith((".", "…")) and len(text) < LONGEST_SENTENCE, ascii(
        text[:300]
    )


def assert_within_caps(notebook: Notebook) -> None:
    assert len(notebook.cells) <= MAX_CELLS
    for cell in notebook.cells:
        assert len(cell.source) <= MAX_SOURCE and sum(map(len, cell.outputs)) <= MAX_OUTPUT
        cell.source.encode()


def read_all_of(submission: Submission) -> None:
    """What checks read of a notebook without running anything."""
    assert submission.notebook is not None
    with Student(a2(), submission, no_process) as student:
        for question in a2().questions:
            student.answers(question.id)
            read_text(submission.notebook, question.id, has_fields=bool(question.fields))
        student.training_runs()


def no_process() -> StudentProcess:
    raise AssertionError("reading needs no process")
