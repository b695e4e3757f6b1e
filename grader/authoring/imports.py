"""Which of our modules a module needs: imports followed through the source, without running anything."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Needs:
    """modules: ours, by dotted name. outside: top-level names of others, the standard library left out.

    trimmed: packages of which only submodules are imported, so that their `__init__` may be left empty.
    """

    modules: Mapping[str, Path]
    trimmed: frozenset[str]
    outside: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where our modules' files are: our top-level packages in the folder `top`, and those placed elsewhere.

    `top` may be site-packages, where other packages lie beside ours.
    """

    top: Path
    packages: frozenset[str]
    elsewhere: Mapping[str, Path] = field(default_factory=dict)

    def file(self, name: str) -> Path | None:
        """The file of a module by its dotted name; None if there is no such module."""
        path = self._place(name)
        candidates = (path / "__init__.py", path.with_name(f"{path.name}.py"))
        return next((file for file in candidates if file.is_file()), None)

    def _place(self, name: str) -> Path:
        for package, folder in self.elsewhere.items():
            if name == package or name.startswith(f"{package}."):
                return folder.joinpath(*name[len(package) :].split(".")[1:])
        return self.top.joinpath(*name.split("."))


def follow(roots: Iterable[str], sources: Sources) -> Needs:
    """Everything that the modules `roots` import.

    Imports inside functions count, those for type checkers do not. Raises ModuleNotFoundError for a root that
    is not there.
    """
    needed: dict[str, Path] = {}
    whole: set[str] = set()
    outside: set[str] = set()
    pending = [(root, True) for root in roots]
    while pending:
        name, is_itself = pending.pop()
        path = sources.file(name)
        if path is None:
            raise ModuleNotFoundError(f"there is no module {name}")
        is_new = name not in needed or (is_itself and path.name == "__init__.py" and name not in whole)
        needed[name] = path
        if not is_new:
            continue
        if is_itself:
            whole.add(name)
            for module, member in _imports(path, name):
                if module.partition(".")[0] in sources.packages:
                    pending += _targets(module, member, sources)
                else:
                    outside.add(module.partition(".")[0])
        if (parent := name.rpartition(".")[0]) and sources.file(parent) is not None:
            pending.append((parent, False))
    return Needs(needed, frozenset(needed.keys() - whole), frozenset(outside - sys.stdlib_module_names))


def _targets(module: str, member: str | None, sources: Sources) -> list[tuple[str, bool]]:
    """`from a import b` needs the module a.b if there is one, else a itself."""
    if member is not None and sources.file(f"{module}.{member}") is not None:
        return [(f"{module}.{member}", True)]
    return [(module, True)]


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
