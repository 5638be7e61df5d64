"""Which two things a text compares, and which comes off better, with where each stands."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from answerback.domain.records.comparison import Comparison, Direction, Thing
from answerback.domain.understanding.comparison_words import (
    BETTER,
    COMPARATIVE,
    EQUAL,
    NEUTRAL,
    NOT,
    STOPS,
    SWITCHED,
    WORSE,
)

LONGEST: Final = 2_000  #: characters read
_THING: Final = 0.5  #: a word the tags call a compared thing at least this surely is one
_DENIED_WITHIN: Final = 25  #: characters before the comparing words in which a "not" denies them
_NEAR: Final = 3  #: runs of names away from the comparing words, a name written large still counts
_MOST_WORDS: Final = 4  #: of the name of one thing


class _Word(NamedTuple):
    plain: str
    start: int
    end: int


_WORD = re.compile(r"[#@$]?\w[\w'’.+/&-]*[\w+#]|[#@$]?\w|[,;:.!?()]")  # noqa: RUF001 - the typed one
_RULES: Final[tuple[tuple[str, str], ...]] = (
    ("than", rf"\b(?P<how>{COMPARATIVE})\b(?P<gap>(?:\s[^\s,;:.!?]+){{0,6}}?)\s(?:than|then)\b"),
    ("superior to", r"\b(?P<how>superior|inferior|preferable|preferred)\s(?:\w+\s){0,2}?to\b"),
    ("prefer", r"\b(?P<how>prefer|preferred|prefers|rather\shave|choose|chose|chosen)\b"),
    (
        "over",
        r"\b(?P<how>advantages?|improvement|step\sup|upgrade|edge)\s(?:\w+\s)?(?:over|from)\b",
    ),
    ("switch", rf"\b(?P<how>{SWITCHED})\s(?:\w+\s){{0,3}}?(?P<way>from|to|over\sto)\b"),
    (
        "beats",
        (
            r"\b(?P<how>beats?|outperforms?|outshines|trumps|crushes|destroys|surpasses|kills|"
            r"(?:far\s)?exceeds?|blows\s\w+\saway)\b"
        ),
    ),
    ("as good as", rf"\b(?P<how>{EQUAL})\b"),
    (
        "compared to",
        (
            r"\b(?P<how>compared?\s(?:it\s)?(?:to|with)|in\scomparison\s(?:to|with)|"
            r"comparable\s(?:to|with)|relative\sto)\b"
        ),
    ),
    ("unlike", r"\b(?P<how>unlike|as\sopposed\sto|in\scontrast\s(?:to|with)|whereas)\b"),
    ("versus", r"\b(?P<how>vs|versus)\b"),
    (
        "comparative",
        (
            rf"\b(?P<how>(?:much|far|way|even|lot|slightly|bit)\s(?:{COMPARATIVE})|"
            r"better|worse|superior|inferior)\b"
        ),
    ),
)
_PATTERNS: Final = tuple((name, re.compile(pattern)) for name, pattern in _RULES)
#: These find two things when something else says that the text compares; alone they are
#: right less than half the time.
_FAINT: Final = frozenset({"comparative", "switch", "prefer", "beats"})
_HINTS: Final = frozenset(
    """
    than then superior inferior preferable prefer preferred prefers rather choose chose chosen
    advantage advantages improvement upgrade edge over switch switched switching moved moving
    changed went going beat beats outperform outperforms outshines trumps crushes destroys
    surpasses kills exceed exceeds blows as same equal equivalent identical similar compare
    compared comparison comparable relative unlike opposed contrast whereas vs versus better worse
    much far way even step
    """.split()  # noqa: SIM905 - a word a line would be a page
)


def compared(
    *, text: str, tags: Sequence[float] | None = None, names: Sequence[str] = ()
) -> Comparison | None:
    """
    Say which two things a text compares, or None when it compares nothing.

    "The kettle is quieter than the old one": kettle, old one, better.  With the
    encoder's word tags the things are those it points at; without, the nearest names.

    Shapes: `tags`, if given, one chance for each blank-separated word of the text that it
    is one of the compared things.  `names`: things known to be in question, if any.
    Error: see benchmarks/accuracy_rules.jsonl.
    """
    lowered = _small(text[:LONGEST])
    if _HINTS.isdisjoint(re.findall(r"\w+", lowered)):
        return None
    found = _first_rule(lowered)
    if found is None:
        return None
    rule, place = found
    words = [_Word(at[0], *at.span()) for at in _WORD.finditer(lowered)]
    chances = _by_word(text, tags) if tags is not None else {}
    known = tuple(name.lower() for name in names)
    before, after = _sides(words, rule=rule, place=place)
    first = _thing(text, before, chances=chances, known=known)
    left = tuple(name for name in known if first is None or name != first.name.lower())
    second = _thing(text, after, chances=chances, known=left)
    direction = _direction(lowered, rule=rule, place=place)
    return Comparison(
        first=first,
        second=second,
        direction=direction,
        rule=rule,
        start=place.start(),
        end=place.end(),
    )


def is_comparative(*, text: str) -> bool:
    """Say whether a text sets one thing against another, by the rules that are sure enough."""
    found = compared(text=text)
    return found is not None and found.rule not in _FAINT


def _small(text: str) -> str:
    return "".join(small if len(small := sign.lower()) == 1 else sign for sign in text)


def _first_rule(lowered: str) -> tuple[str, re.Match[str]] | None:
    """Take the first rule that fires, the surest first."""
    for name, pattern in _PATTERNS:
        place = pattern.search(lowered)
        if place:
            return name, place
    return None


def _sides(
    words: Sequence[_Word], *, rule: str, place: re.Match[str]
) -> tuple[list[list[_Word]], list[list[_Word]]]:
    """Give the candidate names before (nearest last) and after the words that compare."""
    before = [word for word in words if word.end <= place.start()]
    if rule == "than":  # "easier to cook rice than pasta": the first may stand in the gap
        before += [word for word in words if place.start("gap") <= word.start < place.end("gap")]
    after = [word for word in words if word.start >= place.end()]
    if rule == "prefer":  # "I prefer A to B": both stand after
        at = _place_of({"to", "over", "than"}, after)
        before, after = after[:at], after[at + 1 :]
    if rule == "switch" and place["way"] == "from":  # "switched from A to B"
        at = _place_of({"to"}, after)
        before, after = after[:at], after[at + 1 :]
    if rule == "unlike" and not _runs(before):  # "Unlike B, A ...": both stand after
        at = _place_of({","}, after)
        before, after = after[at:], after[:at]
        return _runs(before), _runs(after)
    if rule in {"switch", "prefer"}:
        return _runs(before), _runs(after)
    return _runs(before)[::-1], _runs(after)


def _place_of(wanted: set[str], words: Sequence[_Word]) -> int:
    """Give where the first of some words stands, or the end."""
    return next((at for at, word in enumerate(words) if word.plain in wanted), len(words))


def _runs(words: Sequence[_Word]) -> list[list[_Word]]:
    """Cut words into runs of names at stop words and punctuation."""
    runs: list[list[_Word]] = [[]]
    for word in words:
        if word.plain in STOPS or not (word.plain[-1].isalnum() or word.plain[-1] in "+#"):
            runs.append([])
        else:
            runs[-1].append(word)
    return [run[-_MOST_WORDS:] for run in runs if run]


def _thing(
    text: str,
    runs: Sequence[Sequence[_Word]],
    *,
    chances: Mapping[int, float],
    known: Sequence[str],
) -> Thing | None:
    """Choose the run the tags point at, else a known name, else a written-large one, else any."""
    if not runs:
        return None

    def rank(at: int) -> tuple[float, bool, bool, int]:
        run = runs[at]
        sure = max((chances.get(word.start, 0.0) for word in run), default=0.0)
        written = text[run[0].start : run[-1].end]
        named = any(_stands_in(name, written.lower()) for name in known)
        large = any(text[word.start].isupper() or text[word.start] in "@#$" for word in run)
        return (sure if sure >= _THING else 0.0, named, large and at < _NEAR, -at)

    run = runs[max(range(len(runs)), key=rank)]
    tagged = [word for word in run if chances.get(word.start, 0.0) >= _THING]
    large = [word for word in run if text[word.start].isupper() or text[word.start] in "@#$"]
    kept = tagged or _only(text, run, known=known) or large or list(run[-2:])
    start, end = kept[0].start, kept[-1].end
    return Thing(text[start:end], start, end)


def _stands_in(name: str, written: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", written) is not None


def _only(text: str, run: Sequence[_Word], *, known: Sequence[str]) -> list[_Word]:
    """Keep of a run the words of the first known name in it."""
    written = text[run[0].start : run[-1].end].lower()
    for name in known:
        place = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", written)
        if place:
            start, end = (run[0].start + at for at in place.span())
            return [word for word in run if word.start < end and word.end > start]
    return []


def _direction(lowered: str, *, rule: str, place: re.Match[str]) -> Direction:
    """Read which way the words point; "not better than" turns them round."""
    denied = bool(NOT.search(lowered[max(0, place.start() - _DENIED_WITHIN) : place.start()]))
    if rule == "as good as":
        below = denied or place["how"].startswith("not")
        return Direction.WORSE if below else Direction.SAME
    if rule in {"versus", "unlike", "compared to"}:
        return _nearby(lowered, place)
    if rule == "switch":  # "from A to B": whoever left A thought B better
        return Direction.WORSE
    told = place[0] if rule == "than" else place["how"]
    if rule in {"than", "comparative"} and NEUTRAL.search(told) and not BETTER.search(told):
        return Direction.NONE
    return Direction.WORSE if bool(WORSE.search(told)) != denied else Direction.BETTER


def _nearby(lowered: str, place: re.Match[str]) -> Direction:
    """Without a word of its own, take one that stands elsewhere in the sentence."""
    rest = lowered[: place.start()] + " " + lowered[place.end() :]
    if WORSE.search(rest):
        return Direction.WORSE
    return Direction.BETTER if BETTER.search(rest) else Direction.NONE


def _by_word(text: str, tags: Sequence[float]) -> dict[int, float]:
    """Put each tag on where its word's letters begin."""
    placed: dict[int, float] = {}
    for word, chance in zip(re.finditer(r"\S+", text), tags, strict=True):
        for inner in _WORD.finditer(word[0]):
            placed[word.start() + inner.start()] = chance
    return placed
