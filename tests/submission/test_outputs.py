"""Saved training output in the forms that notebooks keep it."""

from __future__ import annotations

import time
from typing import Any

import pytest

from grader.submission.outputs import TrainingRun, training_runs

NETWORKS = ("PoolUpsampleNet", "ConvTransposeNet")


def log(epochs: int, planned: int | None = None, loss: float = 2.0) -> str:
    """The starter code's lines; the loss falls by 1 % of its start an epoch."""
    lines = []
    for epoch in range(1, epochs + 1):
        head = f"Epoch [{epoch}/{planned or epochs}], "
        now = loss * (1 - epoch / 100)
        lines += [f"{head}Loss: {now:.4f}, Time (s): 33"]
        lines += [f"{head}Val Loss: {now + 0.1:.4f}, Val Acc: {40 + epoch / 10:.1f}%, Time(s): 34.18"]
    return "\n".join(lines) + "\n"


def runs(make: Any, source: str, *texts: str) -> tuple[TrainingRun, ...]:
    return training_runs(make.read(make.code(source, *map(make.stream, texts))), NETWORKS)


STARTER = """args = AttrDict()
args_dict = {
    "gpu": True,
    "checkpoint": "",
    "kernel": 3,
    "num_filters": 32,
    'learn_rate': 0.001,
    "batch_size": 100,  # was "batch_size": 64
    "epochs": 25,
    "experiment_name": "colourization_cnn",
    "downsize_input": False
}
# args_dict = {"epochs": 3, "model": ConvTransposeNet}
args.update(args_dict)
cnn = PoolUpsampleNet(args.kernel, args.num_filters, num_colours=24, num_in_channels=1)
cnn = train(args, cnn=cnn)
"""


def test_the_starters_run_is_read_with_its_settings_and_network(make: Any) -> None:
    text = log(25)
    (run,) = runs(make, STARTER, text[:1000], text[1000:1033], text[1033:])
    assert (run.cell, run.epochs, run.planned_epochs, run.network) == (0, 25, 25, "PoolUpsampleNet")
    assert (len(run.train_losses), run.train_losses[-1]) == (25, 1.5)
    assert (len(run.validation_losses), run.validation_losses[-1]) == (25, 1.6)
    assert (len(run.validation_accuracies), run.validation_accuracies[-1]) == (25, 42.5)
    assert run.settings == {
        "gpu": True,
        "checkpoint": "",
        "kernel": 3,
        "num_filters": 32,
        "learn_rate": 0.001,
        "batch_size": 100,
        "epochs": 25,
        "experiment_name": "colourization_cnn",
        "downsize_input": False,
        "num_colours": 24,
        "num_in_channels": 1,
    }


def test_an_interrupted_run_shows_how_far_it_came(make: Any) -> None:
    (run,) = runs(make, "train()", log(7, planned=25))
    assert (run.epochs, run.planned_epochs) == (7, 25)


@pytest.mark.parametrize(
    "texts",
    [
        [log(3) + log(3)],
        [log(3), log(3)],
        [log(3) + log(5)],
        [log(1) + log(1)],
        [log(2, planned=25) + log(25)],
        ["Epoch [1/2], Loss: 2\nEpoch [2/2], Loss: 1\n" * 2],
    ],
)
def test_a_new_run_begins_where_the_epoch_restarts_or_the_plan_changes(make: Any, texts: list[str]) -> None:
    assert len(runs(make, "train()", *texts)) == 2


def test_several_runs_in_a_cell_have_their_own_settings_and_networks(make: Any) -> None:
    source = (
        "a = train({'batch_size': 32, 'lr': 0.1, 'net': PoolUpsampleNet})\n"
        "b = train({'batch_size': 64, 'net': ConvTransposeNet})"
    )
    first, second = runs(make, source, log(2) + log(2))
    assert (first.settings, first.network) == ({"batch_size": 32, "lr": 0.1}, "PoolUpsampleNet")
    assert (second.settings, second.network) == ({"batch_size": 64, "lr": 0.1}, "ConvTransposeNet")


def test_a_run_below_its_settings_and_network_has_them(make: Any) -> None:
    cells = [
        "class PoolUpsampleNet: pass",
        "lr = 0.1",
        "cnn = PoolUpsampleNet()\nbatch_size = 100",
        "epochs = 5",
    ]
    output = make.stream(log(5))
    notebook = make.read(
        *map(make.code, cells), make.code("train(cnn)", output), make.code("again()", output)
    )
    for run in training_runs(notebook, NETWORKS):
        assert (run.network, run.settings) == ("PoolUpsampleNet", {"batch_size": 100, "epochs": 5})


def test_a_flood_of_cells_that_mention_no_network_is_scanned_in_linear_time(make: Any) -> None:
    cells = [make.code("x = 1\n" * 150, make.stream(log(1))) for _ in range(5_000)]
    started = time.process_time()
    assert len(training_runs(make.read(*cells), NETWORKS)) == 5_000
    assert time.process_time() - started < 60  # of hours, if each cell read all above it


@pytest.mark.parametrize(
    ("text", "epochs"),
    [
        ("".join(f"Epoch [{n}/3], Loss: 1.5\n" for n in range(3)), (3, 3)),
        ("".join(f"Epoch [{n}/3], Val Loss: 1.5\n" for n in range(4)), (3, 3)),
        ("".join(f"Epoch [{n}/3], Loss: 1.5\n" for n in range(2)), (2, 3)),
        ("".join(f"Epoch {n}: train loss 1.5, val loss 1.5\n" for n in range(1, 4)), (3, 3)),
        ("".join(f"epoch {n} loss: 1.5\n" for n in range(3)), (3, 3)),
        ("".join(f"\x1b[1;32mEpoch\x1b[0m [{n}/3], Loss: 1.5\n" for n in range(1, 4)), (3, 3)),
        ("Epoch 1 starts\nEpoch 1: loss 1.5\nEpoch 7 saved to 7.pt\nEpoch 8/", (1, 1)),
    ],
)
def test_loops_of_ones_own_count_in_their_own_way(make: Any, text: str, epochs: tuple[int, int]) -> None:
    (run,) = runs(make, "train()", text)
    assert (run.epochs, run.planned_epochs) == epochs


def test_settings_that_could_belong_to_either_run_are_left_out(make: Any) -> None:
    source = "x = dict(batch_size=1)\ny = dict(batch_size=2)\nz = dict(batch_size=3)\nPoolUpsampleNet"
    for run in runs(make, source, log(2) + log(2)):
        assert (run.settings, run.network) == ({}, "PoolUpsampleNet")


def test_of_one_run_the_last_setting_counts(make: Any) -> None:
    source = 'args = {"batch_size": 100}\nargs["batch_size"] = 64\nargs.epochs = 5\nif epochs == 7: pass'
    (run,) = runs(make, source, log(5))
    assert run.settings == {"batch_size": 64, "epochs": 5}


def test_a_cell_that_mentions_both_networks_names_none(make: Any) -> None:
    (run,) = runs(make, "nets = PoolUpsampleNet, ConvTransposeNet", log(2))
    assert run.network is None


def test_a_longer_name_is_not_a_mention(make: Any) -> None:
    (run,) = runs(make, "MyPoolUpsampleNet2()", log(2))
    assert run.network is None


@pytest.mark.parametrize(
    ("line", "train", "validation"),
    [
        ("Epoch [1/1], Loss: 1.5, Time (s): 3", (1.5,), ()),
        ("Epoch [1/1], Val Loss: 1.25, Val Acc: 41.6%", (), (1.25,)),
        ("Epoch 1/1 - loss: 1.5 - val_loss: 1.25 - val_acc: 4", (1.5,), (1.25,)),
        ("epoch: 1/1 Loss = 2e-3", (0.002,), ()),
        ("Epoch [1/1], Validation Loss: 1.25", (), (1.25,)),
        ("Epoch [1/1], Loss: nan", (), ()),
        ("Epoch [1/1], Loss: inf, Val Loss: nan", (), ()),
        ("Epoch [1/1], Loss: 1e999", (), ()),
        ("Epoch [1/1], Loss: " + "9" * 400, (), ()),
        ("Epoch [1/1], Loss: 1.2.3", (), ()),
    ],
)
def test_losses_are_finite_numbers_or_absent(
    make: Any, line: str, train: tuple[float, ...], validation: tuple[float, ...]
) -> None:
    (run,) = runs(make, "train()", line)
    assert (run.train_losses, run.validation_losses) == (train, validation)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Loss: 1.5",
        "Epoch",
        "Epoch [0/5]",
        "Epoch [6/5]",
        "Epoch [1/99999999]",
        "Epoch [-1/5]",
        "Epoch [x/y]",
    ],
)
def test_lines_that_show_no_epoch_are_no_run(make: Any, line: str) -> None:
    assert runs(make, "train()", line) == ()


def test_progress_within_an_epoch_does_not_begin_a_run(make: Any) -> None:
    text = "".join(f"\rEpoch [{epoch}/2], Step [{i}], Loss: {i}" for epoch in (1, 2) for i in (3, 2, 1))
    (run,) = runs(make, "train()", text)
    assert (run.epochs, run.train_losses) == (2, (3, 2, 1, 3, 2, 1))


def test_runs_of_several_cells_come_in_order_with_their_cells(make: Any) -> None:
    cells = [make.markdown("x"), make.code("a", make.stream(log(1))), make.code("b", make.stream(log(2)))]
    assert [(run.cell, run.epochs) for run in training_runs(make.read(*cells))] == [(1, 1), (2, 2)]


def test_a_flood_of_runs_is_bounded(make: Any) -> None:
    assert len(runs(make, "train()", log(2) * 500)) == 100


def test_a_hostile_cell_is_scanned_in_linear_time(make: Any) -> None:
    source = '"a' * 20_000 + "a = " * 20_000 + "a" * 20_000 + " #" * 20_000
    text = "Epoch [" * 50_000 + "9" * 50_000 + "\n" + "Epoch [1/1] " + "val " * 50_000
    assert len(runs(make, source, text)) == 1
