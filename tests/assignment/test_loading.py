from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.assignment import AssignmentError, built_in_assignments, load_assignment
from grader.errors import Exit

TOML = """\
schema = 1
id = "toy"
title = "A toy assignment"
marks = 5

[functions]
step = ["X", "eta?"]

[parameters]
X = ["data"]
eta = ["lr"]

[networks]
Net = ["X"]

[evidence]
Net = { loss = [1.0, 2.0], accuracy = [40.0, 50.0] }

[credits]
no_bias = 0.9

[limits]
call_seconds = 5

[[questions]]
id = "1"
title = "First"
marks = 3
criteria = [
    { id = "update", title = "The update", marks = 2 },
    { id = "proof", title = "The proof", marks = 1, by = "person" },
]
fields = [{ id = "weights", aliases = ["total weights"] }]

[[questions]]
id = "2"
title = "Second"
marks = 2
criteria = [{ id = "net", title = "The network", marks = 2 }]
"""
Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write an assignment.toml and give its folder."""

    def write(content: str | bytes) -> Path:
        (tmp_path / "assignment.toml").write_bytes(
            content if isinstance(content, bytes) else content.encode()
        )
        return tmp_path

    return write


def test_an_assignment_is_loaded_by_path(write: Write) -> None:
    assignment = load_assignment(write(TOML))
    assert [f"{question.id}/{criterion.id}" for question, criterion in assignment.criteria()] == [
        "1/update",
        "1/proof",
        "2/net",
    ]
    assert assignment.asked_names == ("Net", "step")
    assert assignment.question("1").fields[0].labels == ("weights", "total weights")
    assert assignment.folder == write(TOML).resolve()
    with pytest.raises(KeyError, match="no question 3"):
        assignment.question("3")


def test_an_unknown_id_lists_the_known_ones() -> None:
    with pytest.raises(AssignmentError, match="There is no assignment 'csc999'") as raised:
        load_assignment("csc999")
    assert all(known in str(raised.value) for known in built_in_assignments())
    assert raised.value.exit_code == Exit.USAGE


def test_a_folder_of_hand_ins_with_an_assignments_name_does_not_hide_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (known, *_) = built_in_assignments()
    (tmp_path / known).mkdir()
    monkeypatch.chdir(tmp_path)
    assert load_assignment(known).id == known


def test_a_bare_name_is_an_id_before_it_is_a_folder(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (known, *_) = built_in_assignments()
    folder = tmp_path / known
    write(TOML)
    folder.mkdir()
    (tmp_path / "assignment.toml").rename(folder / "assignment.toml")
    monkeypatch.chdir(tmp_path)
    assert load_assignment(known).id == known
    for path in (f"./{known}", f"{known}/", str(folder), Path(known)):
        assert load_assignment(path).id == "toy"
    folder.rename(tmp_path / "toy")
    assert load_assignment("toy").id == "toy"


def test_a_folder_without_an_assignment_is_named(tmp_path: Path) -> None:
    with pytest.raises(AssignmentError, match=r"holds an assignment\.toml") as raised:
        load_assignment(tmp_path)
    assert str(tmp_path) in str(raised.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (TOML.replace('id = "toy"', "id = toy"), r"not valid TOML: .*line 2.*Correct that line\.$"),
        (TOML + "[[questions]\n", r"not valid TOML: .*Correct that line\.$"),
        (
            TOML.replace("marks = 5", "marks = 5\nmarks = 6"),
            r"not valid TOML: .*line 5.*Correct that line\.$",
        ),
        (TOML.replace("First", "Première").encode("latin-1"), r"not UTF-8 text .* Save it as UTF-8\.$"),
    ],
)
def test_what_is_not_toml_is_named_with_its_place(write: Write, content: str | bytes, sentence: str) -> None:
    folder = write(content)
    with pytest.raises(AssignmentError, match=sentence) as raised:
        load_assignment(folder)
    assert str(raised.value).startswith(str(folder / "assignment.toml"))


@pytest.mark.parametrize(
    ("old", "new", "at", "sentence"),
    [
        ("schema = 1", "schema = 2", "schema = 2", "schema: Input should be 1"),
        ("schema = 1\n", "", None, "schema: this key is missing; add it"),
        ('id = "toy"', 'id = "a toy"', 'id = "a toy"', "id: String should match pattern"),
        ("marks = 5", "marks = 6", None, "the questions add up to 5 marks, not 6"),
        ("marks = 5", "marks = nan", "marks = nan", "marks: Input should be"),
        ("marks = 5", "mark = 5", None, "marks: this key is missing; add it"),
        (
            "marks = 5",
            "mark = 5",
            "mark = 5",
            "mark: there is no such key; remove it or correct its spelling",
        ),
        (
            '["X", "eta?"]',
            '["X", "beta?"]',
            None,
            "step has a parameter 'beta?' that [parameters] does not list",
        ),
        ('Net = ["X"]', 'Net = ["Y"]', None, "Net has a parameter 'Y' that [parameters] does not list"),
        ('Net = ["X"]', '"My Net" = ["X"]', "[networks]", "String should match pattern"),
        (
            "accuracy = [40.0, 50.0]",
            "accuracy = 45",
            "Net = { loss",
            "accuracy: Input should be a valid tuple",
        ),
        ("no_bias = 0.9", "no_bias = 90", "no_bias = 90", "no_bias: Input should be less than or equal to 1"),
        (
            "call_seconds = 5",
            "call_seconds = 0",
            "call_seconds",
            "call_seconds: Input should be greater than 0",
        ),
        ("call_seconds = 5", "cal_seconds = 5", "cal_seconds", "cal_seconds: there is no such key"),
        ('id = "2"', 'id = "1"', None, "the assignment has two question entries called '1'"),
        ('id = "proof"', 'id = "update"', '[[questions]]\nid = "1"', "two criterion entries called 'update'"),
        (
            'marks = 1, by = "person"',
            'marks = 2, by = "person"',
            '[[questions]]\nid = "1"',
            "add up to 4 marks, not 3",
        ),
        ('by = "person"', 'by = "robot"', '{ id = "proof"', "by: Input should be 'check' or 'person'"),
        ('title = "The proof", ', "", '{ id = "proof"', "title: this key is missing; add it"),
        ("marks = 1, by", "marks = 1.005, by", '{ id = "proof"', "marks: Input should be a multiple of 0.01"),
        (
            "marks = 1, by",
            "marks = -1, by",
            '{ id = "proof"',
            "marks: Input should be greater than or equal to 0",
        ),
        ("aliases", "alias", "fields = ", "alias: there is no such key"),
        ('title = "Second"\n', "", '[[questions]]\nid = "2"', "title: this key is missing; add it"),
        ('[{ id = "net", title = "The network", marks = 2 }]', "[]", "criteria = []", "at least 1 item"),
        (
            "marks = 2\ncriteria = [{",
            'marks = "two"\ncriteria = [{',
            'marks = "two"',
            "should be a valid number",
        ),
    ],
)
def test_an_inconsistency_is_named_with_file_line_and_remedy(
    write: Write, old: str, new: str, at: str | None, sentence: str
) -> None:
    """`at` begins on the line to name; None where the fault is one of the whole file, which is line 1."""
    assert old in TOML
    content = TOML.replace(old, new, 1)
    folder = write(content)
    with pytest.raises(AssignmentError) as raised:
        load_assignment(folder)
    line = 1 if at is None else content[: content.index(at)].count("\n") + 1
    complaints = str(raised.value).splitlines()
    matching = [complaint for complaint in complaints if sentence in complaint]
    assert len(matching) == 1, complaints
    assert matching[0].startswith(f"{folder / 'assignment.toml'}:{line}: ") and matching[0].endswith(".")


def test_several_faults_are_told_at_once(write: Write) -> None:
    content = TOML.replace('by = "person"', 'by = "robot"').replace("no_bias = 0.9", "no_bias = 9")
    with pytest.raises(AssignmentError) as raised:
        load_assignment(write(content))
    assert len(str(raised.value).splitlines()) == 2
