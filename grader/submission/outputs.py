"""Saved training output: which runs a notebook shows, with their losses and the settings of their cell.

This is evidence that a run took place, never that the code is right. Lines are the starter code's:

    Epoch [25/25], Loss: 1.5852, Time (s): 33
    Epoch [25/25], Val Loss: 1.5785, Val Acc: 41.6%, Time(s): 34.18

Loops of the student's own may count from 0, or leave out how many epochs there are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from grader.submission.notebook import Cell, Notebook

Setting = bool | int | float | str
_T = TypeVar("_T")

MAX_EPOCHS = 100_000
MAX_RUNS_IN_A_CELL = 100
MAX_CELLS_ABOVE = 5
MAX_SOURCE_ABOVE = 10_000

_NUMBER = r"\s{0,3}[:=]?\s{0,3}([-+]?\d{1,12}(?:\.\d{0,17})?(?:[eE][-+]?\d{1,3})?)(?![\d.])"
_EPOCH = re.compile(
    r"epoch:?\s{0,3}\[?\s{0,3}(\d{1,6})(?:\s{0,3}/\s{0,3}(\d{1,6})|(?!\s{0,3}/))(?!\d)", re.IGNORECASE
)
_COLOURS = re.compile(r"\x1b\[[0-9;?]{0,12}[A-Za-z]")
_TRAIN_LOSS = re.compile(r"(?<!val[ _])(?<!validation[ _])\bloss" + _NUMBER, re.IGNORECASE)
_VALIDATION = re.compile(r"\bval(?:idation)?[ _](?:loss|acc)", re.IGNORECASE)
_VALIDATION_LOSS = re.compile(r"\bval(?:idation)?[ _]loss" + _NUMBER, re.IGNORECASE)
_VALIDATION_ACCURACY = re.compile(r"\bval(?:idation)?[ _]acc(?:uracy)?" + _NUMBER, re.IGNORECASE)

_COMMENT = re.compile(r"(?m)(?:^|[ \t])#[^\n]*")
# `"epochs": 25` in a dictionary, `epochs=25` in a call, `args.epochs = 25`, `args["epochs"] = 25`.
_SETTING = re.compile(
    r"""(?<!\w)(?:(["'])(?P<key>[A-Za-z_]\w{0,39})\1\]?[ \t]{0,8}[:=]"""
    r"""|(?P<name>[A-Za-z_]\w{0,39})[ \t]{0,8}=)"""
    r"""[ \t]{0,8}(?:(?P<number>[-+]?(?:\d{1,12}(?:\.\d{0,17})?|\.\d{1,17})(?:[eE][-+]?\d{1,3})?)"""
    r"""|(?P<word>True|False)|(?P<quote>["'])(?P<text>[^"'\n]{0,80})(?P=quote))"""
    r"""(?=[ \t]{0,8}(?:[,;)}\]\n]|$))"""
)


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """One training run as its saved output shows it.

    cell: index of the cell. epochs: the last epoch reached; planned_epochs: what it was to reach.
    Losses are in nats as printed and accuracies in percent, in order of epochs; values that are not finite
    numbers are left out. settings and network come from the cell's code and are only given where it is
    clear which of several runs they belong to.
    """

    cell: int
    epochs: int
    planned_epochs: int
    train_losses: tuple[float, ...]
    validation_losses: tuple[float, ...]
    validation_accuracies: tuple[float, ...]
    settings: Mapping[str, Setting]
    network: str | None


@dataclass(slots=True)
class _Trace:
    """The lines of one run, as they are read; `planned` is 0 where they do not say it."""

    planned: int
    first: int
    epoch: int = -1
    validated: int = -1
    train_losses: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)

    def is_continued_by(self, epoch: int, planned: int, line: str) -> bool:
        """The plan is the same and the epoch does not go back; no training after an epoch's validation."""
        goes_on = epoch > self.epoch or (epoch == self.epoch and (epoch > self.validated or _validates(line)))
        return planned == self.planned and goes_on

    @property
    def epochs(self) -> int:
        """How many epochs were done; those counted from 0 are one more than the last."""
        is_one_more = self.first == 0 and (not self.planned or self.epoch < self.planned)
        return self.epoch + is_one_more

    def add(self, epoch: int, line: str) -> None:
        self.epoch = epoch
        self.validated = epoch if _validates(line) else self.validated
        self.train_losses += _number(_TRAIN_LOSS, line)
        self.validation_losses += _number(_VALIDATION_LOSS, line)
        self.accuracies += _number(_VALIDATION_ACCURACY, line)


def _validates(line: str) -> bool:
    return bool(_VALIDATION.search(line)) and not _TRAIN_LOSS.search(line)


def _number(pattern: re.Pattern[str], line: str) -> list[float]:
    """The finite number after a word, if it is there."""
    match = pattern.search(line)
    value = float(match[1]) if match else math.nan
    return [value] if math.isfinite(value) else []


def training_runs(notebook: Notebook, networks: Sequence[str] = ()) -> tuple[TrainingRun, ...]:
    """Every training run that the code cells' saved outputs show, in order.

    networks: names of network classes; the one that a cell's code mentions is the run's network. A cell that
    mentions none goes on with the nearest one above that does.
    """
    runs: list[TrainingRun] = []
    above: list[str] = []
    for cell in notebook.code_cells:
        if _mentions(cell.source, networks):
            above = []
        if cell.outputs:
            reach = above if len(runs) < MAX_RUNS_IN_A_CELL else ()
            runs += _runs_of(cell, [*reach, cell.source], networks)
        if len(above) < MAX_CELLS_ABOVE:
            above.append(cell.source[:MAX_SOURCE_ABOVE])
    return tuple(runs)


def _runs_of(cell: Cell, sources: Sequence[str], networks: Sequence[str]) -> Iterator[TrainingRun]:
    """The runs in a cell's output; `sources` are the code that belongs to them, the cell's own last."""
    traces = _traces("\n".join(cell.outputs))
    code = without_comments("\n".join(sources)) if traces else ""
    written = _settings(code)
    mentioned = _mentions(code, networks)
    for number, trace in enumerate(traces):
        settings: dict[str, Setting] = {}
        for name, values in written.items():
            value = values[-1] if len(traces) == 1 else _share(values, number, len(traces))
            if value is not None:
                settings[name] = value
        yield TrainingRun(
            cell=cell.index,
            epochs=trace.epochs,
            planned_epochs=trace.planned or trace.epochs,
            train_losses=tuple(trace.train_losses),
            validation_losses=tuple(trace.validation_losses),
            validation_accuracies=tuple(trace.accuracies),
            settings=settings,
            network=_share(mentioned, number, len(traces)),
        )


def without_comments(source: str) -> str:
    """A cell's code without what stands behind `#`."""
    return _COMMENT.sub("", source)


def _share(values: Sequence[_T], number: int, runs: int) -> _T | None:
    """What belongs to one of several runs: the only value there is, or its own where each run has one."""
    each, rest = divmod(len(values), runs)
    own = values if rest or not each else values[number * each : (number + 1) * each]
    return own[0] if len(set(own)) == 1 else None


def _traces(output: str) -> list[_Trace]:
    """The runs in a cell's output: a new one begins where the epoch restarts or the plan changes."""
    traces: list[_Trace] = []
    for line in _COLOURS.sub("", output).splitlines():
        match = _EPOCH.search(line)
        if not match:
            continue
        epoch, planned = int(match[1]), int(match[2] or 0)
        rest = line[match.end() :]
        says_all = epoch > 0 and match[2]
        if not (says_all or _TRAIN_LOSS.search(rest) or _VALIDATION_LOSS.search(rest)):
            continue
        if epoch > (planned if match[2] else MAX_EPOCHS) or planned > MAX_EPOCHS:
            continue
        if not traces or not traces[-1].is_continued_by(epoch, planned, rest):
            if len(traces) == MAX_RUNS_IN_A_CELL:
                break
            traces.append(_Trace(planned, first=epoch))
        traces[-1].add(epoch, rest)
    return traces


def _settings(code: str) -> dict[str, list[Setting]]:
    """Every literal that the code gives a name, in order."""
    found: dict[str, list[Setting]] = {}
    for match in _SETTING.finditer(code):
        value = _literal(match)
        if not isinstance(value, float) or math.isfinite(value):
            found.setdefault(match["key"] or match["name"], []).append(value)
    return found


def _literal(match: re.Match[str]) -> Setting:
    if match["number"]:
        is_whole = match["number"].lstrip("+-").isdigit()
        return int(match["number"]) if is_whole else float(match["number"])
    if match["word"]:
        return match["word"] == "True"
    return match["text"] or ""


def _mentions(code: str, networks: Sequence[str]) -> list[str]:
    if not networks:
        return []
    names = "|".join(re.escape(name) for name in networks)
    return re.findall(rf"(?<!\w)(?:{names})(?!\w)", code)
