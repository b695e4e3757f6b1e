"""What makes a saved training run look typed rather than trained: for a person to look at, never proof."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.submission.notebook import Notebook
from grader.submission.outputs import TrainingRun, without_comments

_CALL = re.compile(r"\w[ \t]{0,3}\(")


def doubts(run: TrainingRun, notebook: Notebook) -> Iterator[str]:
    """Sentences about a run of `notebook`; none for what the starter's loop prints."""
    code = without_comments(notebook.cells[run.cell].source)
    losses = run.validation_losses
    if losses and len(losses) < run.epochs:
        yield f"It shows the validation loss of {len(losses)} of its {run.epochs} epochs."
    if len(losses) > 1 and len(set(losses)) == 1:
        yield "Its validation loss is the same after every epoch."
    if not _CALL.search(code):
        yield "Its cell has no code that could have printed it."
    if losses and re.search(rf"(?<![\d.]){re.escape(f'{losses[-1]:.4f}')}(?!\d)", code):
        yield "Its final validation loss stands in its cell's code."
