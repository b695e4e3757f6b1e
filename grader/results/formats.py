"""Every form in which one result can be printed for another program, by name."""

from __future__ import annotations

from enum import StrEnum

from grader.results.model import Result


class Format(StrEnum):
    """The names of `grader grade --format`; `table` is for people."""

    TABLE = "table"
    JSON = "json"
    HTML = "html"
    MARKUS = "markus"
    GRADESCOPE = "gradescope"
    CANVAS = "canvas"
    JUNIT = "junit"
    GITHUB = "github"


def rendered(result: Result, format: Format) -> str:
    """The result as text. Each renderer is imported when it is asked for; ValueError for the table."""
    match format:
        case Format.JSON:
            return result.model_dump_json(indent=2) + "\n"
        case Format.HTML:
            from grader.results.html import hand_in_page

            return hand_in_page(result)
        case Format.MARKUS:
            from grader.results.markus import markus_lines

            return markus_lines(result)
        case Format.GRADESCOPE:
            from grader.results.gradescope import gradescope_json

            return gradescope_json(result) + "\n"
        case Format.CANVAS:
            from grader.results.canvas import canvas_csv

            return canvas_csv([result])
        case Format.JUNIT:
            from grader.results.junit import junit_xml

            return junit_xml(result)
        case Format.GITHUB:
            from grader.results.github import github_annotations

            return github_annotations(result)
        case Format.TABLE:
            raise ValueError("the table is printed by grader.results.terminal")
