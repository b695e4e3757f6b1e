"""Frames carry values faithfully, and hostile bytes never do more than raise `FrameError`."""

from __future__ import annotations

import math
import tracemalloc
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from typing import Any

import hypothesis.strategies as st
import msgpack
import numpy as np
import pytest
import sympy
import torch
from hypothesis import given, settings

from grader.sandbox.worker import frames
from grader.sandbox.worker.frames import FrameError, Tensor, decode, pack

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 64) - 1)
    | st.floats()
    | st.text()
    | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def body(value: object) -> bytes:
    return pack(value)[frames.HEADER.size :]


def array(**fields: Any) -> dict[str, Any]:
    return {"__t__": "f4", "s": [1], "b": b"1234", "k": "numpy"} | fields


@given(PLAIN)
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    if "__t__" not in str(value):
        assert msgpack.packb(decode(body(value))) == msgpack.packb(value)  # NaN equals itself in bytes


@pytest.mark.parametrize(
    "dtype",
    ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16", ">f4", ">i8"],
)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3, 4)])
def test_arrays_come_back_in_value_shape_and_dtype(dtype: str, shape: tuple[int, ...]) -> None:
    sent = np.arange(math.prod(shape)).reshape(shape).astype(dtype)
    received = decode(body(sent))
    assert received.dtype == sent.dtype.newbyteorder("<") and received.shape == shape
    np.testing.assert_array_equal(received, sent)


@pytest.mark.parametrize(
    ("tensor", "expected"),
    [
        (torch.ones(1, requires_grad=True).expand(3, 4).t(), np.ones((4, 3), "f4")),
        (torch.tensor([1 + 2j]).conj(), np.array([1 - 2j], "c8")),
        (torch.tensor([1.5, -2.0], dtype=torch.bfloat16), np.array([1.5, -2.0], "f4")),
        (torch.tensor(3), np.array(3)),
        (torch.nn.Parameter(torch.zeros(2)), np.zeros(2, "f4")),
        (torch.tensor([math.nan, math.inf]), np.array([math.nan, math.inf], "f4")),
    ],
)
def test_tensors_of_all_kinds_come_as_plain_arrays(
    tensor: torch.Tensor, expected: np.ndarray[Any, Any]
) -> None:
    received = decode(body([tensor]))[0]
    assert received.dtype == expected.dtype and received.shape == expected.shape
    np.testing.assert_array_equal(received, expected)
    assert not received.flags.writeable


@pytest.mark.parametrize(
    "value",
    [
        Fraction(5, 2),
        Decimal("2.5"),
        sympy.Rational(5, 2),
        sympy.Float(2.5),
        np.array(2.5, dtype=object),
        np.longdouble(2.5),
    ],
    ids=lambda value: repr(value).partition(" at 0x")[0],
)
def test_numbers_of_every_kind_come_as_doubles(value: object) -> None:
    assert decode(body(value)) == 2.5


def test_numpy_scalars_come_as_arrays_without_dimensions() -> None:
    received = decode(body(np.float64(2.5)))
    assert received.shape == () and received.dtype == np.float64 and received == 2.5


def test_a_request_chooses_which_kind_of_array_arrives() -> None:
    kinds: list[str] = []
    decode(
        body([np.ones(1), Tensor(np.ones(1)), torch.ones(1)]), make_array=lambda _, kind: kinds.append(kind)
    )
    assert kinds == ["numpy", "torch", "torch"]


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {1, 2},
        lambda: None,
        10**30,
        -(10**30),
        "\ud800",
        {(1, 2): 3},
        np.array([object()]),
        np.array(["text"]),
        np.array(["2025-01-01"], dtype="datetime64[D]"),
        torch.eye(3).to_sparse(),
        torch.empty(3, device="meta"),
    ],
    ids=lambda value: repr(value).partition(" at 0x")[0],
)
def test_what_has_no_place_in_a_frame_is_named_in_the_error(value: object) -> None:
    with pytest.raises(FrameError, match=r"cannot be sent|more than 64 bits"):
        pack(value)


def test_a_list_that_contains_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(FrameError, match="nested too deeply"):
        pack(loop)


@pytest.mark.parametrize(
    "value",
    [
        msgpack.ExtType(1, b""),
        msgpack.Timestamp(1),
        {1: 2},
        {b"key": 1},
        [[[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]]],
        [0] * 100_001,
        [[0] * 40_000] * 3,
        [[]] * 100_001,
        [{}] * 100_001,
        array(s=[2]),
        array(s=[-1]),
        array(s=[True]),
        array(s=[1.0]),
        array(s=4),
        array(s=[1] * 9),
        array(s=[1 << 31, 1 << 31, 1 << 31], b=b""),
        array(s=[1 << 50, 0], b=b""),
        array(__t__="O8", b=b"12345678"),
        array(__t__="f16", b=bytes(16)),
        array(__t__=["f4"]),
        array(b="1234"),
        array(k="pickle"),
        array(k=None),
        array(more=1),
        {"__t__": "f4"},
    ],
    ids=lambda value: repr(value)[:60],
)
def test_a_malformed_value_is_refused(value: object) -> None:
    with pytest.raises(FrameError):
        decode(msgpack.packb(value))


@pytest.mark.parametrize(
    "data", [b"", b"\xc1", b"\x91", b"\xdf\x7f\xff\xff\xff", b"\xc0\xc0", b"\x91" * 100_000 + b"\xc0"]
)
def test_bytes_that_are_no_msgpack_are_refused(data: bytes) -> None:
    with pytest.raises(FrameError):
        decode(data)


def test_a_bomb_of_empty_lists_is_refused_before_it_is_built() -> None:
    bomb = b"\xdd" + (60_000).to_bytes(4, "big") + (b"\xdc\x03\xe8" + b"\x90" * 1000) * 60_000
    tracemalloc.start()
    try:
        with pytest.raises(FrameError, match="too many items"):
            decode(bomb)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_a_list_too_long_for_a_frame_is_refused_when_it_is_sent() -> None:
    with pytest.raises(FrameError, match="too many items"):
        pack([0.5] * 100_001)


def test_text_longer_than_a_megabyte_is_refused() -> None:
    with pytest.raises(FrameError):
        decode(msgpack.packb("x" * (frames.MAX_TEXT + 1)))


@settings(max_examples=500)
@given(st.binary(max_size=200))
def test_random_bytes_decode_or_raise_frame_error(data: bytes) -> None:
    with suppress(FrameError):
        decode(data)


@settings(max_examples=300)
@given(PLAIN, st.data())
def test_a_damaged_frame_decodes_or_raises_frame_error(value: Any, data: st.DataObject) -> None:
    damaged = bytearray(body([value, np.arange(3.0)]))
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with suppress(FrameError):
        decode(bytes(damaged))
