"""Frames: how the grader and the student process speak.

A frame is an 8-byte little-endian length and a msgpack value. An array is a map `{"__t__": dtype, "s": shape,
"b": little-endian bytes, "k": "torch" | "numpy"}`. `decode` is what the trusted side runs on hostile bytes:
no pickle, no extension types, every size bounded before it is allocated.
"""

from __future__ import annotations

import decimal
import numbers
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgpack
import numpy as np

HEADER = struct.Struct("<Q")
MAX_DEPTH = 16
MAX_ITEMS = 100_000
MAX_DIMENSIONS = 8
MAX_TEXT = 1 << 20
SHORT = 1 << 13
"""Bytes that cannot take much memory, whatever they claim to hold; longer bodies are counted first."""

_NUMPY_DTYPES = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
_ITEM_SIZE = {name: int(name[1:]) for name in _NUMPY_DTYPES} | {"bf16": 2}
_INT64 = range(-(1 << 63), 1 << 64)
_TOO_WIDE = "an integer needs more than 64 bits"
_SCALARS = frozenset({type(None), bool, int, float, str, bytes})
_CONTAINERS = frozenset({list, tuple, dict})
_TEXT = frozenset({str})

ArrayMaker = Callable[["np.ndarray[Any, Any]", str], Any]


class FrameError(ValueError):
    """The bytes are no frame, or a value cannot be put in one. The sentence says which rule it breaks."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """An array that the other side receives as a `torch.Tensor` instead of a `numpy.ndarray`."""

    values: np.ndarray[Any, Any]


def pack(value: object) -> bytes:
    """The whole frame, header included. Raises `FrameError` when a value has no place in a frame."""
    try:
        body = _packed(_encode(value, 0))
    except (ValueError, OverflowError, UnicodeEncodeError) as error:
        raise FrameError(f"the value cannot be sent: {error}") from error
    if len(body) > MAX_ITEMS:  # a shorter one cannot have too many items
        _count_items(body)
    return HEADER.pack(len(body)) + body


def decode(body: bytes, make_array: ArrayMaker | None = None) -> Any:
    """The value in a frame's body (without the header).

    Arrays come as read-only numpy arrays (bfloat16 as float32), or as what `make_array(array, kind)` makes of
    them. Raises `FrameError` on anything outside the format or above a cap.
    """
    if len(body) > SHORT:
        _count_items(body)
    most = min(MAX_ITEMS, len(body))  # an item takes a byte at least
    try:
        value = msgpack.unpackb(
            body,
            raw=False,
            strict_map_key=True,
            max_str_len=MAX_TEXT,
            max_bin_len=len(body),
            max_array_len=most,
            max_map_len=most,
            max_ext_len=0,
        )
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException) as error:
        raise FrameError(f"the frame is not valid msgpack: {type(error).__name__}") from None
    return _read(value, 0, make_array or _plain)


# How msgpack says lengths: tag -> (bytes of the length, items per unit of length, bytes of payload per unit).
_BY_LENGTH = {
    **dict.fromkeys((0xC4, 0xD9), (1, 0, 1)),
    **dict.fromkeys((0xC5, 0xDA), (2, 0, 1)),
    **dict.fromkeys((0xC6, 0xDB), (4, 0, 1)),
    0xDC: (2, 1, 0),
    0xDD: (4, 1, 0),
    0xDE: (2, 2, 0),
    0xDF: (4, 2, 0),
}
_FIXED = {
    **dict.fromkeys((0xC0, 0xC2, 0xC3), 0),
    **dict.fromkeys((0xCC, 0xD0), 1),
    **dict.fromkeys((0xCD, 0xD1), 2),
    **dict.fromkeys((0xCA, 0xCE, 0xD2), 4),
    **dict.fromkeys((0xCB, 0xCF, 0xD3), 8),
}


def _count_items(body: bytes) -> None:
    """Refuse too many items before any is built: an empty list is one byte here and 56 in memory."""
    place, items, expected = 0, 0, 1
    while items < expected:
        if place >= len(body) or expected > MAX_ITEMS:
            raise FrameError("the frame is cut short or has too many items")
        tag = body[place]
        place, items = place + 1, items + 1
        if tag <= 0x7F or tag >= 0xE0:  # a small integer
            continue
        if tag <= 0x9F:  # a small map or list
            expected += (tag & 0x0F) * (2 if tag <= 0x8F else 1)
        elif tag <= 0xBF:  # a short text
            place += tag & 0x1F
        elif tag in _FIXED:
            place += _FIXED[tag]
        elif tag in _BY_LENGTH:
            width, children, payload = _BY_LENGTH[tag]
            length = int.from_bytes(body[place : place + width], "big")
            place += width + length * payload
            expected += length * children
        else:
            raise FrameError("an extension type has no place in a frame")


def _plain(array: np.ndarray[Any, Any], kind: str) -> Any:
    return array


def _read(value: Any, depth: int, make_array: ArrayMaker) -> Any:
    """Walk what msgpack gave, and build the arrays."""
    if depth > MAX_DEPTH:
        raise FrameError("the value is nested too deeply")
    kind = type(value)  # of msgpack's own making, so no subclass
    if kind in _SCALARS:
        return value
    if kind is dict and "__t__" in value:
        return make_array(_read_array(value), value["k"])
    if kind in _CONTAINERS and _is_flat(value, depth):
        return value
    if kind is list:
        return [_read(item, depth + 1, make_array) for item in value]
    if kind is dict:
        return {_text_key(key): _read(item, depth + 1, make_array) for key, item in value.items()}
    raise FrameError(f"a {kind.__name__} has no place in a frame")


def _is_flat(value: Any, depth: int) -> bool:
    """Whether a container at a depth holds nothing but scalars, and so can be taken as it is."""
    if depth == MAX_DEPTH:
        return False
    items = value.values() if type(value) is dict else value
    has_plain_keys = type(value) is not dict or _TEXT.issuperset(map(type, value))
    return has_plain_keys and _SCALARS.issuperset(map(type, items))


def _text_key(key: Any) -> str:
    if type(key) is not str:
        raise FrameError("a map has a key that is not text")
    return key


def _read_array(value: dict[Any, Any]) -> np.ndarray[Any, Any]:
    if value.keys() != {"__t__", "s", "b", "k"}:
        raise FrameError("an array has the wrong fields")
    dtype, shape, data, kind = value["__t__"], value["s"], value["b"], value["k"]
    if not isinstance(dtype, str) or dtype not in _ITEM_SIZE or kind not in ("torch", "numpy"):
        raise FrameError("an array has an unknown dtype or kind")
    if type(shape) is not list or type(data) is not bytes or len(shape) > MAX_DIMENSIONS:
        raise FrameError("an array has a malformed shape or data")
    size = _ITEM_SIZE[dtype]
    for length in shape:
        if type(length) is not int or not 0 <= length < 1 << 40:
            raise FrameError("an array has an impossible shape")
        size *= length
    if size != len(data):
        raise FrameError("an array's shape does not fit its data")
    if dtype == "bf16":
        upper_half = np.frombuffer(data, "<u2").astype("<u4") << np.uint32(16)
        widened = upper_half.view("<f4").reshape(shape)
        widened.flags.writeable = False
        return widened
    return np.frombuffer(data, "<" + dtype).reshape(shape)


def _packed(encoded: Any) -> bytes:
    try:
        body: bytes = msgpack.packb(encoded, use_bin_type=True)
    except OverflowError:
        raise FrameError(_TOO_WIDE) from None
    return body


def _encode(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise FrameError("the value is nested too deeply to be sent")
    kind = type(value)
    if kind in _SCALARS:  # most values, before the tests that know subclasses
        return value
    if kind in _CONTAINERS and _is_flat(value, depth):
        return value
    if kind is dict:
        return {_encode_key(key): _encode(item, depth + 1) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [_encode(item, depth + 1) for item in value]
    if isinstance(value, (str, bytes)):
        return value
    if isinstance(value, np.generic):  # before int and float: numpy.float64 is a float
        return _encode_array(np.asarray(value), "numpy")
    if isinstance(value, int):
        if int(value) not in _INT64:
            raise FrameError(_TOO_WIDE)
        return int(value)
    if isinstance(value, (float, numbers.Real, decimal.Decimal)):  # also fractions and those of sympy
        return float(value)
    if isinstance(value, np.ndarray):
        return _encode_array(value, "numpy")
    if isinstance(value, Tensor):
        return _encode_array(value.values, "torch")
    if isinstance(value, (list, tuple)):
        return [_encode(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_encode_key(key): _encode(item, depth + 1) for key, item in value.items()}
    torch = sys.modules.get("torch")  # a side that never imported torch holds no tensor
    if torch is not None and isinstance(value, torch.Tensor):
        return _encode_tensor(torch, value)
    raise FrameError(f"a value of type {type(value).__name__} cannot be sent")


def _encode_key(key: object) -> str:
    if isinstance(key, (str, int, float)):
        return str(key)
    raise FrameError(f"a dictionary key of type {type(key).__name__} cannot be sent")


def _encode_array(array: np.ndarray[Any, Any], kind: str) -> dict[str, Any]:
    if array.dtype.kind == "O" or array.dtype == np.longdouble:  # numbers as objects, or wider than a frame's
        array = _as_doubles(array)
    name = array.dtype.kind + str(array.dtype.itemsize)
    if name not in _NUMPY_DTYPES:
        raise FrameError(f"an array of dtype {array.dtype} cannot be sent")
    data = array.astype("<" + name, copy=False).tobytes()
    return {"__t__": name, "s": list(array.shape), "b": data, "k": kind}


def _as_doubles(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError):
        raise FrameError(f"an array of dtype {array.dtype} cannot be sent") from None


def _encode_tensor(torch: Any, tensor: Any) -> dict[str, Any]:
    tensor = tensor.detach()
    if tensor.layout != torch.strided or tensor.is_quantized or tensor.device.type != "cpu":
        raise FrameError(f"a tensor with layout {tensor.layout} on device {tensor.device} cannot be sent")
    plain = tensor.as_subclass(torch.Tensor).resolve_conj().resolve_neg().contiguous()
    if plain.dtype == torch.bfloat16:
        data = plain.view(torch.int16).numpy().tobytes()
        return {"__t__": "bf16", "s": list(plain.shape), "b": data, "k": "torch"}
    return _encode_array(plain.numpy(), "torch")
