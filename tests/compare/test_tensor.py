"""Values are compared by kind, shape and finiteness first, then in double precision; no trick of arrays
passes.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from grader.compare.tensor import Mismatch, Tolerance, as_array, find_mismatch, is_close

VECTOR = np.array([1.0, -2.0, 3.0])


def mismatch(found: object, expected: Any = VECTOR, **options: Any) -> Mismatch:
    found_mismatch = find_mismatch(found, expected, **options)
    assert found_mismatch is not None
    return found_mismatch


@pytest.mark.parametrize(
    "found",
    [
        VECTOR,
        [1, -2, 3],
        [1.0, -2.0, 3.0],
        (1, -2, 3),
        VECTOR.astype(np.float32),
        VECTOR.astype(np.float16),
        VECTOR.astype(np.int64),
        VECTOR.astype(np.int8),
        VECTOR.astype(np.longdouble),
        VECTOR.reshape(3, 1),
        VECTOR.reshape(1, 3),
        VECTOR[::-1][::-1],
        np.asfortranarray(VECTOR),
        VECTOR + 1e-8,
    ],
    ids=str,
)
def test_the_same_vector_in_any_honest_form_is_equal(found: object) -> None:
    assert find_mismatch(found, VECTOR) is None


@pytest.mark.parametrize(
    "found",
    [2.5, np.float32(2.5), np.float64(2.5), np.array(2.5), [2.5], np.array([[2.5]])],
    ids=lambda value: repr(value).partition(" at 0x")[0],
)
def test_the_same_number_in_any_honest_form_is_equal(found: object) -> None:
    assert find_mismatch(found, 2.5) is None


@pytest.mark.parametrize(
    "found",
    [
        np.zeros(0),
        np.zeros((0, 3)),
        np.float64(1.0),
        1.0,
        np.ones(1),
        np.ones((1, 1)),
        np.ones((3, 3)),
        np.ones(4),
        [],
    ],
    ids=lambda value: repr(value).partition(" at 0x")[0],
)
@pytest.mark.parametrize("expected", [np.ones(3), np.ones((5, 7))], ids=["vector", "matrix"])
def test_empty_scalar_and_broadcastable_values_are_not_the_expected_array(found: Any, expected: Any) -> None:
    assert "shape" in mismatch(found, expected).sentence


@pytest.mark.parametrize(
    "found",
    [np.zeros(0), np.zeros((0, 3)), np.ones(2), np.ones((2, 2)), []],
    ids=lambda value: repr(value).partition(" at 0x")[0],
)
def test_what_is_no_single_number_is_not_the_expected_number(found: object) -> None:
    assert "expected a number" in mismatch(found, 1.0).sentence


@pytest.mark.parametrize("found", [np.ones((2, 3)).T, np.ones(6)], ids=["transposed", "flattened"])
def test_a_matrix_of_another_shape_is_told_both_shapes(found: Any) -> None:
    sentence = mismatch(found, np.ones((2, 3))).sentence
    assert str(found.shape) in sentence and "(2, 3)" in sentence


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("expected", [1.0, 0.0])
def test_nan_and_infinity_are_never_equal(bad: float, expected: float) -> None:
    assert "not finite" in mismatch(bad, expected).sentence
    assert "not finite" in mismatch([expected, bad], np.array([expected, expected])).sentence


def test_a_half_precision_overflow_is_not_finite() -> None:
    with np.errstate(over="ignore"):
        overflowed = np.array([70000.0]).astype(np.float16)
    assert "not finite" in mismatch(overflowed, np.array([70000.0])).sentence


@pytest.mark.parametrize("found", [-0.0, 5e-324, np.float32(1e-45)])
def test_minus_zero_and_subnormal_numbers_are_zero(found: float) -> None:
    assert find_mismatch(found, 0.0) is None


def test_unsigned_integers_do_not_wrap_around() -> None:
    assert mismatch(np.array([0], dtype=np.uint8), np.array([255.0]))
    assert mismatch(np.array([255], dtype=np.uint8), np.array([0.0]), tolerance=Tolerance(absolute=1.0))
    assert mismatch(np.array([2**64 - 1], dtype=np.uint64), np.array([-1.0]))


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (None, "None (is the return statement missing?)"),
        (True, "a bool"),
        (False, "a bool"),
        (np.True_, "a bool"),
        ("1.0", "a str"),
        (b"1.0", "a bytes"),
        ({"w": 1.0}, "a dict"),
        ({1.0}, "a set"),
        (1.0 + 0j, "a complex"),
        (object(), "a object"),
        ([True], "a list"),
        ([1.0, "x"], "a list"),
        ([[1.0], [1.0, 2.0]], "a list"),
        (np.array([True]), "an array of bool"),
        (np.array(["1.0"]), "an array of <U3"),
        (np.array([1 + 0j]), "an array of complex128"),
        (np.array([1.0], dtype=object), "an array of object"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "an array of datetime64"),
        ([10**400], "a list"),
    ],
    ids=lambda value: repr(value).partition(" at 0x")[0],
)
def test_what_is_no_array_of_real_numbers_is_named(found: object, told: str) -> None:
    assert as_array(found) is None
    assert mismatch(found, 1.0).sentence.startswith(f"it is {told}")


@pytest.mark.parametrize(
    "found", [Decimal("1"), Fraction(1)], ids=lambda value: repr(value).partition(" at 0x")[0]
)
def test_exact_numbers_are_not_arrays_but_do_not_crash(found: object) -> None:
    assert mismatch(found, 1.0)


class ClaimsToBeClose(float):
    """A float that says yes to every comparison."""

    def __le__(self, other: object) -> bool:
        return True

    def __rsub__(self, other: object) -> ClaimsToBeClose:
        return ClaimsToBeClose(0.0)

    __sub__ = __rsub__

    def __abs__(self) -> ClaimsToBeClose:
        return ClaimsToBeClose(0.0)


class GivesWhatIsAsked:
    """An object whose array form is whatever it was told."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.ones(3)


def test_a_number_that_overloads_comparison_counts_as_its_value() -> None:
    assert mismatch(ClaimsToBeClose(7.0), 1.0)
    assert mismatch([ClaimsToBeClose(7.0)] * 3, np.ones(3))


def test_an_object_with_an_array_form_is_only_what_that_form_is() -> None:
    assert find_mismatch(GivesWhatIsAsked(), np.ones(3)) is None
    assert mismatch(GivesWhatIsAsked(), np.ones(4))


@pytest.mark.parametrize(
    ("found", "expected", "equal"),
    [
        (1.0 + 0.9e-6, 1.0, True),
        (1.0 + 1.2e-6, 1.0, False),
        (np.float32(1.00005), 1.0, True),
        (np.float32(1.0003), 1.0, False),
        (np.float16(1.005), 1.0, True),
        (np.float16(1.03), 1.0, False),
        (0.5e-9, 0.0, True),
        (1e-8, 0.0, False),
        (1e6 + 0.5, 1e6, True),
        (1e6 + 2.0, 1e6, False),
    ],
)
def test_the_tolerance_follows_the_scale_and_the_precision(found: Any, expected: float, equal: bool) -> None:
    assert (find_mismatch(found, expected) is None) is equal


def test_a_small_entry_of_a_large_vector_is_compared_on_the_vectors_scale() -> None:
    assert find_mismatch(np.array([1e6, 0.5]), np.array([1e6, 0.0])) is None


@pytest.mark.parametrize(
    ("factor", "name"), [(-1.0, "-1"), (2.0, "2"), (0.5, "1/2"), (7.0, "n"), (1 / 7, "1/n"), (-2.0, "-2")]
)
def test_a_factor_that_would_mend_the_answer_is_named(factor: float, name: str) -> None:
    found = mismatch(factor * VECTOR, factors={"n": 7.0, "1/n": 1 / 7, "-2": -2.0})
    assert (found.factor, found.sentence) == (name, f"it is {name} times the right value")


def test_a_factor_of_zero_is_not_named_where_any_would_do() -> None:
    assert mismatch(np.ones(3), np.zeros(3)).factor is None


def test_a_wrong_value_without_a_pattern_is_only_wrong() -> None:
    found = mismatch(VECTOR + 1)
    assert (found.sentence, found.factor) == ("its value is not the right one", None)


def test_a_mismatch_says_the_kinds_and_how_far_the_value_is_off() -> None:
    found = mismatch(VECTOR + 3e-4 * abs(VECTOR).max(), tolerance=Tolerance(relative=1e-4, absolute=0.0))
    assert (found.expected, found.found) == ("an array of shape (3,)",) * 2
    assert found.tolerances == pytest.approx(3)
    assert mismatch(None).tolerances is None and mismatch(None).found.startswith("None")
    assert mismatch(1.0, 0.0, tolerance=Tolerance(0.0, 0.0)).tolerances == float("inf")


def test_closeness_never_broadcasts_and_never_takes_nan() -> None:
    assert not is_close(np.ones(1), np.ones(3), Tolerance())
    assert not is_close(np.full(3, np.nan), np.ones(3), Tolerance(absolute=1e9))
    assert not is_close(np.ones(3), np.full(3, np.nan), Tolerance(absolute=1e9))
    assert is_close(np.zeros(0), np.zeros(0), Tolerance())
