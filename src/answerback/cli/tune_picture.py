"""The picture of `answerback tune`: misses against posts to read, for light and dark pages."""

from collections.abc import Mapping, Sequence

from answerback.cli.svg import GRID, INK, PAPER, SOFT, Axis, Picture, Spot, apart, frame, thousands
from answerback.cli.tune_view import NOW, SUGGESTED, THEN, Row, View
from answerback.domain.measure.operating_point import PER, Outlook

_SIZE = (860, 556)
_LEFT, _RIGHT, _TOP, _BOTTOM = 76.0, 630.0, 112.0, 446.0
_GAP = 46.0  #: pixels from one marked point's words to the next one's
_BLUE = "#0072B2"
#: Colour, mark and words of each point that matters; told apart by every kind of eye.
_LOOKS: Mapping[str, tuple[str, str, str]] = {
    NOW: ("#444444", "square", "now"),
    SUGGESTED: ("#00785A", "up", "suggested"),
    THEN: ("#B84F00", "diamond", "looked at"),
}
_DARK: Mapping[str, str] = {
    INK: "#ededed",
    SOFT: "#b4b4b4",
    GRID: "#3a3d42",
    PAPER: "#16181c",
    _BLUE: "#56B4E9",
    "#444444": "#d0d0d0",
    "#00785A": "#2fd6a3",
    "#B84F00": "#ff9a4d",
}
_LABELLED = 5  #: thresholds written along the curve
_BUDGET = {"stroke_width": "1", "stroke_dasharray": "6 5", "opacity": "0.8"}
#: Words on the plot keep a rim of the paper, or the lines below would run into them.
_HALO = {
    "stroke": PAPER, "stroke_width": "4", "stroke_linejoin": "round", "paint_order": "stroke"
}  # fmt: skip


def picture(view: View, *, title: str) -> str:
    """
    Return the SVG: the curve, its 95 % interval, the thresholds along it, the marked points.

    Without relevant labels there is no curve, and the picture says so.
    """
    drawn = Picture(width=_SIZE[0], height=_SIZE[1])
    drawn.text(24, 36, title, font_size="18", font_weight="bold")
    drawn.text(24, 58, _counts(view), font_size="12", fill=SOFT)
    told = [one for one in view.curve if one.misses is not None]
    if told:
        _plot(drawn, view, told)
        _foot(drawn, view)
    else:
        drawn.text(24, 120, "No relevant post is labelled: the misses cannot be told.")
    return drawn.drawn(dark=_DARK)


def _counts(view: View) -> str:
    told = view.told
    kind = " of an audit sample" if told.drawn else " from corrections" if told.labels else ""
    counts = f"{told.posts:,} scored posts; {len(told.labels):,} labels{kind}"
    return f"{counts}, {told.relevant:,} of them relevant" if told.labels else counts


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
    if view.suggested and view.most_misses < up.high:
        budget = up.at(view.most_misses)
        drawn.line([(_LEFT, budget), (_RIGHT, budget)], stroke=_LOOKS[SUGGESTED][0], **_BUDGET)
    drawn.line([spot(one) for one in told], stroke=_BLUE, stroke_width="2.6")
    _thresholds(drawn, view, spots=[(spot(one), one.point.threshold) for one in told])
    marked = [row for row in view.rows if row.marks and row.outlook.misses]
    marked.sort(key=lambda row: row.outlook.read)
    spots = [(*spot(row.outlook), spot(row.outlook, 2)[1]) for row in marked]
    _marks(drawn, view, rows=marked, spots=spots)


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
        drawn.mark(x, y, shape="hexagon", colour=_BLUE, hollow=True)
        drawn.text(x + 8, y - 8, f"{threshold:g}", fill=SOFT, **{**_HALO, "font_size": "12"})


def _near(one: Spot, other: Spot, *, gap: float) -> bool:
    return abs(one[0] - other[0]) < gap and abs(one[1] - other[1]) < gap


def _marks(
    drawn: Picture, view: View, *, rows: Sequence[Row], spots: Sequence[tuple[float, float, float]]
) -> None:
    """
    Mark the points that matter, each with a plumb line and, above its interval, what it costs.

    A curve of misses falls to the right, so there is room above it; the words of a point stand
    above those of the next one to its right, so that no plumb line crosses them.
    `spots`: from left to right: across, up, and the upper end of the interval, in pixels.
    """
    wanted: list[float] = []
    for _, _, ceiling in reversed(spots):
        wanted.insert(0, min([ceiling, *wanted[:1]]) - _GAP)
    places = apart(wanted, gap=_GAP, low=_TOP + 14, high=_BOTTOM - _GAP)
    for place, (x, y, _), row in zip(places, spots, rows, strict=True):
        colour, shape, _ = _LOOKS[row.marks[0]]
        drawn.line(
            [(x, place - 11), (x, _BOTTOM)],
            stroke=colour, stroke_width="1", stroke_dasharray="2 3",
        )  # fmt: skip
        drawn.mark(x, y, shape=shape, colour=colour)
        said = " and ".join(_LOOKS[mark][2] for mark in row.marks)
        threshold = f"{said}: {row.outlook.point.threshold:g}"
        drawn.text(x + 8, place, threshold, fill=colour, font_weight="bold", **_HALO)
        share, low, high = _misses(row.outlook)
        read = thousands(round(view.told.pace(row.outlook.read)))
        cost = f"{read} to read, {share:.0f} ({low:.0f}-{high:.0f}) missed"
        drawn.text(x + 8, place + 17, cost, **{**_HALO, "font_size": "12"})


def _foot(drawn: Picture, view: View) -> None:
    said = ["Numbers along the line: thresholds. Shade: 95 % interval."]
    if view.suggested:
        said[0] += f" Dashes: {view.most_misses:g} missed, the most to be suggested."
    if not view.told.drawn and view.told.labels:
        said.append("Corrections are no fair sample: the real misses are probably more.")
    for at, words in enumerate(said):
        drawn.text(24, _SIZE[1] - 32 + 18 * at, words, font_size="12", fill=SOFT)
