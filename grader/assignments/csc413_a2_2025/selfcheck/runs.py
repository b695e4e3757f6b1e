"""Questions 4.2, 5.2, 5.3 and 5.5: whether the training runs are saved in a form that is recognised."""

from __future__ import annotations

from collections.abc import Sequence

from grader.results.verdict import Place
from grader.selfcheck.findings import CannotSay, Finding, looks_wrong, not_attempted, recorded
from grader.selfcheck.parts import Part, part
from grader.selfcheck.work import Work
from grader.submission.outputs import TrainingRun

EPOCHS, BATCH_SIZE, KERNEL = 25, 100, 3


@part("4.2", "training run")
def pool_run(work: Work) -> Finding:
    """A saved run of PoolUpsampleNet."""
    run = longest(work, "PoolUpsampleNet")
    return recorded(shown(run), place=place_of(run))


@part("5.2", "training run")
def transpose_run(work: Work) -> Finding:
    """A saved run of ConvTransposeNet, as long as asked."""
    run = longest(work, "ConvTransposeNet")
    asked = (
        (run.epochs >= EPOCHS, f"at least {EPOCHS} epochs are asked"),
        (run.settings.get("batch_size", BATCH_SIZE) == BATCH_SIZE, f"batch size {BATCH_SIZE} is asked"),
        (run.settings.get("kernel", KERNEL) == KERNEL, f"kernel size {KERNEL} is asked"),
    )
    lacking = [words for is_kept, words in asked if not is_kept]
    if lacking:
        return looks_wrong(f"{shown(run)} But {' and '.join(lacking)}.", place=place_of(run))
    return recorded(shown(run), place=place_of(run))


@part("5.3", "both runs saved")
def both_runs(work: Work) -> Finding:
    """What the comparison needs."""
    runs = [longest(work, name) for name in ("PoolUpsampleNet", "ConvTransposeNet")]
    if not all(run.validation_losses for run in runs):
        return not_attempted("The saved outputs show no validation losses to compare.")
    return recorded(
        "The final validation losses of both networks are there to be compared.", place=place_of(runs[1])
    )


@part("5.5", "runs at batch sizes")
def runs_at_batch_sizes(work: Work) -> Finding:
    """Several runs of ConvTransposeNet."""
    runs = runs_of(work, "ConvTransposeNet")
    sizes = sorted({str(run.settings["batch_size"]) for run in runs if "batch_size" in run.settings})
    in_one_cell = max((sum(r.cell == run.cell for r in runs) for run in runs), default=0)
    if len(sizes) < 2 and in_one_cell < 2:
        return not_attempted("There are no saved runs at several batch sizes.")
    return recorded(f"{max(len(sizes), in_one_cell)} saved runs.", place=place_of(runs[-1]))


def longest(work: Work, network: str) -> TrainingRun:
    """The run that shows most; ends the check where none is saved."""
    runs = runs_of(work, network)
    if not runs:
        raise CannotSay(not_attempted(f"No training output of {network} is saved in the notebook."))
    as_asked = [run for run in runs if run.settings.get("batch_size", BATCH_SIZE) == BATCH_SIZE]
    return max(as_asked or runs, key=lambda run: run.epochs)


def runs_of(work: Work, network: str) -> Sequence[TrainingRun]:
    """The runs of a network; where no cell names one, the first run is taken for question 4's."""
    runs = work.training_runs()
    if any(run.network for run in runs):
        return [run for run in runs if run.network == network]
    return runs[:1] if network == "PoolUpsampleNet" else runs[1:]


def shown(run: TrainingRun) -> str:
    """What was recognised."""
    losses = f", final validation loss {run.validation_losses[-1]:.4f}" if run.validation_losses else ""
    return f"A saved run of {run.epochs} epochs{losses}."


def place_of(run: TrainingRun) -> Place:
    """The cell whose output shows the run."""
    return Place(run.cell + 1)


PARTS: tuple[Part, ...] = (pool_run, transpose_run, both_runs, runs_at_batch_sizes)
