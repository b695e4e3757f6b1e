"""The data behind a plot against theory: computed by formula, or simulated and then noisy.

A formula's values must be the theory's. Simulated ones scatter about it, and how much is read off themselves:
second differences of their relative errors see the scatter and next to nothing of a smooth deviation. A
simulation is right when neither a value nor the mean of all is farther off than its own scatter explains.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.compare.tensor import Mismatch, Tolerance, find_mismatch

SMOOTH = 1e-4
"""A relative scatter below this is rounding, or a formula's."""
NOISIEST = 0.5
FARTHEST_VALUE = 12.0
FARTHEST_MEAN = 6.0
FEWEST_POINTS = 12
WINDOW = 21
MEDIAN_OF_NORMAL = 0.6745
"""Of the absolute value of a standard normal variable."""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CurveMatch:
    """The curve is right; `noise` is the relative standard deviation of a simulated value, else 0."""

    noise: float = 0.0


@dataclass(frozen=True, slots=True)
class CurveMismatch:
    """Why the curve is not right, and the index of the value that is farthest off, if one is."""

    sentence: str
    worst: int | None = None


def compare_curve(
    found: object, expected: Array, tolerance: Tolerance | None = None
) -> CurveMatch | CurveMismatch:
    """Compare the values of a curve, at at least twelve places in order, with those of theory.

    Where theory is zero a simulation has to be zero too, up to the absolute tolerance.
    """
    if len(expected) < FEWEST_POINTS:
        raise ValueError(f"{len(expected)} points say nothing about scatter; take at least {FEWEST_POINTS}")
    tolerance = tolerance or Tolerance()
    mismatch = find_mismatch(found, expected, tolerance)
    if mismatch is None:
        return CurveMatch()
    values = np.asarray(found) if isinstance(found, list | tuple | np.ndarray) else None
    if values is None or values.size != expected.size or not np.isfinite(values).all():
        return CurveMismatch(mismatch.sentence)
    return _as_simulation(values.reshape(expected.shape).astype(np.float64), expected, tolerance, mismatch)


def scatter(errors: Array) -> Array:
    """The standard deviation of normal errors around each of successive places, whatever trend they have.

    From the median of nearby second differences, whose variance is six times theirs: outliers count little.
    Twenty-one of them tell little as well, so that it is nowhere taken for less than over the whole curve.
    """
    jumps = np.abs(np.diff(errors, 2))
    starts = np.clip(np.arange(len(errors)) - WINDOW // 2 - 1, 0, max(0, len(jumps) - WINDOW))
    medians = np.array([np.median(jumps[start : start + WINDOW]) for start in starts])
    smallest: Array = np.maximum(medians, np.median(jumps))
    return np.asarray(smallest / (np.sqrt(6) * MEDIAN_OF_NORMAL))


def _as_simulation(
    found: Array, expected: Array, tolerance: Tolerance, mismatch: Mismatch
) -> CurveMatch | CurveMismatch:
    is_positive = np.abs(expected) > tolerance.absolute
    errors = np.where(is_positive, found / np.where(is_positive, expected, 1.0) - 1, 0.0)
    strays = ~is_positive & (np.abs(found) > 1e3 * tolerance.absolute)
    if strays.any():
        return CurveMismatch("it is not zero where it should be", int(np.argmax(strays)))
    worst = int(np.argmax(np.abs(errors)))
    counted = errors[is_positive]
    noise = scatter(counted) if len(counted) >= FEWEST_POINTS else np.zeros(1)
    if not SMOOTH < noise.min() <= noise.max() <= NOISIEST:
        return CurveMismatch(mismatch.sentence, worst)
    deviations = counted / noise
    if np.abs(deviations).max() > FARTHEST_VALUE:
        return CurveMismatch("a value is farther off than chance explains", worst)
    if abs(deviations.mean()) > FARTHEST_MEAN / np.sqrt(len(counted)):
        return CurveMismatch("the values are off on average, farther than chance explains", worst)
    return CurveMatch(float(np.median(noise)))
