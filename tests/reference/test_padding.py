"""Question 5.4 against PyTorch run on every setting."""

from itertools import product

import pytest
import torch
from torch import nn

from reference.padding import (
    PaddingSettings,
    conv_paddings,
    runs_in_pytorch,
    satisfies_shape_relation,
    settings,
    transpose_paddings,
    why_pytorch_refuses,
)

KERNELS = pytest.mark.parametrize("kernel", range(1, 9))


def side_after_conv(size: int, kernel: int, padding: int) -> int:
    return int(nn.Conv2d(1, 1, kernel, 2, padding)(torch.zeros(1, 1, size, size)).shape[-1])


def side_after_transpose(size: int, kernel: int, padding: int, output_padding: int) -> int:
    layer = nn.ConvTranspose2d(1, 1, kernel, 2, padding, output_padding)
    return int(layer(torch.zeros(1, 1, size, size)).shape[-1])


@KERNELS
def test_the_conv_paddings_are_those_at_which_pytorch_halves(kernel: int) -> None:
    halving = [p for p in range(2 * kernel) if all(side_after_conv(s, kernel, p) == s // 2 for s in (8, 32))]
    assert list(conv_paddings(kernel)) == halving


@KERNELS
def test_the_transpose_paddings_are_those_at_which_pytorch_doubles(kernel: int) -> None:
    doubling = []
    for padding, output_padding in product(range(kernel + 2), range(5)):
        try:
            sides = [side_after_transpose(size, kernel, padding, output_padding) for size in (16, 32)]
        except RuntimeError:
            continue
        if sides == [32, 64]:
            doubling.append((padding, output_padding))
    assert list(transpose_paddings(kernel)) == doubling


@pytest.mark.parametrize(
    ("kernel", "answer"),
    [(3, PaddingSettings(1, 1, 1)), (4, PaddingSettings(1, 1, 0)), (5, PaddingSettings(2, 2, 1))],
)
def test_the_assignments_kernels_have_one_setting(kernel: int, answer: PaddingSettings) -> None:
    assert settings(kernel) == (answer,)


@KERNELS
def test_every_setting_found_runs_and_keeps_the_relation(kernel: int) -> None:
    assert settings(kernel)
    for answer in settings(kernel):
        assert runs_in_pytorch(kernel, answer)
        assert satisfies_shape_relation(kernel, answer.transpose_padding, answer.output_padding)


@pytest.mark.parametrize(
    ("kernel", "answer"),
    [
        pytest.param(4, PaddingSettings(2, 1, 0), id="the starter's kernel // 2"),
        pytest.param(5, PaddingSettings(1, 2, 1), id="conv as for kernel 3"),
        pytest.param(5, PaddingSettings(2, 1, 1), id="transpose as for kernel 3"),
        pytest.param(4, PaddingSettings(1, 2, 2), id="the relation alone, kernel 4"),
        pytest.param(5, PaddingSettings(2, 3, 3), id="the relation alone, kernel 5"),
        pytest.param(4, PaddingSettings(1, 0, -2), id="negative"),
        pytest.param(4, PaddingSettings(10**9, 1, 0), id="too large to allocate"),
        pytest.param(4, PaddingSettings(1, 10**30, 2 * 10**30 - 2), id="beyond 64 bits"),
    ],
)
def test_a_wrong_setting_does_not_run(kernel: int, answer: PaddingSettings) -> None:
    assert not runs_in_pytorch(kernel, answer)


@pytest.mark.parametrize(("padding", "output_padding"), [*product(range(-1, 4), range(-2, 5))])
def test_a_reason_is_given_exactly_where_pytorch_refuses(padding: int, output_padding: int) -> None:
    reason = why_pytorch_refuses(padding, output_padding)
    if reason is None:
        side_after_transpose(16, 4, padding, output_padding)
    else:
        with pytest.raises(RuntimeError, match=r"negative (output_)?padding|output padding must be smaller"):
            side_after_transpose(16, 4, padding, output_padding)
        assert f"output_padding={output_padding}" in reason


@KERNELS
def test_the_relation_is_the_shape_equation_whatever_pytorch_allows(kernel: int) -> None:
    for padding, output_padding in product(range(kernel + 1), range(2)):
        doubles = side_after_transpose(16, kernel, padding, output_padding) == 32
        assert satisfies_shape_relation(kernel, padding, output_padding) is doubles
    assert satisfies_shape_relation(kernel, kernel, kernel + 2)
