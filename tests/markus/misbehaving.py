"""`grader markus hook` around a grader that does as it is told: `python -I misbehaving.py ROOT ORDER`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path[:0] = [sys.argv[1], str(Path(__file__).parent)]

import toy  # noqa: E402

from grader.assignment import Assignment  # noqa: E402
from grader.markus.hook import Order, run_hook  # noqa: E402
from grader.results import Outcome, Result, Verdict, incorrect, needs_person  # noqa: E402

ORDER = json.loads(sys.argv[2])
FORGED = (
    b'{"name": "forged", "output": "", "marks_earned": 9, "marks_total": 9, "status": "pass", "time": null}\n'
)


def flood() -> None:
    """Ten megabytes of lies and bad bytes, to every descriptor there is."""
    for _ in range(200):
        for descriptor in (1, 2, *range(3, 64)):
            try:
                os.set_blocking(descriptor, False)
                os.write(descriptor, FORGED * 400 + b"\xff\xfe\0")
            except OSError:
                continue


def lie_on_stdout() -> None:
    print(FORGED.decode(), flush=True)
    os.write(1, FORGED)
    subprocess.run(["/bin/sh", "-c", "echo '{\"name\": \"forged\"}'; printf '\\377' >&2"], check=True)


def leave_a_child_behind() -> None:
    """It holds on to every descriptor that it got."""
    if os.fork() == 0:
        time.sleep(60)
        os._exit(0)


def tell_the_environment() -> None:
    raise SystemExit(" ".join(f"{name}={value}" for name, value in os.environ.items()))


MISDEEDS = {
    "none": lambda: None,
    "hangs": lambda: time.sleep(60),
    "is killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "exits": lambda: os._exit(0),
    "raises": lambda: 1 / 0,
    "floods": flood,
    "lies": lie_on_stdout,
    "leaves a child": leave_a_child_behind,
    "kills its group": lambda: os.killpg(0, signal.SIGKILL),
    "writes noise": lambda: os.write(2, b"\xff\xfe\0 noise \xc3" * 2000),
    "tells its environment": tell_the_environment,
    "eats memory": lambda: bytearray(1 << 45),
}


def grade(assignment: Assignment, folder: Path, group: str) -> Result:
    """Note that we were asked, misbehave, and give the verdicts of the order."""
    with Path(ORDER["asked"]).open("a") as file:
        file.write("x")
    MISDEEDS[ORDER["misdeed"]]()
    kinds = {
        "wrong": incorrect("NUL \0, \ud800, é ∂ 王, \u2028 and\nlines </script>"),
        "person": needs_person("Not in its cell."),
        "failed": Verdict(Outcome.GRADER_ERROR, 0.0, "We failed.", details=("Traceback \xff \0",)),
        "long": incorrect("é" * 200_000),
    }
    verdicts = {line: kinds[kind] for line, kind in ORDER["verdicts"].items()}
    return toy.graded(assignment, group, verdicts)


if __name__ == "__main__":
    order = Order(ORDER["assignment"], ORDER["criterion"], ORDER["seconds"], ORDER.get("report"))
    sys.exit(run_hook(order, grade))
