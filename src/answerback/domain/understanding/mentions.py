"""Which names stand in a text: the brand's, its rivals', and others not known before."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from answerback.domain.records.name import Name, Naming

LONGEST: Final = 2_000  #: characters read
SURE: Final = 0.5  #: a word the encoder calls a name at least this surely is one
_SURER: Final = 0.15  #: a word written large needs no more than this of the encoder


_SIGNED = re.compile(r"(?<![\w@#$&/.])([@#$])([^\W\d_]\w{1,40})")
#: A run of words written large: "Blue Kettle Works", "eBay", "A&O".
_LARGE = re.compile(
    r"(?<![\w@#$/.])(?:[A-Z][\w&'+-]*|[a-z]{1,2}[A-Z]\w+)"
    r"(?:\s(?:of\s|de\s|&\s)?(?:[A-Z][\w&'+-]*|\d{1,4}\b))*"
)
_WORD = re.compile(r"\S+")
_EDGES: Final = ".,:;!?()[]\"'“”…"
_SENTENCE: Final = frozenset(".!?:\n\"'“(…")
#: Written large at the head of a sentence or out of habit, and no name.
_NO_NAMES: Final = frozenset(
    """
    i i'm i'd i'll i've a an the this that these those it its it's he she we you they my our your
    his her their and but or so if when what where who why how is are was were do does did can
    could will would should no not yes ok oh hi hello hey thanks thank please wow lol omg wtf
    today tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday january
    february march april may june july august september october november december in on at for
    to of from with by as rt dm just still now then there here all some any good great best worst
    never always why's what's that's let's don't can't after before while since because mr mrs dr
    """.split()  # noqa: SIM905 - a word a line would be a page
)


def names_in(
    *,
    text: str,
    ours: Sequence[str] = (),
    rivals: Sequence[str] = (),
    tags: Sequence[float] | None = None,
) -> tuple[Name, ...]:
    """
    Find the names in a text, in order; where two would overlap, the known one stands.

    Known names are found without case, as a word, a handle, a hashtag or a cash tag, with
    or without the blanks: "Blue Kettle" is also "#bluekettle".  Others are handles, tags
    and words written large; with the encoder's word tags, what it calls a company or a
    product, and of the words written large only those it does not rule out.

    Shapes: `tags`, if given, one chance for each blank-separated word of the text that it
    belongs to the name of a company or product.
    Error: see benchmarks/accuracy_rules.jsonl.
    """
    read = text[:LONGEST]
    found = list(_known(read, ours=ours, rivals=rivals))
    taken = [(name.start, name.end) for name in found]
    others = _signed(read), _tagged(read, tags) if tags is not None else _large(read)
    for start, end in (span for spans in others for span in spans):
        if all(end <= first or start >= last for first, last in taken):
            taken.append((start, end))
            found.append(Name(read[start:end], Naming.OTHER, start, end))
    return tuple(sorted(found, key=_place))


def _place(name: Name) -> int:
    return name.start


def _known(text: str, *, ours: Sequence[str], rivals: Sequence[str]) -> Iterator[Name]:
    whose: Mapping[str, tuple[str, Naming]] = {
        _bare(name): (name, naming)
        for names, naming in ((rivals, Naming.RIVAL), (ours, Naming.OURS))
        for name in names
        if _bare(name)
    }
    if not whose:
        return
    forms = sorted(whose, key=len, reverse=True)
    listed = "|".join("(" + r"[\s_-]?".join(map(re.escape, form)) + ")" for form in forms)
    for place in re.finditer(rf"(?<![\w])[@#$]?(?:{listed})(?!\w)", text, re.IGNORECASE):
        at = place.lastindex or 1
        # The pattern folds more letters than `lower` does; which form it found, it knows.
        known, naming = whose.get(_bare(place[at])) or whose[forms[at - 1]]
        yield Name(place[0], naming, place.start(), place.end(), known)


def _bare(name: str) -> str:
    """Fold a name; the letter of which `lower` makes two, as the pattern folds it: to one."""
    return re.sub(r"[\s_-]", "", name.removeprefix("@")).replace("İ", "i").lower()


def _signed(text: str) -> Iterator[tuple[int, int]]:
    for place in _SIGNED.finditer(text):
        yield place.span()


def _large(text: str) -> Iterator[tuple[int, int]]:
    """Give runs of words written large, unless all is written so or only a sentence begins."""
    if text.isupper():
        return
    for place in _LARGE.finditer(text):
        words = place[0].split()
        before = text[: place.start()].rstrip(" ")
        opens = not before or before[-1] in _SENTENCE
        while words and words[0].lower().strip("'") in _NO_NAMES:
            words.pop(0)
            opens = False
        if words and not (opens and len(words) == 1 and words[0][1:].islower()):
            start = place.end() - len(place[0][place[0].rindex(words[0]) :])
            if len(words) > 1:
                start = place.start() + place[0].index(" ".join(words))
            yield start, place.end()


def _tagged(text: str, tags: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Join neighbouring words that the encoder calls a name."""
    start = end = -1
    for word, chance in zip(_WORD.finditer(text), tags, strict=False):
        bare = word[0].strip(_EDGES)
        large = bare[:1].isupper() and bare.lower() not in _NO_NAMES
        if bare and chance >= (_SURER if large else SURE):
            first = word.start() + word[0].index(bare)
            start, end = (start if start >= 0 else first), first + len(bare)
        elif start >= 0:
            yield start, end
            start = -1
        if start >= 0 and word[0] and word[0][-1] in _EDGES:
            yield start, end
            start = -1
    if start >= 0:
        yield start, end


_CLEARED = (
    re.compile(r"\b(?:not|isn't|wasn't|never)\s(?:really\s)?(?:the\s)?(?:fault\sof\s)?$"),
    re.compile(r"\b(?:don't|do\snot|can't|cannot)\sblame\s$|\bno\sblame\s(?:on|to)\s$"),
)
#: What follows a name that stands for itself, and is no part of a longer one.
_ENDS = re.compile(
    r"^(?:$|\s?[^\w\s]|\s(?:for|because|when|if|on|over|about|and|but|it|they|as|since|here)\b)"
)
_SAID = re.compile(
    r"\b(?:whoever|says|said|claim\w{0,2}|saying|act(?:s|ing)?\slike|pretend\w{0,3}|tell(?:s|ing)?|told"
    r"|thinks)\b[^.!?]*$"
)
_FAULT = re.compile(
    r"^(?:'s|s')?\s(?:fault|doing|mistake|problem)\b|^\sis(?:n't|\snot)\sto\sblame\b"
)


def cleared(*, text: str, name: Name) -> bool:
    """
    Say whether a text takes the blame off a name: "not @acme's fault", "don't blame Acme".

    So a complaint that names the brand may still be about somebody else.  What others say
    ("they claim it's not Acme's fault") takes nothing off, nor does "don't blame Acme customers".
    """
    before = text[max(0, name.start - 60) : name.start].lower()
    after = text[name.end : name.end + 20].lower()
    if _SAID.search(before):
        return False
    if (_CLEARED[1].search(before) and _ENDS.match(after)) or after.startswith(
        (" is not to blame", " isn't to blame")
    ):
        return True
    return bool(_CLEARED[0].search(before) and (_FAULT.match(after) or "fault of" in before))
