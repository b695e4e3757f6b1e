"""Exhibits: what a verdict shows beside its sentence, as data. Renderers draw them; nothing here is markup.

They are made on the trusted side, but texts and layer names may come from a student: every text is cut to a
length and made encodable here, and numbers are rounded by who makes them, so that results are the same bytes
in every run. All but `ForStaff` are read by the student: they hold neither hidden inputs nor expected values.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

LONGEST_TEXT = 6_000
MAX_ROWS = 80
MAX_POINTS = 400
MAX_PIXELS = 64 * 64
NOTHING, OFF_THE_PAGE = 1e-12, 1e12
_MATHML_IN_WORDS = "mrow mi mn mo mtext mfrac msup msub msqrt mover munderover mtable mtr mtd"
MATHML = frozenset(_MATHML_IN_WORDS.split())
"""The elements of presentation MathML that a formula is set with; none has an attribute."""


class _Tidy:
    """Cuts every text of an exhibit, and escapes half a surrogate pair, which no encoder takes."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]  # subclasses are dataclasses
            value = getattr(self, field.name)
            if isinstance(value, str):
                object.__setattr__(self, field.name, cut(value))


def cut(text: str, limit: int = LONGEST_TEXT) -> str:
    """The text in UTF-8's reach and at most `limit` characters long; what is cut off leaves a mark."""
    text = text if len(text) <= limit else text[: limit - 2] + " …"
    return text.encode("utf-8", "backslashreplace").decode()


def rounded(value: float) -> float:
    """Six significant digits: enough to draw, and the same wherever it was computed; next to nothing is 0."""
    return float(f"{value:.6g}") if abs(value) >= NOTHING else 0.0


@dataclass(frozen=True, slots=True)
class Contrast(_Tidy):
    """What was asked for in kind, and what was found: "an array of shape (7,)", "a number"."""

    expected: str
    found: str
    kind: Literal["contrast"] = "contrast"


@dataclass(frozen=True, slots=True)
class Formula(_Tidy):
    """The student's formula as it was read, as text and as MathML (empty where it is too long to set)."""

    text: str
    mathml: str = ""
    kind: Literal["formula"] = "formula"


@dataclass(frozen=True, slots=True)
class Layer(_Tidy):
    """One layer as executed: "Conv2d", "kernel 3, padding 1", "16 × 32 × 32"."""

    name: str
    settings: str = ""
    shape: str = ""


@dataclass(frozen=True, slots=True)
class LayerPair:
    """A row of the diagram: a layer that was asked for beside the one that was built in its place."""

    block: int
    asked: Layer | None
    built: Layer | None
    same: bool


@dataclass(frozen=True, slots=True)
class NetworkDiagram(_Tidy):
    """The network as built beside the asked one. first_difference: the row where they part, from 0."""

    title: str
    rows: tuple[LayerPair, ...]
    first_difference: int | None = None
    kind: Literal["network"] = "network"

    def __post_init__(self) -> None:
        _Tidy.__post_init__(self)
        object.__setattr__(self, "rows", self.rows[:MAX_ROWS])


@dataclass(frozen=True, slots=True)
class Series(_Tidy):
    """One curve: points (x, y)."""

    label: str
    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        _Tidy.__post_init__(self)
        object.__setattr__(self, "points", _drawable(self.points))


@dataclass(frozen=True, slots=True)
class Curves(_Tidy):
    """A diagram of curves over one axis. source: what is drawn, so that other readers can tell it apart."""

    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    source: Literal["saved output", "other"] = "other"
    kind: Literal["curves"] = "curves"


@dataclass(frozen=True, slots=True)
class Mark(_Tidy):
    """A named point of a plane."""

    label: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Path(_Tidy):
    """Where an optimiser went: points in the plane of two weights, over contours of the loss (polylines)."""

    title: str
    x_label: str
    y_label: str
    contours: tuple[tuple[tuple[float, float], ...], ...]
    points: tuple[tuple[float, float], ...]
    marks: tuple[Mark, ...] = ()
    kind: Literal["path"] = "path"

    def __post_init__(self) -> None:
        _Tidy.__post_init__(self)
        object.__setattr__(self, "points", _drawable(self.points))


@dataclass(frozen=True, slots=True)
class Image(_Tidy):
    """A grey picture, row by row from the top left, 0 black to 255 white, as hexadecimal digits."""

    label: str
    width: int
    height: int
    pixels: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", cut(self.label))
        if len(self.pixels) != 2 * self.width * self.height or self.width * self.height > MAX_PIXELS:
            raise ValueError(f"{len(self.pixels)} digits are no picture of {self.width} x {self.height}")


@dataclass(frozen=True, slots=True)
class Images(_Tidy):
    """Pictures side by side, with a sentence on what to see in them."""

    title: str
    images: tuple[Image, ...]
    kind: Literal["images"] = "images"


@dataclass(frozen=True, slots=True)
class StudentText(_Tidy):
    """What the student wrote for a person to read, and where (cell and line from 1)."""

    text: str
    cell: int
    line: int
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Rubric(_Tidy):
    """What a person gives the marks for."""

    text: str
    kind: Literal["rubric"] = "rubric"


@dataclass(frozen=True, slots=True)
class ForStaff(_Tidy):
    """What helps who marks and may not be told a student: a counterexample with the right value.

    misses_by: how far the value is from the right one, in tolerances.
    """

    text: str = ""
    misses_by: float | None = None
    kind: Literal["for_staff"] = "for_staff"


Exhibit: TypeAlias = (
    Contrast | Formula | NetworkDiagram | Curves | Path | Images | StudentText | Rubric | ForStaff
)


def _drawable(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """The points that a page can show, rounded; of very many every so manieth, and the last: at most
    MAX_POINTS, so that reading them again leaves them as they are.
    """
    finite = [(rounded(x), rounded(y)) for x, y in points if abs(x) < OFF_THE_PAGE and abs(y) < OFF_THE_PAGE]
    if len(finite) <= MAX_POINTS:
        return tuple(finite)
    stride = -(-(len(finite) - 1) // (MAX_POINTS - 1))
    return (*finite[:-1:stride], finite[-1])
