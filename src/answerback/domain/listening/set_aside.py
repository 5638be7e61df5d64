"""The stage that sets aside what lies below the operating point, and marks what lies near it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.mention import Mention
from answerback.domain.records.operating_point import OperatingPoint

#: Asked once for each batch, so that a point chosen meanwhile holds from the next one on.
PointNow = Callable[[], OperatingPoint | None]

#: How the sentences of this stage begin: those of an earlier time are replaced.
_SET_ASIDE, _UNSURE = "set aside as not about us: ", "unsure whether it is about us: "
_KEPT = "kept as about us: "


def setter(*, point: PointNow) -> Callable[[Sequence[Dossier]], Sequence[Dossier]]:
    """
    Return the stage that comes after the brand filter; without a point it only passes on.

    A post that is set aside keeps its mention, with its relevance and why, and its reading; so
    it can be audited, and heard again when another point is chosen.  `mention.discarded`
    stays the verdict of listening, which heard it.

    Shapes: n dossiers in, n out, in the order given; discarded ones pass untouched.
    """

    def step(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        now = point()
        return dossiers if now is None else [judged(dossier, point=now) for dossier in dossiers]

    return step


def judged(dossier: Dossier, *, point: OperatingPoint) -> Dossier:
    """Return the dossier, set aside when its relevance lies below the point."""
    mention = dossier.mention
    if dossier.discarded is not None or mention is None or not mention.heard:
        return dossier
    if point.passes(mention.relevance):
        return replace(dossier, mention=marked(mention, point=point, read=True))
    return replace(
        dossier,
        mention=marked(mention, point=point, read=False),
        discarded=DiscardReason.NOT_ABOUT_US,
        plan=None,
    )


def marked(mention: Mention, *, point: OperatingPoint, read: bool) -> Mention:
    """
    Return the mention with what a point says of it: whether it is unsure, and the sentences.

    `read`: whether the post is read, which it may be below the line: when people work on it.
    """
    unsure = point.unsure(mention.relevance)
    return replace(mention, unsure=unsure, why=_why(mention, point=point, read=read))


def _why(mention: Mention, *, point: OperatingPoint, read: bool) -> tuple[str, ...]:
    ours = (_SET_ASIDE, _KEPT, _UNSURE)
    kept = tuple(said for said in mention.why if not said.startswith(ours))
    relevance, whose = mention.relevance, " that people chose"
    if not read:
        kept = (f"{_SET_ASIDE}{point.in_words(relevance, whose=whose)}", *kept)
    elif point.passes(relevance) and point.against_the_odds(relevance):
        # The brand filter's sentences argue against it; nobody shall read them as why it was kept.
        kept = (f"{_KEPT}{point.in_words(relevance, whose=whose)}", *kept)
    if point.unsure(relevance):
        line = f"its relevance {relevance:.4g} lies near the threshold of {point.threshold:g}"
        kept = (*kept, f"{_UNSURE}{line}{whose}; a person should tell")
    return kept
