"""What becomes of a test group's output: MarkUs' autotester reads it, then MarkUs stores it. Both as strict.

Follows autotest_server/__init__.py, test_run.rb, test_result.rb and submission.rb of MarkUs 2.10.1.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

METADATA = ("annotations", "tags", "extra_marks", "overall_comment")
STATUSES = {"pass", "partial", "fail", "error", "error_all"}


class Lost(AssertionError):  # noqa: N818 - what happened to the results
    """MarkUs would lose a test, a group or the whole run."""


@dataclass
class Stored:
    """What MarkUs keeps of a group. mark: share of the criterion, None if it is left untouched."""

    tests: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        if not self.tests:
            return None  # error_type no_results
        earned = sum(test["marks_earned"] for test in self.tests)
        total = sum(test["marks_total"] for test in self.tests)
        return 0.0 if not earned or not total else min(earned / total, 1.0)

    @property
    def tags(self) -> list[str]:
        return [tag["name"] for tag in self.metadata.get("tags", [])]


def stored(stdout: bytes, stderr: bytes = b"") -> Stored:
    """Raises Lost for whatever MarkUs would not take as it is meant."""
    try:
        text = stdout.decode("utf-8")
        if "\0" in stderr.decode("utf-8"):
            raise Lost("NUL in stderr: PostgreSQL refuses it")
    except UnicodeDecodeError as error:
        raise Lost(f"not UTF-8: every line is lost ({error})") from None
    if not text.isascii() or "\0" in text:
        raise Lost("not ASCII")
    if text and not text.endswith("\n"):
        raise Lost("the last line was cut")
    group = Stored()
    for line in text.splitlines():
        take(group, line)
    return group


def take(group: Stored, line: str) -> None:
    try:
        item = json.loads(line, parse_constant=refuse)
    except ValueError as error:
        raise Lost(f"malformed: {line[:100]!r} ({error})") from None
    if not isinstance(item, dict):
        raise Lost(f"malformed: {line[:100]!r}")
    kind = next((key for key in METADATA if key in item), None)
    if kind is None:
        group.tests.append(checked(item, {test["name"] for test in group.tests}))
        return
    if kind in group.metadata or kind == "annotations":
        raise Lost(f"{kind} replaces an earlier one, or may end the whole run")
    if kind == "tags" and any(not 0 < len(tag["name"].strip()) <= 30 for tag in item["tags"]):
        raise Lost("a tag's name is too long: the run is ended")
    group.metadata[kind] = item[kind]


def checked(test: dict[str, Any], names: set[str]) -> dict[str, Any]:
    complaints = [
        not isinstance(test.get("name"), str) or not test["name"] or "\0" in test["name"],
        test.get("name") in names,
        not isinstance(test.get("output"), str),
        test.get("status") not in STATUSES or test.get("status") == "error_all",
        not (test.get("time") is None or (isinstance(test["time"], int) and test["time"] >= 0)),
        any(not isinstance(test.get(key), int | float) for key in ("marks_earned", "marks_total")),
    ]
    if any(complaints) or not 0 <= test["marks_earned"] <= test["marks_total"] or not test["marks_total"]:
        raise Lost(f"a test that MarkUs drops, or takes for a zero: {test}")
    if any("\ud800" <= char <= "\udfff" for char in test["name"] + test["output"]):
        raise Lost("half a pair of surrogates")
    if (test["marks_earned"] == test["marks_total"]) != (test["status"] == "pass"):
        raise Lost(f"a status that contradicts its marks: {test}")
    return test


def refuse(constant: str) -> float:
    raise Lost(f"{constant}: the run is lost")
