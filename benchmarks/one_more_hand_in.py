"""What one more hand-in costs, beside the floor and beside a fresh process each: ratios from one run.

    python benchmarks/one_more_hand_in.py [--rounds N]

The floor is the same checks on the same hand-ins in this process, warm, with no confinement: their programs
are parsed and run once before the clock starts, and no frame is ever encoded. Only hand-ins that are right
are timed, so that no time-out is measured.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from floor import warm_judging
from large_class import EXAMPLES
from rich.console import Console
from rich.table import Table

from grader.assignment import Assignment, load_assignment
from grader.batch import grade_many, isolation_of
from grader.judge import Grader, JudgePlugin, run
from grader.sandbox import SandboxServer
from grader.submission import HandIn

FRESH_PROCESSES = 3


def right_hand_ins() -> list[HandIn]:
    """Examples of which everything is right."""
    expected = EXAMPLES.with_name(EXAMPLES.name + ".expected")
    return [
        HandIn(path.stem, EXAMPLES / path.stem)
        for path in sorted(expected.glob("*.toml"))
        if tomllib.loads(path.read_text())["about"].startswith("Everything right")
    ]


def medians(
    rounds: int, works: Mapping[str, Callable[[HandIn], object]], hand_ins: Sequence[HandIn]
) -> dict[str, float]:
    """Median seconds of each work over all hand-ins and rounds, in turn; the first round is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for hand_in in hand_ins:
            for name, work in works.items():
                started = time.perf_counter()
                work(hand_in)
                if number:
                    seconds[name].append(time.perf_counter() - started)
    return {name: statistics.median(values) for name, values in seconds.items()}


def measure(assignment: Assignment, hand_ins: Sequence[HandIn], rounds: int) -> dict[str, float]:
    """All figures, in seconds and bytes."""
    figures: dict[str, float] = {}
    started = time.perf_counter()
    with SandboxServer.start(clients=1) as server:
        figures["server start"] = time.perf_counter() - started
        figures["fork to ready"], figures["private memory"] = measure_forks(server)

        def work(judge: JudgePlugin) -> None:
            grader = Grader(assignment, judge, server.client(0), isolation_of(server))
            floor = {hand_in.name: warm_judging(assignment, judge, hand_in) for hand_in in hand_ins}
            works = {"confined": lambda h: grader.grade(h.path, h.name), "floor": lambda h: floor[h.name]()}
            figures.update(medians(rounds, works, hand_ins))

        run(assignment, work)
    jobs = os.cpu_count() or 1
    many = [HandIn(f"{h.name}-{number}", h.path) for number in range(rounds) for h in hand_ins]
    with SandboxServer.start(clients=jobs) as server:
        started = time.perf_counter()
        grade_many(assignment, many, server, jobs, lambda result: None)
        figures["throughput"] = len(many) / (time.perf_counter() - started)
    return figures


def measure_forks(server: SandboxServer, count: int = 30) -> tuple[float, float]:
    """Median time from asking for a process to its being ready, and the memory that is its own alone."""
    seconds, private = [], []
    client = server.client(0)
    for _ in range(count):
        before = processes()
        started = time.perf_counter()
        with client.fork():
            seconds.append(time.perf_counter() - started)
            private += [private_bytes(pid) for pid in processes() - before]
    return statistics.median(seconds), statistics.median(private)


def processes() -> set[int]:
    """Every process there is."""
    return {int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()}


def private_bytes(pid: int) -> float:
    """Private memory of a process; nan where only root may know."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return math.nan
    return float(sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Private_")))


def measure_fresh_processes(hand_ins: Sequence[HandIn]) -> dict[str, float]:
    """A whole `grader grade` for each hand-in, and `import torch` alone."""
    grade = [sys.executable, "-m", "grader.cli", "grade", "--json"]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "check": True, "cwd": tempfile.gettempdir()}
    figures = {}
    for name, commands in {
        "fresh process": [[*grade, str(h.path)] for h in hand_ins[:FRESH_PROCESSES]],
        "import torch": [[sys.executable, "-c", "import torch"]] * FRESH_PROCESSES,
    }.items():
        seconds = []
        for command in commands:
            started = time.perf_counter()
            subprocess.run(command, **quiet)
            seconds.append(time.perf_counter() - started)
        figures[name] = statistics.median(seconds)
    return figures


def show(figures: dict[str, float], hand_ins: int) -> None:
    """The table of the README."""
    floor, confined = figures["floor"], figures["confined"]
    rows = [
        ("the checks alone, warm, unconfined (the floor)", f"{1000 * floor:.0f} ms", "1.0"),
        ("one more hand-in in a batch, confined", f"{1000 * confined:.0f} ms", f"{confined / floor:.2f}"),
        (
            "a fresh process per hand-in",
            f"{figures['fresh process']:.2f} s",
            f"{figures['fresh process'] / floor:.0f}",
        ),
        ("`import torch` in a fresh process", f"{figures['import torch']:.2f} s", ""),
        ("server start, once per batch", f"{figures['server start']:.2f} s", ""),
        ("fork to ready", f"{1000 * figures['fork to ready']:.1f} ms", ""),
        ("private memory of one more process", f"{figures['private memory'] / 1e6:.1f} MB", ""),
        (f"hand-ins per second, {os.cpu_count()} workers", f"{figures['throughput']:.1f}", ""),
    ]
    table = Table(
        title=f"{hand_ins} right hand-ins; {platform.machine()}, {os.cpu_count()} cores, "
        f"torch {torch.__version__}"
    )
    for heading in ("what", "median", "times the floor"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=5, help="how often each hand-in is graded (default 5)")
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    hand_ins = right_hand_ins()
    figures = measure(load_assignment("csc413_a2_2025"), hand_ins, rounds)
    figures |= measure_fresh_processes(hand_ins)
    show(figures, len(hand_ins))


if __name__ == "__main__":
    main()
