"""The padding that keeps the shapes of figure 4b at another kernel size (question 5.4).

Stride 2 and dilation 1 throughout. The shape equations are those of PyTorch's documentation, and the settings
are found by trying every padding up to the kernel size, beyond which windows would see nothing but padding:

* Conv2d: out = floor((in + 2p - (k - 1) - 1) / 2) + 1, to be in / 2 for every even `in`;
* ConvTranspose2d: out = 2 (in - 1) - 2p + (k - 1) + op + 1, to be 2 in; that is, 2p - op = k - 2.

PyTorch also wants 0 <= op < 2 and p >= 0, which leaves one setting for each kernel.
"""

from dataclasses import dataclass
from itertools import product

import torch
from torch import nn

_STRIDE = 2
_DILATION = 1
_EVEN_SIZES = range(2, 34, 2)


@dataclass(frozen=True, slots=True)
class PaddingSettings:
    """An answer to question 5.4 for one kernel size."""

    conv_padding: int
    transpose_padding: int
    output_padding: int


def settings(kernel: int) -> tuple[PaddingSettings, ...]:
    """Every setting that keeps the shapes of figure 4b and that PyTorch runs, for kernels from 1 up."""
    return tuple(
        PaddingSettings(conv_padding, transpose_padding, output_padding)
        for conv_padding, (transpose_padding, output_padding) in product(
            conv_paddings(kernel), transpose_paddings(kernel)
        )
    )


def conv_paddings(kernel: int) -> tuple[int, ...]:
    """Every padding at which the strided convolution halves every even size."""
    return tuple(padding for padding in range(kernel + 1) if _halves(kernel, padding))


def transpose_paddings(kernel: int) -> tuple[tuple[int, int], ...]:
    """Every (padding, output_padding) at which the transposed convolution doubles its input and runs."""
    return tuple(
        (padding, output_padding)
        for padding, output_padding in product(range(kernel + 1), range(max(_STRIDE, _DILATION)))
        if _doubles(kernel, padding, output_padding)
    )


def satisfies_shape_relation(kernel: int, padding: int, output_padding: int) -> bool:
    """Whether 2p - op = k - 2: the shape equation alone, whether or not PyTorch would run the setting."""
    return 2 * padding - output_padding == kernel - 2


def why_pytorch_refuses(padding: int, output_padding: int) -> str | None:
    """One sentence on why ConvTranspose2d (stride 2, dilation 1) refuses these, or None if it does not."""
    if padding < 0 or output_padding < 0:
        return f"PyTorch refuses padding={padding}, output_padding={output_padding}: neither may be negative."
    if output_padding >= max(_STRIDE, _DILATION):
        return (
            f"PyTorch refuses output_padding={output_padding}: it must be smaller than the stride "
            f"({_STRIDE}) or the dilation ({_DILATION})."
        )
    return None


def runs_in_pytorch(kernel: int, answer: PaddingSettings) -> bool:
    """Whether PyTorch runs both kinds of layer with these settings, halving and doubling sizes up to 32.

    A setting whose shape equation fails is not run, for its output could be of any size.
    """
    conv_padding, padding, output_padding = (
        answer.conv_padding,
        answer.transpose_padding,
        answer.output_padding,
    )
    if not (_halves(kernel, conv_padding) and _doubles(kernel, padding, output_padding)):
        return False
    try:
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            conv = nn.Conv2d(1, 1, kernel, _STRIDE, conv_padding)
            transpose = nn.ConvTranspose2d(1, 1, kernel, _STRIDE, padding, output_padding)
            return all(
                conv(torch.zeros(1, 1, size, size)).shape == (1, 1, size // 2, size // 2)
                and transpose(torch.zeros(1, 1, size, size)).shape == (1, 1, 2 * size, 2 * size)
                for size in _EVEN_SIZES
            )
    except (RuntimeError, TypeError):  # TypeError: a number beyond 64 bits
        return False


def _halves(kernel: int, padding: int) -> bool:
    return all(
        (size + 2 * padding - _DILATION * (kernel - 1) - 1) // _STRIDE + 1 == size // 2
        for size in _EVEN_SIZES
    )


def _doubles(kernel: int, padding: int, output_padding: int) -> bool:
    return all(
        (size - 1) * _STRIDE - 2 * padding + _DILATION * (kernel - 1) + output_padding + 1 == 2 * size
        for size in _EVEN_SIZES
    )
