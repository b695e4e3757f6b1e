# mypy: disallow-subclassing-any=False
"""Networks that are right are accepted in whatever style they are written."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 -- as everyone calls it
from torch import nn

from grader.compare.network import NetworkComparison
from reference.colourization import ConvTransposeNet, PoolUpsampleNet, UNet

KERNEL, NF, NC, NIC = SIZES = (3, 5, 7, 2)
Compare = Callable[[type[nn.Module], nn.Module], NetworkComparison]


def conv(channels_in: int, channels_out: int, **options: Any) -> nn.Conv2d:
    return nn.Conv2d(channels_in, channels_out, KERNEL, padding=KERNEL // 2, **options)


def doubling(channels_in: int, channels_out: int) -> nn.ConvTranspose2d:
    return nn.ConvTranspose2d(channels_in, channels_out, KERNEL, stride=2, padding=1, output_padding=1)


class OneSequential(nn.Module):
    """PoolUpsampleNet as one list of layers."""

    def __init__(self) -> None:
        super().__init__()
        blocks = PoolUpsampleNet(*SIZES)
        self.layers = nn.Sequential(
            *blocks.block1, *blocks.block2, *blocks.block3, *blocks.block4, blocks.block5
        )

    def forward(self, x: Any) -> Any:
        return self.layers(x)


class LastConvolutionInTheFourthBlock(nn.Module):
    """PoolUpsampleNet in four blocks."""

    def __init__(self) -> None:
        super().__init__()
        net = PoolUpsampleNet(*SIZES)
        self.first, self.second, self.third = net.block1, net.block2, net.block3
        self.fourth = nn.Sequential(*net.block4, net.block5)

    def forward(self, x: Any) -> Any:
        return self.fourth(self.third(self.second(self.first(x))))


class ModuleListInALoop(nn.Module):
    """PoolUpsampleNet with `block.forward`, which hooks do not see."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(PoolUpsampleNet(*SIZES).children())

    def forward(self, x: Any) -> Any:
        for block in self.blocks:
            x = block.forward(x)
        return x


class FlatWithSharedLayers(nn.Module):
    """PoolUpsampleNet with one ReLU in place and one MaxPool for all, kept activations, names for aliases."""

    def __init__(self) -> None:
        super().__init__()
        self.bn = nn.ModuleList([nn.BatchNorm2d(n) for n in (NC, NF, 2 * NF, NF)])  # the last first
        self.last = conv(NC, NC)
        self.conv4, self.conv3 = conv(NF, NC), conv(2 * NF, NF)
        self.conv2, self.conv1 = conv(NF, 2 * NF), conv(NIC, NF)
        self.relu, self.pool, self.up = nn.ReLU(inplace=True), nn.MaxPool2d(2), nn.Upsample(scale_factor=2)
        self.all_layers = nn.Sequential(self.conv1, self.conv2, self.conv3, self.conv4, self.last)

    def forward(self, x: Any) -> Any:
        x = self.first = self.relu(self.bn[1](self.pool(self.conv1(x))))
        x = self.second = self.relu(self.bn[2](self.pool(self.conv2(x))))
        x = self.third = self.up(self.relu(self.bn[3](self.conv3(x))))
        x = self.fourth = self.relu(self.up(self.bn[0](self.conv4(x))))
        return self.last(x)


class Functional(nn.Module):
    """ConvTransposeNet without a single layer object but BatchNorm."""

    def __init__(self) -> None:
        super().__init__()
        shapes = [(NF, NIC, 3, 3), (2 * NF, NF, 3, 3), (2 * NF, NF, 3, 3), (NF, NC, 3, 3), (NC, NC, 3, 3)]
        self.weights = nn.ParameterList([nn.Parameter(torch.randn(shape)) for shape in shapes])
        self.biases = nn.ParameterList([nn.Parameter(torch.randn(n)) for n in (NF, 2 * NF, NF, NC, NC)])
        self.norms = nn.ModuleList([nn.BatchNorm2d(n) for n in (NF, 2 * NF, NF, NC)])

    def forward(self, x: Any) -> Any:
        w, b, norm = self.weights, self.biases, self.norms
        x = F.relu(norm[0](F.conv2d(x, w[0], b[0], stride=2, padding=1)))
        x = torch.relu(norm[1](torch.conv2d(x, w[1], b[1], stride=2, padding=1)))
        x = norm[2](F.conv_transpose2d(x, w[2], b[2], 2, 1, 1)).relu()
        x = norm[3](F.conv_transpose2d(x, w[3], b[3], stride=2, padding=1, output_padding=1)).clamp(min=0)
        return F.conv2d(x, w[4], b[4], padding="same")


class FunctionalPooling(nn.Module):
    """PoolUpsampleNet with functions for what has no parameters, and nearest upsampling by repetition."""

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList([conv(NIC, NF), conv(NF, 2 * NF), conv(2 * NF, NF), conv(NF, NC)])
        self.norms = nn.ModuleList([nn.BatchNorm2d(n) for n in (NF, 2 * NF, NF, NC)])
        self.out = conv(NC, NC)
        self.never_used = nn.Linear(3, 3)

    def forward(self, x: Any) -> Any:
        for index, (layer, norm) in enumerate(zip(self.convolutions, self.norms, strict=True)):
            x = layer(x)
            x = F.max_pool2d(x, 2) if index < 2 else x
            x = F.relu(norm(x))
            x = F.interpolate(x, scale_factor=2) if index == 2 else x
            x = x.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3) if index == 3 else x
        return self.out(x)


class CastAndDetached(nn.Module):
    """PoolUpsampleNet on images that carry no gradient, its last weights cast to doubles and back."""

    def __init__(self) -> None:
        super().__init__()
        self.net = PoolUpsampleNet(*SIZES)

    def forward(self, x: Any) -> Any:
        x = self.net.block3(self.net.block2(self.net.block1(x.detach())))
        last = self.net.block5
        weight, bias = last.weight.to(torch.float64).contiguous(), last.bias.double()
        return F.conv2d(self.net.block4(x).double(), weight, bias, padding=last.padding).float()


RIGHT: list[tuple[type[nn.Module], type[nn.Module]]] = [
    (PoolUpsampleNet, OneSequential),
    (PoolUpsampleNet, LastConvolutionInTheFourthBlock),
    (PoolUpsampleNet, ModuleListInALoop),
    (PoolUpsampleNet, FlatWithSharedLayers),
    (PoolUpsampleNet, FunctionalPooling),
    (PoolUpsampleNet, CastAndDetached),
    (ConvTransposeNet, Functional),
]


@pytest.mark.parametrize(("reference", "student"), RIGHT)
def test_a_right_network_is_accepted_in_any_style(
    compare: Compare, reference: type[nn.Module], student: type[nn.Module]
) -> None:
    found = compare(reference, student())
    assert (found.equal, found.divergence, found.missing_biases) == (True, None, ())
    assert set(found.blocks.values()) == {1.0}


@pytest.mark.parametrize("reference", [PoolUpsampleNet, ConvTransposeNet, UNet])
def test_the_reference_accepts_itself(compare: Compare, reference: type[nn.Module]) -> None:
    assert compare(reference, reference(*SIZES)).equal


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 2, 1, 3), (0, 2, 3, 1)])
def test_nearest_upsampling_may_stand_before_or_after_batch_norm_and_relu(
    compare: Compare, order: tuple[int, ...]
) -> None:
    net = PoolUpsampleNet(*SIZES)
    net.block3 = nn.Sequential(*(net.block3[position] for position in order))
    net.block4 = nn.Sequential(*(net.block4[position] for position in order))
    assert compare(PoolUpsampleNet, net).equal


class Concatenated(UNet):
    """A UNet that concatenates in a given order at its two skips."""

    def __init__(self, half_first: bool, image_first: bool) -> None:
        super().__init__(*SIZES)
        self.half_first, self.image_first = half_first, image_first

    def forward(self, x: Any) -> Any:
        half = self.block1(x)
        half_again = self.block3(self.block2(half))
        whole = self.block4(torch.cat((half, half_again) if self.half_first else (half_again, half), dim=1))
        return self.block5(torch.cat((x, whole) if self.image_first else (whole, x), dim=1))


@pytest.mark.parametrize(("half_first", "image_first"), list(product((False, True), repeat=2)))
def test_a_unet_is_accepted_in_every_order_of_concatenation(
    compare: Compare, half_first: bool, image_first: bool
) -> None:
    assert compare(UNet, Concatenated(half_first, image_first)).equal


@pytest.mark.parametrize(("half_first", "image_first"), list(product((False, True), repeat=2)))
def test_in_every_order_of_concatenation_a_wrong_block_costs_only_itself(
    compare: Compare, half_first: bool, image_first: bool
) -> None:
    net = Concatenated(half_first, image_first)
    net.block2[2] = nn.Tanh()
    found = compare(UNet, net)
    assert {block: share for block, share in found.blocks.items() if share < 1} == {
        "block2": pytest.approx(2 / 3)
    }
