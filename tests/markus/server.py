"""A MarkUs to test against: its API's rules on one assignment, behind a real socket.

The rules follow MarkUs 2.10.1 (app/controllers/api, app/models). State is plain attributes that a test sets
and reads; `log` has each request as "METHOD path"; `faults` are answers to give instead of the next ones.
"""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

INSTRUCTOR_KEY = "NTY4YzQ2ZDU0ZTUxMTJhNTA="
TA_KEY = "dGhpcyBpcyBhIFRBJ3Mga2V5Lg=="
COURSE, ASSIGNMENT = 3, 12
TEXT_SUFFIXES = (".py", ".txt", ".md")

Answer = tuple[int, Any]


@dataclass
class Group:
    """A group with its collected submission and its result. files: base names handed in."""

    id: int
    name: str
    members: int = 1
    collected: bool = True
    complete: bool = False
    released: bool = False
    files: tuple[str, ...] = ("a2-code.ipynb",)
    marks: dict[str, float] = field(default_factory=dict)
    feedback: dict[int, tuple[str, bytes]] = field(default_factory=dict)
    annotations: list[dict[str, Any]] = field(default_factory=list)
    comment: str | None = None
    tags: set[int] = field(default_factory=set)


@dataclass
class MarkUs:
    """The whole state of the server."""

    criteria: dict[str, float]
    groups: dict[str, Group]
    bonus: frozenset[str] = frozenset()
    tags: dict[int, tuple[str, str]] = field(default_factory=dict)
    max_file_size: int = 5_000_000
    comments_known: bool = True
    log: list[str] = field(default_factory=list)
    faults: deque[Callable[[str], Answer | None]] = field(default_factory=deque)
    problems: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def changes(self) -> list[str]:
        """The requests that may have changed something."""
        return [line for line in self.log if not line.startswith("GET ")]

    def group(self, id: str) -> Group | None:
        return next((group for group in self.groups.values() if group.id == int(id)), None)

    def tag_id(self, name: str) -> int | None:
        return next((id for id, (known, _) in self.tags.items() if known == name), None)

    def tags_of(self, group: str) -> set[str]:
        return {self.tags[id][0] for id in self.groups[group].tags}


def passes(asked: str) -> Answer | None:
    """No fault: the request is answered as it should."""
    return None


def breaks(asked: str) -> Answer | None:
    """The request is done and its answer gets lost: the line is closed instead."""
    return None


def said(status: int, description: str) -> Answer:
    return status, {"code": str(status), "description": description}


class Handler(BaseHTTPRequestHandler):
    """One request. The rules are in the methods named after MarkUs' actions."""

    markus: MarkUs
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on stderr."""

    def do_GET(self) -> None:
        self._handle()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names are http.server's

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        parts = urlsplit(self.path)
        self.query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        self.markus.log.append(f"{self.command} {parts.path}")
        if INSTRUCTOR_KEY in self.path:
            self.markus.problems.append("the key is in an address")
        fault = self.markus.faults.popleft() if self.markus.faults else passes
        if fault is breaks:
            self._answer(parts.path)
            self.close_connection = True
            return
        self._reply(*(fault(f"{self.command} {parts.path}") or self._answer(parts.path)))

    def _answer(self, path: str) -> Answer:
        if not path.startswith("/api/"):
            return 302, b"<html>Log in</html>"
        wants_json = path.endswith(".json") or "application/json" in self.headers.get("Accept", "")
        if not wants_json:
            return 200, b"<?xml version='1.0'?><groups/>"
        key = re.match(r"MarkUsAuth ([^\s,]+)", self.headers.get("Authorization", ""))
        if key is None or key[1] not in (INSTRUCTOR_KEY, TA_KEY):
            return said(403, "Forbidden")
        path = path.removeprefix("/api/").removesuffix(".json")
        if path == "courses":
            return 200, [
                {"id": COURSE, "name": "csc413", "display_name": "Neural networks", "is_hidden": False}
            ]
        if path == f"courses/{COURSE}/assignments":
            return 200, [{"id": ASSIGNMENT, "short_identifier": "A2", "description": "", "is_hidden": False}]
        if key[1] == TA_KEY:
            return said(403, "Forbidden")
        for pattern, action in ROUTES:
            found = re.fullmatch(pattern, f"{self.command} {path}")
            if found:
                return action(self, *found.groups())
        return said(404, "The requested resource does not exist")

    def _reply(self, status: int, content: Any) -> None:
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        kind = "application/json" if not isinstance(content, bytes) else "text/html; charset=utf-8"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if status == 429:
            self.send_header("Retry-After", "7")
        self.end_headers()
        self.wfile.write(data)

    def parameters(self) -> dict[str, Any]:
        """As Rails reads them: from JSON, a multipart form or the address; only strings from a form."""
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("application/json"):
            return self.query | json.loads(self.body, parse_constant=refuse_constant)
        if kind.startswith("multipart/form-data"):
            return self.query | form_of(kind, self.body)
        return self.query | {name: values[-1] for name, values in parse_qs(self.body.decode()).items()}

    def group_ids_by_name(self) -> Answer:
        return 200, {group.name: group.id for group in self.markus.groups.values()}

    def grades_summary(self) -> Answer:
        """As Assignment#summary_csv: a row per student, so a group's row as often as it has members."""
        markus = self.markus
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\n")
        names = [f"{name} (Bonus)" if name in markus.bonus else name for name in markus.criteria]
        people = ["User Name", "Last Name", "First Name", "Section", "ID number", "Email"]
        writer.writerow(["Group name", *people, "Total Mark", *names, "Bonus/Deductions"])
        maxima = markus.criteria.values()
        writer.writerow([*[" "] * 6, "Out Of", sum(maxima), *(f"{maximum:.1f}" for maximum in maxima), ""])
        for group in markus.groups.values():
            marks = ["" if (mark := group.marks.get(c)) is None else mark for c in markus.criteria]
            total = sum(group.marks.values()) if group.collected else ""
            for member in range(group.members):
                row = [f"student{group.id}{member}", "Doe", "Jo", "LEC0101", "1", "a@x"]
                writer.writerow(
                    [group.name, *row, total, *(marks if group.collected else [""] * len(marks)), ""]
                )
        return 200, table.getvalue().encode()

    def list_tags(self) -> Answer:
        if self.query.get("assignment_id") != str(ASSIGNMENT):
            return 200, []
        tags = self.markus.tags.items()
        return 200, [
            {"id": id, "name": name, "description": text, "creator": "x", "use": 0}
            for id, (name, text) in tags
        ]

    def create_tag(self) -> Answer:
        given = self.parameters()
        name = str(given.get("name") or "")
        if not name.strip() or len(name) > 30 or self.markus.tag_id(name) is not None:
            return said(422, "Validation failed: Name is not usable")
        if given.get("assignment_id") != ASSIGNMENT:
            return said(422, "Couldn't find Assignment")
        self.markus.tags[len(self.markus.tags) + 70] = (name, str(given.get("description")))
        return said(201, "The resource has been created.")

    def list_annotations(self) -> Answer:
        return 200, [
            {"type": "TextAnnotation", "group_id": group.id, "path": "A2", "page": None, "category": None}
            | annotation
            for group in self.markus.groups.values()
            for annotation in group.annotations
        ]

    def list_feedback(self, id: str) -> Answer:
        group = self.markus.group(id)
        if group is None or not group.collected:
            return said(404, "Couldn't find Submission")
        return 200, [{"id": file, "filename": name} for file, (name, _) in group.feedback.items()]

    def show_feedback(self, id: str, file: str) -> Answer:
        group = self.markus.group(id)
        if group is None or int(file) not in group.feedback:
            return said(404, "Couldn't find FeedbackFile")
        return 200, group.feedback[int(file)][1]

    def create_feedback(self, id: str) -> Answer:
        group, given = self.markus.group(id), self.parameters()
        if any(not given.get(name) for name in ("filename", "mime_type", "file_content")):
            return said(422, "One or more of the required attributes are missing.")
        if group is None or not group.collected:
            return said(500, "Something went wrong.")
        if any(name == given["filename"] for name, _ in group.feedback.values()):
            return said(409, "A Feedback File with that filename already exists")
        if len(given["file_content"]) > self.markus.max_file_size:
            return said(413, "The file is too large")
        group.feedback[len(group.feedback) + 500] = (given["filename"], given["file_content"])
        return said(201, "The resource has been created.")

    def update_feedback(self, id: str, file: str) -> Answer:
        group, given = self.markus.group(id), self.parameters()
        if group is None or int(file) not in group.feedback:
            return said(404, "Couldn't find FeedbackFile")
        if not given.get("file_content"):
            return said(500, "Something went wrong.")
        group.feedback[int(file)] = (
            given.get("filename") or group.feedback[int(file)][0],
            given["file_content"],
        )
        return said(200, "Success")

    def update_marks(self, id: str) -> Answer:
        group, given = self.markus.group(id), self.parameters()
        if group is None or not group.collected:
            return said(404, "No submission exists for that group")
        if group.complete:
            return said(404, "Marking for that submission is already completed")
        matched = [name for name in self.markus.criteria if name in given]
        if not matched:
            return said(404, "No criteria were found that match that request.")
        for name in matched:
            if given[name] == "nil":
                group.marks.pop(name, None)
                continue
            mark = to_f(given[name])
            if not isinstance(given[name], int | float):
                self.markus.problems.append(f"{given[name]!r} became the mark 0")
            if not 0 <= mark <= self.markus.criteria[name]:
                return said(500, "Mark must be less than or equal to the maximum")
            group.marks[name] = mark
        return said(200, "Success")

    def add_annotations(self, id: str) -> Answer:
        group = self.markus.group(id)
        if group is None or not group.collected:
            return said(404, "No submission exists for that group")
        if group.complete:
            return said(404, "Marking for that submission is already completed")
        new = self.parameters()["annotations"]
        for annotation in new:
            name = annotation.get("filename")
            if name not in group.files:
                return said(422, f"Submission file not found: {name}")
            if not name.endswith(TEXT_SUFFIXES):
                return said(422, "Missing required fields for HtmlAnnotation: start_node")
            fields = ("line_start", "line_end", "column_start", "column_end")
            if any(not isinstance(annotation.get(field), int) for field in fields):
                return said(422, "Missing required fields for TextAnnotation")
            if annotation["line_start"] < 1 or annotation["column_start"] < 0 or annotation["column_end"] < 0:
                self.markus.problems.append("an annotation that MarkUs' own model would refuse")
        group.annotations += new
        return said(200, "Success")

    def show_comment(self, id: str) -> Answer:
        group = self.markus.group(id)
        if not self.markus.comments_known:
            return said(404, "The requested resource does not exist")
        if group is None or not group.collected:
            return said(404, "No submission exists for that group")
        return 200, {"overall_comment": group.comment}

    def update_comment(self, id: str) -> Answer:
        group, text = self.markus.group(id), self.parameters().get("overall_comment")
        if not self.markus.comments_known or group is None or not group.collected:
            return said(404, "No submission exists for that group")
        if not text or not text.strip():
            return said(422, "One or more of the required attributes are missing.")
        if group.released and text != group.comment:
            return said(422, "Overall comment: the marks are released")
        group.comment = text
        return 200, b""

    def add_tag(self, id: str) -> Answer:
        group, tag = self.markus.group(id), self.parameters().get("tag_id")
        if group is None or tag not in self.markus.tags or tag in group.tags:
            return said(404, "Tag or group not found")
        group.tags.add(tag)
        return said(200, "Success")

    def remove_tag(self, id: str) -> Answer:
        group, tag = self.markus.group(id), self.parameters().get("tag_id")
        if group is None or tag not in group.tags:
            return said(404, "Tag or group not found")
        group.tags.remove(tag)
        return said(200, "Success")


C = f"courses/{COURSE}"
A = f"{C}/assignments/{ASSIGNMENT}"
G = rf"{A}/groups/(\d+)"
ROUTES: tuple[tuple[str, Callable[..., Answer]], ...] = (
    (f"GET {A}/groups/group_ids_by_name", Handler.group_ids_by_name),
    (f"GET {A}/grades_summary", Handler.grades_summary),
    (f"GET {A}/groups/annotations", Handler.list_annotations),
    (f"GET {C}/tags", Handler.list_tags),
    (f"POST {C}/tags", Handler.create_tag),
    (f"GET {G}/feedback_files", Handler.list_feedback),
    (rf"GET {G}/feedback_files/(\d+)", Handler.show_feedback),
    (f"POST {G}/feedback_files", Handler.create_feedback),
    (rf"PUT {G}/feedback_files/(\d+)", Handler.update_feedback),
    (f"PUT {G}/update_marks", Handler.update_marks),
    (f"POST {G}/add_annotations", Handler.add_annotations),
    (f"GET {G}/overall_comment", Handler.show_comment),
    (f"PATCH {G}/overall_comment", Handler.update_comment),
    (f"PUT {G}/add_tag", Handler.add_tag),
    (f"PUT {G}/remove_tag", Handler.remove_tag),
)


def refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON to Ruby")


def to_f(value: object) -> float:
    """Ruby's to_f: the number a text begins with, else 0; null is 0 as well."""
    found = re.match(r"\s*-?\d+(\.\d+)?", str(value))
    return float(found[0]) if found and value is not None else 0.0


def form_of(kind: str, body: bytes) -> dict[str, Any]:
    """The fields of a multipart form; a file is bytes."""
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    fields: dict[str, Any] = {}
    for part in message.iter_parts():  # type: ignore[attr-defined]
        assert isinstance(part, Message)
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        assert isinstance(name, str) and isinstance(payload, bytes)
        fields[name] = payload if part.get_filename() else payload.decode()
    return fields


@contextmanager
def serving(markus: MarkUs) -> Iterator[MarkUs]:
    """Serve until the end of the block; `markus.url` is where."""
    handler = type("Bound", (Handler,), {"markus": markus})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    markus.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield markus
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
