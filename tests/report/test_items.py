from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from grader.report.items import FEWEST, distribution, items
from grader.report.results import Graded
from grader.results import Verdict, correct, incorrect, needs_person, partial

MakeClass = Callable[..., tuple[Graded, ...]]


def share(value: float) -> Verdict:
    return partial(value, "") if value < 1 else correct("")


def test_difficulty_is_the_mean_share_and_discrimination_the_corrected_correlation(
    make_class: MakeClass,
) -> None:
    shares = np.array([[1, 1, 0.5], [0.5, 1, 0], [0, 0, 0.5], [1, 0.5, 1], [0, 0.5, 0], [0.5, 0, 0.25]])
    marks = (4, 2, 3)
    rubrics = {
        f"student {number}": {"1": [(m, share(s)) for m, s in zip(marks, row, strict=True)]}
        for number, row in enumerate(shares)
    }
    found = items(make_class(rubrics))
    earned = shares * marks
    for column, item in enumerate(found):
        rest = earned.sum(axis=1) - earned[:, column]
        assert item.share == pytest.approx(shares[:, column].mean(), abs=1e-3)
        assert item.discrimination == pytest.approx(np.corrcoef(shares[:, column], rest)[0, 1], abs=1e-3)
    assert (found[0].settled, found[0].pending, found[0].full, found[0].none) == (6, 0, 2, 2)


def test_only_settled_parts_count_and_a_few_or_equal_ones_give_no_correlation(make_class: MakeClass) -> None:
    rubrics = {
        f"student {number}": {
            "1": [(2, correct("") if number < FEWEST - 1 else needs_person("")), (2, correct(""))],
            "2": [(1, share(number / 10)), (0, incorrect(""))],
        }
        for number in range(FEWEST)
    }
    few, equal, other = items(make_class(rubrics))
    assert (few.settled, few.pending, few.share, few.discrimination) == (FEWEST - 1, 1, 1.0, None)
    assert (equal.share, equal.discrimination) == (1.0, None)
    assert other.share == pytest.approx(0.2)


def test_a_hand_in_that_could_not_be_read_counts_nowhere(make_class: MakeClass) -> None:
    read = make_class({"ada": {"1": [(10, correct(""))]}})
    unread = make_class({"bo": {"1": [(10, incorrect(""))]}}, problem="It is empty.")
    (item,) = items([*unread, *read])
    assert (item.settled, item.share) == (1, 1.0)
    found = distribution([*read, *unread])
    assert found and found.hand_ins == 1 and distribution(unread) is None


def test_the_distribution_has_ten_bins_with_the_full_marks_in_the_last(make_class: MakeClass) -> None:
    awarded = [0, 0.5, 9.5, 10, 3]
    graded = make_class({f"s{n}": {"1": [(10, share(a / 10))]} for n, a in enumerate(awarded)})
    found = distribution(graded)
    assert found and [count for _, _, count in found.bins] == [2, 0, 0, 1, 0, 0, 0, 0, 0, 2]
    assert (found.mean, found.median, found.lowest, found.highest) == (4.6, 3, 0, 10)
