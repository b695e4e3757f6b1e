"""The bundle for students: it holds no answer, needs nothing else of ours, and works."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sympy

from grader.assignment import Assignment, load_assignment
from grader.authoring.keys import key_parts
from grader.authoring.mutants.choices import key_of
from grader.authoring.mutants.parts import Definition, Line
from grader.authoring.release import Release, ReleaseError, needs_of, write_release
from grader.compare.formula import latex, parse, render
from grader.selfcheck.formulas import symbols_of
from grader.selfcheck.sheet import read_sheet
from grader.submission import read_notebook
from reference.counts import conventions, counts, doubled, for_input

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "csc413_a2_2025" / "ada_okafor" / "a2-code.ipynb"
TEMPLATE = ROOT / "student_template" / "csc413_a2_2025" / "a2-code.ipynb"
SITE_PACKAGES = str(Path(np.__file__).parents[1])
RUN = """
import json, sys
sys.path[:0] = [{bundle!r}, {packages!r}]
import grader
assert grader.__file__.startswith({bundle!r}), grader.__file__
for absent in ("reference", "grader.judge", "grader.cli", "grader.compare.network"):
    try:
        __import__(absent)
    except ModuleNotFoundError:
        continue
    raise SystemExit(f"{{absent}} can be imported")
"""
ANSWERS = (
    r"4\s*/\s*5",
    r"2\s*/\s*3",
    r"0\.8\b.{0,8}0\.4\b",
    r"(lam(bda)?_?|decay|λ)\s*/\s*\(?\s*2",
    r"\\lambda\}?\s*\{?2\s*\\eta",
    r"X\.T\s*@\s*\(?(X|a)\b",
    r"X\s*X\^T",
    r"padding[^\n]{0,12}(:|=)\s*2\b",
    r"(?i)point[^\n]{0,3}:\s*C\b",
    r"(?i)increase the model size\W*(is|:)",
)
"""Ways in which answers are written; `seek parallel compute` and other options stand in the handout."""


@pytest.fixture(scope="module")
def a2() -> Assignment:
    return load_assignment("csc413_a2_2025")


@pytest.fixture(scope="module")
def released(a2: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Release:
    return write_release(a2, tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="module")
def texts(released: Release) -> dict[str, str]:
    return {
        str(path.relative_to(released.folder)): path.read_text("utf-8")
        for path in released.folder.rglob("*")
        if path.is_file()
    }


def right_counts() -> Iterator[str]:
    """Every accepted answer to question 4.3, and the large numbers in them, as text without spaces."""
    for quantity in ("weights", "outputs", "connections"):
        for convention in conventions(quantity):
            count = counts(quantity, convention)
            for answer in (for_input(count), for_input(doubled(count))):
                yield re.sub(r"\s|\*", "", str(sympy.expand(answer)))
                yield from (str(n) for n in answer.atoms(sympy.Integer) if n > 1024 and n not in (4096,))


def test_no_right_count_stands_in_the_bundle(texts: dict[str, str]) -> None:
    squeezed = {name: re.sub(r"\s|\*", "", text) for name, text in texts.items()}
    answers = set(right_counts())
    assert len(answers) > 40
    found = [
        (name, answer)
        for name, text in squeezed.items()
        for answer in answers
        if re.search(rf"(?<!\d){re.escape(answer)}(?!\d)", text)
    ]
    assert not found


def test_no_key_of_a_formula_stands_in_the_bundle(texts: dict[str, str], a2: Assignment) -> None:
    """As the key is written, as it is echoed, and as LaTeX."""
    keys = [key.reference for key in a2.formulas.values()]
    keys += [a.formula for key in a2.formulas.values() for a in key.alternatives]
    expressions = [parse(key, symbols_of(read_sheet(a2.folder))) for key in keys]
    written = {*keys, *map(render, expressions), *map(latex, expressions)}
    assert len(written) >= 20
    squeezed = {name: re.sub(r"\s", "", text) for name, text in texts.items()}
    found = [
        (name, key) for name, text in squeezed.items() for key in written if re.sub(r"\s", "", key) in text
    ]
    assert not found


def test_no_line_of_the_bundle_makes_a_right_choice(texts: dict[str, str], a2: Assignment) -> None:
    assert len(a2.choices) == 7
    for name, key in a2.choices.items():
        fields = {field.id: field.labels for field in a2.question(name.partition("/")[0]).fields}
        spellings = [*key.answer, *(s for option in key.answer for s in key.options[option])]
        labels = "|".join(re.escape(label.replace("_", " ")) for label in fields[key.field])
        answers = "|".join(map(re.escape, spellings))
        chosen = re.compile(rf"(?i)\b({labels})\W{{0,4}}[:=]\W{{0,4}}({answers})\b")
        assert chosen.search(f"{fields[key.field][0].replace('_', ' ')}: {key.answer[0]}")
        assert not [path for path, text in texts.items() if chosen.search(text)]


def test_nothing_of_the_key_stands_in_the_bundle(texts: dict[str, str], a2: Assignment) -> None:
    assert not [name for name in texts if "key" in Path(name).parts or "equivalent.toml" in name]
    given = {line.strip() for cell in read_notebook(TEMPLATE).cells for line in cell.source.splitlines()}
    answers = set()
    for part in (key.part for key in key_parts(a2)):
        if isinstance(part, Line) and key_of(part, a2) is None and len(part.value) > 4:
            answers.add(part.value)
        elif isinstance(part, Definition):
            lines = part.source.text(part.node).splitlines()
            answers |= {line.strip() for line in lines if len(line.strip()) > 30} - given
    assert len(answers) > 40
    assert not [(name, answer) for name, text in texts.items() for answer in answers if answer in text]


def test_a_template_that_is_filled_in_is_not_released(a2: Assignment, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"holds answers \(.*rmsprop.*2\.1\.1/w1.*\): release the blank"):
        write_release(a2, tmp_path / "out", a2.key_folder)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("pattern", ANSWERS)
def test_no_answer_stands_in_what_is_about_the_assignment(texts: dict[str, str], pattern: str) -> None:
    about = {
        name: text
        for name, text in texts.items()
        if "csc413" in name or name.startswith("grader/selfcheck") or "/" not in name
    }
    assert len(about) > 15
    assert not [name for name, text in about.items() if re.search(pattern, text)]


def test_the_search_for_answers_finds_them_where_they_are() -> None:
    worked = "".join(path.read_text("utf-8") for path in (ROOT / "reference").glob("*.py"))
    worked += (ROOT / "grader/assignments/csc413_a2_2025/test_1_optimization.py").read_text("utf-8")
    assert {p for p in ANSWERS[:6] if re.search(p, worked)} >= {
        ANSWERS[0],
        ANSWERS[1],
        ANSWERS[3],
        ANSWERS[5],
    }


def test_no_line_of_the_reference_is_copied(texts: dict[str, str]) -> None:
    worked = {
        line.strip()
        for path in (ROOT / "reference").glob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if len(line.strip()) > 30 and not line.startswith(("from ", "import ", "@"))
    }
    assert len(worked) > 300
    copied = worked & {line.strip() for text in texts.values() for line in text.splitlines()}
    assert not copied


def test_marks_credits_and_evidence_stay_inside(released: Release, a2: Assignment) -> None:
    path = released.folder / "grader" / "assignments" / a2.id / "assignment.toml"
    public = tomllib.loads(path.read_text("utf-8"))
    assert public.keys() == {
        "id",
        "title",
        "functions",
        "parameters",
        "networks",
        "symbols",
        "questions",
    }
    assert set().union(*public["questions"]) == {"id", "title", "fields"}


def test_the_public_sheet_asks_the_same(released: Release, a2: Assignment) -> None:
    inside = read_sheet(a2.folder)
    outside = read_sheet(released.folder / "grader" / "assignments" / a2.id)
    assert inside.questions == outside.questions
    assert symbols_of(inside) == symbols_of(outside)
    assert (inside.functions, inside.parameters, inside.networks) == (
        outside.functions,
        outside.parameters,
        outside.networks,
    )


def test_no_marking_check_and_nothing_of_the_judge_is_in_it(texts: dict[str, str]) -> None:
    assert not [
        name for name in texts if re.search(r"test_|conftest|judge|batch|/cli/|authoring|reference", name)
    ]


def run(released: Release, code: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Python that sees the bundle and installed packages, and nothing of the repository."""
    start = RUN.format(bundle=str(released.folder), packages=SITE_PACKAGES)
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", start + code], cwd=cwd, capture_output=True, text=True, timeout=120
    )


def test_the_bundle_checks_a_kernel_without_the_rest_of_the_grader(released: Release, tmp_path: Path) -> None:
    shutil.copyfile(EXAMPLE, tmp_path / "a2-code.ipynb")
    code = "def l2_coefficient(lam, lr):\n    return lam / (2 * lr)\ngrader.check('2.2.2')"
    ended = run(released, code, tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert re.search(r"2\.2\.2 l2_coefficient +looks right", ended.stdout)


def test_the_bundle_checks_a_file_in_a_process_of_its_own(released: Release, tmp_path: Path) -> None:
    shutil.copyfile(EXAMPLE, tmp_path / "a2-code.ipynb")
    code = "from grader.selfcheck.__main__ import main\nsys.exit(main(['check', '--json']))"
    ended = run(released, code, tmp_path)
    assert ended.returncode == 0, ended.stderr
    parts = json.loads(ended.stdout)["parts"]
    outcomes = {(part["question"], part["part"]): part["outcome"] for part in parts}
    assert outcomes[("4.3", "connections doubled")] == "looks right"
    assert {"looks wrong", "unreadable", "not checked"}.isdisjoint(outcomes.values())


def test_the_zip_holds_the_folder(released: Release, texts: dict[str, str], a2: Assignment) -> None:
    with zipfile.ZipFile(released.archive) as archive:
        assert {name.removeprefix(f"{a2.id}/") for name in archive.namelist()} == set(texts)


def test_the_readme_has_two_commands_and_the_project_its_requirements(texts: dict[str, str]) -> None:
    commands = re.findall(r"^    (.+)$", texts["README.md"], re.M)
    assert commands == ["pip install .", "grader check a2-code.ipynb"]
    project = tomllib.loads(texts["pyproject.toml"])["project"]
    assert project["scripts"] == {"grader": "grader.selfcheck.__main__:main"}
    assert {re.split("[<>=]", line)[0] for line in project["dependencies"]} >= {
        "msgpack",
        "numpy",
        "torch",
        "python-flint",
    }


@pytest.mark.slow
def test_the_bundle_installs_as_its_readme_says(released: Release, tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(released.folder, source)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", tmp_path / "site", source], check=True, capture_output=True)
    installed = {str(p.relative_to(tmp_path / "site")) for p in (tmp_path / "site" / "grader").rglob("*.*")}
    wanted = {str(p.relative_to(released.folder)) for p in (released.folder / "grader").rglob("*.*")}
    assert wanted <= installed


def test_a_self_check_that_knows_the_reference_is_not_released(a2: Assignment, tmp_path: Path) -> None:
    folder = tmp_path / "grader" / "assignments" / a2.id
    shutil.copytree(ROOT / "grader", tmp_path / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "selfcheck" / "padding.py").open("a") as file:
        file.write("\n\ndef cheat() -> None:\n    from reference import padding\n")
    with pytest.raises(ReleaseError, match="imports reference"):
        needs_of(load_assignment(folder))


def test_a_template_that_is_not_there_is_named(a2: Assignment, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="--template"):
        write_release(a2, tmp_path / "out", tmp_path)
    assert not (tmp_path / "out").exists()
