"""What the grader tells the server at its start, as JSON on the server's standard input."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

from .view import Link, Root, View

Level = Literal["full", "landlock", "none"]
Preload = Literal["batch", "single"]


@dataclass(frozen=True, slots=True)
class Settings:
    """`controls` are inherited descriptors, a control socket for each judging process; `parent` is the
    grader's process id; `scratch` is an empty directory of the server's own; `packages` go on `sys.path`.
    """

    level: Level
    preload: Preload
    parent: int
    controls: tuple[int, ...]
    packages: tuple[str, ...]
    scratch: str
    view: View
    landlock_abi: int | None = None

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Settings:
        fields = json.loads(text)
        view = fields["view"]
        fields["view"] = View(
            roots=tuple(Root(root["path"], tuple(root["hidden"])) for root in view["roots"]),
            links=tuple(Link(**link) for link in view["links"]),
            listed=tuple(view["listed"]),
            devices=tuple(view["devices"]),
        )
        fields["controls"] = tuple(fields["controls"])
        fields["packages"] = tuple(fields["packages"])
        return cls(**fields)
