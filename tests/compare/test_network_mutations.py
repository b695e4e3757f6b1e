# mypy: disallow-subclassing-any=False
"""Wrong networks, made by changing right ones: each is caught, its first difference named, its right blocks
counted.
"""

# ruff: noqa: E501 -- a row of a table is read as one line

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import nn

from grader.compare.network import NetworkComparison
from reference.colourization import ConvTransposeNet, PoolUpsampleNet, UNet

KERNEL, NF, NC, NIC = SIZES = (3, 5, 7, 2)
POOL, TRANSPOSE, UNET = PoolUpsampleNet, ConvTransposeNet, UNet
Compare = Callable[[type[nn.Module], nn.Module], NetworkComparison]
Change = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Mutation:
    """A change to a right network, what the student is told, and the shares of the blocks that are not right."""

    title: str
    network: type[nn.Module]
    change: Change
    says: str
    wrong: dict[int, float]


def order(block: int, *positions: int) -> Change:
    """Put the layers of a block into another order, or leave some out."""

    def change(net: Any) -> None:
        layers = getattr(net, f"block{block}")
        setattr(net, f"block{block}", nn.Sequential(*(layers[position] for position in positions)))

    return change


def put(block: int, position: int, layer: nn.Module) -> Change:
    """Replace a layer."""

    def change(net: Any) -> None:
        getattr(net, f"block{block}")[position] = layer

    return change


def add(block: int, position: int, layer: nn.Module) -> Change:
    """Insert a layer."""

    def change(net: Any) -> None:
        getattr(net, f"block{block}").insert(position, layer)

    return change


def last(layer: nn.Module) -> Change:
    """Replace the last convolution."""

    def change(net: Any) -> None:
        net.block5 = layer

    return change


def both(*changes: Change) -> Change:
    """One change after another."""

    def change(net: Any) -> None:
        for step in changes:
            step(net)

    return change


def set_on(block: int, position: int, **settings: Any) -> Change:
    """Change settings of a layer."""

    def change(net: Any) -> None:
        for name, value in settings.items():
            setattr(getattr(net, f"block{block}")[position], name, value)

    return change


def forward(run: Callable[[Any, Any], Any]) -> Change:
    """Another forward pass."""

    def change(net: Any) -> None:
        net.forward = lambda x: run(net, x)

    return change


class Detach(nn.Module):
    def forward(self, x: Any) -> Any:
        return x.detach()


class Scale(nn.Module):
    def forward(self, x: Any) -> Any:
        return 1.1 * x


def conv(channels_in: int, channels_out: int, kernel: int = 3, **options: Any) -> nn.Conv2d:
    return nn.Conv2d(channels_in, channels_out, kernel, **{"padding": kernel // 2, **options})


def doubling(channels_in: int, channels_out: int, **options: Any) -> nn.ConvTranspose2d:
    settings = {"stride": 2, "padding": 1, "output_padding": 1, **options}
    return nn.ConvTranspose2d(channels_in, channels_out, 3, **settings)


def without_second_block(net: Any, x: Any) -> Any:
    return net.block5(net.block4(net.block3(net.block1(x))))


def narrow_second_block(net: Any) -> None:
    net.block2 = nn.Sequential(conv(NF, NF), nn.MaxPool2d(2), nn.BatchNorm2d(NF), nn.ReLU())
    net.block3[0] = conv(NF, NF)


def num_filters_at_the_end(net: Any) -> None:
    net.block4 = nn.Sequential(conv(NF, NF), nn.Upsample(scale_factor=2), nn.BatchNorm2d(NF), nn.ReLU())
    net.block5 = conv(NF, NC)


def one_colour_too_many(net: Any) -> None:
    net.block4 = nn.Sequential(doubling(NF, NC + 1), nn.BatchNorm2d(NC + 1), nn.ReLU())
    net.block5 = conv(NC + 1, NC + 1)


def skip_with(*, inner: bool = True, outer: bool = True, early: bool = False) -> Change:
    """A UNet without one of its skips (the weights are narrower then), or with a skip taken before BatchNorm."""

    def change(net: Any) -> None:
        if not inner:
            net.block4[0] = doubling(NF, NC)
        if not outer:
            net.block5 = conv(NC, NC)

        def run(net: Any, x: Any) -> Any:
            first = net.block1[0](x)
            half = net.block1[2](net.block1[1](first))
            again = net.block3(net.block2(half))
            skipped = first if early else half
            whole = net.block4(torch.cat([again, skipped], 1) if inner else again)
            return net.block5(torch.cat([whole, x], 1) if outer else whole)

        forward(run)(net)

    return change


def skips_added(net: Any, x: Any) -> Any:
    half = net.block1(x)
    again = net.block3(net.block2(half))
    return net.block5(torch.cat([net.block4(torch.cat([again + half, half], 1)), x], 1))


class PoolingUNet(nn.Module):
    """A UNet of pooling blocks: as many parameters as figure 4c, 56 856 at the course's sizes."""

    def __init__(self, kernel: int, num_filters: int, num_colours: int, num_in_channels: int) -> None:
        super().__init__()
        plain = PoolUpsampleNet(kernel, num_filters, num_colours, num_in_channels)
        self.block1, self.block2, self.block3, self.block4 = (
            plain.block1,
            plain.block2,
            plain.block3,
            plain.block4,
        )
        self.block4[0] = conv(2 * num_filters, num_colours, kernel)
        self.block5 = conv(num_colours + num_in_channels, num_colours, kernel)

    def forward(self, x: Any) -> Any:
        half = self.block1(x)
        return self.block5(
            torch.cat([self.block4(torch.cat([self.block3(self.block2(half)), half], 1)), x], 1)
        )


ANOTHER_ORDER = "Block 1 has the right layers in another order"
# With a fresh BatchNorm in evaluation mode these differ from the right ones by exactly 0.0.
INVISIBLE = [
    Mutation("Conv-BN-ReLU-Pool", POOL, order(1, 0, 2, 3, 1), ANOTHER_ORDER, {1: 3 / 4}),
    Mutation("Conv-BN-Pool-ReLU", POOL, order(1, 0, 2, 1, 3), ANOTHER_ORDER, {1: 3 / 4}),
    Mutation("Conv-Pool-ReLU-BN", POOL, order(1, 0, 1, 3, 2), ANOTHER_ORDER, {1: 3 / 4}),
    Mutation("Conv-ReLU-Pool-BN", POOL, order(1, 0, 3, 1, 2), ANOTHER_ORDER, {1: 3 / 4}),
    Mutation("Conv-ReLU-BN-Pool", POOL, order(1, 0, 3, 2, 1), ANOTHER_ORDER, {1: 2 / 4}),
    Mutation("Conv-ReLU-BN, strided", TRANSPOSE, order(1, 0, 2, 1), ANOTHER_ORDER, {1: 2 / 3}),
    Mutation(
        "ConvTranspose-ReLU-BN",
        TRANSPOSE,
        order(3, 0, 2, 1),
        "Block 3 has the right layers in another order",
        {3: 2 / 3},
    ),
    Mutation("a UNet's Conv-ReLU-BN", UNET, order(1, 0, 2, 1), ANOTHER_ORDER, {1: 2 / 3}),
]

VISIBLE = [
    Mutation("BatchNorm before the convolution", POOL, both(order(1, 1, 0, 3), put(1, 0, nn.MaxPool2d(2))), "Block 1", {1: 2 / 4}),
    Mutation("no padding", POOL, set_on(1, 0, padding=(0, 0)), "Block 1, Conv2d: padding is 0, expected 1", {1: 3 / 4}),
    Mutation("no padding in the last convolution", POOL, last(conv(NC, NC, padding=0)), "Block 5, Conv2d: padding is 0, expected 1", {5: 0}),
    Mutation("reflecting padding", POOL, put(2, 0, conv(NF, 2 * NF, padding_mode="reflect")), "Block 2, Conv2d: padding", {1: 3 / 4, 2: 3 / 4}),
    Mutation("kernel 5", POOL, put(2, 0, conv(NF, 2 * NF, 5)), "Block 2, Conv2d", {2: 0}),
    Mutation("kernel 5 in the last convolution", TRANSPOSE, last(conv(NC, NC, 5)), "Block 5, Conv2d", {5: 0}),
    Mutation("dilation 2", TRANSPOSE, set_on(2, 0, dilation=(2, 2), padding=(2, 2)), "Block 2, Conv2d: padding is 2", {2: 2 / 3}),
    Mutation("dilation 2, padding 1 kept", POOL, set_on(1, 0, dilation=(2, 2)), "Block 1, Conv2d: dilation is 2, expected 1", {1: 3 / 4}),
    Mutation("stride 1 where 2 is due", TRANSPOSE, set_on(1, 0, stride=(1, 1)), "Block 1, Conv2d: stride is 1, expected 2", {1: 2 / 3}),
    Mutation("stride in the wrong places", TRANSPOSE, both(set_on(2, 0, stride=(1, 1)), set_on(3, 0, stride=(1, 1), output_padding=(0, 0))), "Block 2, Conv2d: stride is 1, expected 2", {2: 2 / 3, 3: 2 / 3}),
    Mutation("stride and pooling both", POOL, set_on(1, 0, stride=(2, 2)), "Block 1, Conv2d: stride is 2, expected 1", {1: 3 / 4}),
    Mutation("no output padding", TRANSPOSE, set_on(4, 0, output_padding=(0, 0)), "Block 4, ConvTranspose2d: output_padding is 0, expected 1", {4: 2 / 3}),
    Mutation("the width of the second block not doubled", POOL, narrow_second_block, "Block 2, Conv2d", {2: 0, 3: 0}),
    Mutation("num_filters maps in the fourth block", POOL, num_filters_at_the_end, "Block 4, Conv2d", {4: 1 / 4, 5: 0}),
    Mutation("one colour too many", TRANSPOSE, one_colour_too_many, "Block 4, ConvTranspose2d", {4: 0, 5: 0}),
    Mutation("the last convolution missing", POOL, last(nn.Identity()), "Block 5 (Conv2d) is missing", {5: 0}),
    Mutation("a ReLU after the last convolution", TRANSPOSE, last(nn.Sequential(conv(NC, NC), nn.ReLU())), "Block 5 should be Conv2d; yours is Conv2d - ReLU", {5: 0}),
    Mutation("a softmax at the end", POOL, last(nn.Sequential(conv(NC, NC), nn.Softmax(1))), "yours is Conv2d - Softmax", {5: 0}),
    Mutation("a sixth convolution", POOL, last(nn.Sequential(conv(NC, NC), conv(NC, NC))), "There is more after block 5: Conv2d", {5: 0}),
    Mutation("another convolution in the first block", POOL, add(1, 1, conv(NF, NF)), "Block 1 should be Conv2d - MaxPool2d", {1: 1 / 4}),
    Mutation("BatchNorm missing", POOL, order(1, 0, 1, 3), "Block 1 should be Conv2d - MaxPool2d - BatchNorm2d - ReLU; yours is Conv2d - MaxPool2d - ReLU", {1: 3 / 4}),
    Mutation("ReLU missing", TRANSPOSE, order(4, 0, 1), "Block 4 should be ConvTranspose2d - BatchNorm2d - ReLU", {4: 2 / 3}),
    Mutation("pooling missing", POOL, order(2, 0, 2, 3), "Block 2 should be Conv2d - MaxPool2d", {2: 3 / 4}),
    Mutation("upsampling missing", POOL, order(4, 0, 2, 3), "Block 4 should be Conv2d - Upsample", {4: 3 / 4}),
    Mutation("one ReLU too many", POOL, add(3, 1, nn.ReLU()), "Block 3 should be", {3: 3 / 5}),
    Mutation("BatchNorm after the last ReLU of a block too", TRANSPOSE, add(1, 3, nn.BatchNorm2d(NF)), "Block 1 should be", {1: 2 / 4}),
    Mutation("leaky ReLU", POOL, put(1, 3, nn.LeakyReLU()), "yours is Conv2d - MaxPool2d - BatchNorm2d - LeakyReLU", {1: 3 / 4}),
    Mutation("tanh", TRANSPOSE, put(2, 2, nn.Tanh()), "yours is Conv2d - BatchNorm2d - Tanh", {2: 2 / 3}),
    Mutation("sigmoid", UNET, put(1, 2, nn.Sigmoid()), "yours is Conv2d - BatchNorm2d - Sigmoid", {1: 2 / 3}),
    Mutation("ReLU6", POOL, put(4, 3, nn.ReLU6()), "Hardtanh", {4: 3 / 4}),
    Mutation("GELU", POOL, put(4, 3, nn.GELU()), "GELU", {4: 3 / 4}),
    Mutation("average pooling", POOL, put(1, 1, nn.AvgPool2d(2)), "yours is Conv2d - AvgPool2d", {1: 3 / 4}),
    Mutation("overlapping pooling", POOL, put(1, 1, nn.MaxPool2d(3, 2, 1)), "Block 1, MaxPool2d: padding is 1, expected 0", {1: 3 / 4}),
    Mutation("pooling by 4", POOL, put(1, 1, nn.MaxPool2d(4)), "Block 1, MaxPool2d: stride is 4, expected 2", {1: 3 / 4}),
    Mutation("bilinear upsampling", POOL, put(3, 1, nn.Upsample(scale_factor=2, mode="bilinear")), "Block 3, Upsample: mode is bilinear, expected nearest", {3: 3 / 4}),
    Mutation("bilinear upsampling at the end of a block", POOL, both(put(4, 1, nn.Upsample(scale_factor=2, mode="bilinear")), order(4, 0, 2, 3, 1)), "mode is bilinear", {4: 3 / 4}),
    Mutation("upsampling by 4 and by 1", POOL, both(put(3, 1, nn.Upsample(scale_factor=4)), put(4, 1, nn.Upsample(scale_factor=1))), "Block 3, Upsample: scale_factor is 4, expected 2", {3: 3 / 4, 4: 3 / 4}),
    Mutation("instance instead of batch norm", POOL, put(1, 2, nn.InstanceNorm2d(NF, affine=True)), "InstanceNorm2d", {1: 3 / 4}),
    Mutation("group instead of batch norm", TRANSPOSE, put(1, 1, nn.GroupNorm(1, NF)), "GroupNorm", {1: 2 / 3}),
    Mutation("BatchNorm that learns nothing", POOL, put(1, 2, nn.BatchNorm2d(NF, affine=False)), "Block 1, BatchNorm2d: it has no weight", {1: 3 / 4}),
    Mutation("BatchNorm without running statistics", TRANSPOSE, put(2, 1, nn.BatchNorm2d(2 * NF, track_running_stats=False)), "Block 2, BatchNorm2d: it has no running_mean", {2: 2 / 3}),
    Mutation("BatchNorm with a large eps", POOL, put(1, 2, nn.BatchNorm2d(NF, eps=0.5)), "Its layers are the right ones", {1: 3 / 4}),
    Mutation("dropout", POOL, add(2, 4, nn.Dropout(0.5)), "Block 2 should be", {2: 3 / 5}),
    Mutation("dropout at the end", TRANSPOSE, last(nn.Sequential(conv(NC, NC), nn.Dropout2d(0.5))), "Dropout2d", {5: 0}),
    Mutation("a factor between two layers", POOL, add(1, 1, Scale()), "Its layers are the right ones, but its output", {1: 3 / 4}),
    Mutation("a factor between two blocks", TRANSPOSE, add(1, 3, Scale()), "Its layers are the right ones, but its output", {1: 2 / 3}),
    Mutation("a block that is never run", TRANSPOSE, both(put(3, 0, doubling(NF, NF)), forward(without_second_block)), "Block 2 should be Conv2d", {2: 0, 3: 0}),
    Mutation("gradients cut off inside a block", POOL, add(2, 1, Detach()), "gradients do not flow", {}),
    Mutation("gradients cut off from the last convolution on", UNET, add(4, 3, Detach()), "gradient", {}),
    Mutation("the inner skip missing", UNET, skip_with(inner=False), "Block 3 should be ConvTranspose2d - BatchNorm2d - ReLU - cat", {4: 0}),
    Mutation("the outer skip missing", UNET, skip_with(outer=False), "Block 4 should be ConvTranspose2d - BatchNorm2d - ReLU - cat", {5: 0}),
    Mutation("both skips missing", UNET, skip_with(inner=False, outer=False), "Block 3 should be", {4: 0, 5: 0}),
    Mutation("the inner skip taken before BatchNorm", UNET, skip_with(early=True), "Its layers are the right ones", {4: 2 / 3}),
    Mutation("a skip added as well as concatenated", UNET, forward(skips_added), "Its layers are the right ones", {3: 2 / 3}),
]  # fmt: skip


@pytest.mark.parametrize("mutation", [*INVISIBLE, *VISIBLE], ids=lambda mutation: mutation.title)
def test_a_wrong_network_is_caught_its_first_difference_named_and_its_right_blocks_counted(
    compare: Compare, mutation: Mutation
) -> None:
    student = mutation.network(*SIZES)
    mutation.change(student)
    found = compare(mutation.network, student)
    assert not found.equal
    assert mutation.says in (found.divergence or "")
    wrong = {int(block[-1]): share for block, share in found.blocks.items() if share < 1}
    assert wrong == pytest.approx(mutation.wrong)


@pytest.mark.parametrize("mutation", INVISIBLE, ids=lambda mutation: mutation.title)
def test_some_wrong_orders_cannot_be_seen_with_a_fresh_batch_norm(mutation: Mutation) -> None:
    """Why the comparison gives BatchNorm random weights: a naive one finds a difference of exactly 0.0."""
    right = mutation.network(*SIZES).eval()
    wrong = mutation.network(*SIZES).eval()
    wrong.load_state_dict(right.state_dict())
    mutation.change(wrong)
    images = torch.randn(2, NIC, 16, 16)
    with torch.no_grad():
        assert float((right(images) - wrong(images)).abs().max()) == 0.0


def test_a_unet_of_pooling_blocks_is_caught_in_spite_of_its_number_of_parameters(compare: Compare) -> None:
    course = [model(3, 32, 24, 1) for model in (UNet, PoolingUNet)]
    assert [sum(p.numel() for p in model.parameters()) for model in course] == [56_856, 56_856]
    found = compare(UNet, PoolingUNet(*SIZES))
    assert not found.equal
    assert "Block 1 should be Conv2d - BatchNorm2d - ReLU; yours is Conv2d - MaxPool2d" in (
        found.divergence or ""
    )
    assert found.blocks_right == 1  # the last convolution, and no other


@pytest.mark.parametrize("network", [PoolUpsampleNet, ConvTransposeNet, UNet])
def test_convolutions_without_biases_are_told_but_compared(
    compare: Compare, network: type[nn.Module]
) -> None:
    student = network(*SIZES)
    for layer in student.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            layer.bias = None
    found = compare(network, student)
    assert found.equal and len(found.missing_biases) == 5
    assert "no bias" in (found.divergence or "")


def batch_of_none(module: nn.Module, x: Any) -> Any:
    PoolUpsampleNet.forward(module, x[:0])
    return x.new_zeros(len(x), NC, *x.shape[2:])


def blank_images(module: nn.Module, x: Any) -> Any:
    return PoolUpsampleNet.forward(module, 0 * x)


@pytest.mark.parametrize("change", [batch_of_none, blank_images])
def test_layers_that_see_no_images_or_blank_ones_show_nothing(
    compare: Compare, change: Callable[[nn.Module, Any], Any]
) -> None:
    """On nothing every layer does what every other does; on blank images, average pooling what max does."""
    student = PoolUpsampleNet(*SIZES)
    put(1, 1, nn.AvgPool2d(2))(student)
    forward(change)(student)
    found = compare(PoolUpsampleNet, student)
    assert not found.equal
    assert found.blocks["block1"] <= 2 / 4  # of the four layers BatchNorm and ReLU, which got something
    if change is batch_of_none:
        assert not any(found.blocks.values())


def test_credit_is_the_mean_over_blocks_with_a_discount_on_wrong_ones() -> None:
    found = NetworkComparison(False, "", {"a": 1.0, "b": 0.75, "c": 0.0, "d": 1.0})
    assert found.blocks_right == 2
    assert found.credit(0.5) == pytest.approx((1 + 0.375 + 0 + 1) / 4)
    assert found.credit(0.0) == 0.5
