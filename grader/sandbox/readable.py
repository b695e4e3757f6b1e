"""Which files a student process may read: the libraries a course uses, and nothing of ours.

An allow-list. From site-packages come only the entries of named distributions and of what those require, so
answers stay out of reach also where `grader` and `reference` are installed in the same environment.
"""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from grader.sandbox.worker.view import Link, Root, View

LIBRARIES = (
    "torch",
    "torchvision",
    "torchaudio",
    "numpy",
    "scipy",
    "sympy",
    "pandas",
    "matplotlib",
    "seaborn",
    "pillow",
    "scikit-learn",
    "tqdm",
    "einops",
    "ipython",
    "msgpack",
    "pypdfium2",
)
"""Distributions that student code may import where they are installed.

pypdfium2 is there for us: write-ups are opened in the same confinement (grader/report/writeups.py).
"""

_OURS = {"nn-course-grader"}
_PACKAGE_FOLDERS = ("site-packages", "dist-packages")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/random")
_SYSTEM = (
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/proc/cpuinfo",
    "/sys/devices/system/cpu/online",
    "/sys/devices/system/cpu/possible",
    "/sys/devices/system/cpu/present",
)
_LIBRARY_FOLDERS = ("/lib64", "/usr/lib64")


def view(libraries: Iterable[str] = LIBRARIES) -> View:
    """The view of this interpreter's libraries. Links on the way to them are kept as links."""
    paths = [*_standard_library(), *_shared_libraries(), *map(Path, _SYSTEM), *_entries(libraries)]
    roots: dict[str, Root] = {}
    links: dict[str, Link] = {}
    for path in paths:
        if path.exists():
            links |= {link.path: link for link in _links(path)}
            real = path.resolve()
            roots[str(real)] = Root(str(real), _hidden_in(real))
    outer = tuple(root for root in roots.values() if not _covered(root.path, roots))
    return View(
        roots=tuple(sorted(outer, key=lambda root: root.path)),
        links=tuple(link for link in links.values() if not _covered(link.path, roots)),
        listed=tuple(sorted({str(Path(folder).resolve()) for folder in package_folders()})),
        devices=tuple(device for device in _DEVICES if Path(device).exists()),
    )


def package_folders() -> list[str]:
    """The site-packages folders of this interpreter, as they go on the student side's `sys.path`."""
    return list(dict.fromkeys(entry for entry in sys.path if Path(entry).name in _PACKAGE_FOLDERS))


def closure(libraries: Iterable[str]) -> list[Distribution]:
    """The installed ones of `libraries` with everything they require, unconditional or not, once each."""
    found: dict[str, Distribution] = {}
    waiting = [normalised(name) for name in libraries]
    while waiting:
        name = waiting.pop()
        if name in found or name in _OURS:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue
        required = found[name].requires or ()
        waiting += [_required_name(line) for line in required if "extra ==" not in line]
    return list(found.values())


def normalised(name: str) -> str:
    """The name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _required_name(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", requirement)
    return normalised(name[0]) if name else ""


def _entries(libraries: Iterable[str]) -> Iterator[Path]:
    """The top-level files and folders in site-packages that belong to the closure of `libraries`."""
    folders = {Path(folder).resolve() for folder in package_folders()}
    for package in closure(libraries):
        for top in _tops(package):
            place = Path(str(package.locate_file(top)))
            if place.parent.resolve() in folders:
                yield place


def _tops(package: Distribution) -> list[str]:
    """First components of the files it installed, straight from RECORD: torch lists 15 000 files there."""
    record = package.read_text("RECORD")
    lines = record.splitlines() if record is not None else map(str, package.files or ())
    tops = {line.split(",", 1)[0].split("/", 1)[0] for line in lines}
    return sorted(top for top in tops - {"", "..", "__pycache__"} if not top.endswith(".pth"))


def _standard_library() -> Iterator[Path]:
    variables = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    for name in ("stdlib", "platstdlib"):
        yield Path(sysconfig.get_path(name, vars=variables))


def _shared_libraries() -> Iterator[Path]:
    multiarch = sysconfig.get_config_var("MULTIARCH")
    if multiarch:
        yield Path("/lib") / multiarch
        yield Path("/usr/lib") / multiarch
    yield from map(Path, _LIBRARY_FOLDERS)
    for folder in ("/usr/local/lib", "/usr/local/lib64", sysconfig.get_config_var("LIBDIR")):
        if folder:
            yield from Path(folder).glob("*.so*")


def _hidden_in(real: Path) -> tuple[str, ...]:
    """Folders of packages lie inside the standard library, and versions of Python inside library folders."""
    if not real.is_dir():
        return ()
    if real.name in ("lib", "lib64"):
        return tuple(sorted(entry.name for entry in real.iterdir() if entry.name.startswith("python")))
    return tuple(name for name in _PACKAGE_FOLDERS if (real / name).is_dir())


def _covered(shown: str, roots: dict[str, Root]) -> bool:
    """Whether a root shows this path already, being above it."""
    path = Path(shown)
    for parent in path.parents:
        above = roots.get(str(parent))
        if above is not None:
            return path.relative_to(parent).parts[0] not in above.hidden
    return False


def _links(path: Path) -> Iterator[Link]:
    """The symbolic links met on the way to `path`, itself included when it is one."""
    way = Path("/")
    for place, part in enumerate(path.parts[1:], start=1):
        way /= part
        if way.is_symlink():
            target = way.readlink()
            yield Link(str(way), str(target))
            there = Path(os.path.normpath(way.parent / target))  # not resolve(): that would skip links
            yield from _links(there.joinpath(*path.parts[place + 1 :]))
            return
