"""What a key consists of, and how one part of it is left out, changed and written."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.assignment import Assignment
from grader.authoring.keys import key_parts
from grader.authoring.mutants.parts import (
    Definition,
    KeyProblem,
    Line,
    SavedOutput,
    definitions_of,
    parts_of,
)
from grader.authoring.mutants.writing import write_notebook
from grader.submission import Cell, Notebook, read_answers, read_notebook

RUN = "Epoch [1/2], Loss: 1.5\nEpoch [2/2], Loss: 1.25\n"


def of_one_cell(source: str, *outputs: str) -> Notebook:
    return Notebook((Cell(0, "code", source, outputs),), Path("key.ipynb"))


def test_the_parts_of_a_key_are_its_lines_and_what_the_template_does_not_define(toy: Assignment) -> None:
    names = [part.part.name for part in key_parts(toy)]
    assert names == ["double", "1/risk", "2/which", "3/number", "3/when", "3/data"]


@pytest.mark.parametrize(
    ("source", "without"),
    [
        (
            'def f(x):\n    """Doc."""\n    y = x\n    return y\n',
            "def f(x):\n    raise NotImplementedError\n",
        ),
        ("class A(B):\n    def f(self):\n        return 1\n\nx = 1", "class A(B):\n    pass\n\nx = 1"),
    ],
)
def test_a_definition_left_out_is_a_stub(source: str, without: str) -> None:
    [definition] = definitions_of(of_one_cell(source))
    assert definition.left_out().source == without


def test_definitions_in_a_cell_with_magics_are_passed_over() -> None:
    assert not list(definitions_of(of_one_cell("%matplotlib inline\ndef f():\n    return 1")))


def test_the_numbers_of_the_course_are_found_wherever_code_gives_them_a_name() -> None:
    source = 'NC = 24\nargs = {"kernel": 3, "lr": 0.1, "gpu": True}\nf(num_filters=32)\ndef f():\n    pass'
    [definition] = definitions_of(of_one_cell(source))
    assert definition.numbers == {"nc": "24", "kernel": "3", "num_filters": "32"}


def test_a_line_is_changed_behind_its_label(toy: Assignment) -> None:
    line = next(p.part for p in key_parts(toy) if isinstance(p.part, Line) and p.part.field == "when")
    assert line.with_value("s = 1").source == line.cell.source.replace("s = 0 and n > d + 1", "s = 1")
    assert "- when: \n" in line.left_out().source


def test_an_answer_on_two_lines_has_to_be_joined(toy: Assignment) -> None:
    cells = (Cell(0, "markdown", "### Answer 3\n- when: s = 0\nand n > d + 1"),)
    [line] = [p for p in parts_of(Notebook(cells, Path("key.ipynb")), toy) if isinstance(p, Line)]
    with pytest.raises(KeyProblem, match=r"Cell 1, line 2: .* on one line"):
        line.left_out()


def test_saved_training_is_a_part_and_a_definition_beside_it_another(toy: Assignment) -> None:
    key = of_one_cell("def f():\n    return 1", RUN, "something else")
    definition, output = parts_of(key, toy)
    assert isinstance(definition, Definition) and isinstance(output, SavedOutput)
    assert output.left_out() == Cell(0, "code", "def f():\n    return 1")


def test_a_notebook_reads_as_it_was_written(tmp_path: Path) -> None:
    cells = (
        Cell(0, "markdown", "### Answer 3\n- number: 0.5"),
        Cell(1, "code", "x = 1\nprint('ü')", (RUN, "another output")),
        Cell(2, "raw", "raw"),
    )
    write_notebook(cells, tmp_path / "a.ipynb")
    written = read_notebook(tmp_path / "a.ipynb")
    assert written.cells == cells
    assert read_answers(written, "3", {"number": ()}).fields["number"].value == "0.5"
