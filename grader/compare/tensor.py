"""Are these numbers the expected ones? Type, shape and finiteness first, then values in double precision."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WIDER_FOR_DTYPE = {np.dtype(np.float32): 1e-4, np.dtype(np.float16): 1e-2}


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A value passes when |found - expected| <= absolute + relative * max|expected|."""

    relative: float = 1e-6
    absolute: float = 1e-9

    def for_precision_of(self, found: NDArray[np.generic]) -> Tolerance:
        """Honest single or half precision is no mistake: widen to what it can hold."""
        return Tolerance(max(self.relative, WIDER_FOR_DTYPE.get(found.dtype, 0.0)), self.absolute)

    def allowed(self, expected: Array) -> float:
        """The largest difference that passes."""
        return self.absolute + self.relative * float(np.abs(expected).max(initial=0.0))


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why the found value is not the expected one.

    factor: names the factor that would mend it, if any. expected, found: the kinds of value, in words.
    tolerances: how many tolerances the values differ by, where they can be compared.
    """

    sentence: str
    factor: str | None = None
    expected: str = ""
    found: str = ""
    tolerances: float | None = None


def as_array(value: object) -> NDArray[np.generic] | None:
    """A number, a list of numbers or an array as an array; None for anything else."""
    if isinstance(value, bool) or value is None or isinstance(value, str | bytes | dict):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return array if array.dtype.kind in "iuf" else None


def find_mismatch(
    found: object,
    expected: Array | float,
    tolerance: Tolerance | None = None,
    factors: Mapping[str, float] | None = None,
) -> Mismatch | None:
    """Compare a student's value with the expected one; None means equal.

    A column or row is taken for a vector and a one-element array for a number. `factors` (name -> value) are
    tried when the values differ, besides the sign, 2 and 1/2.
    """
    reference = np.asarray(expected, dtype=np.float64)
    asked = describe_shape(reference.shape)
    array = as_array(found)
    if array is None:
        kind = describe_type(found)
        return Mismatch(f"it is {kind}, not {asked}", expected=asked, found=kind)
    kind = describe_shape(array.shape)
    if array.shape != reference.shape:
        if array.size != reference.size or np.squeeze(array).shape != np.squeeze(reference).shape:
            return Mismatch(
                f"it has shape {tuple(array.shape)}, expected {asked}", expected=asked, found=kind
            )
        precision = array.dtype
        array = array.reshape(reference.shape).astype(precision)
    tolerance = (tolerance or Tolerance()).for_precision_of(array)
    values = array.astype(np.float64)
    if not np.isfinite(values).all():
        sentence = "it holds values that are not finite (nan or inf)"
        return Mismatch(sentence, expected=asked, found=f"{kind}, not all finite")
    if is_close(values, reference, tolerance):
        return None
    allowed = tolerance.allowed(reference)
    distance = float(np.abs(values - reference).max()) / allowed if allowed else math.inf
    for name, factor in {"-1": -1.0, "2": 2.0, "1/2": 0.5, **(factors or {})}.items():
        if is_close(values, factor * reference, tolerance):
            return Mismatch(f"it is {name} times the right value", name, asked, kind, distance)
    return Mismatch("its value is not the right one", None, asked, kind, distance)


def is_close(found: Array, expected: Array, tolerance: Tolerance) -> bool:
    """NaN-safe closeness on arrays of the same shape, relative to the largest expected value."""
    if found.shape != expected.shape:
        return False
    return bool((np.abs(found - expected) <= tolerance.allowed(expected)).all())


def describe_type(value: object) -> str:
    """What a student returned, in words."""
    if value is None:
        return "None (is the return statement missing?)"
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype}"
    return f"a {type(value).__name__}"


def describe_shape(shape: tuple[int, ...]) -> str:
    """The expected kind of value, in words."""
    return f"an array of shape {shape}" if shape else "a number"
