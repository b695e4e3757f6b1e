"""Which of our modules a module needs: imports followed through the source, without running anything."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Needs:
    """modules: ours, by dotted name. outside: top-level names of others, the standard library left out.

    trimmed: packages of which only submodules are imported, so that their `__init__` may be left empty.
    """

    modules: Mapping[str, Path]
    trimmed: frozenset[str]
    outside: frozenset[str]


def follow(roots: Iterable[str], top: Path) -> Needs:
    """Everything that the modules `roots` import, where `top` is the folder that holds our packages.

    Imports inside functions count, those for type checkers do not. Raises ModuleNotFoundError for a root that
    is not there.
    """
    ours = {path.name for path in top.iterdir() if (path / "__init__.py").is_file()}
    needed: dict[str, Path] = {}
    whole: set[str] = set()
    outside: set[str] = set()
    pending = [(root, True) for root in roots]
    while pending:
        name, is_itself = pending.pop()
        path = _file(name, top)
        if path is None:
            raise ModuleNotFoundError(f"there is no module {name} below {top}")
        is_new = name not in needed or (is_itself and path.name == "__init__.py" and name not in whole)
        needed[name] = path
        if not is_new:
            continue
        if is_itself:
            whole.add(name)
            for module, member in _imports(path, name):
                if module.partition(".")[0] in ours:
                    pending += _targets(module, member, top)
                else:
                    outside.add(module.partition(".")[0])
        if (parent := name.rpartition(".")[0]) and _file(parent, top) is not None:
            pending.append((parent, False))
    return Needs(needed, frozenset(needed.keys() - whole), frozenset(outside - sys.stdlib_module_names))


def _targets(module: str, member: str | None, top: Path) -> list[tuple[str, bool]]:
    """`from a import b` needs the module a.b if there is one, else a itself."""
    if member is not None and _file(f"{module}.{member}", top) is not None:
        return [(f"{module}.{member}", True)]
    return [(module, True)]


def _file(name: str, top: Path) -> Path | None:
    path = top.joinpath(*name.split("."))
    candidates = (path / "__init__.py", path.with_name(f"{path.name}.py"))
    return next((file for file in candidates if file.is_file()), None)


def _imports(path: Path, name: str) -> Iterator[tuple[str, str | None]]:
    """(module, imported name) of every import; the second is None for a plain `import`."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    pending: list[ast.AST] = [ast.parse(path.read_text("utf-8"), path)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            pending += node.orelse
        elif isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((module, alias.name) for alias in node.names)
        else:
            pending += ast.iter_child_nodes(node)
