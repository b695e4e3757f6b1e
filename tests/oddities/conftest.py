"""The figure at the end of a run: how many odd hand-ins were graded and how many marks they lost."""

from __future__ import annotations

import pytest
from _pytest.terminal import TerminalReporter


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """One line, from what the tests recorded."""
    recorded = [
        dict(report.user_properties)
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if isinstance(report, pytest.TestReport) and report.when == "call"
    ]
    oddities = [properties for properties in recorded if "marks_lost" in properties]
    if oddities:
        lost = sum(properties["marks_lost"] for properties in oddities)
        pending = sum(bool(properties["for_a_person"]) for properties in oddities)
        terminalreporter.write_line(
            f"oddities: {len(oddities)} hand-ins, {lost:g} marks lost, {pending} left to a person in part"
        )
