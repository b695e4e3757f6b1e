"""What more workers bring: one class on 1, 2 and 4 Dask workers of this machine, in one run.

    python benchmarks/cluster.py [--hand-ins 120] [--workers 1 2 4]

Workers are started with their services first, so what counts is what one more hand-in takes: the difference
between a large and a small class. Efficiency is the speed beside as many times that of one worker; with more
workers than cores it cannot stay. The command reads hand-ins and writes reports, and needs a core, too.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from batch import BatchRun, run_batch
from floor import NOT_FOR_THE_FLOOR
from large_class import make_class
from rich.console import Console
from rich.table import Table

SMALL = 20


def more(small: BatchRun, large: BatchRun) -> float:
    """Seconds for one more hand-in."""
    return (large.seconds - small.seconds) / (large.hand_ins - small.hand_ins)


def main() -> None:
    """Make both classes, grade them with each number of workers, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--hand-ins", type=int, default=120, help="size of the large class (default 120)")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4], help="how many (default 1 2 4)")
    options = parser.parse_args()
    table = Table(title=f"grader batch --dask local:N on {os.cpu_count()} cores")
    for heading in ("N", "start and small class", "one more", "per second", "CPU each", "efficiency"):
        table.add_column(heading, justify="right")
    with tempfile.TemporaryDirectory(prefix="grader-benchmark-") as scratch:
        folder = Path(scratch)
        for size in (SMALL, options.hand_ins):
            make_class(folder / f"class-{size}", size, without=NOT_FOR_THE_FLOOR)
        first = None
        for workers in options.workers:
            small, large = (
                run_batch(
                    folder / f"class-{n}", folder / f"marks-{n}-{workers}", "--dask", f"local:{workers}"
                )
                for n in (SMALL, options.hand_ins)
            )
            seconds = more(small, large)
            first = first or seconds * workers
            cpu = (large.cpu_seconds - small.cpu_seconds) / (large.hand_ins - small.hand_ins)
            table.add_row(
                str(workers),
                f"{small.seconds:.1f} s",
                f"{1000 * seconds:.0f} ms",
                f"{1 / seconds:.1f}",
                f"{1000 * cpu:.0f} ms",
                f"{first / (workers * seconds):.0%}",
            )
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
