"""The control: harmless cases succeed unconfined, or their failing elsewhere would prove nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .case import Case
from .classroom import Graded, classroom, grade
from .conftest import CASES
from .modes import OFFERED

HARMLESS = [case for case in CASES if case.control]


@pytest.fixture(scope="module")
def unconfined() -> Iterator[Graded]:
    """The harmless cases, run as a student may run their own work."""
    with classroom(HARMLESS) as room:
        yield grade(room, OFFERED, "--no-sandbox")


@pytest.mark.parametrize("case", HARMLESS, ids=lambda case: case.name)
def test_a_harmless_attack_succeeds_without_confinement(
    case: Case, unconfined: Graded, record_property: Callable[[str, object], None]
) -> None:
    result = unconfined.results[case.name]
    assert result.isolation.level == "none"
    if case.control == "secret":
        assert any(secret in result.model_dump_json() for secret in unconfined.classroom.secrets.values())
    elif case.control == "touch":
        name = f"touched-by-{case.name.partition('-')[2]}"
        assert str(unconfined.classroom.places["OUTSIDE"] / name) in unconfined.touched
    else:
        assert case.control == "answers"
        assert result.awarded > 0
    record_property("hostile", case.family)
    record_property("mode", "unconfined: succeeds")


def test_the_watch_sees_what_was_touched(unconfined: Graded) -> None:
    outside = unconfined.classroom.places["OUTSIDE"]
    assert unconfined.touched and {Path(path).parent for path in unconfined.touched} <= {
        outside,
        outside.parent,
    }
