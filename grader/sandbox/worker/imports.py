"""Make modules that may not be read look as if they were not installed.

Without a jail, an import finds them in the listing of site-packages and then fails with PermissionError,
where optional imports (`try: import flint`) expect ModuleNotFoundError. A kindness, not a defence.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

from .view import View


def hide_unreadable(packages: Sequence[str], view: View) -> None:
    """Replace the finder of modules on `sys.path` by one that passes over what the view does not show."""
    readable = {root.path for root in view.roots}
    shown: set[str] = set()
    hidden: set[str] = set()
    for folder in packages:
        for entry in Path(folder).iterdir():
            names = shown if str(entry.resolve()) in readable else hidden
            names.add(entry.name.split(".")[0])
    unreadable = frozenset(hidden - shown)

    class ReadableFinder(PathFinder):
        @classmethod
        def find_spec(
            cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
        ) -> ModuleSpec | None:
            if path is None and fullname in unreadable:
                return None
            return PathFinder.find_spec(fullname, path, target)

    sys.meta_path[:] = [ReadableFinder if finder is PathFinder else finder for finder in sys.meta_path]
