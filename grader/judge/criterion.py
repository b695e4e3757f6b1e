"""The decorator that ties a check to the criterion it decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec

import pytest

from grader.results import Verdict

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class CriterionMark:
    """Which criterion ("4.1/architecture") a check decides, and which must not have failed before."""

    criterion: str
    needs: tuple[str, ...]


def criterion(
    id: str, *, needs: tuple[str, ...] = ()
) -> Callable[[Callable[P, Verdict]], Callable[P, Verdict]]:
    """Make a test function the check of a criterion, named as `question/criterion`.

    The check returns a Verdict. It is not run where one in `needs` earned nothing: its criterion is
    `not_checked`.
    """

    def decorate(check: Callable[P, Verdict]) -> Callable[P, Verdict]:
        return pytest.mark.criterion.with_args(CriterionMark(id, needs))(check)

    return decorate
