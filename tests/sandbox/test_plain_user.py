"""The attacks again with a grader that is nobody in particular: a user namespace takes the place of root."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NOBODY = "65534"
REPOSITORY = Path(__file__).parents[2]


def closed_parent(path: Path) -> Path | None:
    """The outermost directory on the way to `path` that other users cannot enter, such as /root."""
    return next((way for way in reversed(path.parents) if not way.stat().st_mode & 0o001), None)


def opened(closed: Path, base: Path) -> str:
    """Shell lines that, in a mount namespace of their own, leave of `closed` only the way to `base`."""
    closed_q, base_q = shlex.quote(str(closed)), shlex.quote(str(base))
    return f"""
mount --make-rprivate /
hold=$(mktemp -d); mount --bind {base_q} $hold
mount -t tmpfs -o mode=755 none {closed_q}
mkdir -p {base_q}; mount --move $hold {base_q}; rmdir $hold
"""


@pytest.mark.slow
@pytest.mark.parametrize("level", ["full", "landlock"])
def test_a_plain_user_confines_student_code_as_well(level: str) -> None:
    tools = ("unshare", "mount", "setpriv")
    if os.getuid() != 0 or not all(map(shutil.which, tools)):
        pytest.skip("needs root and util-linux to become another user")
    base = Path(sys.base_prefix)
    closed = closed_parent(base)
    if closed_parent(REPOSITORY / "x") or closed_parent(Path(sys.prefix) / "x") not in (None, closed):
        pytest.skip("the repository or its environment is closed to other users")
    tests = [f"{REPOSITORY}/tests/sandbox/{name}.py" for name in ("test_attacks", "test_honest")]
    choice = f"({level} and not abi) and (files or processes or kernel or network or Adam or each_other)"
    python = shlex.join(
        [sys.executable, "-B", "-m", "pytest", *tests, "-p", "no:cacheprovider", "-k", choice]
    )
    become = f"exec setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups {python}"
    script = (opened(closed, base) if closed else "") + f"cd {shlex.quote(str(REPOSITORY))}; {become}"
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(REPOSITORY)}
    result = subprocess.run(
        ["unshare", "--mount", "sh", "-ec", script],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-1000:]
    passed = re.search(r"(\d+) passed", result.stdout)
    assert passed and int(passed[1]) >= 50, result.stdout
