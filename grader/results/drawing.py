"""From the numbers of an exhibit to coordinates in a picture; the templates write the SVG."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from grader.results.exhibits import Curves, Image, Path

Point = tuple[float, float]

LEFT, TOP, BOTTOM = 52.0, 12.0, 44.0
CURVES, ROOM_FOR_LABELS = (640.0, 280.0), 92.0
PATH, ROOM_BESIDE = (420.0, 380.0), 16.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where it stands in the picture, and its number."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line in the picture: `points` as SVG takes them, where it ends, and what it shows in words."""

    label: str
    points: str
    end: Point
    words: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture of lines in a frame, in SVG's coordinates."""

    width: float
    height: float
    frame: tuple[float, float, float, float]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    contours: tuple[str, ...] = ()
    dots: tuple[Point, ...] = ()
    marks: tuple[tuple[str, Point], ...] = ()


def plot_of_curves(curves: Curves) -> Plot:
    """Curves over one axis; the labels at their ends are kept apart."""
    points = [point for series in curves.series for point in series.points]
    scale = _Scale(CURVES, ROOM_FOR_LABELS, points)
    lines = [
        Line(
            series.label,
            scale.polyline(series.points),
            scale(series.points[-1]),
            f"{series.label}: from {series.points[0][1]:g} at {curves.x_label} {series.points[0][0]:g} "
            f"to {series.points[-1][1]:g} at {curves.x_label} {series.points[-1][0]:g}",
        )
        for series in curves.series
        if series.points
    ]
    return Plot(
        *CURVES, scale.frame, scale.x_ticks(whole=True), scale.y_ticks(), tuple(_apart(lines, scale.frame[3]))
    )


def plot_of_path(path: Path) -> Plot:
    """A path over contours; the window is that of the points, and contours are cut off at it."""
    marked = [(mark.x, mark.y) for mark in path.marks]
    scale = _Scale(PATH, ROOM_BESIDE, [*path.points, *marked], margin=0.15, square=True)
    words = ", then ".join(f"({x:.3g}, {y:.3g})" for x, y in path.points)
    line = Line("path", scale.polyline(path.points), scale(path.points[-1]), words) if path.points else None
    return Plot(
        *PATH,
        scale.frame,
        scale.x_ticks(),
        scale.y_ticks(),
        (line,) if line else (),
        tuple(scale.polyline(contour) for contour in path.contours),
        tuple(scale(point) for point in path.points),
        tuple((mark.label, scale((mark.x, mark.y))) for mark in path.marks),
    )


def data_uri(image: Image) -> str:
    """A grey picture as a PNG in the page itself."""
    from PIL import Image as Pillow

    file = BytesIO()
    Pillow.frombytes("L", (image.width, image.height), bytes.fromhex(image.pixels)).save(file, "PNG")
    return "data:image/png;base64," + b64encode(file.getvalue()).decode()


class _Scale:
    """Maps a window of the plane to the frame of a picture; y grows upwards there and downwards here."""

    def __init__(
        self,
        size: tuple[float, float],
        right: float,
        points: Sequence[Point],
        *,
        margin: float = 0.07,
        square: bool = False,
    ) -> None:
        xs, ys = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
        self.frame = (LEFT, TOP, size[0] - right, size[1] - BOTTOM)
        self._x, self._y = _window(xs, margin), _window(ys, margin)
        if square:
            self._x, self._y = self._equally_long()

    def _equally_long(self) -> tuple[Point, Point]:
        """Windows widened until a unit is as long on both axes."""
        left, top, right, bottom = self.frame
        unit = max((self._x[1] - self._x[0]) / (right - left), (self._y[1] - self._y[0]) / (bottom - top))
        return _widened(self._x, unit * (right - left)), _widened(self._y, unit * (bottom - top))

    def __call__(self, point: Point) -> Point:
        left, top, right, bottom = self.frame
        across = (point[0] - self._x[0]) / (self._x[1] - self._x[0])
        up = (point[1] - self._y[0]) / (self._y[1] - self._y[0])
        return round(left + across * (right - left), 1), round(bottom - up * (bottom - top), 1)

    def polyline(self, points: Iterable[Point]) -> str:
        return " ".join(f"{x:g},{y:g}" for x, y in map(self, points))

    def x_ticks(self, *, whole: bool = False) -> tuple[Tick, ...]:
        return tuple(Tick(self((x, 0.0))[0], f"{x:g}") for x in ticks(*self._x, whole=whole))

    def y_ticks(self) -> tuple[Tick, ...]:
        return tuple(Tick(self((0.0, y))[1], f"{y:g}") for y in ticks(*self._y))


def ticks(low: float, high: float, *, whole: bool = False, most: int = 6) -> list[float]:
    """Round numbers in a window: steps of 1, 2 or 5 times a power of ten."""
    step = 10.0 ** math.floor(math.log10((high - low) / most))
    step *= next(factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= most)
    step = max(step, 1.0) if whole else step
    first = math.ceil(low / step - 1e-9)
    return [float(f"{number * step:.10g}") for number in range(first, math.floor(high / step + 1e-9) + 1)]


def _window(values: Sequence[float], margin: float) -> Point:
    low, high = min(values), max(values)
    spare = margin * (high - low) or max(abs(high), 1.0) * 0.5
    return low - spare, high + spare


def _widened(window: Point, length: float) -> Point:
    middle = (window[0] + window[1]) / 2
    return middle - length / 2, middle + length / 2


def _apart(lines: Sequence[Line], bottom: float, gap: float = 15.0) -> Iterable[Line]:
    """The lines with the ends, where their labels stand, moved apart, and up where the frame ends."""
    ordered = sorted(lines, key=lambda line: line.end[1])
    heights: list[float] = []
    for line in ordered:
        heights.append(max(line.end[1], heights[-1] + gap) if heights else line.end[1])
    lowest = bottom - gap / 2
    for place in reversed(range(len(heights))):
        heights[place] = min(heights[place], lowest)
        lowest = heights[place] - gap
    return [replace(line, end=(line.end[0], height)) for line, height in zip(ordered, heights, strict=True)]
