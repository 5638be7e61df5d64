"""The picture of `answerback tune`: misses against posts to read, for light and dark pages."""

from collections.abc import Mapping, Sequence

from answerback.cli.svg import GRID, INK, PAPER, SOFT, Axis, Picture, Spot, apart, frame, thousands
from answerback.cli.tune_view import NOW, SUGGESTED, THEN, View
from answerback.domain.measure.operating_point import PER, Outlook

_SIZE = (860, 540)
_LEFT, _RIGHT, _TOP, _BOTTOM = 76.0, 610.0, 104.0, 424.0
_BLUE = "#0072B2"
#: Colour, mark and words of each point that matters; told apart by every kind of eye.
_LOOKS: Mapping[str, tuple[str, str, str]] = {
    NOW: ("#444444", "square", "now"),
    SUGGESTED: ("#009E73", "up", "suggested"),
    THEN: ("#D55E00", "diamond", "looked at"),
}
_DARK: Mapping[str, str] = {
    INK: "#ededed",
    SOFT: "#b4b4b4",
    GRID: "#3a3d42",
    PAPER: "#16181c",
    _BLUE: "#56B4E9",
    "#444444": "#d0d0d0",
    "#009E73": "#2fd6a3",
    "#D55E00": "#ff9a4d",
}
_LABELLED = 5  #: thresholds written along the curve


def picture(view: View, *, title: str) -> str:
    """
    Return the SVG: the curve, its 95 % interval, the thresholds along it, the marked points.

    Without relevant labels there is no curve, and the picture says so.
    """
    drawn = Picture(width=_SIZE[0], height=_SIZE[1])
    drawn.text(24, 36, title, font_size="18", font_weight="bold")
    told = [one for one in view.curve if one.misses is not None]
    if told:
        _plot(drawn, view, told)
    else:
        drawn.text(_LEFT, 200, "No relevant post is labelled: the misses cannot be told.")
    _foot(drawn, view)
    return drawn.drawn(dark=_DARK)


def _plot(drawn: Picture, view: View, told: Sequence[Outlook]) -> None:
    most = max(view.told.pace(one.read) for one in told) or 1.0
    highest = max(_misses(one)[2] for one in told) or 1.0
    across = Axis(low=0, high=most, start=_LEFT, end=_RIGHT)
    up = Axis(low=0, high=min(PER, 1.04 * highest), start=_BOTTOM, end=_TOP)
    titles = ("", f"posts to read {view.unit}", f"relevant posts missed, of {PER:,}")
    frame(drawn, across, up, told="{:g}".format, titles=titles)

    def spot(one: Outlook, which: int = 0) -> Spot:
        return across.at(view.told.pace(one.read)), up.at(min(up.high, _misses(one)[which]))

    reach = [*(spot(one, 1) for one in told), *(spot(one, 2) for one in reversed(told))]
    drawn.area(reach, colour=_BLUE)
    drawn.line([spot(one) for one in told], stroke=_BLUE, stroke_width="2.6")
    _thresholds(drawn, view, spots=[(spot(one), one.point.threshold) for one in told])
    _marks(drawn, view, spots={row.outlook.point: spot(row.outlook) for row in view.rows})


def _misses(one: Outlook) -> tuple[float, float, float]:
    rate = one.misses
    return (0.0, 0.0, 0.0) if rate is None else (PER * rate.share, PER * rate.low, PER * rate.high)


def _thresholds(drawn: Picture, view: View, *, spots: Sequence[tuple[Spot, float]]) -> None:
    """Write some thresholds beside the curve, away from each other and from the marked ones."""
    marked = {row.outlook.point.threshold for row in view.rows if row.marks}
    taken = [place for place, threshold in spots if threshold in marked]
    gap = (_RIGHT - _LEFT) / (_LABELLED + 1)
    for (x, y), threshold in spots:
        if threshold in marked or any(_near((x, y), place, gap=gap) for place in taken):
            continue
        taken.append((x, y))
        drawn.mark(x, y, shape="bar", colour=_BLUE)
        drawn.text(x + 6, y - 8, f"{threshold:g}", font_size="12", fill=SOFT)


def _near(one: Spot, other: Spot, *, gap: float) -> bool:
    return abs(one[0] - other[0]) < gap and abs(one[1] - other[1]) < gap


def _marks(drawn: Picture, view: View, *, spots: Mapping[object, Spot]) -> None:
    """Mark the points that matter, and say beside the picture what each would cost."""
    rows = [(row, mark) for row in view.rows for mark in row.marks]
    places = apart([spots[row.outlook.point][1] for row, _ in rows], gap=44, low=_TOP, high=400)
    for (row, mark), place in zip(rows, places, strict=True):
        colour, shape, said = _LOOKS[mark]
        x, y = spots[row.outlook.point]
        drawn.line(
            [(x, y), (_RIGHT + 22, place)],
            stroke=colour, stroke_width="0.9", stroke_dasharray="2 3",
        )  # fmt: skip
        drawn.mark(x, y, shape=shape, colour=colour)
        drawn.mark(_RIGHT + 28, place, shape=shape, colour=colour)
        threshold = row.outlook.point.threshold
        drawn.text(_RIGHT + 40, place + 4, f"{said}: {threshold:g}", font_weight="bold")
        pace = view.told.pace(row.outlook.read)
        share, low, high = _misses(row.outlook)
        cost = f"{thousands(round(pace))} to read, {share:.0f} ({low:.0f}-{high:.0f}) missed"
        drawn.text(_RIGHT + 40, place + 20, cost, font_size="11", fill=SOFT)


def _foot(drawn: Picture, view: View) -> None:
    told = view.told
    kind = "of an audit sample" if told.drawn else "from corrections"
    counts = f"{told.posts:,} scored posts; {len(told.labels):,} labels {kind}, {told.relevant:,}"
    said = [f"{counts} of them relevant. Shade: 95 % interval. Numbers along the line: thresholds."]
    if not told.drawn and told.labels:
        said.append("Corrections are no fair sample: the real misses are probably more.")
    for at, words in enumerate(said):
        drawn.text(24, _SIZE[1] - 42 + 18 * at, words, font_size="12", fill=SOFT)
