"""What a comparison of networks shows: the layers side by side, and pictures of a wrong output."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from torch import nn

from grader.compare.network import NetworkComparison
from grader.compare.network.pictures import picture
from grader.results.exhibits import Images, LayerPair, NetworkDiagram
from reference.colourization import ConvTransposeNet, PoolUpsampleNet

SIZES = (3, 5, 7, 2)
Compare = Callable[[type[nn.Module], nn.Module], NetworkComparison]


def diagram_of(found: NetworkComparison) -> NetworkDiagram:
    return next(shown for shown in found.exhibits if isinstance(shown, NetworkDiagram))


def names(row: LayerPair) -> tuple[str, str]:
    return (row.asked.name if row.asked else "", row.built.name if row.built else "")


def reordered(net: PoolUpsampleNet, block: str, order: tuple[int, ...]) -> PoolUpsampleNet:
    layers = getattr(net, block)
    setattr(net, block, nn.Sequential(*(layers[at] for at in order)))
    return net


def test_a_right_network_is_shown_without_a_difference(compare: Compare) -> None:
    shown = diagram_of(compare(PoolUpsampleNet, PoolUpsampleNet(*SIZES)))
    assert shown.first_difference is None
    assert [row.block for row in shown.rows] == [1] * 4 + [2] * 4 + [3] * 4 + [4] * 4 + [5]
    first = shown.rows[0].built
    assert first and (first.name, first.settings, first.shape) == (
        "Conv2d",
        "3 × 3, padding 1",
        "5 × 16 × 16",
    )


def test_upsampling_elsewhere_in_its_block_is_no_difference(compare: Compare) -> None:
    net = reordered(PoolUpsampleNet(*SIZES), "block3", (0, 2, 3, 1))
    assert diagram_of(compare(PoolUpsampleNet, net)).first_difference is None
    wrong = reordered(net, "block4", (0, 2, 1))
    shown = diagram_of(compare(PoolUpsampleNet, wrong))
    assert shown.first_difference is not None and shown.rows[shown.first_difference].block == 4


def test_the_first_layer_in_another_place_is_the_first_difference(compare: Compare) -> None:
    shown = diagram_of(compare(PoolUpsampleNet, reordered(PoolUpsampleNet(*SIZES), "block2", (0, 2, 3, 1))))
    assert shown.first_difference is not None
    assert names(shown.rows[shown.first_difference]) == ("MaxPool2d", "")
    assert [row.same for row in shown.rows if row.block != 2] == [True] * 13


@pytest.mark.parametrize(
    ("change", "settings"),
    [
        ({"stride": 1}, "3 × 3, padding 1"),
        ({"padding": 2}, "3 × 3, stride 2, padding 2"),
        ({"bias": False}, "3 × 3, stride 2, padding 1, no bias"),
    ],
)
def test_a_layer_configured_otherwise_is_a_difference(
    compare: Compare, change: dict[str, int], settings: str
) -> None:
    net = ConvTransposeNet(*SIZES)
    net.block2[0] = nn.Conv2d(5, 10, 3, **({"stride": 2, "padding": 1} | change))
    shown = diagram_of(compare(ConvTransposeNet, net))
    assert shown.first_difference is not None
    built = shown.rows[shown.first_difference].built
    assert built and (shown.rows[shown.first_difference].block, built.settings) == (2, settings)


def test_a_missing_block_stands_beside_nothing(compare: Compare) -> None:
    net = PoolUpsampleNet(*SIZES)
    shown = diagram_of(
        compare(PoolUpsampleNet, nn.Sequential(net.block1, net.block2, net.block3, net.block4))
    )
    assert names(shown.rows[-1]) == ("Conv2d", "") and shown.first_difference == len(shown.rows) - 1


def test_a_wrong_output_of_the_right_shape_is_pictured(compare: Compare) -> None:
    wrong = compare(PoolUpsampleNet, reordered(PoolUpsampleNet(*SIZES), "block2", (0, 2, 3, 1)))
    (images,) = [shown for shown in wrong.exhibits if isinstance(shown, Images)]
    assert len(images.images) == 3 and {(image.width, image.height) for image in images.images} == {(16, 16)}
    right = compare(PoolUpsampleNet, PoolUpsampleNet(*SIZES))
    assert not [shown for shown in right.exhibits if isinstance(shown, Images)]


def test_a_picture_runs_from_black_to_white_row_by_row() -> None:
    assert picture("", np.array([[1.0, 2.0], [3.0, 2.0]])).pixels == "0080ff80"
    assert picture("", np.array([[np.nan, np.inf, 5.0]])).pixels == "0000ff"
    assert picture("", np.zeros((1, 2))).pixels == "0000"
