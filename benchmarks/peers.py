"""One more notebook with us, with otter-grader and with nbgrader: ratios from one run.

    python benchmarks/peers.py [--notebooks 8] [--environments .peers]

All three grade the same notebooks: copies of a right example of which only the cells that import and define
are kept, because the peers run whole notebooks and would download and train. The peers check six of the
functions and networks by asserts in the student's kernel (peer_checks.py); we grade the whole assignment,
confined. What one more notebook costs is the difference between a class and a smaller class, so that nobody
pays for the start. Each peer is installed from PyPI in an environment of its own, once.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import peer_checks
from large_class import EXAMPLES
from rich.console import Console
from rich.table import Table

REPOSITORY = Path(__file__).resolve().parent.parent
EXAMPLE = EXAMPLES / "greta_holm" / "a2-code.ipynb"
PACKAGES = {"otter-grader": "otter-grader==7.0.0", "nbgrader": "nbgrader==0.9.6"}
NEEDED = ["numpy", "scipy", "matplotlib", "pillow", "six", "ipykernel"]  # by the notebook
CHECKED = {
    "sgd_min_norm": peer_checks.check_sgd_min_norm,
    "rmsprop": peer_checks.check_rmsprop,
    "loss_derivative": peer_checks.check_loss_derivative,
    "optimal_learning_rate": peer_checks.check_optimal_learning_rate,
    "PoolUpsampleNet": peer_checks.check_pool_upsample_net,
    "ConvTransposeNet": peer_checks.check_conv_transpose_net,
}

Notebook = dict[str, Any]
GradeClass = Callable[[int, Path], None]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds for a small class and for the whole one."""

    small: float
    whole: float
    extra: int

    @property
    def one_more(self) -> float:
        """Seconds for one more notebook."""
        return (self.whole - self.small) / self.extra


def main() -> None:
    """Install the peers, time all three, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--notebooks", type=int, default=8, help="the peers' class; ours has 20 times as many"
    )
    parser.add_argument(
        "--environments", type=Path, default=Path(".peers"), help="the peers' own environments"
    )
    options = parser.parse_args()
    environments = options.environments.resolve()
    for name, package in PACKAGES.items():
        install(environments / name, package)
    tools: dict[str, tuple[GradeClass, int]] = {
        "ours": (grade_with_us, 20 * options.notebooks),
        "otter-grader": (partial(grade_with_otter, environments / "otter-grader"), options.notebooks),
        "nbgrader": (partial(grade_with_nbgrader, environments / "nbgrader"), options.notebooks),
    }
    timings = {}
    for name, (grade_class, count) in tools.items():
        seconds_of(grade_class, 1)  # files into the page cache, modules compiled
        small = max(1, count // 4)
        timings[name] = Timing(seconds_of(grade_class, small), seconds_of(grade_class, count), count - small)
    show(timings)


def install(environment: Path, package: str) -> None:
    """A virtual environment with the peer and with what the notebook imports; torch first."""
    if (environment / "installed").exists():
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
    pip = [environment / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "torch==2.13.0"], check=True)
    subprocess.run([*pip, package, *NEEDED], check=True)
    (environment / "installed").touch()


def seconds_of(grade_class: GradeClass, count: int) -> float:
    """Wall-clock seconds of grading `count` notebooks in a fresh folder."""
    with tempfile.TemporaryDirectory(prefix="grader-peers-") as scratch:
        started = time.monotonic()
        grade_class(count, Path(scratch))
        return time.monotonic() - started


def grade_with_us(count: int, scratch: Path) -> None:
    """`grader batch` on a class."""
    for name, notebook in notebooks(count):
        _write(scratch / "class" / name / "a2-code.ipynb", notebook)
    command = [sys.executable, "-m", "grader.cli", "batch", "class", "--assignment", "csc413_a2_2025"]
    _run([*command, "--out", "marks", "--json"], scratch, {})
    marks = [json.loads(path.read_text())["awarded"] for path in (scratch / "marks" / "results").iterdir()]
    _require(len(marks) == count and min(marks) > 0, "grader batch")


def grade_with_otter(environment: Path, count: int, scratch: Path) -> None:
    """`otter run` for each notebook: its way without containers."""
    for name, check in CHECKED.items():
        _write_text(scratch / "tests" / f"{name}.py", _otter_test(name, check))
    variables = variables_of(environment)
    _write_text(scratch / "otter_config.json", "{}")
    generate = ["generate", "-t", "tests", "-o", "autograder.zip", "--no-requirements", "--no-environment"]
    otter = str(environment / "bin" / "otter")
    _run([otter, *generate], scratch, variables)
    for name, notebook in notebooks(count):
        folder = scratch / name
        _write(folder / "a2-code.ipynb", notebook)
        _run([otter, "run", "-a", "../autograder.zip", "-o", ".", "a2-code.ipynb"], folder, variables)
        tests = json.loads((folder / "results.json").read_text())["tests"]
        _require(sum(test.get("score", 0) for test in tests) == len(CHECKED), "otter-grader")


def grade_with_nbgrader(environment: Path, count: int, scratch: Path) -> None:
    """`nbgrader autograde` on a class."""
    tests = [_nbgrader_cell(name, check) for name, check in CHECKED.items()]
    for name, notebook in [("source", next(notebooks(1))[1]), *notebooks(count)]:
        folder = scratch / "source" if name == "source" else scratch / "submitted" / name
        _write(folder / "a2" / "a2-code.ipynb", {**notebook, "cells": [*notebook["cells"], *tests]})
    _write_text(
        scratch / "nbgrader_config.py", "c = get_config()\nc.CourseDirectory.course_id = 'benchmark'\n"
    )
    nbgrader = str(environment / "bin" / "nbgrader")
    variables = variables_of(environment)
    _run([nbgrader, "generate_assignment", "a2"], scratch, variables)
    _run([nbgrader, "autograde", "a2"], scratch, variables)
    _run([nbgrader, "export"], scratch, variables)
    rows = (scratch / "grades.csv").read_text().splitlines()
    column = rows[0].split(",").index("raw_score")
    marks = [float(row.split(",")[column]) for row in rows[1:]]
    _require(len(marks) == count and min(marks) == len(CHECKED), "nbgrader")


def variables_of(environment: Path) -> dict[str, str]:
    """A peer's own programs first, and the checks and references where its kernels find them."""
    return {
        "PATH": f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'benchmarks'}",
    }


def notebooks(count: int) -> Iterator[tuple[str, Notebook]]:
    """Names and notebooks, no two the same."""
    example = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    cells = [
        cell for cell in map(_plain, example["cells"]) if cell["cell_type"] == "markdown" or _defines(cell)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    for number in range(count):
        owner = {
            "cell_type": "markdown",
            "metadata": {},
            "source": f"Hand-in {number}",
            "id": f"owner{number}",
        }
        yield (
            f"student{number:04d}",
            {**example, "metadata": kernel, "nbformat_minor": 5, "cells": [owner, *cells]},
        )


def _plain(cell: Notebook) -> Notebook:
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    return {**cell, "metadata": {}, "source": source, "id": f"cell{abs(hash(source)) % 10**9}"}


def _defines(cell: Notebook) -> bool:
    """Whether the cell only imports and defines, so that running it is harmless."""
    try:
        statements = ast.parse(cell["source"]).body
    except SyntaxError:
        return False
    harmless = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    return all(
        isinstance(statement, harmless)
        or (isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant))
        for statement in statements
    )


def _otter_test(name: str, check: Callable[..., None]) -> str:
    return (
        "from otter.test_files import test_case\n"
        "import peer_checks\n"
        f"OK_FORMAT = False\nname = {name!r}\npoints = 1\n\n"
        f"@test_case()\ndef test(env):\n    peer_checks.{check.__name__}(env[{name!r}])\n"
    )


def _nbgrader_cell(name: str, check: Callable[..., None]) -> Notebook:
    source = f"import peer_checks\npeer_checks.{check.__name__}({name})"
    mark = {"grade": True, "grade_id": name, "locked": True, "points": 1, "schema_version": 3}
    return {
        "cell_type": "code",
        "id": f"test-{name}".replace("_", "-"),
        "metadata": {"nbgrader": {**mark, "solution": False, "task": False}},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }


def _run(command: list[str], folder: Path, variables: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def _require(holds: bool, tool: str) -> None:
    """A tool that did not give the marks was not timed doing its work."""
    if not holds:
        raise SystemExit(f"{tool} did not give every notebook the marks it earns; nothing to compare.")


def _write(path: Path, notebook: Notebook) -> None:
    _write_text(path, json.dumps(notebook))


def _write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def show(timings: dict[str, Timing]) -> None:
    """The table."""
    ours = timings["ours"].one_more
    table = Table(title=f"One more notebook, {os.cpu_count()} cores, wall-clock time")
    for heading in ("tool", "one more", "times ours"):
        table.add_column(heading, justify="left" if heading == "tool" else "right")
    for name, timing in timings.items():
        table.add_row(PACKAGES.get(name, name), f"{timing.one_more:.2f} s", f"{timing.one_more / ours:.0f}")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
