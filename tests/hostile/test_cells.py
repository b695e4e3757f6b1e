"""Every cell in `cells/` must end as it says, at every level of confinement.

A cell starts with `# %% [marks] what it attacks: what it tries -> how it must end`. Endings: `refused` (every
attempt fails and the cell goes on to its end), `nothing`, `raises NAME`, `timed out`, `crashed`, `violation`;
alternatives are joined by `or`. Marks: `[full]` holds at that level only, `[x86]` uses x86-64 numbers,
`[harmless]` may and does succeed unconfined.
"""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import grader.sandbox
from grader.sandbox import (
    Crashed,
    Limits,
    ProtocolViolation,
    SandboxServer,
    StudentProcess,
    StudentRaised,
    TimedOut,
)

CELLS = Path(__file__).with_name("cells")
HEADING = re.compile(r"^# %% ((?:\[\w+\] )*)(\w+/[\w-]+): (.+) -> (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; `attack` is what the catalogue calls it."""

    name: str
    attack: str
    marks: frozenset[str]
    endings: tuple[str, ...]
    code: str


def attacks_in(file: Path) -> Iterator[Cell]:
    _, *parts = HEADING.split(file.read_text())
    for marks, attack, title, endings, code in zip(*(parts[place::5] for place in range(5)), strict=True):
        marked = frozenset(re.findall(r"\w+", marks))
        yield Cell(f"{file.stem}: {title}", attack, marked, tuple(endings.split(" or ")), code)


PRELUDE = (CELLS / "prelude.py").read_text()
ATTACKS = [
    attack
    for file in sorted(CELLS.glob("*.py"))
    if file.stem != "prelude"
    for attack in attacks_in(file)
    if "x86" not in attack.marks or platform.machine() == "x86_64"
]


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that everybody on this machine may read."""
    planted = tmp_path_factory.mktemp("reference") / "secret.txt"
    planted.write_text("THE-ANSWER")
    planted.chmod(0o644)
    for folder in planted.parents:
        if folder.stat().st_uid == os.getuid() and "pytest-" in str(folder):  # pytest keeps them closed
            folder.chmod(0o755)
    return planted


def ending_of(attack: Cell, process: StudentProcess, secret: Path) -> str:
    facts = {"SECRET": str(secret), "SOURCE": grader.sandbox.__file__, "GRADER": os.getpid()}
    facts["SCRATCHES"] = [
        "/scratch/own",
        *(str(place) for place in Path("/tmp").glob("grader-sandbox-*/[0-9]")),
    ]
    preparation = PRELUDE + "".join(f"{name} = {value!r}\n" for name, value in facts.items())
    process.request({"op": "run", "source": preparation, "filename": "<prelude>"}, 10.0)
    deadline = 0.3 if attack.endings[0] == "timed out" else 15.0
    try:
        process.request({"op": "run", "source": attack.code, "filename": "<cell 1>"}, deadline)
        process.request({"op": "run", "source": "", "filename": "<after>"}, 1.0)
    except StudentRaised as error:
        return f"raises {error.type_name}" + (f": {error.message}" if error.type_name == "Breach" else "")
    except TimedOut:
        return "timed out"
    except Crashed:
        return "crashed"
    except ProtocolViolation:
        return "violation"
    return "refused" if "refused" in attack.endings else "nothing"


def test_there_are_many_attacks() -> None:
    assert len(ATTACKS) >= 60
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_ends_as_it_must(
    attack: Cell,
    confined: SandboxServer,
    secret: Path,
    record_property: Callable[[str, object], None],
    request: pytest.FixtureRequest,
) -> None:
    record_property("hostile", attack.attack.partition("/")[0])
    record_property("mode", f"cells, {request.node.callspec.params['confined']}")
    if "full" in attack.marks and confined.isolation.level != "full":
        pytest.skip("only a file system of its own prevents this")
    with confined.client(0).fork(Limits(memory=512 << 20)) as process:
        ending = ending_of(attack, process, secret)
    assert ending in attack.endings, process.stderr


@pytest.mark.parametrize(
    "attack", [attack for attack in ATTACKS if "harmless" in attack.marks], ids=lambda attack: attack.name
)
def test_the_same_attack_succeeds_without_confinement(
    attack: Cell, server_for: Callable[[str], SandboxServer], secret: Path
) -> None:
    """The control: an attack that fails everywhere proves nothing."""
    with server_for("none").client(0).fork() as process:
        assert ending_of(attack, process, secret).startswith("raises Breach")


def test_the_next_student_finds_nothing_left_and_the_server_well(confined: SandboxServer) -> None:
    client = confined.client(0)
    with client.fork() as first:
        run(first, "open('left.txt', 'w').close()\nimport os\nos.makedirs('deep/' * 200)")
    with client.fork() as second:
        run(second, "import os\ndef left(): return os.listdir('.')")
        assert second.request({"op": "call", "name": "left"}, 5.0) == []


def test_students_at_the_same_time_cannot_reach_each_other(confined: SandboxServer) -> None:
    client = confined.client(0)
    source = "import os\nopen('own', 'w')\ndef who(): return [os.getcwd(), os.getpid(), os.listdir('.')]"
    with client.fork() as victim, client.fork() as attacker:
        run(victim, source)
        place, pid, _ = victim.request({"op": "call", "name": "who"}, 5.0)
        code = f"""
refused(os.kill, {victim._pid}, 9)
refused(read, "/proc/{victim._pid}/maps")
if os.getcwd() != {place!r}:
    refused(os.listdir, {place!r})
    refused(write, {place!r} + "/own")
    refused(os.kill, {pid}, 9)
"""
        run(attacker, PRELUDE + code)
        assert victim.request({"op": "call", "name": "who"}, 5.0)[2] == ["own"]


@pytest.mark.parametrize("way", ["full", "landlock"])
def test_the_processor_time_limit_ends_a_loop_that_ignores_its_signal(
    way: str, server_for: Callable[[str], SandboxServer]
) -> None:
    with server_for(way).client(0).fork(Limits(cpu_seconds=1)) as process:
        code = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
        with pytest.raises(Crashed, match="1 s of processor time"):
            run(process, code)


def run(process: StudentProcess, source: str) -> None:
    process.request({"op": "run", "source": source, "filename": "<cell 1>"}, 20.0)
