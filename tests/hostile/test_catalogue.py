"""Every kind of attack is tried by a case, or held by a test that is named."""

from __future__ import annotations

import pytest

from .case import Case
from .catalogue import Attack, catalogue, functions_of
from .conftest import CASES
from .test_cells import ATTACKS

TRIED = {attack for case in CASES for attack in case.attacks} | {cell.attack for cell in ATTACKS}
NOT_PYTHON = ("faking-magics", "reports-text-")
"""Cases whose cells are not meant to parse, or hold a text that may not."""


@pytest.mark.parametrize("attack", catalogue().values(), ids=lambda attack: attack.name)
def test_an_attack_is_tried_by_a_case_or_held_by_a_test_with_a_reason(attack: Attack) -> None:
    assert attack.name in TRIED or (attack.held_by and attack.because)
    for test in attack.held_by:
        path, _, name = test.partition("::")
        assert name in functions_of(path), test


def test_a_case_tries_what_the_catalogue_knows() -> None:
    assert set(catalogue()) >= TRIED
    assert len(catalogue()) >= 130


def test_cases_have_names_and_titles_of_their_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
    assert len({case.title for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    "case", [case for case in CASES if not case.name.startswith(NOT_PYTHON)], ids=lambda case: case.name
)
def test_the_code_of_a_case_is_python(case: Case) -> None:
    """What Python refuses would be harmless for a reason that is none."""
    for cell in case.cells:
        if "code" in cell:
            compile(cell["code"], case.name, "exec")
