"""The networks of figure 4: parameters, the order in each block, the brackets of the figure, the skips."""

from typing import Any

import pytest
import torch

from reference.colourization import ConvTransposeNet, PoolUpsampleNet, UNet

NETWORKS = pytest.mark.parametrize("network", [PoolUpsampleNet, ConvTransposeNet, UNet])


def blocks(model: Any) -> list[Any]:
    return [model.block1, model.block2, model.block3, model.block4, model.block5]


def block_inputs_and_outputs(model: Any, images: Any) -> list[tuple[Any, Any]]:
    """What each block took in and gave out in one forward pass."""
    seen: list[tuple[Any, Any]] = []
    for block in blocks(model):
        block.register_forward_hook(lambda _, inputs, output: seen.append((inputs[0], output)))
    model(images)
    return seen


@pytest.mark.parametrize(
    ("network", "parameters"), [(PoolUpsampleNet, 49_728), (ConvTransposeNet, 49_728), (UNet, 56_856)]
)
def test_the_courses_sizes_give_the_known_number_of_parameters(network: Any, parameters: int) -> None:
    model = network(kernel=3, num_filters=32, num_colours=24, num_in_channels=1)
    assert sum(parameter.numel() for parameter in model.parameters()) == parameters


@pytest.mark.parametrize(
    ("network", "down", "up"),
    [
        (PoolUpsampleNet, ["Conv2d", "MaxPool2d"], ["Conv2d", "Upsample"]),
        (ConvTransposeNet, ["Conv2d"], ["ConvTranspose2d"]),
        (UNet, ["Conv2d"], ["ConvTranspose2d"]),
    ],
)
def test_the_layers_stand_in_the_order_of_figure_4(network: Any, down: list[str], up: list[str]) -> None:
    *inner, last = blocks(network(3, 5, 7, 2))
    names = [[type(layer).__name__ for layer in block] for block in inner]
    rest = ["BatchNorm2d", "ReLU"]
    assert names == [down + rest, down + rest, up + rest, up + rest]
    assert type(last).__name__ == "Conv2d"


@NETWORKS
@pytest.mark.parametrize("kernel", [1, 3, 5, 7])
def test_the_blocks_have_the_shapes_in_the_brackets_of_figure_4(network: Any, kernel: int) -> None:
    nic, nf, nc = 2, 5, 7
    seen = block_inputs_and_outputs(network(kernel, nf, nc, nic), torch.rand(3, nic, 32, 32))
    shapes = [tuple(output.shape) for _, output in seen]
    assert shapes == [(3, nf, 16, 16), (3, 2 * nf, 8, 8), (3, nf, 16, 16), (3, nc, 32, 32), (3, nc, 32, 32)]


@NETWORKS
def test_images_that_are_not_square_keep_their_shape(network: Any) -> None:
    assert network(3, 4, 6, 1)(torch.rand(2, 1, 8, 20)).shape == (2, 6, 8, 20)


def test_the_unet_hands_on_the_first_block_and_the_image() -> None:
    images = torch.rand(2, 3, 16, 16)
    seen = block_inputs_and_outputs(UNet(3, 5, 7, 3), images)
    (_, after1), (after1_again, _), (_, after3), (into4, after4), (into5, _) = seen
    assert after1_again is after1
    assert torch.equal(into4, torch.cat([after3, after1], dim=1))
    assert torch.equal(into5, torch.cat([after4, images], dim=1))


def test_a_unet_that_ignores_its_skips_is_the_conv_transpose_net() -> None:
    nic, nf, nc = 3, 5, 7
    unet, plain = UNet(3, nf, nc, nic), ConvTransposeNet(3, nf, nc, nic)
    with torch.no_grad():
        unet.block4[0].weight[nf:] = 0
        unet.block5.weight[:, nc:] = 0
        weights = unet.state_dict()
        weights["block4.0.weight"] = weights["block4.0.weight"][:nf]
        weights["block5.weight"] = weights["block5.weight"][:, :nc]
    plain.load_state_dict(weights)
    images = torch.rand(2, nic, 16, 16)
    torch.testing.assert_close(unet(images), plain(images))


@pytest.mark.parametrize(("kernel", "keeps"), [(2, False), (3, True), (4, False), (5, False)])
def test_the_handouts_padding_of_1_keeps_the_shapes_at_kernel_3_only(kernel: int, keeps: bool) -> None:
    model = ConvTransposeNet(kernel, 4, 6, 1)
    for block in blocks(model)[:4]:
        block[0].padding = (1, 1)
    shapes = [output.shape[2:] for _, output in block_inputs_and_outputs(model, torch.rand(1, 1, 32, 32))]
    assert (shapes == [(16, 16), (8, 8), (16, 16), (32, 32), (32, 32)]) is keeps


def test_at_an_even_kernel_the_starters_padding_grows_the_output_and_the_unet_cannot_concatenate() -> None:
    images = torch.rand(1, 1, 32, 32)
    for network in (PoolUpsampleNet, ConvTransposeNet):
        assert network(4, 4, 6, 1)(images).shape[2:] > (32, 32)
    with pytest.raises(RuntimeError, match="Sizes of tensors must match"):
        UNet(4, 4, 6, 1)(images)
