"""The operations that a graph may consist of: those of ATen that compute tensors from tensors.

A name comes from a student's process. It counts if its packet is on the list and its overload is one of those
that PyTorch declares with tensors for results; other attributes of a packet are Python's and lead anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import torch

aten = torch.ops.aten
Function = Callable[..., Any]

LEAST_SCALE, LARGEST_SCALE = 1e-3, 1e3


class NotTrainable(ValueError):  # noqa: N818 - what is wrong with the network
    """The network cannot be computed from its graph; the message ends a sentence that begins "It"."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FACTORIES = _words("empty zeros ones full arange scalar_tensor")
"""What makes tensors from nothing, and has to be told on which device."""

OPERATIONS = FACTORIES | _words(
    """
    convolution addmm mm bmm baddbmm embedding
    max_pool2d_with_indices avg_pool2d _adaptive_avg_pool2d adaptive_max_pool2d
    upsample_nearest1d upsample_nearest2d upsample_linear1d upsample_bilinear2d upsample_bicubic2d
    native_batch_norm native_layer_norm native_group_norm
    relu relu_ leaky_relu leaky_relu_ elu elu_ gelu silu silu_ mish hardtanh hardtanh_ hardswish hardsigmoid
    softplus sigmoid sigmoid_ tanh tanh_ threshold clamp clamp_ clamp_min clamp_min_ clamp_max _prelu_kernel
    _softmax _log_softmax native_dropout bernoulli_
    empty_like zeros_like ones_like full_like new_empty new_zeros new_ones new_full
    add add_ sub sub_ rsub mul mul_ div div_ neg pow exp log sqrt rsqrt abs sin cos maximum minimum
    mean sum var var_mean amax amin cumsum ge gt le lt eq ne where masked_fill masked_fill_
    t transpose permute view _unsafe_view expand squeeze unsqueeze slice select split split_with_sizes
    unsafe_split unbind cat stack repeat flip roll index_select
    constant_pad_nd reflection_pad2d replication_pad2d pixel_shuffle pixel_unshuffle
    clone detach alias lift_fresh _to_copy copy_ fill_ zero_
    """
)
"""Packets, whatever their overload."""


@cache
def function_named(name: str) -> Function:
    """The function of "aten.relu.default". Raises NotTrainable for one that is not on the list."""
    space, _, rest = name.partition(".")
    packet, _, overload = rest.partition(".")
    if space != "aten" or packet not in OPERATIONS or overload not in _overloads(packet):
        raise NotTrainable(f"uses an operation that is not trained here ({name[:60]})")
    function: Function = _INSTEAD.get(packet) or getattr(getattr(aten, packet), overload)
    return function


@cache
def _overloads(packet: str) -> frozenset[str]:
    """Those that give new tensors, and write into none but their own."""
    found = getattr(aten, packet)
    return frozenset(name for name in found.overloads() if _is_plain(getattr(found, name)._schema))


def _is_plain(schema: Any) -> bool:
    results = [str(result.type) for result in schema.returns]
    is_pure = not any(argument.is_out for argument in schema.arguments)
    return is_pure and bool(results) and set(results) <= {"Tensor", "List[Tensor]"}


def _batch_norm(
    inputs: torch.Tensor,
    weight: torch.Tensor | None,
    bias: torch.Tensor | None,
    mean: torch.Tensor | None,
    variance: torch.Tensor | None,
    training: bool,
    momentum: float,
    epsilon: float,
) -> Any:
    """`native_batch_norm`, which reads and writes beyond vectors that are shorter than it has channels."""
    vectors = [vector for vector in (weight, bias, mean, variance) if vector is not None]
    fit = all(v.shape == inputs.shape[1:2] and v.is_floating_point() for v in vectors)
    if inputs.dim() < 2 or not fit or (not training and (mean is None or variance is None)):
        raise ValueError("a batch normalisation whose vectors do not fit its channels")
    return aten.native_batch_norm.default(inputs, weight, bias, mean, variance, training, momentum, epsilon)


def _upsampling(packet: str) -> Function:
    """An upsampling, which reads anywhere for scales next to nothing."""
    compute = getattr(aten, packet).default

    def upsample(inputs: torch.Tensor, *settings: Any) -> Any:
        scales = [value for value in settings if isinstance(value, float)]
        if not inputs.is_floating_point() or not all(LEAST_SCALE <= s <= LARGEST_SCALE for s in scales):
            raise ValueError("an upsampling of whole numbers, or by an absurd scale")
        return compute(inputs, *settings)

    return upsample


def _zeros_like(inputs: torch.Tensor, **options: Any) -> Any:
    return aten.zeros_like.default(inputs, **options)


_INSTEAD: dict[str, Function] = {
    "native_batch_norm": _batch_norm,
    **{name: _upsampling(name) for name in OPERATIONS if name.startswith("upsample_")},
    # what was never set holds what was there before: other hand-ins' numbers
    "empty": aten.zeros.default,
    "empty_like": _zeros_like,
    "new_empty": aten.new_zeros.default,
}
