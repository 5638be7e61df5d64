"""Just enough of SVG for a plot: axes with round numbers, lines, marks, labels that keep apart."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from math import ceil, floor, log10

INK, SOFT, GRID, PAPER = "#1a1a1a", "#555555", "#dddddd", "#ffffff"
_MARK = 4.5  #: half the width of a mark, in pixels

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """From values to pixels, straight or by powers of ten."""

    low: float
    high: float
    start: float  #: pixels
    end: float
    powers: bool = False

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        low, high, asked = (
            (log10(one) if self.powers else one) for one in (self.low, self.high, value)
        )
        return self.start + (asked - low) / (high - low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Return round values: each power of ten, or four or five steps."""
        if self.powers:
            first, last = ceil(log10(self.low) - 1e-9), floor(log10(self.high) + 1e-9)
            return [10.0**power for power in range(first, last + 1)]
        step = 10.0 ** floor(log10(self.high / 4))
        step *= next(times for times in (1, 2, 2.5, 5, 10) if self.high / (step * times) <= 5)  # noqa: PLR2004 - five steps at most
        return [step * at for at in range(int(self.high / step + 1e-9) + 1)]


@dataclass(slots=True)
class Picture:
    """What has been drawn so far."""

    width: int
    height: int
    parts: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, said: str, **style: str) -> None:
        """Write, dark unless told otherwise."""
        told = {
            "fill": INK,
            "font-size": "13",
            **{k.replace("_", "-"): v for k, v in style.items()},
        }
        self._add("text", said, x=f"{x:.1f}", y=f"{y:.1f}", **told)

    def line(self, spots: Iterable[Spot], **style: str) -> None:
        """Draw from spot to spot."""
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        told = {"fill": "none", "stroke": INK, **{k.replace("_", "-"): v for k, v in style.items()}}
        self._add("polyline", "", points=points, **told)

    def area(self, spots: Iterable[Spot], *, colour: str) -> None:
        """Fill what lies between spots, lightly."""
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        self._add("polygon", "", points=points, fill=colour, opacity="0.13")

    def mark(self, x: float, y: float, *, shape: str, colour: str, hollow: bool = False) -> None:
        """Set a mark: its shape tells the engine also to those who do not see its colour."""
        corners = _SHAPES[shape]
        points = " ".join(f"{x + _MARK * dx:.1f},{y + _MARK * dy:.1f}" for dx, dy in corners)
        self._add(
            "polygon", "", points=points, fill=PAPER if hollow else colour,
            stroke=colour, **{"stroke-width": "1.5"},
        )  # fmt: skip

    def drawn(self, *, dark: Mapping[str, str] | None = None) -> str:
        """
        Return the file.

        `dark` gives a colour of its own, for readers who like it dark, to each colour drawn; a
        program that knows no such readers shows the others.
        """
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" '
            'font-family="DejaVu Sans, Verdana, Helvetica, Arial, sans-serif">\n'
            + _at_night(dark or {})
            + f'<rect width="{self.width}" height="{self.height}" fill="{PAPER}"/>\n'
        )
        return head + "\n".join(self.parts) + "\n</svg>\n"

    def _add(self, kind: str, inside: str, **told: str) -> None:
        attributes = " ".join(f'{name}="{escape(value)}"' for name, value in told.items())
        self.parts.append(f"<{kind} {attributes}>{escape(inside, quote=False)}</{kind}>")


_SHAPES: dict[str, Sequence[Spot]] = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    "up": ((0, -1.3), (1.2, 0.9), (-1.2, 0.9)),
    "down": ((0, 1.3), (1.2, -0.9), (-1.2, -0.9)),
    "left": ((-1.3, 0), (0.9, -1.2), (0.9, 1.2)),
    "hexagon": ((-1.2, 0), (-0.6, -1.05), (0.6, -1.05), (1.2, 0), (0.6, 1.05), (-0.6, 1.05)),
    "bar": ((-1.3, -0.4), (1.3, -0.4), (1.3, 0.4), (-1.3, 0.4)),
}


def _at_night(dark: Mapping[str, str]) -> str:
    rules = " ".join(
        f'[fill="{light}"]{{fill:{night}}} [stroke="{light}"]{{stroke:{night}}}'
        for light, night in dark.items()
    )
    return f"<style>@media (prefers-color-scheme: dark) {{ {rules} }}</style>\n" if rules else ""


def frame(
    picture: Picture, across: Axis, up: Axis, *, told: Callable[[float], str], titles: Sequence[str]
) -> None:
    """Draw two axes with their grid; `titles` are of the panel, the bottom and the left."""
    for value in across.ticks():
        x = across.at(value)
        picture.line([(x, up.start), (x, up.end)], stroke=GRID)
        picture.text(x, up.start + 20, thousands(value), text_anchor="middle", fill=SOFT)
    for value in up.ticks():
        y = up.at(value)
        picture.line([(across.start, y), (across.end, y)], stroke=GRID)
        picture.text(across.start - 8, y + 4.5, told(value), text_anchor="end", fill=SOFT)
    picture.line([(across.start, up.end), (across.start, up.start), (across.end, up.start)])
    title, bottom, left = titles
    picture.text(across.start, up.end - 34, title, font_size="15", font_weight="bold")
    picture.text(across.start, up.end - 14, left, fill=SOFT)
    if bottom:
        middle = (across.start + across.end) / 2
        picture.text(middle, up.start + 42, bottom, text_anchor="middle", fill=SOFT)


def thousands(value: float) -> str:
    """Write 100000 as 100k and 2500000 as 2.5M."""
    for size, sign in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value / size:g}{sign}"
    return f"{value:g}"


def apart(wanted: Sequence[float], *, gap: float, low: float, high: float) -> list[float]:
    """Return places near those wanted, in their order, at least `gap` from each other."""
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    placed: list[float] = []
    for at in order:
        placed.append(max(wanted[at], placed[-1] + gap if placed else low))
    limit = high
    for back in range(len(placed) - 1, -1, -1):
        placed[back] = min(placed[back], limit)
        limit = placed[back] - gap
    found = [0.0] * len(wanted)
    for at, place in zip(order, placed, strict=True):
        found[at] = place
    return found
