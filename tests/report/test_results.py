from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.report.results import Graded, NoResults, read_results

MakeClass = Callable[..., tuple[Graded, ...]]


def test_results_are_read_back_by_name(make_class: MakeClass, folder_of: Callable[..., Path]) -> None:
    graded = make_class({"bo": None, "ada": None})
    found = read_results(folder_of(graded))
    assert [g.name for g in found] == ["ada", "bo"] and found[1].result == graded[0].result
    assert found[0].page == "reports/ada.html"


def test_a_folder_without_results_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(NoResults, match="grader batch --out"):
        read_results(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"submission": "ada"}'])
def test_a_file_that_is_no_result_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "ada.json").write_text(text)
    with pytest.raises(NoResults, match=r"ada\.json"):
        read_results(tmp_path)


def test_results_of_two_assignments_are_not_mixed(
    make_class: MakeClass, folder_of: Callable[..., Path]
) -> None:
    graded = (*make_class({"ada": None}), *make_class({"bo": None}, assignment="another"))
    with pytest.raises(NoResults, match="several assignments"):
        read_results(folder_of(graded))
