"""A class of a thousand: speed, processor time beside the floor, memory over time, and how it all scales.

    python benchmarks/batch.py [--hand-ins 1000] [--jobs N]

Every figure of one table comes from one run. The class is varied copies of the examples with notebooks of
1 to 3 MB; hand-ins that run into a time-out are left out, since what they cost is the time-out. The floor is
the checks alone on hand-ins of the same mix in this process, warm and unconfined: no reading, no fork, no
frames, no reports. It has what a judging process has: the formula checker, and a collector that leaves alone
what is loaded. It is taken before and after every class, as the speed of a shared machine changes by the
minute, and a class is compared with the two beside it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from floor import NOT_FOR_THE_FLOOR, warm_judging
from large_class import make_class
from rich.console import Console
from rich.table import Table

from grader.assignment import Assignment, load_assignment
from grader.batch.engine import with_checks
from grader.judge import JudgePlugin
from grader.submission import HandIn, SubmissionError, list_hand_ins

ASSIGNMENT = "csc413_a2_2025"
FLOOR_SAMPLE = 72
SAMPLING_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Sample:
    """One moment: private bytes of the main process and of the largest process below it, and the processor
    time used by all of them, ended ones included, up to then.
    """

    seconds: float
    main: int
    child: int
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class BatchRun:
    """What one `grader batch` took."""

    hand_ins: int
    seconds: float
    samples: Sequence[Sample]
    floor: float = float("nan")
    """Processor seconds per hand-in of the checks alone, taken about the same time."""

    @property
    def cpu_seconds(self) -> float:
        """Processor time of all processes, up to the last look at them."""
        return max(sample.cpu_seconds for sample in self.samples)

    def main_memory(self, part: float) -> float:
        """Megabytes of the main process when `part` of the time had passed; the median around that moment."""
        near = [s.main for s in self.samples if abs(s.seconds / self.seconds - part) < 0.1]
        return statistics.median(near) / 1e6 if near else float("nan")


def run_batch(class_folder: Path, out: Path, *options: str) -> BatchRun:
    """Grade a class with the command line's own `grader batch`, watched from outside."""
    command = [sys.executable, "-m", "grader.cli", "batch", str(class_folder)]
    command += ["--assignment", ASSIGNMENT, "--out", str(out), *options, "--json"]
    started, samples = time.monotonic(), []
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        samples.append(look_at(process.pid, time.monotonic() - started))
        time.sleep(SAMPLING_SECONDS)
    seconds = time.monotonic() - started
    if process.returncode not in (0, 3):  # 3: some examples cannot be read
        raise SystemExit(f"grader batch ended with exit code {process.returncode}")
    return BatchRun(len(list_hand_ins(class_folder)), seconds, samples)


def look_at(pid: int, seconds: float) -> Sample:
    """A process and everything below it, now."""
    below = descendants(pid)
    return Sample(
        seconds,
        own_memory(pid),
        max(map(own_memory, below), default=0),
        sum(map(cpu_seconds, (pid, *below))),
    )


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and of those it has seen the end of; 0 once it has gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def own_memory(pid: int) -> int:
    """Private bytes of a process; 0 once it has gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Private_"))


def descendants(pid: int) -> list[int]:
    """Every process below one."""
    try:
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [process for child in map(int, below) for process in (child, *descendants(child))]


def measure_floor(assignment: Assignment, hand_ins: Sequence[HandIn]) -> float:
    """Processor seconds per hand-in of the checks alone; the first round, which warms up, is not counted."""
    seconds: list[float] = []

    def used() -> float:
        checkers = sum(map(cpu_seconds, descendants(os.getpid())))  # in ticks, whose errors cancel out
        return time.process_time() + checkers

    def work(judge: JudgePlugin) -> None:
        for hand_in in hand_ins:
            try:
                judge_once = warm_judging(assignment, judge, hand_in)
            except SubmissionError:
                seconds.append(0.0)  # nothing to check
                continue
            judge_once()
            started = used()
            judge_once()
            seconds.append(used() - started)

    with_checks(assignment, work)
    return statistics.mean(seconds)


def sizes(hand_ins: int) -> list[int]:
    """10, 100, ... up to the whole class."""
    steps = [10]
    while steps[-1] * 10 < hand_ins:
        steps.append(steps[-1] * 10)
    return [*(step for step in steps if step < hand_ins), hand_ins]


def show(runs: Sequence[BatchRun], jobs: int) -> None:
    """The tables."""
    table = Table(title=f"grader batch, {jobs} workers, {os.cpu_count()} cores, torch {torch.__version__}")
    for heading in ("hand-ins", "time", "per second", "CPU each", "x floor", "main process", "largest other"):
        table.add_column(heading, justify="right", no_wrap=True)
    for batch in runs:
        each = batch.cpu_seconds / batch.hand_ins
        table.add_row(
            str(batch.hand_ins),
            f"{batch.seconds:.1f} s",
            f"{batch.hand_ins / batch.seconds:.1f}",
            f"{1000 * each:.0f} ms",
            f"{each / batch.floor:.2f}",
            " ".join(f"{batch.main_memory(part):.0f}" for part in (0.2, 0.5, 0.9)) + " MB",
            f"{max(sample.child for sample in batch.samples) / 1e6:.0f} MB",
        )
    first, last = runs[0], runs[-1]
    floor = statistics.mean(batch.floor for batch in runs)
    marginal = (last.cpu_seconds - first.cpu_seconds) / max(1, last.hand_ins - first.hand_ins)
    console = Console(width=110)
    console.print(table)
    console.print("CPU: of all processes. Memory: private bytes; of the main process at 20, 50 and 90 %.")
    console.print(
        f"The floor, checks alone: {1000 * floor:.0f} ms of CPU per hand-in. One more hand-in, from "
        f"{first.hand_ins} to {last.hand_ins}: {1000 * marginal:.0f} ms = {marginal / floor:.2f} x floor."
    )


def main() -> None:
    """Make the class, grade it, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--hand-ins", type=int, default=1000, help="size of the class (default 1000)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="workers (default: the cores)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory(prefix="grader-benchmark-") as scratch:
        runs: list[BatchRun] = []
        assignment = load_assignment(ASSIGNMENT)
        sample = Path(scratch) / "sample"
        make_class(sample, FLOOR_SAMPLE, without=NOT_FOR_THE_FLOOR)
        before = measure_floor(assignment, list_hand_ins(sample))
        for size in sizes(options.hand_ins):
            class_folder = Path(scratch) / f"class-{size}"
            make_class(class_folder, size, without=NOT_FOR_THE_FLOOR)
            batch = run_batch(class_folder, Path(scratch) / f"marks-{size}", "--jobs", str(options.jobs))
            after = measure_floor(assignment, list_hand_ins(sample))
            runs.append(replace(batch, floor=(before + after) / 2))
            before = after
    show(runs, options.jobs)


if __name__ == "__main__":
    main()
