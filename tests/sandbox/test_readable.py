"""The view shows the libraries and nothing of ours, also where ours is installed beside them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from grader.sandbox import SandboxServer, readable
from grader.sandbox.worker.view import View


def shown(view: View, path: Path) -> bool:
    """Whether a student process may read `path`, by the view's own words."""
    for root in view.roots:
        if path == Path(root.path):
            return not root.hidden
        if path.is_relative_to(root.path) and path.relative_to(root.path).parts[0] not in root.hidden:
            return True
    return False


def test_nothing_of_ours_is_in_a_readable_root() -> None:
    view = readable.view()
    repository = Path(readable.__file__).parents[2]
    for ours in ("grader", "grader/assignments/csc413_a2_2025/key", "reference", "tests", "pyproject.toml"):
        assert not shown(view, repository / ours)
    for root in view.roots:
        assert not {"grader", "reference"} & set(Path(root.path).parts), root


def test_the_libraries_of_a_course_are_shown() -> None:
    import numpy
    import torch

    view = readable.view()
    for module in (torch, numpy, os):
        assert module.__file__ is not None and shown(view, Path(module.__file__).resolve())


def test_unlisted_distributions_in_the_same_folder_are_not_shown() -> None:
    import hypothesis
    import pydantic

    for module in (pydantic, hypothesis):
        assert module.__file__ is not None and not shown(readable.view(), Path(module.__file__).resolve())


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site-packages folder that holds our wheel, a stranger's, and a listed library that requires both."""
    folder = tmp_path / "site-packages"
    packages = {
        "nn_course_grader": ("grader/answers.py", []),
        "stranger": ("stranger/secret.py", []),
        "einops": ("einops/__init__.py", ["nn-course-grader", 'stranger; extra == "all"', "helper>=1"]),
        "helper": ("helper.py", []),
    }
    for name, (file, requires) in packages.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text("ANSWER = 42\n")
        metadata = folder / f"{name}-1.0.dist-info"
        metadata.mkdir()
        lines = [
            "Metadata-Version: 2.1",
            f"Name: {name}",
            "Version: 1.0",
            *(f"Requires-Dist: {r}" for r in requires),
        ]
        (metadata / "METADATA").write_text("\n".join(lines) + "\n")
        (metadata / "RECORD").write_text(
            f"{file},,\n{metadata.name}/METADATA,,\n../../bin/x,,\n{name}.pth,,\n"
        )
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.getuid() and "pytest-" in str(parent):
            parent.chmod(0o755)
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    return folder


def test_ours_is_not_shown_where_it_is_installed_beside_the_libraries(installed: Path) -> None:
    view = readable.view()
    assert shown(view, installed / "einops/__init__.py") and shown(view, installed / "helper.py")
    assert not shown(view, installed / "grader/answers.py")
    assert not shown(view, installed / "stranger/secret.py")
    assert not shown(view, installed / "nn_course_grader-1.0.dist-info/METADATA")
    assert not shown(view, installed / "einops.pth")


@pytest.mark.parametrize("level", ["full", "landlock"])
def test_a_student_cannot_reach_ours_where_it_is_installed(level: str, installed: Path) -> None:
    source = f"""
import einops, helper, importlib.util, os
def found():
    seen = []
    for name in ("grader", "stranger", "reference", "nn_course_grader"):
        if importlib.util.find_spec(name): seen.append(name)
    for folder, _, files in os.walk({str(installed)!r}):
        for file in files:
            try: open(os.path.join(folder, file)).read(); seen.append(file)
            except OSError: pass
    try: open({str(installed / "grader/answers.py")!r}).read(); seen.append("answers")
    except OSError: pass
    return sorted(set(seen))
"""
    with SandboxServer.start(isolation=level, preload="single") as server, server.client(0).fork() as process:
        # type: ignore[arg-type]
        process.request({"op": "run", "source": source, "filename": "<cell 1>"}, 10.0)
        found = process.request({"op": "call", "name": "found"}, 10.0)
    assert found == ["METADATA", "RECORD", "__init__.py", "helper.py"]  # of einops and its helper


def test_the_links_on_the_way_to_a_root_are_kept(tmp_path: Path) -> None:
    (tmp_path / "real" / "inner").mkdir(parents=True)
    (tmp_path / "alias").symlink_to("real")
    (tmp_path / "again").symlink_to(tmp_path / "alias")
    links = {link.path: link.target for link in readable._links(tmp_path / "again" / "inner")}
    assert links[str(tmp_path / "again")] == str(tmp_path / "alias")
    assert links[str(tmp_path / "alias")] == "real"


def test_a_link_inside_a_shown_folder_is_shown_with_it() -> None:
    view = readable.view()
    shown = [Path(root.path) for root in view.roots]
    assert [link.path for link in view.links if set(shown) & set(Path(link.path).parents)] == []
