"""Question 4.3 against the numbers of parameters, convolutions of ones, and the formulas found by hand."""

from dataclasses import dataclass
from typing import Any

import pytest
import sympy
import torch
from torch import nn
from torch.nn import functional

from reference.colourization import ConvTransposeNet, PoolUpsampleNet, UNet
from reference.counts import (
    NC,
    NF,
    NIC,
    Convention,
    H,
    UnknownQuantityError,
    W,
    conventions,
    counts,
    doubled,
    for_input,
    k,
)
from reference.layers import Kind

NETWORKS = pytest.mark.parametrize("network", [PoolUpsampleNet, ConvTransposeNet, UNet])
KINDS_OF_WEIGHTS = frozenset({Kind.CONV, Kind.CONV_TRANSPOSE, Kind.BATCH_NORM})
EVERY = [(quantity, c) for quantity in ("weights", "outputs", "connections") for c in conventions(quantity)]


@dataclass(frozen=True)
class Sizes:
    """Sizes unrelated to the course's and to those at which the layers are read."""

    nic: int = 2
    nf: int = 3
    nc: int = 11
    kernel: int = 7
    height: int = 20
    width: int = 24

    def build(self, network: Any) -> Any:
        return network(self.kernel, self.nf, self.nc, self.nic).eval()

    def value(self, expression: sympy.Expr) -> int:
        numbers = {NIC: self.nic, NF: self.nf, NC: self.nc, k: self.kernel, H: self.height, W: self.width}
        return int(expression.subs(numbers))


SIZES = Sizes()

WEIGHTS = k**2 * (NIC * NF + 4 * NF**2 + NF * NC + NC**2)
CONNECTIONS = k**2 * (1024 * NIC * NF + 640 * NF**2 + 256 * NF * NC + 1024 * NC**2)


@pytest.mark.parametrize(
    ("quantity", "name", "by_hand"),
    [
        ("weights", "convolutions only", WEIGHTS),
        ("weights", "with biases", WEIGHTS + 4 * NF + 2 * NC),
        ("weights", "with BatchNorm", WEIGHTS + 8 * NF + 2 * NC),
        ("weights", "with biases and BatchNorm", WEIGHTS + 12 * NF + 4 * NC),
        ("outputs", "convolutions only", 1600 * NF + 1280 * NC),
        ("outputs", "with pooling and upsampling", 2240 * NF + 2304 * NC),
        ("outputs", "with pooling, upsampling and BatchNorm", 2880 * NF + 3328 * NC),
        ("outputs", "with pooling, upsampling, BatchNorm and ReLU", 3520 * NF + 4352 * NC),
        ("connections", "convolutions only", CONNECTIONS),
        ("connections", "with pooling and upsampling", CONNECTIONS + 1792 * NF + 1024 * NC),
        ("connections", "with pooling, upsampling and BatchNorm", CONNECTIONS + 2432 * NF + 2048 * NC),
        (
            "connections",
            "with pooling, upsampling and BatchNorm, four connections for each upsampled output",
            CONNECTIONS + 3200 * NF + 5120 * NC,
        ),
    ],
)
def test_the_formulas_found_by_hand_for_32_by_32_are_the_derived_ones(
    quantity: str, name: str, by_hand: sympy.Expr
) -> None:
    (convention,) = [convention for convention in conventions(quantity) if convention.name == name]
    assert sympy.expand(for_input(counts(quantity, convention)) - by_hand) == 0


@NETWORKS
@pytest.mark.parametrize("convention", conventions("weights"), ids=lambda convention: convention.name)
def test_the_weights_are_the_numbers_in_the_modules(network: Any, convention: Convention) -> None:
    expected = 0
    for module in SIZES.build(network).modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            expected += module.weight.numel() + (module.bias.numel() if convention.biases else 0)
        if isinstance(module, nn.BatchNorm2d) and Kind.BATCH_NORM in convention.layers:
            expected += module.weight.numel() + module.bias.numel()
    assert SIZES.value(counts("weights", convention, network)) == expected


@pytest.mark.parametrize(
    ("network", "parameters"), [(PoolUpsampleNet, 49_728), (ConvTransposeNet, 49_728), (UNet, 56_856)]
)
def test_weights_biases_and_batchnorm_add_up_to_the_courses_parameter_counts(
    network: Any, parameters: int
) -> None:
    every = conventions("weights")[-1]
    assert counts("weights", every, network).subs({NIC: 1, NF: 32, NC: 24, k: 3}) == parameters


@NETWORKS
@pytest.mark.parametrize("convention", conventions("outputs"), ids=lambda convention: convention.name)
def test_the_outputs_are_the_numbers_that_a_run_computes(network: Any, convention: Convention) -> None:
    expected = sum(
        output.numel() for module, _, output in run(network) if type(module).__name__ in convention.layers
    )
    assert SIZES.value(counts("outputs", convention, network)) == expected


@NETWORKS
@pytest.mark.parametrize("convention", conventions("connections"), ids=lambda convention: convention.name)
def test_the_connections_are_what_layers_of_ones_add_up(network: Any, convention: Convention) -> None:
    expected = 0
    for module, inputs, output in run(network):
        if type(module).__name__ in convention.layers:
            repeats = convention.upsample_inputs if isinstance(module, nn.Upsample) else 1
            expected += repeats * connections_by_ones(module, torch.ones_like(inputs), output)
    assert SIZES.value(counts("connections", convention, network)) == expected


def run(network: Any) -> list[tuple[Any, Any, Any]]:
    """(layer, input, output) of every layer that ran on one image."""
    model, seen = SIZES.build(network), []
    for module in model.modules():
        if not list(module.children()):
            module.register_forward_hook(
                lambda layer, inputs, output: seen.append((layer, inputs[0], output))
            )
    with torch.no_grad():
        model(torch.rand(1, SIZES.nic, SIZES.height, SIZES.width))
    return seen


def connections_by_ones(module: Any, ones: Any, output: Any) -> int:
    """Each connection passes on a 1, so what arrives adds up to their number; the padding holds ones too."""
    match module:
        case nn.Conv2d():
            padded = functional.pad(ones, 2 * module.padding, value=1.0)
            arrived = functional.conv2d(padded, torch.ones_like(module.weight), stride=module.stride)
            assert arrived.shape == output.shape
        case nn.ConvTranspose2d():
            # Uncropped: what falls outside the output is counted, as padding is in a convolution.
            arrived = functional.conv_transpose2d(ones, torch.ones_like(module.weight), stride=module.stride)
        case nn.MaxPool2d():
            arrived = functional.avg_pool2d(ones, module.kernel_size, divisor_override=1)
            assert arrived.shape == output.shape
        case nn.Upsample():
            arrived = functional.interpolate(ones, scale_factor=module.scale_factor)
            assert arrived.shape == output.shape
        case _:
            arrived = ones
            assert arrived.shape == output.shape
    return int(arrived.double().sum().item())


@pytest.mark.parametrize(("quantity", "convention"), EVERY)
def test_doubling_the_input_leaves_the_weights_and_quadruples_the_rest(
    quantity: str, convention: Convention
) -> None:
    count = counts(quantity, convention)
    factor = 1 if quantity == "weights" else 4
    assert sympy.expand(doubled(count) - factor * count) == 0
    assert for_input(doubled(count)) == for_input(count, height=64, width=64)


@pytest.mark.parametrize("quantity", ["weights", "outputs", "connections"])
def test_no_two_conventions_of_a_quantity_share_a_name_or_a_count(quantity: str) -> None:
    known = conventions(quantity)
    assert len({convention.name for convention in known}) == len(known)
    assert len({sympy.expand(counts(quantity, convention)) for convention in known}) == len(known)


def test_four_connections_for_each_upsampled_output_add_three_times_the_upsampled_outputs() -> None:
    upsampling = frozenset({Kind.UPSAMPLE})
    once, four = Convention("once", upsampling), Convention("four", upsampling, upsample_inputs=4)
    added = counts("connections", four) - counts("connections", once)
    assert sympy.expand(added - 3 * counts("outputs", once)) == 0


def test_an_unknown_quantity_is_named_in_the_error() -> None:
    with pytest.raises(UnknownQuantityError, match="no count of 'neurons'"):
        conventions("neurons")
    with pytest.raises(UnknownQuantityError, match="no count of 'neurons'"):
        counts("neurons", conventions("outputs")[0])
