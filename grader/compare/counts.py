"""Recognising a count: which convention an answer follows, or by which constant factor it misses one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction


def matching(found: Sequence[Fraction], expected: Mapping[str, Sequence[Fraction]]) -> str | None:
    """The first convention whose values at all points are the found ones."""
    for name, values in expected.items():
        if list(values) == list(found):
            return name
    return None


def constant_ratio(found: Sequence[Fraction], expected: Sequence[Fraction]) -> Fraction | None:
    """found / expected where that is the same simple number at every point."""
    if not all(expected) or not all(found):
        return None
    ratios = {value / reference for value, reference in zip(found, expected, strict=True)}
    if len(ratios) != 1:
        return None
    ratio = ratios.pop()
    return ratio if max(abs(ratio.numerator), ratio.denominator) <= 100 else None
