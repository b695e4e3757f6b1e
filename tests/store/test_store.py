"""The store: what goes in comes out, whole or not at all, for as many readers as there are."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from grader.errors import Exit
from grader.results import Outcome, Place, Verdict
from grader.store import (
    Exchange,
    Fault,
    Recording,
    Run,
    Store,
    StoredFiles,
    StoredHandIn,
    StoredResult,
    StoredVerdict,
    StoreError,
    StoreReader,
)
from grader.store.digest import DIGEST_BYTES, digest, digest_of_data
from grader.store.lock import only_writer
from grader.store.reader import verdict_as_text, verdict_from
from grader.store.schema import MIGRATIONS

RUN = Run("batch", "toy", {"python": "3.11"}, "full", 413)
VERDICTS = [
    Verdict(Outcome.PARTIAL, 0.25, "Half.", Place(3, 7), ("a detail", "another")),
    Verdict(Outcome.UNREADABLE, 0.0, "half a pair: \ud83d, a NUL: \0, an emoji: \U0001f600", Place(1)),
]


def result_of(name: str, json: str = "{}", **fields: bytes) -> StoredResult:
    known = {"hand_in": b"h", "marking": b"m", "rubric": b"r"} | fields
    return StoredResult(name=name, json=json, is_whole=True, **known)


def keep(store: Store, name: str, *verdicts: StoredVerdict, recording: Recording | None = None) -> None:
    content = StoredHandIn(b"h", b"reading", None)
    store.keep(
        content, b"side", verdicts, recording or Recording({}, {}), (store.begin_run(RUN), result_of(name))
    )


@pytest.mark.parametrize("verdict", VERDICTS, ids=["with a place", "with odd characters"])
def test_a_verdict_comes_back_as_it_was(verdict: Verdict) -> None:
    text = verdict_as_text(verdict)
    assert text.isascii() and verdict_from(text) == verdict


def test_verdicts_stand_while_what_they_rest_on_does(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        rows = [StoredVerdict(f"1/{n}", b"g%d" % n, verdict_as_text(v)) for n, v in enumerate(VERDICTS)]
        keep(store, "ada", *rows)
        assert store.verdicts(b"h", {"1/0": b"g0", "1/1": b"other", "2/0": b"g0"}) == {"1/0": VERDICTS[0]}
        assert store.verdicts(b"another", {"1/0": b"g0"}) == {}


def test_exchanges_come_back_by_history_and_request_and_blobs_are_kept_once(tmp_path: Path) -> None:
    first = Exchange(b"", b"q1", b"a1", None, 0.1)
    second = Exchange(b"h1", b"q2", None, Fault("timed_out", seconds=2.0), 2.0)
    blobs = {name: zlib.compress(name * 1000) for name in (b"q1", b"a1", b"q2")}
    with Store(tmp_path) as store:
        for name in ("ada", "bo"):
            keep(store, name, recording=Recording({"1/a": (first, second)}, blobs))
        assert store.exchanges(b"h", b"side", "1/a") == {(b"", b"q1"): first, (b"h1", b"q2"): second}
        assert store.exchanges(b"h", b"another side", "1/a") == {}
        assert store.blob(b"a1") == b"a1" * 1000
        with pytest.raises(StoreError, match="lacks a part"):
            store.blob(b"unknown")
    with closing(sqlite3.connect(tmp_path / "batch.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM blobs").fetchone() == (3,)


def test_the_last_result_of_a_name_counts_and_earlier_ones_are_history(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        run = store.begin_run(RUN)
        store.replace_results(run, [result_of("ada", "1"), result_of("bo", "2")])
        store.replace_results(run, [result_of("ada", "3")])
        assert {name: row.json for name, row in store.results().items()} == {"ada": "3", "bo": "2"}
        assert store.history("ada") == ("1", "3")
        assert store.result("nobody") is None


def test_what_files_were_made_of_is_replaced(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.set_files({"ada": StoredFiles(b"m", b"s"), "bo": StoredFiles(b"m", b"s")})
        store.set_files({"ada": StoredFiles(b"n", b"t")})
        assert store.files() == {"ada": StoredFiles(b"n", b"t"), "bo": StoredFiles(b"m", b"s")}


def test_a_write_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        keep(store, "ada")
        broken = result_of("ada", json=None)  # type: ignore[arg-type]
        with pytest.raises(StoreError):
            store.replace_results(store.begin_run(RUN), [result_of("bo"), broken])
        assert sorted(store.results()) == ["ada"]


def test_a_reader_sees_what_is_written_while_it_is_open_and_writes_nothing(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        keep(store, "ada")
        with StoreReader(tmp_path) as reader:
            keep(store, "bo")
            assert sorted(reader.results()) == ["ada", "bo"]
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                reader._connection.execute("DELETE FROM results")


def test_marks_of_persons_the_last_one_counts_until_it_is_withdrawn(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        keep(store, "ada")
        store.set_mark("ada", "1/a", 1.0, reason="first look", by="T. A.")
        store.set_mark("ada", "1/a", 1.5, reason="second look", by="T. A.")
        store.set_mark("ada", "1/b", 2.0, reason="", by="T. A.")
        assert [(m.criterion, m.earned, m.reason) for m in store.marks()] == [
            ("1/a", 1.5, "second look"),
            ("1/b", 2.0, ""),
        ]
        assert {m.hand_in for m in store.marks()} == {b"h"}
        store.set_mark("ada", "1/a", None, reason="a mistake", by="T. A.")
        assert [m.criterion for m in store.marks()] == ["1/b"]
        with pytest.raises(StoreError, match="No hand-in 'nobody' was graded"):
            store.set_mark("nobody", "1/a", 1.0, reason="", by="")


def test_a_folder_without_a_store_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="give the output folder of a `grader batch`") as raised:
        StoreReader(tmp_path)
    assert raised.value.exit_code == Exit.USAGE


def test_a_file_that_is_no_store_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "batch.sqlite").write_text("This is no data base. " * 100)
    for kind in (Store, StoreReader):
        with pytest.raises(StoreError, match="damaged or no store"):
            kind(tmp_path)


def test_a_store_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "batch.sqlite")) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    for kind in (Store, StoreReader):
        with pytest.raises(StoreError, match="use the newer grader"):
            kind(tmp_path)


def test_migrations_are_numbered_without_gaps_and_applied_once(tmp_path: Path) -> None:
    assert [int(path.name[:4]) for path in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))
    for _ in range(2):
        Store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "batch.sqlite")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_every_table_and_column_is_in_the_documentation(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "store.md").read_text("utf-8")
    Store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "batch.sqlite")) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert len(tables) > 5
        for table in tables:
            assert f"## `{table}`" in page, table
            section = page.split(f"## `{table}`")[1].split("\n## ")[0]
            for column in connection.execute(f"PRAGMA table_info({table})"):
                assert f"| `{column[1]}` |" in section, (table, column[1])


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    folder = tmp_path / "file" / "x"
    with pytest.raises(StoreError, match="choose another folder with --out"), only_writer(folder):
        pytest.fail("it was made")


def test_digests_tell_parts_apart() -> None:
    assert digest(b"ab", b"c") != digest(b"a", b"bc") != digest(b"abc")
    assert len(digest()) == DIGEST_BYTES
    assert (
        digest_of_data({"a": 1, "b": [2]}) == digest_of_data({"b": [2], "a": 1}) != digest_of_data({"a": 1})
    )


def test_a_store_of_the_first_version_is_brought_up_to_date_with_all_that_it_holds(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "batch.sqlite")) as connection, connection:
        connection.executescript(MIGRATIONS[0].read_text("utf-8"))
        connection.execute("PRAGMA user_version = 1")
        connection.execute("INSERT INTO runs VALUES (1, 'then', 'batch', 'toy', '{}', 'full', 413)")
        connection.execute(
            "INSERT INTO results (run, made, name, hand_in, json, marking, rubric, is_whole, is_current) "
            "VALUES (1, 'then', 'ada', x'68', '{}', x'6d', x'72', 1, 1)"
        )
        connection.execute("INSERT INTO class_list VALUES ('ada')")
    with pytest.raises(StoreError, match="`grader batch` brings it up to date"):
        StoreReader(tmp_path)
    with Store(tmp_path) as store:
        assert store.results() == {"ada": result_of("ada")}
        assert store.training_device() is None
