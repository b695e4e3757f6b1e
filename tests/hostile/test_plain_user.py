"""The cells again with a grader that is nobody in particular: a user namespace takes the place of root."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from .modes import ROOT, as_nobody


@pytest.mark.slow
@pytest.mark.parametrize("level", ["full", "landlock"])
def test_a_plain_user_confines_student_code_as_well(level: str) -> None:
    tests = [f"{ROOT}/tests/hostile/test_cells.py", f"{ROOT}/tests/sandbox/test_honest.py"]
    choice = f"({level} and not abi) and (files or processes or kernel or network or Adam or each_other)"
    options = ["-p", "no:cacheprovider", "-m", "slow or not slow", "-k", choice]
    result = subprocess.run(
        as_nobody([sys.executable, "-B", "-m", "pytest", *tests, *options]),
        capture_output=True,
        text=True,
        timeout=300,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-1000:]
    passed = re.search(r"(\d+) passed", result.stdout)
    assert passed and int(passed[1]) >= 50, result.stdout
