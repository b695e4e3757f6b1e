"""What a student's process says of a network to be trained elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from grader.sandbox.worker import graph
from grader.sandbox.worker.session import Session
from grader.sandbox.worker.student_code import graphs

IMAGES = np.random.default_rng(2).random((3, 1, 6, 6), dtype=np.float32)


def told_of(network: nn.Module) -> dict[str, Any]:
    return graphs(Session({}, {"networks": [network]}), {"handle": 0, "inputs": IMAGES})


def names(recorded: dict[str, Any]) -> list[str]:
    return [name for name, *_ in recorded["operations"]]


def test_both_modes_are_recorded_and_the_network_stays_as_it_was() -> None:
    network = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Dropout(0.5))
    before = {path: tensor.clone() for path, tensor in network.state_dict().items()}
    told = told_of(network)
    assert "aten.bernoulli_.float" in names(told["training"])
    assert "aten.bernoulli_.float" not in names(told["evaluation"])
    assert all(torch.equal(tensor, before[path]) for path, tensor in network.state_dict().items())
    assert told["parameters"] == ["0.weight", "0.bias", "1.weight", "1.bias"]
    assert set(told["state"]) == set(before)


def test_lazy_layers_have_their_tensors_first() -> None:
    told = told_of(nn.Sequential(nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d()))
    assert tuple(told["state"]["0.weight"].shape) == (4, 1, 3, 3)
    assert names(told["evaluation"])[0] == "aten.convolution.default"


def test_what_is_frozen_is_not_trained() -> None:
    network = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Conv2d(4, 2, 1))
    network[0].requires_grad_(False)
    assert told_of(network)["parameters"] == ["1.weight", "1.bias"]


def test_a_train_method_that_returns_nothing_is_good_enough() -> None:
    class Own(nn.Conv2d):
        def train(self, mode: bool = True) -> None:  # type: ignore[override]
            super().train(mode)

    assert names(told_of(Own(1, 2, 3))["training"]) == ["aten.convolution.default"]


def test_a_network_of_too_many_operations_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "MOST_OPERATIONS", 5)
    with pytest.raises(ValueError, match="more than 5 operations"):
        told_of(nn.Sequential(*(nn.ReLU() for _ in range(6))))


def test_an_output_that_is_no_tensor_is_refused() -> None:
    with pytest.raises(TypeError, match="forward gives a tuple"):
        told_of(nn.Sequential(nn.Flatten(), nn.LSTM(36, 2)))
