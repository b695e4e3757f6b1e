"""The shape of the engine (docs/decisions/0001): imports point one way, the trusted side runs no text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("grader", "reference")
WORKER = "grader.sandbox.worker"
LONGEST_MODULE = 400

VALUES = ("grader.results", "grader.errors")
TOOLS = (
    *("grader.compare", "grader.sandbox", "grader.submission", "grader.assignment", "grader.training"),
    *VALUES,
)
IN_THE_OPEN = (
    "grader.submission",
    "grader.compare.formula",
    "grader.compare.tensor",
    "grader.results.verdict",
    "grader.sandbox.errors",
    "grader.errors",
    "grader.assignment.places",
)
"""What the self-check builds on and students get as well."""
FOR_STUDENTS = tuple(
    f"grader.assignments.{folder.parent.name}.selfcheck"
    for folder in (ROOT / "grader" / "assignments").glob("*/selfcheck")
)
MAY_IMPORT = {
    "grader": ("grader.selfcheck",),
    "grader.errors": (),
    "grader.helper": (),
    "grader.results": ("grader.errors",),
    "grader.assignment": VALUES,
    "grader.submission": VALUES,
    "grader.compare": VALUES,
    "grader.sandbox": (WORKER, *VALUES),
    WORKER: (),
    "grader.training": (
        "grader.helper",
        "grader.errors",
        *(f"{WORKER}.{part}" for part in ("frames", "graph", "dynamo", "confine")),
    ),
    "grader.store": VALUES,
    "grader.judge": (
        "grader.store.digest",
        "grader.store.recording",
        *TOOLS,
        f"{WORKER}.tracing",
        f"{WORKER}.graph",
    ),
    "grader.batch": ("grader.judge", "grader.store", *TOOLS),
    "grader.cluster": ("grader.helper", "grader.batch", "grader.judge", "grader.store", *TOOLS),
    "grader.report": ("grader.sandbox", "grader.submission", "grader.assignment", *VALUES),
    "grader.markus": ("grader.batch", "grader.judge", *TOOLS),
    "grader.selfcheck": (WORKER, *IN_THE_OPEN),
    "grader.authoring": ("grader.judge", *TOOLS),
    "grader.cli": (
        "grader.batch",
        "grader.cluster",
        "grader.store",
        "grader.markus",
        "grader.report",
        "grader.judge",
        "grader.selfcheck",
        "grader.authoring",
        *TOOLS,
    ),
    "grader.pytest_plugin": ("grader.judge", *TOOLS),
    **dict.fromkeys(FOR_STUDENTS, ("grader.selfcheck", *IN_THE_OPEN)),
    "grader.assignments": ("grader.judge", *TOOLS, "reference"),
    "reference": (),
}
"""What each part may import besides itself. Being allowed the sandbox does not include its worker."""

RUN_TEXT = frozenset({"eval", "exec", "builtins.eval", "builtins.exec"})
LOAD_OBJECTS = frozenset({"torch.load", "np.load", "numpy.load"})
NEVER = frozenset(
    {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "allow_pickle"}
    | {"sympify", "parse_expr", "parse_latex"}
)


@dataclass(frozen=True, slots=True)
class Module:
    """One file of ours."""

    name: str
    path: Path

    @property
    def part(self) -> str:
        """The part of the house it belongs to."""
        return part_of(self.name)

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text("utf-8"), self.path)

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and full name of everything imported, also inside functions; `from a import b` is a.b."""
        package = self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
                origin = ".".join([*parents, *([node.module] if node.module else [])])
                yield from ((node.lineno, f"{origin}.{alias.name}") for alias in node.names)


def within(name: str, part: str) -> bool:
    return name == part or name.startswith(f"{part}.")


def part_of(name: str) -> str:
    """The part that a dotted name is in, the most precise one; empty for names that are not ours."""
    return max((part for part in MAY_IMPORT if within(name, part)), key=len, default="")


def modules() -> list[Module]:
    """Every Python file of the product."""
    paths = [path for top in OURS for path in sorted((ROOT / top).rglob("*.py"))]
    return [
        Module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path)
        for path in paths
    ]


MODULES = modules()
TRUSTED = [module for module in MODULES if not within(module.name, WORKER)]


def by_name(module: Module) -> str:
    return module.name


def test_every_module_has_a_place_in_the_house() -> None:
    assert {module.name for module in MODULES if module.part == "grader"} == {"grader"}
    assert {module.part for module in MODULES} == set(MAY_IMPORT)


@pytest.mark.parametrize("module", MODULES, ids=by_name)
def test_imports_point_one_way(module: Module) -> None:
    allowed = (module.part, *MAY_IMPORT.get(module.part, ()))
    single_modules = [name for name in allowed if name not in MAY_IMPORT]
    wrong = [
        f"{module.path.relative_to(ROOT)}:{line} imports {name}"
        for line, name in module.imports()
        if name.partition(".")[0] in OURS
        and part_of(name) not in allowed
        and not any(within(name, single) for single in single_modules)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("module", TRUSTED, ids=by_name)
def test_the_trusted_side_neither_unpickles_nor_evaluates(module: Module) -> None:
    found = [
        f"{module.path.relative_to(ROOT)}:{line} uses {name}"
        for line, name in names_used(module)
        if name in RUN_TEXT | LOAD_OBJECTS or set(name.split(".")) & NEVER
    ]
    assert not found, "\n".join(found)


def names_used(module: Module) -> Iterator[tuple[int, str]]:
    """Names, dotted names, keywords and imports of a module, with their lines."""
    yield from module.imports()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name | ast.Attribute):
            yield node.lineno, ast.unparse(node)
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.value.lineno, node.arg


@pytest.mark.parametrize("module", MODULES, ids=by_name)
def test_a_module_is_short_enough_to_be_read(module: Module) -> None:
    assert len(module.path.read_text("utf-8").splitlines()) <= LONGEST_MODULE
