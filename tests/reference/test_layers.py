"""Reading a network's layers: what is refused, and what is left alone."""

from typing import Any

import pytest
import torch
from torch import nn

from reference.colourization import PoolUpsampleNet
from reference.layers import UnreadableNetworkError, layers


def test_an_unknown_layer_is_named_in_the_error() -> None:
    def network(kernel: int, num_filters: int, num_colours: int, num_in_channels: int) -> Any:
        return nn.Sequential(nn.Conv2d(num_in_channels, num_colours, 1), nn.Sigmoid())

    with pytest.raises(UnreadableNetworkError, match="Layer 1 is a Sigmoid"):
        layers(network)


def test_channels_that_do_not_scale_are_refused() -> None:
    def network(kernel: int, num_filters: int, num_colours: int, num_in_channels: int) -> Any:
        return nn.Sequential(nn.Conv2d(num_in_channels, num_filters + 1, 1))

    with pytest.raises(UnreadableNetworkError, match="Layer 0 has shape"):
        layers(network)


def test_heights_that_do_not_scale_are_refused() -> None:
    def network(kernel: int, num_filters: int, num_colours: int, num_in_channels: int) -> Any:
        return nn.Sequential(nn.Conv2d(num_in_channels, num_filters, 3))

    with pytest.raises(UnreadableNetworkError, match="Layer 0 has shape"):
        layers(network)


def test_a_window_that_is_neither_the_kernel_nor_fixed_is_refused() -> None:
    def network(kernel: int, num_filters: int, num_colours: int, num_in_channels: int) -> Any:
        return nn.Sequential(nn.Conv2d(num_in_channels, num_filters, kernel + 2, padding=kernel // 2 + 1))

    with pytest.raises(UnreadableNetworkError, match="has window 5 at kernel 3"):
        layers(network)


def test_reading_a_network_leaves_torchs_random_state_alone() -> None:
    layers.cache_clear()
    before = torch.random.get_rng_state()
    layers(PoolUpsampleNet)
    assert torch.equal(torch.random.get_rng_state(), before)
