"""What an installed package holds: all that the commands read, and nothing that only the tree needs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHIPPED = ("grader", "reference", "student_template")
LEFT_AT_HOME = {".gitignore"}


@pytest.fixture(scope="module")
def installed() -> frozenset[str]:
    """The files of a wheel, as setuptools lists them from pyproject.toml; nothing is built or written."""
    setuptools = pytest.importorskip("setuptools")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        distribution = setuptools.Distribution({"script_name": "setup.py"})
        distribution.parse_config_files()
        distribution.include_package_data = False  # it would write a list of files into the tree
        distribution.set_defaults()
        build = distribution.get_command_obj("build_py")
        build.ensure_finalized()
        outputs = build.get_outputs(include_bytecode=False)
        return frozenset(str(Path(output).relative_to(build.build_lib)) for output in outputs)


def in_the_tree() -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", *SHIPPED], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode or not listed.stdout:
        pytest.skip("this is no git checkout, so nothing says which files belong to it")
    return {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}


def test_every_file_of_the_packages_is_installed(installed: frozenset[str]) -> None:
    assert {name for name in in_the_tree() - installed if Path(name).name not in LEFT_AT_HOME} == set()


def test_keys_and_templates_of_the_built_in_assignments_are_installed(installed: frozenset[str]) -> None:
    for toml in (ROOT / "grader" / "assignments").glob("*/assignment.toml"):
        folders = (f"grader/assignments/{toml.parent.name}/key/", f"student_template/{toml.parent.name}/")
        for folder in folders:
            assert [name for name in installed if name.startswith(folder) and name.endswith(".ipynb")], folder


def test_nothing_else_is_installed(installed: frozenset[str]) -> None:
    assert {name.partition("/")[0] for name in installed} == set(SHIPPED)
    assert not [name for name in installed if "__pycache__" in name or ".ipynb_checkpoints" in name]
