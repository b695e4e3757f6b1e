"""MarkUs' py tester, as far as it decides what a pytest file earns: `python py_tester.py FILE`.

Like the autotester it has the current directory first on the path, runs pytest in its own process, reads the
`markus_*` markers at teardown, and prints a line for each test at the end. As in version 2.9.5, the outcome
decides where 0 or everything is earned.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

sys.path.insert(0, "")

import pytest


class Plugin:
    """Results by test, and tags."""

    def __init__(self) -> None:
        self.results: dict[str, dict[str, Any]] = {}
        self.tags: set[str] = set()

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        report = (yield).get_result()
        if report.failed or (
            item.nodeid not in self.results and not report.skipped and report.when != "teardown"
        ):
            self.results[item.nodeid] = {
                "name": item.nodeid,
                "passed": not report.failed,
                "output": str(report.longrepr) if report.failed else "",
            }
        if not report.skipped and report.when == "teardown":
            self.take_markers(item)
        return report

    def take_markers(self, item: pytest.Item) -> None:
        result = self.results[item.nodeid]
        for marker in item.iter_markers():
            if marker.name == "markus_tag":
                self.tags.add(marker.args[0])
            elif marker.name == "markus_message":
                result["output"] = f"{result['output']}\n\n{marker.args[0]}".strip()
            elif marker.name in ("markus_marks_total", "markus_marks_earned"):
                result[marker.name.removeprefix("markus_")] = marker.args[0]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.results[report.nodeid] = {
                "name": report.nodeid,
                "passed": False,
                "output": str(report.longrepr),
            }


def line_of(result: dict[str, Any]) -> dict[str, Any]:
    total, earned = result.get("marks_total", 1), result.get("marks_earned")
    if earned is None or not 0 < earned < total:
        earned = total if result["passed"] else 0
    status = "pass" if earned == total else "partial" if earned else "fail"
    fields = {"marks_earned": earned, "marks_total": total, "status": status, "time": None}
    return {"name": result["name"], "output": result["output"]} | fields


if __name__ == "__main__":
    plugin = Plugin()
    shown, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: PTH123, SIM115
    pytest.main([sys.argv[1], "--tb=short", "-p", "no:cacheprovider"], plugins=[plugin])
    sys.stdout = shown
    for found in plugin.results.values():
        print(json.dumps(line_of(found)))
    if plugin.tags:
        print(json.dumps({"tags": [{"name": name} for name in sorted(plugin.tags)]}))
