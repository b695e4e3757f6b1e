"""The class report's files, written into the batch's folder beside the students' reports."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from grader.errors import Exit, GraderError
from grader.report.class_report import ClassReport
from grader.report.html import part_page, queue_page, report_page
from grader.report.tables import items_csv, queue_csv, wrong_answers_csv
from grader.results.canvas import canvas_csv
from grader.results.html import hand_in_page
from grader.results.writeup import Writeup


class CannotWrite(GraderError):  # noqa: N818 - what happened
    """The report's files cannot be written."""

    exit_code = Exit.USAGE


def write_report(
    report: ClassReport, folder: Path, writeups: Mapping[str, Writeup], gradebook: str | None = None
) -> None:
    """Write class.html, queue.html with its pages, and the CSV files.

    writeups: by hand-in; the report of a student who has one is written anew, with its pages. gradebook:
    Canvas' export.
    """
    results = [graded.result for graded in report.graded]
    files = {
        "class.html": report_page(report),
        "queue.html": queue_page(report.parts, results[0].assignment_title),
        "queue.csv": queue_csv(report.parts),
        "items.csv": items_csv(report.items),
        "wrong_answers.csv": wrong_answers_csv(report.wrong),
        "canvas.csv": canvas_csv(results, gradebook),
    }
    files |= {part.page: part_page(part, writeups) for part in report.parts}
    files |= {
        graded.page: hand_in_page(graded.result, writeups[graded.name])
        for graded in report.graded
        if graded.name in writeups
    }
    try:
        shutil.rmtree(folder / "queue", ignore_errors=True)  # of an earlier report
        (folder / "queue" / "pages").mkdir(parents=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", errors="replace")
        for graded in report.graded:
            for page in writeups[graded.name].pages if graded.name in writeups else ():
                (folder / "queue" / "pages" / f"{graded.stem}-{page.number}.jpg").write_bytes(page.jpeg)
    except OSError as error:
        raise CannotWrite(
            f"Cannot write the report into {folder} ({error.strerror}): make room there, or make it writable."
        ) from error
