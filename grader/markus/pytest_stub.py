"""The tests of one criterion for MarkUs' py tester, with whatever pytest it has (7.1 to 9).

The grader runs as a program of its own, with its own Python; each line of its table becomes a test here.
Without a result there is none, and MarkUs leaves the mark untouched: so nothing may go wrong in this file.
"""

import sys

sys.path[:] = [entry for entry in sys.path if entry not in ("", ".", __file__.rpartition("/")[0])]

import json  # noqa: E402
import subprocess  # noqa: E402
from typing import Any  # noqa: E402

import pytest  # noqa: E402

COMMAND: list[str] = []
SECONDS = 0.0


def table() -> tuple[list[dict[str, Any]], list[str]]:
    """The lines and the tags of `grader markus hook`, all or none."""
    try:
        ended = subprocess.run(
            COMMAND, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=SECONDS, check=False
        )
        lines = [json.loads(line) for line in ended.stdout.decode("ascii").splitlines()]
        tags = [tag["name"] for line in lines for tag in line.get("tags", ())]
        return [line for line in lines if "name" in line], tags
    except (OSError, ValueError, LookupError, TypeError, AttributeError, subprocess.SubprocessError):
        return [], []


ROWS, TAGS = table()

if ROWS:

    @pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
    def test_part(request: pytest.FixtureRequest, row: dict[str, Any]) -> None:
        item = request.node
        for name in TAGS:
            item.add_marker(pytest.mark.markus_tag(name))
        item.add_marker(pytest.mark.markus_marks_total(row["marks_total"]))
        item.add_marker(pytest.mark.markus_marks_earned(row["marks_earned"]))
        if not row["marks_earned"]:  # released versions of the tester go by the outcome here
            pytest.fail(row["output"], pytrace=False)
        item.add_marker(pytest.mark.markus_message(row["output"]))
