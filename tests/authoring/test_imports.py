"""Following imports through source."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring.imports import Sources, follow

OURS = frozenset({"ours"})
FILES = {
    "ours/__init__.py": '"""Ours."""\nfrom ours.heavy import thing\n',
    "ours/heavy.py": "import torch\n",
    "ours/light.py": "import json, numpy.linalg\nfrom . import near\nfrom .deep.down import x\n",
    "ours/near.py": (
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import for_types\n    from ours import heavy\n"
        "def later():\n    import msgpack\n"
    ),
    "ours/deep/__init__.py": "",
    "ours/deep/down.py": "x = 1\n",
    "ours/whole.py": "from ours import thing\n",
}


@pytest.fixture
def top(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_packages_beside_ours_stay_outside(top: Path) -> None:
    (top / "msgpack").mkdir()
    (top / "msgpack" / "__init__.py").write_text("")
    needs = follow(["ours.near"], Sources(top, OURS))
    assert set(needs.modules) == {"ours", "ours.near"}
    assert needs.outside == {"msgpack"}


def test_modules_are_followed_and_inits_that_nobody_uses_are_trimmed(top: Path) -> None:
    needs = follow(["ours.light"], Sources(top, OURS))
    assert set(needs.modules) == {"ours", "ours.light", "ours.near", "ours.deep", "ours.deep.down"}
    assert needs.trimmed == {"ours", "ours.deep"}
    assert needs.outside == {"numpy", "msgpack"}


def test_a_name_of_a_package_needs_its_init(top: Path) -> None:
    needs = follow(["ours.light", "ours.whole"], Sources(top, OURS))
    assert "ours.heavy" in needs.modules
    assert "ours" not in needs.trimmed
    assert "torch" in needs.outside


def test_a_root_that_is_not_there_is_named(top: Path) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"ours\.lost"):
        follow(["ours.lost"], Sources(top, OURS))


def test_a_package_may_lie_elsewhere(top: Path, tmp_path: Path) -> None:
    folder = tmp_path / "another place"
    (folder / "inner").mkdir(parents=True)
    (folder / "module.py").write_text("from ours.deep.down import x\nfrom ours.plugged.inner import y\n")
    (folder / "inner" / "__init__.py").write_text("y = 1\n")
    needs = follow(["ours.plugged.module"], Sources(top, OURS, {"ours.plugged": folder}))
    assert needs.modules["ours.plugged.inner"] == folder / "inner" / "__init__.py"
    assert "ours.deep.down" in needs.modules and needs.outside == frozenset()
