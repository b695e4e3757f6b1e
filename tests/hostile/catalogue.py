"""What there is to attack: `catalogue.toml` names it, cases and other tests of the repository cover it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .modes import ROOT

CATALOGUE = Path(__file__).with_name("catalogue.toml")


@dataclass(frozen=True, slots=True)
class Attack:
    """A kind of attack. `held_by` are tests elsewhere, `because` says why that is where it is held."""

    name: str
    title: str
    held_by: tuple[str, ...] = ()
    because: str = ""


@cache
def catalogue() -> Mapping[str, Attack]:
    """Every attack by `family/name`."""
    found = {}
    for family, attacks in tomllib.loads(CATALOGUE.read_text("utf-8")).items():
        for name, about in attacks.items():
            fields = {"title": about} if isinstance(about, str) else about
            held_by = tuple(fields.get("held_by", ()))
            found[f"{family}/{name}"] = Attack(
                f"{family}/{name}", fields["title"], held_by, fields.get("because", "")
            )
    return found


def functions_of(path: str) -> Iterator[str]:
    """The names of the test functions of a file of this repository."""
    for node in ast.parse((ROOT / path).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name
