"""How the checker of formulas decides a file of labelled pairs, beside SymPy's simplify and equals in the
same run.

    python benchmarks/formulas.py PATH [--peers ROWS] [--deadline SECONDS]

PATH: one JSON object a line with id, student, teacher, expected, symbols, assume, contested (pairs derived
from STACK's test fixtures; kept outside the repository). SymPy decides every k-th row, ROWS of them (default
60), each in a process that is killed at the deadline. Exits with 1 when the checker misses what it must
reach: at most two rows wrong, none of them accepted wrongly, under 10 ms in the median and under 1 s at
worst.
"""

from __future__ import annotations

import argparse
import json
import re
import select
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from grader.compare.formula import Domain, FormulaError, Symbol, Symbols
from grader.compare.formula.question import FormulaQuestion, check
from grader.results import Outcome

SEED = 413
MOST_WRONG = 2
MEDIAN_S = 0.010
WORST_S = 1.0
PEERS = ("simplify", "equals")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a method said of a row (None: nothing), and how long it took in seconds."""

    row: Row
    said: bool | None
    seconds: float


def ours(row: Row) -> bool | None:
    """The verdict of this project's checker."""
    is_complex = any(re.search(r"\bI\b", row[side]) for side in ("student", "teacher"))
    symbols = Symbols({name: _symbol(row["assume"].get(name, "")) for name in row["symbols"]}, (), is_complex)
    try:
        judgement = check(row["student"], FormulaQuestion(row["teacher"], symbols), SEED)
    except (FormulaError, ValueError):
        return None
    return {Outcome.CORRECT: True, Outcome.INCORRECT: False}.get(judgement.outcome)


def _symbol(assumption: str) -> Symbol:
    if assumption.startswith(">"):
        return Symbol(low=assumption[1:])
    return Symbol(domain=Domain.INTEGER if assumption == "integer" else Domain.REAL)


class Peer:
    """SymPy in a process of its own, killed at the deadline and started again."""

    def __init__(self, method: str, deadline_s: float) -> None:
        self.method = method
        self._deadline_s = deadline_s
        self._process: subprocess.Popen[str] | None = None

    def __call__(self, row: Row) -> bool | None:
        process = self._process or self._start()
        assert process.stdin is not None and process.stdout is not None  # pipes were asked for
        process.stdin.write(json.dumps(row) + "\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], self._deadline_s)
        if not ready:
            self.stop()
            return None
        said: bool | None = json.loads(process.stdout.readline() or "null")
        return said

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, __file__, "--serve", self.method]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None  # a pipe was asked for
        process.stdout.readline()
        self._process = process
        return process

    def stop(self) -> None:
        """Kill the process and wait for its end."""
        if self._process:
            self._process.kill()
            self._process.communicate()
        self._process = None


def serve(method: str) -> None:
    """SymPy's side: a row a line in, true, false or null a line out. The texts are ours, not students'."""
    import sympy

    print("ready", flush=True)
    for line in sys.stdin:
        row = json.loads(line)
        names: dict[str, Any] = {name: sympy.Symbol(name, real=True) for name in row["symbols"]}
        names |= {
            name: sympy.Symbol(name, positive=True) for name, text in row["assume"].items() if text[0] == ">"
        }
        names |= {
            name: sympy.Symbol(name, integer=True) for name, text in row["assume"].items() if text[0] != ">"
        }
        try:
            student, teacher = (
                sympy.sympify(_last_side(row[side]), names) for side in ("student", "teacher")
            )
            difference = student - teacher
            if method == "simplify":
                zero = sympy.zeros(*difference.shape) if hasattr(difference, "shape") else 0
                said: bool | None = bool(sympy.simplify(difference) == zero)
            else:
                said = difference.equals(0) if not hasattr(difference, "shape") else student.equals(teacher)
        except Exception as error:
            print(f"{row['id']}: {type(error).__name__}", file=sys.stderr)
            said = None
        print(json.dumps(said), flush=True)


def _last_side(text: str) -> str:
    return text.rpartition("=")[2]


def measure(rows: Sequence[Row], method: Callable[[Row], bool | None]) -> list[Answer]:
    """The answers of a method with their times."""
    answers = []
    for row in rows:
        start = time.perf_counter()
        said = method(row)
        answers.append(Answer(row, said, time.perf_counter() - start))
    return answers


def table(results: dict[str, list[Answer]]) -> Table:
    """Confusion counts and times, a line a method."""
    columns = [
        "method",
        "rows",
        "right",
        "false accepts",
        "false rejects",
        "no answer",
        "median ms",
        "worst ms",
    ]
    result = Table(*columns)
    for method, answers in results.items():
        counts = Counter((answer.row["expected"], answer.said) for answer in answers)
        seconds = [answer.seconds for answer in answers]
        result.add_row(
            method,
            str(len(answers)),
            str(counts[True, True] + counts[False, False]),
            str(counts[False, True]),
            str(counts[True, False]),
            str(counts[True, None] + counts[False, None]),
            f"{statistics.median(seconds) * 1e3:.2f}",
            f"{max(seconds) * 1e3:.0f}",
        )
    return result


def shortcomings(answers: Sequence[Answer]) -> list[str]:
    """What must be reached and is not."""
    wrong = [answer for answer in answers if answer.said is not answer.row["expected"]]
    accepted = [answer for answer in wrong if answer.said]
    seconds = [answer.seconds for answer in answers]
    found = [
        f"{a.row['id']}: {a.row['student']} | {a.row['teacher']} -> {a.said}"
        for a in wrong[MOST_WRONG:] + accepted
    ]
    if statistics.median(seconds) >= MEDIAN_S:
        found.append(f"the median is not under {MEDIAN_S} s")
    if max(seconds) >= WORST_S:
        found.append(f"the worst is not under {WORST_S} s")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path, nargs="?")
    parser.add_argument("--peers", type=int, default=60, metavar="ROWS")
    parser.add_argument("--deadline", type=float, default=5.0, metavar="SECONDS")
    parser.add_argument("--serve", choices=PEERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve)
        return 0
    if arguments.path is None:
        parser.error("name the file of labelled pairs")
    lines = arguments.path.read_text("utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if not row["contested"]]
    some = rows[:: max(1, len(rows) // arguments.peers)] if arguments.peers else []
    results = {"this checker": measure(rows, ours)}
    if some:
        results["this checker, on SymPy's rows"] = measure(some, ours)
    for method in PEERS if some else ():
        peer = Peer(method, arguments.deadline)
        try:
            results[f"SymPy {method}, {arguments.deadline:g} s"] = measure(some, peer)
        finally:
            peer.stop()
    console = Console(width=120)
    console.print(table(results))
    missed = shortcomings(results["this checker"])
    for line in missed:
        console.print(line, markup=False)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
