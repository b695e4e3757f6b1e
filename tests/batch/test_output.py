from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.batch import BatchOutput, OutputError
from grader.batch.output import write_whole
from grader.errors import Exit
from grader.results import Result
from grader.results.rendering import Rendering

MakeResult = Callable[..., Result]


def add(output: BatchOutput, result: Result) -> None:
    output.take(result)
    output.write(Rendering(result))


def names_of(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_each_hand_in_has_two_files_and_the_class_two(make_result: MakeResult, tmp_path: Path) -> None:
    output = BatchOutput(tmp_path / "deep" / "marks")
    ada = make_result("ada")
    add(output, ada)
    assert names_of(tmp_path) == {"ada.json", "ada.html"}, "written as they are made"
    add(output, make_result("bo"))
    assert [result.submission for result in output.finish()] == ["ada", "bo"]
    folder = tmp_path / "deep" / "marks"
    assert Result.model_validate_json((folder / "results" / "ada.json").read_text("utf-8")) == ada
    assert (folder / "reports" / "ada.html").read_text("utf-8").startswith("<!doctype html>")
    assert (folder / "marks.csv").read_text("utf-8").splitlines()[1].startswith("ada,2,3,")
    assert 'href="reports/bo.html"' in (folder / "index.html").read_text("utf-8")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "..",
            ".",
            "../../etc/passwd",
            "/etc/passwd",
            ".bashrc",
            "a/b",
            "a\\b",
            "a\0b",
            "a\nb",
            "",
            " ",
            "-rf",
        ),
        *("x" * 300, "王" * 85, "é" * 200, "x\udcff", "C:\\a", "a:b", "*?|<>\"'", "\u202egnp.exe"),
    ],
)
def test_any_name_gives_files_inside_the_folder(make_result: MakeResult, tmp_path: Path, name: str) -> None:
    output = BatchOutput(tmp_path / "marks")
    add(output, make_result(name))
    output.finish()
    files = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert len(files) == 4
    assert all(path.parts[0] == "marks" and len(path.parts) <= 3 for path in files)
    for path in files:
        assert not path.name.startswith(".") and not set(path.name) & set("/\\:*?|<>\"'\n \u202e")
    assert (tmp_path / "marks" / "index.html").read_bytes().decode("utf-8")


def test_names_that_look_alike_have_files_of_their_own(make_result: MakeResult, tmp_path: Path) -> None:
    names = ["a b", "a_b", "a?b", "a_b-2", "..", ".", "x" * 300, "x" * 301, "z\udcfe", "z\udcff"]
    output = BatchOutput(tmp_path)
    for name in names:
        add(output, make_result(name))
    results = [
        Result.model_validate_json(path.read_text("utf-8")) for path in (tmp_path / "results").iterdir()
    ]
    assert len({result.submission for result in results}) == len(names)
    links = (tmp_path / "reports").iterdir()
    assert len(list(links)) == len(names) == len(output.finish())


def test_a_hand_in_that_is_added_again_replaces_its_files(make_result: MakeResult, tmp_path: Path) -> None:
    output = BatchOutput(tmp_path)
    add(output, make_result("ada"))
    add(output, make_result("ada", problem="It is empty."))
    (path,) = (tmp_path / "results").iterdir()
    assert Result.model_validate_json(path.read_text("utf-8")).problem == "It is empty."


def test_a_run_without_results_leaves_earlier_tables_alone(make_result: MakeResult, tmp_path: Path) -> None:
    earlier = BatchOutput(tmp_path)
    add(earlier, make_result("ada"))
    earlier.finish()
    before = (tmp_path / "marks.csv").read_text("utf-8")
    assert BatchOutput(tmp_path).finish() == ()
    assert (tmp_path / "marks.csv").read_text("utf-8") == before


def test_a_file_is_whole_or_absent(tmp_path: Path) -> None:
    target = tmp_path / "marks.csv"
    write_whole(target, "earlier")
    with pytest.raises(TypeError):
        write_whole(target, 3)  # type: ignore[arg-type]
    assert names_of(tmp_path) == {"marks.csv"}
    assert target.read_text() == "earlier"
    write_whole(target, "later")
    assert names_of(tmp_path) == {"marks.csv"}
    assert target.read_text() == "later"
    assert target.stat().st_mode & 0o777 == 0o644


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(
        OutputError, match=r"^Cannot write to .*file/marks \(.*\): choose another folder with --out\.$"
    ) as raised:
        BatchOutput(tmp_path / "file" / "marks")
    assert raised.value.exit_code == Exit.USAGE


def test_a_file_that_cannot_be_written_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "marks.csv").mkdir()
    with pytest.raises(
        OutputError, match=r"^Cannot write .*marks\.csv \(.*\): make room or choose another folder\.$"
    ):
        write_whole(tmp_path / "marks.csv", "text")
    with pytest.raises(OutputError, match=r"^Cannot write .*gone/marks\.csv \(.*\)"):
        write_whole(tmp_path / "gone" / "marks.csv", "text")
    assert names_of(tmp_path) == set()
