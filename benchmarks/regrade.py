"""How long a class takes to be graded, to be taken over unchanged, and to be marked again from the store.

    python benchmarks/regrade.py [--hand-ins N] [--jobs J] [--keep FOLDER]

The class is varied copies of the examples (large_class.py), less those that run into a time-out. It is marked
again after a tolerance in one check file has changed, and after every check file has; nothing of it asks the
code anything new.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from floor import NOT_FOR_THE_FLOOR
from large_class import make_class
from rich.console import Console
from rich.table import Table

from grader.assignment.places import BUILT_IN

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENT = "csc413_a2_2025"
TOLERANCE = ("test_1_optimization.py", "Tolerance(relative=1e-5)", "Tolerance(relative=2e-5)")


def run(*arguments: str | Path) -> tuple[float, str]:
    """Seconds and output of a command of ours."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "grader.cli", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 3):  # 3: some examples cannot be read, as they are meant to
        raise SystemExit(done.stderr)
    return time.perf_counter() - started, done.stdout


def measure(folder: Path, count: int, jobs: int) -> list[tuple[str, float, dict[str, Any]]]:
    """What was done, its seconds, and what the command said of it."""
    assignment, out = folder / ASSIGNMENT, folder / "marks"
    shutil.copytree(BUILT_IN / ASSIGNMENT, assignment)
    make_class(folder / "class", count, without=NOT_FOR_THE_FLOOR)
    options = ("--assignment", assignment, "--jobs", str(jobs))
    rows: list[tuple[str, float, dict[str, Any]]] = []
    for what in ("graded", "given again, nothing changed"):
        rows.append((what, run("batch", folder / "class", "--out", out, *options)[0], {}))

    def regrade(what: str) -> None:
        seconds, output = run("regrade", out, *options, "--json")
        rows.append((what, seconds, json.loads(output)))

    name, before, after = TOLERANCE
    check = assignment / name
    text = check.read_text("utf-8")
    if before not in text:
        raise SystemExit(f"{check} has no {before} to change.")
    check.write_text(text.replace(before, after), "utf-8")
    regrade(f"marked again: a tolerance in {name}")
    for path in assignment.glob("test_*.py"):
        path.write_text(path.read_text("utf-8") + "\n# Changed.\n", "utf-8")
    regrade("marked again: every check file")
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hand-ins", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="leave the class and its store here, in a new folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grader-benchmark-") as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        rows = measure(folder, arguments.hand_ins, arguments.jobs)
        megabytes = (folder / "marks" / "batch.sqlite").stat().st_size / 1e6
    table = Table(title=f"{arguments.hand_ins} hand-ins, {arguments.jobs} judging processes")
    table.add_column("What")
    for heading in ("Seconds", "From replies", "By running code", "Moves"):
        table.add_column(heading, justify="right")
    for what, seconds, said in rows:
        counts = ("verdicts_from_recorded_replies", "verdicts_by_running_code")
        moves = str(len(said["moves"])) if said else ""
        table.add_row(what, f"{seconds:.1f}", *(str(said.get(name, "")) for name in counts), moves)
    console = Console()
    console.print(table)
    console.print(f"The store has {megabytes:.0f} MB.")


if __name__ == "__main__":
    main()
