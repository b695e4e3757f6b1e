"""What the self-check says of networks whose numbers are written into them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest

from grader.assignment import load_assignment
from grader.selfcheck.findings import Finding, Outcome
from grader.submission import read_notebook

Findings = Mapping[tuple[str, str], Finding]
IMPORTS = "from torch import nn"


@pytest.fixture(scope="module")
def right() -> str:
    """The key's ConvTransposeNet."""
    cells = read_notebook(load_assignment("csc413_a2_2025").key_folder / "a2-code.ipynb").code_cells
    [source] = [cell.source for cell in cells if "class ConvTransposeNet" in cell.source]
    return source


@pytest.mark.parametrize(
    ("written", "outcome", "says"),
    [
        (r"kernel, stride=stride", Outcome.LOOKS_RIGHT, "follow from the arguments"),
        (r"3, stride=stride", Outcome.LOOKS_WRONG, "block1.0.weight has the same size with kernel 5"),
    ],
)
def test_a_kernel_written_into_conv_transpose_net_is_noticed(
    check_cells: Callable[..., Findings], right: str, written: str, outcome: Outcome, says: str
) -> None:
    source = re.sub(r"kernel, stride=stride", written, right, count=1)
    found = check_cells(code=[IMPORTS, source], question="5.1")
    assert found["5.1", "ConvTransposeNet"].outcome is Outcome.LOOKS_RIGHT
    assert found["5.1", "follows its arguments"].outcome is outcome
    assert says in found["5.1", "follows its arguments"].message
