"""Training in a process of its own: what plain PyTorch gives, within limits, one at a time on a device."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import torch
from torch import nn

from grader.training import (
    DeviceMissing,
    NotTrainable,
    Trainable,
    Trained,
    Trainer,
    TrainerLost,
    check_device,
    device_named,
)
from grader.training.device import held_alone
from grader.training.recipe import Recipe

from .networks import recipe, small_network, trainable


@pytest.fixture(scope="module")
def trainer() -> Iterator[Trainer]:
    with Trainer("cpu", seconds=60, memory_megabytes=1024) as trainer:
        yield trainer


def plainly_trained(network: nn.Module, recipe: Recipe) -> Trained:
    """The same by the book."""

    def loss_on(inputs: object, targets: object) -> torch.Tensor:
        scores = network(torch.tensor(inputs))
        return nn.functional.cross_entropy(scores, torch.tensor(targets).long())

    def held_out() -> float:
        network.eval()
        with torch.no_grad():
            return float(loss_on(recipe.held_out_inputs, recipe.held_out_targets))

    before, losses = held_out(), []
    optimizer = torch.optim.Adam(network.parameters(), recipe.learning_rate)
    for inputs, targets in zip(recipe.inputs, recipe.targets, strict=True):
        loss = loss_on(inputs, targets) if network.train() else None
        assert loss is not None
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    return Trained(tuple(losses), before, held_out())


def test_it_trains_as_the_network_itself_would_be_trained(trainer: Trainer) -> None:
    asked = recipe()
    found = trainer.train(trainable(small_network(), asked), asked)
    expected = plainly_trained(small_network(), asked)
    assert found.losses == pytest.approx(expected.losses, rel=1e-5)
    assert (found.before, found.after) == pytest.approx((expected.before, expected.after), rel=1e-5)
    assert found.after < found.before


def test_the_same_job_is_the_same_in_another_process(trainer: Trainer) -> None:
    asked = recipe()
    job = trainable(small_network(), asked)
    with Trainer("cpu", seconds=60, memory_megabytes=1024) as other:
        assert other.train(job, asked) == trainer.train(job, asked)


def test_a_reference_is_trained_once(monkeypatch: pytest.MonkeyPatch, trainer: Trainer) -> None:
    asked = recipe(steps=2)
    job = trainable(small_network(), asked)
    first = trainer.train_once(job, asked)
    monkeypatch.setattr(trainer, "_ask", lambda job: pytest.fail("trained again"))
    assert trainer.train_once(job, asked) == first


def test_a_process_that_does_not_start_is_our_failure() -> None:
    asked = recipe(steps=2)
    with (
        Trainer("no device", seconds=60, memory_megabytes=1024) as trainer,
        pytest.raises(TrainerLost, match="did not start on no device: it died"),
    ):
        trainer.train(trainable(small_network(), asked), asked)


def with_operations(job: Trainable, *operations: list[object]) -> Trainable:
    graph = {**job.training, "operations": [*job.training["operations"], *operations]}
    return Trainable(graph, job.evaluation, job.state, job.parameters)


HUGE: list[object] = ["aten.zeros.default", [["list", [["value", 1 << 40]]]], {}, True]


def test_what_needs_too_much_memory_is_refused_and_the_next_is_trained(trainer: Trainer) -> None:
    asked = recipe(steps=2)
    job = trainable(small_network(), asked)
    with pytest.raises(NotTrainable, match="memory"):
        trainer.train(with_operations(job, HUGE), asked)
    assert trainer.train(job, asked).losses


def test_what_takes_too_long_is_given_up_and_the_next_is_trained() -> None:
    asked = recipe(steps=2)
    job = trainable(small_network(), asked)
    side = [["list", [["value", 4000], ["value", 4000]]]]
    slow = [["aten.ones.default", side, {}, True]] + [
        ["aten.mm.default", [["result", len(job.training["operations"]), 0]] * 2, {}, True]
        for _ in range(1000)
    ]
    with Trainer("cpu", seconds=6, memory_megabytes=4096) as trainer:
        with pytest.raises(NotTrainable, match="takes more than 6 s"):
            trainer.train(with_operations(job, *slow), asked)
        assert trainer.train(job, asked).losses


@pytest.mark.parametrize(
    ("network", "reason"),
    [
        (nn.Flatten(), "no parameters"),
        (nn.Conv2d(1, 3, 1), r"scores of shape \(4, 3, 6, 6\)"),
        (nn.Conv2d(1, 4, 3), r"scores of shape \(4, 4, 4, 4\) for images of shape \(4, 1, 6, 6\)"),
    ],
    ids=["no parameters", "too few classes", "another size"],
)
def test_what_cannot_be_trained_by_the_recipe_is_told_why(
    trainer: Trainer, network: nn.Module, reason: str
) -> None:
    asked = recipe(steps=2)
    with pytest.raises(NotTrainable, match=reason):
        trainer.train(trainable(network, asked), asked)


def test_an_output_without_gradients_cannot_be_trained(trainer: Trainer) -> None:
    class Cut(nn.Conv2d):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x).detach()

    asked = recipe(steps=2)
    with pytest.raises(NotTrainable, match="depends on none of its parameters"):
        trainer.train(trainable(Cut(1, 4, 1), asked), asked)


def test_a_network_that_ends_the_process_costs_itself_alone() -> None:
    asked = recipe(steps=2)
    with Trainer("cpu", seconds=60, memory_megabytes=1024) as trainer:
        trainer.train(trainable(small_network(), asked), asked)
        assert trainer._helper is not None
        trainer._helper._process.kill()
        with pytest.raises(NotTrainable, match="ended the process"):
            trainer.train(trainable(small_network(), asked), asked)
        assert trainer.train(trainable(small_network(), asked), asked).losses


@pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's")
def test_its_process_has_given_up_files_programs_and_privileges(trainer: Trainer) -> None:
    asked = recipe(steps=2)
    trainer.train(trainable(small_network(), asked), asked)
    assert trainer._helper is not None
    status = Path(f"/proc/{trainer._helper._process.pid}/status").read_text()
    assert (
        dict(line.split(":\t", 1) for line in status.splitlines()).items()
        >= {
            "NoNewPrivs": "1",
            "Seccomp": "2",
        }.items()
    )


@pytest.mark.parametrize(("given", "whole"), [("cpu", "cpu"), ("cuda", "cuda:0"), ("cuda:1", "cuda:1")])
def test_devices_have_whole_names(given: str, whole: str) -> None:
    assert device_named(given) == whole


@pytest.mark.parametrize("name", ["gpu", "cuda:", "cuda:x", "cuda:1:2", "CPU", "mps", ""])
def test_other_names_are_no_devices(name: str) -> None:
    with pytest.raises(DeviceMissing, match="is no device: say cpu, cuda"):
        device_named(name)


def test_a_device_that_is_not_there_is_missed_before_anything_is_trained() -> None:
    check_device("cpu")
    with pytest.raises(DeviceMissing, match="no cuda:99 for PyTorch"):
        check_device("cuda:99")


def hold(device: str, pipe: Connection) -> None:
    with held_alone(device):
        pipe.send("held")
        pipe.recv()


@pytest.mark.parametrize(("device", "other", "waits"), [
    ("cuda:7", "cuda:7", True), ("cuda:7", "cuda:8", False), ("cpu", "cpu", False),
])  # fmt: skip
def test_one_process_at_a_time_holds_an_accelerator(
    device: str, other: str, waits: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    context = multiprocessing.get_context("fork")
    pipes = [context.Pipe() for _ in range(2)]
    holders = [
        context.Process(target=hold, args=(name, theirs), daemon=True)
        for name, (_, theirs) in zip((device, other), pipes, strict=True)
    ]
    (first, _), (second, _) = pipes
    holders[0].start()
    assert first.recv() == "held"
    holders[1].start()
    assert second.poll(0.5 if waits else 20) is not waits
    first.send("done")
    assert second.recv() == "held"
    second.send("done")
    for holder in holders:
        holder.join(20)
