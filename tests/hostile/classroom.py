"""A class of hostile and honest hand-ins, graded by one command and watched from outside."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grader
import reference
from grader.results import Result

from .case import Case
from .modes import ROOT, Mode

EXAMPLES = ROOT / "examples" / "csc413_a2_2025"
ASSIGNMENT = ROOT / "grader" / "assignments" / "csc413_a2_2025"
HONEST = ("ada_okafor", "bianca_rossi", "wanda_kim")
BLANK = "nothing"
OVERSEER = Path(__file__).with_name("overseer.py")
LIMITS = "\n[limits]\ncall_seconds = 5\ntotal_seconds = 12\nmemory_megabytes = 1024\n"
SEED = 20251122
SECONDS = 900
LARGEST_READ = 1 << 24

Snapshot = Mapping[str, tuple[object, ...]]
"""What every file is: kind, mode, owner and content, by path."""


@dataclass(frozen=True, slots=True)
class Classroom:
    """The folders of one class, and the secrets laid about in them, by place."""

    base: Path
    secrets: Mapping[str, str]

    @property
    def places(self) -> Mapping[str, Path]:
        """The folders that hostile code is told of."""
        return {
            "CLASS": self.base / "class",
            "OUT": self.base / "out",
            "ASSIGNMENT": self.base / "csc413_a2_2025",
            "HOME": self.base / "home",
            "OUTSIDE": self.base / "outside",
        }

    @property
    def watched(self) -> tuple[Path, ...]:
        """What nobody may touch: all but the output, which the grader writes, and the temporary files."""
        ours = (Path(module.__file__ or "").parent for module in (grader, reference))
        return (*(path for name, path in self.places.items() if name != "OUT"), self.base / "cwd", *ours)


@dataclass(frozen=True, slots=True)
class Graded:
    """What came of a class."""

    classroom: Classroom
    code: int
    stdout: str
    stderr: str
    results: Mapping[str, Result]
    left_running: str
    left_behind: tuple[str, ...]
    touched: tuple[str, ...]

    def shown_secrets(self) -> Iterator[str]:
        """Where a secret has come out: in the terminal or in a file of the output."""
        texts = {"stdout": self.stdout, "stderr": self.stderr}
        for path in sorted(self.classroom.places["OUT"].rglob("*")):
            if path.is_file():
                texts[path.name] = path.read_text("utf-8", "replace")
        for where, text in texts.items():
            for place, secret in self.classroom.secrets.items():
                if secret in text:
                    yield f"{where} shows the secret of {place}"


@contextmanager
def classroom(cases: Sequence[Case], extra: Mapping[str, Path] | None = None) -> Iterator[Classroom]:
    """Lay out a class of these cases beside the honest ones."""
    with tempfile.TemporaryDirectory(prefix="grader-hostile-") as folder:
        base = Path(folder)
        secrets = {
            place: f"secret-{uuid.uuid4().hex}"
            for place in ("assignment", "home", "outside", "class", "environment")
        }
        room = Classroom(base, secrets)
        shutil.copytree(ASSIGNMENT, room.places["ASSIGNMENT"], ignore=shutil.ignore_patterns("__pycache__"))
        toml = room.places["ASSIGNMENT"] / "assignment.toml"
        text = toml.read_text("utf-8").replace("marks = 100\n", f"marks = 100\nseed = {SEED}\n", 1)
        toml.write_text(text + LIMITS + f"# {secrets['assignment']}\n", "utf-8")
        for name in ("home", "outside", "cwd", "tmp", "class"):
            (base / name).mkdir()
        for place in ("home", "outside"):
            (room.places[place.upper()] / "precious.txt").write_text(secrets[place])
        fill(room, cases)
        for name, source in (extra or {}).items():
            shutil.copytree(source, room.places["CLASS"] / name, symlinks=True)
        open_to_all(base)
        yield room


def fill(room: Classroom, cases: Sequence[Case]) -> None:
    """The hand-ins: honest ones, one with nothing in it, and the hostile ones."""
    honest = EXAMPLES / HONEST[0] / "a2-code.ipynb"
    for name in HONEST:
        shutil.copytree(EXAMPLES / name, room.places["CLASS"] / name)
        (room.places["CLASS"] / name / "notes.txt").write_text(room.secrets["class"])
    nothing = Case(BLANK, ("",), "", (), {}, {})
    for case in (nothing, *cases):
        case.write(room.places["CLASS"] / case.name, honest, room.places)


def open_to_all(base: Path) -> None:
    """Anybody may write anywhere here, so that only confinement keeps hostile code from it."""
    for path in (base, *base.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o777 if path.is_dir() else 0o666)


def grade(room: Classroom, mode: Mode, *options: str) -> Graded:
    """Run `grader batch` on the class. Skips where this machine cannot confine in that mode."""
    places, report = room.places, room.base / "left_running"
    report.touch()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(places["HOME"]),
        "TMPDIR": str(room.base / "tmp"),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "API_KEY": room.secrets["environment"],
    }
    command = mode.grader(
        "batch",
        places["CLASS"],
        "--out",
        places["OUT"],
        "--assignment",
        places["ASSIGNMENT"],
        "--jobs",
        "2",
        *options,
    )
    before = snapshot(room.watched)
    run = subprocess.run(
        [sys.executable, str(OVERSEER), str(report), *command],
        cwd=room.base / "cwd",
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return Graded(
        classroom=room,
        code=run.returncode,
        stdout=run.stdout,
        stderr=run.stderr,
        results=dict(results_in(places["OUT"])),
        left_running=report.read_text(),
        left_behind=tuple(sorted(path.name for path in (room.base / "tmp").iterdir())),
        touched=tuple(sorted(differences(before, snapshot(room.watched)))),
    )


def results_in(out: Path) -> Iterator[tuple[str, Result]]:
    """The result files of a batch, by the hand-in's name."""
    for path in sorted((out / "results").glob("*.json")):
        result = Result.model_validate_json(path.read_bytes())
        yield result.submission, result


def snapshot(roots: Sequence[Path]) -> Snapshot:
    """Everything below these folders, links not followed."""
    found: dict[str, tuple[object, ...]] = {}
    for root in roots:
        for path in (root, *root.rglob("*")):
            if "__pycache__" in path.parts:
                continue
            status = path.lstat()
            read = stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST_READ
            content = hashlib.sha256(path.read_bytes()).hexdigest() if read else status.st_mtime_ns
            found[str(path)] = (status.st_mode, status.st_uid, content)
    return found


def differences(before: Snapshot, after: Snapshot) -> Iterator[str]:
    for path in before.keys() | after.keys():
        if before.get(path) != after.get(path):
            yield path
