"""Questions 4.2, 5.2, 5.3 and 5.5: what the saved outputs of the training runs show.

Evidence that a run took place, never proof that the code is right: what is unusual goes to a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from grader.assignment import Assignment
from grader.judge import Student, criterion
from grader.judge.exhibits import training_curves
from grader.results import Place, Verdict, correct, needs_person, partial
from grader.submission import TrainingRun

ASKED_EPOCHS, ASKED_BATCH_SIZE, ASKED_KERNEL = 25, 100, 3


@criterion("4.2/run")
def test_the_training_run_of_pool_upsample_net(student: Student, assignment: Assignment) -> Verdict:
    """A saved run whose final validation loss and accuracy are plausible."""
    run = last_run(student, "PoolUpsampleNet")
    return doubted(student, run) or judge_plausibility(assignment, "PoolUpsampleNet", run)


@criterion("5.2/run")
def test_the_training_run_of_conv_transpose_net(student: Student, assignment: Assignment) -> Verdict:
    """At least 25 epochs with batch size 100 and kernel 3."""
    run = last_run(student, "ConvTransposeNet")
    if doubt := doubted(student, run):
        return doubt
    asked = {
        f"{run.epochs} epochs where at least {ASKED_EPOCHS} are asked": run.epochs >= ASKED_EPOCHS,
        f"batch size {run.settings.get('batch_size')} where {ASKED_BATCH_SIZE} is asked": run.settings.get(
            "batch_size", ASKED_BATCH_SIZE
        )
        == ASKED_BATCH_SIZE,
        f"kernel {run.settings.get('kernel')} where {ASKED_KERNEL} is asked": run.settings.get(
            "kernel", ASKED_KERNEL
        )
        == ASKED_KERNEL,
    }
    complaints = [complaint for complaint, is_kept in asked.items() if not is_kept]
    if complaints:
        share = 1 - len(complaints) / len(asked)
        message = f"The saved run has {' and '.join(complaints)}."
        return partial(share, message, place=place_of(run), exhibits=training_curves(run))
    return judge_plausibility(assignment, "ConvTransposeNet", run)


@criterion("5.3/lower_loss")
def test_conv_transpose_net_ends_at_the_lower_validation_loss(student: Student) -> Verdict:
    """Read from the two saved runs."""
    pool, transposed = last_run(student, "PoolUpsampleNet"), last_run(student, "ConvTransposeNet")
    if not (pool.validation_losses and transposed.validation_losses):
        return needs_person("The saved outputs show no validation loss.", place=place_of(transposed))
    if doubt := doubted(student, pool) or doubted(student, transposed):
        return doubt
    values = f"{transposed.validation_losses[-1]:.4f} against {pool.validation_losses[-1]:.4f}"
    if transposed.validation_losses[-1] < pool.validation_losses[-1]:
        return correct(f"Your runs end at a validation loss of {values}.", place=place_of(transposed))
    return needs_person(
        f"Your runs end at a validation loss of {values}, which is unusual.", place=place_of(transposed)
    )


@criterion("5.5/runs")
def test_runs_at_several_batch_sizes(student: Student) -> Verdict:
    """Several saved runs of ConvTransposeNet at different batch sizes, or one cell that loops over them."""
    runs = runs_of(student, "ConvTransposeNet")
    sizes = sorted({run.settings["batch_size"] for run in runs if "batch_size" in run.settings}, key=str)
    if len(sizes) >= 2:
        return correct(
            f"Runs at batch sizes {', '.join(str(size) for size in sizes)}.", place=place_of(runs[-1])
        )
    cell, in_one_cell = Counter(run.cell for run in runs).most_common(1)[0] if runs else (0, 0)
    if in_one_cell >= 2:
        return correct(f"{in_one_cell} runs in one cell.", place=Place(cell + 1))
    raise student.missing_run("The notebook holds no saved runs at several batch sizes.")


def judge_plausibility(assignment: Assignment, network: str, run: TrainingRun) -> Verdict:
    """Inside the range of honest runs: marks. Outside: a person looks."""
    evidence = assignment.evidence[network]
    place, curves = place_of(run), training_curves(run)
    if not run.validation_losses:
        return needs_person("The saved run shows no validation loss.", place=place, exhibits=curves)
    loss = run.validation_losses[-1]
    seen = f"{run.epochs} epochs, final validation loss {loss:.4f}"
    if run.epochs < run.planned_epochs:
        message = f"The saved run stops early: {seen} of {run.planned_epochs}."
        return needs_person(message, place=place, exhibits=curves)
    low, high = evidence.loss
    least, most = evidence.accuracy
    accurate = not run.validation_accuracies or least <= run.validation_accuracies[-1] <= most
    if run.epochs >= ASKED_EPOCHS and not (low <= loss <= high and accurate):
        message = f"The saved run ends at unusual values: {seen}."
        return needs_person(message, place=place, exhibits=curves)
    return correct(f"The saved run shows {seen}.", place=place, exhibits=curves)


def doubted(student: Student, run: TrainingRun) -> Verdict | None:
    """A person decides where a run looks typed rather than trained."""
    found = student.doubts(run)
    return needs_person(" ".join(found), place=place_of(run)) if found else None


def last_run(student: Student, network: str) -> TrainingRun:
    """The run of a network that counts. Raises what `missing_run` says where the notebook holds none."""
    runs = runs_of(student, network)
    if not runs:
        raise student.missing_run(f"The notebook holds no saved training output of {network}.")
    at_asked_batch_size = [
        r for r in runs if r.settings.get("batch_size", ASKED_BATCH_SIZE) == ASKED_BATCH_SIZE
    ]
    return max(at_asked_batch_size or runs, key=lambda run: run.epochs)


def runs_of(student: Student, network: str) -> Sequence[TrainingRun]:
    """The runs of a network; where no cell names one, the first is question 4's, the rest question 5's."""
    runs = student.training_runs()
    if any(run.network for run in runs):
        return [run for run in runs if run.network == network]
    return runs[:1] if network == "PoolUpsampleNet" else runs[1:]


def place_of(run: TrainingRun) -> Place:
    """The cell whose output shows the run."""
    return Place(run.cell + 1)
