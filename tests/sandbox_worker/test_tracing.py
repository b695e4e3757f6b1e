# mypy: disallow-subclassing-any=False
"""Networks that compute the same leave the same list of operations, in whatever style they are written."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 -- as everyone calls it
from torch import nn

from grader.sandbox.worker.tracing import trace

IMAGES = torch.arange(2 * 3 * 8 * 8, dtype=torch.float32).reshape(2, 3, 8, 8) / 100


class SequentialPerBlock(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.MaxPool2d(2), nn.BatchNorm2d(4), nn.ReLU()
        )
        self.up = nn.Sequential(
            nn.Conv2d(4, 5, 3, padding=1), nn.Upsample(scale_factor=2), nn.BatchNorm2d(5), nn.ReLU()
        )

    def forward(self, x: Any) -> Any:
        return self.up(self.down(x))


class OneSequential(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        blocks = SequentialPerBlock()
        self.layers = nn.Sequential(*blocks.down, *blocks.up)

    def forward(self, x: Any) -> Any:
        return self.layers(x)


class ModuleListInALoop(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(OneSequential().layers)

    def forward(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x


class SharedReluRegisteredInAnotherOrder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.relu = nn.ReLU(inplace=True)
        self.bn2, self.bn1 = nn.BatchNorm2d(5), nn.BatchNorm2d(4)
        self.conv2, self.conv1 = nn.Conv2d(4, 5, 3, padding=1), nn.Conv2d(3, 4, 3, padding=1)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x: Any) -> Any:
        x = self.relu(self.bn1(self.pool(self.conv1(x))))
        return self.relu(self.bn2(F.interpolate(self.conv2(x), scale_factor=2)))


class Functional(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.w1, self.b1 = nn.Parameter(torch.randn(4, 3, 3, 3)), nn.Parameter(torch.randn(4))
        self.w2, self.b2 = nn.Parameter(torch.randn(5, 4, 3, 3)), nn.Parameter(torch.randn(5))
        self.bn1, self.bn2 = nn.BatchNorm2d(4), nn.BatchNorm2d(5)

    def forward(self, x: Any) -> Any:
        x = torch.relu(self.bn1(F.max_pool2d(F.conv2d(x, self.w1, self.b1, padding=1), 2)))
        x = F.interpolate(torch.conv2d(x, self.w2, self.b2, padding=1), scale_factor=2)
        return self.bn2(x).relu_()


class ForwardBypassed(SequentialPerBlock):
    def forward(self, x: Any) -> Any:
        for layer in [*self.down, *self.up]:
            x = layer.forward(x)
        return x


class OldSpellings(SequentialPerBlock):
    def forward(self, x: Any) -> Any:
        x = self.down[2](torch.max_pool2d(self.down[0](x), 2)).clamp(min=0)
        return F.relu(self.up[2](F.upsample(self.up[0](x), scale_factor=2)), inplace=True)


class KeepsActivations(SequentialPerBlock):
    def forward(self, x: Any) -> Any:
        self.first = self.down(x)
        self.second = self.up(self.first)
        return self.second


STYLES: list[Callable[[], nn.Module]] = [
    OneSequential,
    ModuleListInALoop,
    SharedReluRegisteredInAnotherOrder,
    Functional,
    ForwardBypassed,
    OldSpellings,
    KeepsActivations,
]


def operations(network: nn.Module) -> list[tuple[str, tuple[int, ...], set[str]]]:
    return [(o.layer, o.shape, set(o.parameters)) for o in trace(network.eval(), IMAGES.clone())]


EXPECTED = ["Conv2d", "MaxPool2d", "BatchNorm2d", "ReLU", "Conv2d", "Upsample", "BatchNorm2d", "ReLU"]


def test_a_trace_names_layers_shapes_and_the_roles_of_tensors() -> None:
    found = operations(SequentialPerBlock())
    assert [layer for layer, _, _ in found] == EXPECTED
    assert [shape for _, shape, _ in found] == [
        (2, 4, 8, 8),
        *[(2, 4, 4, 4)] * 3,
        (2, 5, 4, 4),
        *[(2, 5, 8, 8)] * 3,
    ]
    assert found[0][2] == {"weight", "bias"}
    assert found[2][2] == {"weight", "bias", "running_mean", "running_var"}


@pytest.mark.filterwarnings("ignore:.*upsample.* is deprecated")
@pytest.mark.parametrize("style", STYLES)
def test_every_style_leaves_the_same_list(style: Callable[[], nn.Module]) -> None:
    assert operations(style()) == operations(SequentialPerBlock())


@pytest.mark.filterwarnings("ignore:.*upsample.* is deprecated")
@pytest.mark.parametrize("style", [SequentialPerBlock, *STYLES])
def test_every_style_tells_the_same_settings(style: Callable[[], nn.Module]) -> None:
    found = trace(style().eval(), IMAGES.clone())
    wanted = {
        ("Conv2d", "padding"): {"1", "(1, 1)", "[1, 1]"},
        ("MaxPool2d", "kernel_size"): {"2"},
        ("Upsample", "scale_factor"): {"2", "2.0"},
        ("Upsample", "mode"): {"nearest"},
    }
    for (layer, setting), spellings in wanted.items():
        told = {o.settings[setting] for o in found if o.layer == layer}
        assert told and told <= spellings


def test_paths_of_parameters_are_those_of_the_network() -> None:
    first, *_, last_norm, _ = trace(SharedReluRegisteredInAnotherOrder().eval(), IMAGES.clone())
    assert first.parameters == {"weight": "conv1.weight", "bias": "conv1.bias"}
    assert last_norm.parameters["running_var"] == "bn2.running_var"


def test_a_tensor_with_two_names_has_the_first() -> None:
    network = SequentialPerBlock()
    network.again = network.down
    assert len(network.state_dict()) == 21 and len(list(network.parameters())) == 8
    assert {path.split(".")[0] for o in trace(network.eval(), IMAGES) for path in o.parameters.values()} == {
        "down",
        "up",
    }


def test_a_block_run_twice_is_told_twice() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 3, 3, padding=1)

        def forward(self, x: Any) -> Any:
            return self.conv(self.conv(x))

    assert [o.parameters["weight"] for o in trace(Twice(), IMAGES)] == ["conv.weight"] * 2


def test_kept_values_are_what_each_layer_got_and_gave_in_spite_of_inplace_layers() -> None:
    network = SharedReluRegisteredInAnotherOrder().train()
    found = trace(network, IMAGES.clone(), keep_values=True)
    assert torch.equal(found[0].value_in, IMAGES)
    for before, after in pairwise(found):
        assert torch.equal(before.value_out, after.value_in)
    norm, relu = found[2], found[3]
    assert norm.value_out.min() < 0
    assert torch.equal(relu.value_out, norm.value_out.clamp(min=0))


def test_values_are_kept_only_when_asked_for() -> None:
    assert all(o.value_in is None and o.value_out is None for o in trace(SequentialPerBlock(), IMAGES))


@pytest.mark.parametrize("train", [False, True])
def test_the_mode_of_the_network_is_left_as_it_is(train: bool) -> None:
    network = SequentialPerBlock().train(train)
    trace(network, IMAGES)
    assert network.training is train


def test_skips_are_told_as_concatenations() -> None:
    class Skip(nn.Module):
        def forward(self, x: Any) -> Any:
            return torch.cat([x, torch.concat((x, x), dim=1)], 1)

    assert [(o.layer, o.shape[1]) for o in trace(Skip(), IMAGES)] == [("cat", 6), ("cat", 9)]
