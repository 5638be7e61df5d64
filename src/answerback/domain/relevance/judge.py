"""The stage that gives a heard post the brand filter's score."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from answerback.domain.records.dossier import Dossier
from answerback.domain.records.post import written_to_us
from answerback.domain.relevance.brand_filter import BrandFilter
from answerback.domain.relevance.day_one import Meanings
from answerback.domain.relevance.why import reasons

#: Begins each sentence of ours in a mention, so that a post sorted again has them once.
SAYS = "brand filter: "

Judge = Callable[[Sequence[Dossier]], Sequence[Dossier]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How likely one post is about the brand, and why."""

    relevance: float  #: a probability, to four places
    why: tuple[str, ...]  #: sentences, most telling first


def judge_texts(
    texts: Sequence[str], *, brand_filter: BrandFilter, meanings: Meanings
) -> list[Judgement]:
    """
    Judge posts by their texts.

    Shapes: n texts in, n judgements out, in the order given.
    """
    if not texts:
        return []
    scored = brand_filter.score(texts, meanings=meanings(texts))
    # Rounded first, so that the reasons argue for the side of the relevance that is shown.
    scored = replace(scored, relevance=scored.relevance.round(4))
    why = reasons(brand_filter, texts=texts, scored=scored)
    return [
        Judgement(relevance=chance, why=told)
        for chance, told in zip(scored.relevance.tolist(), why, strict=True)
    ]


def judge(*, brand_filter: BrandFilter, meanings: Meanings) -> Judge:
    """
    Make the step that gives every heard post the filter's relevance in place of the prior's.

    What was written to us directly is about us, whatever its words.  It only scores.  What is set
    aside by a score is decided by the operating point that people chose.

    Shapes: n dossiers in, n out, in the order given; discarded ones pass untouched.
    """

    def step(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        after = list(dossiers)
        heard = [at for at, one in enumerate(dossiers) if _is_judged(one)]
        texts = [dossiers[at].post.text for at in heard]
        judged = judge_texts(texts, brand_filter=brand_filter, meanings=meanings)
        for at, judgement in zip(heard, judged, strict=True):
            after[at] = _with(dossiers[at], judgement)
        return after

    return step


def _is_judged(dossier: Dossier) -> bool:
    return (
        dossier.discarded is None
        and dossier.mention is not None
        and not written_to_us(dossier.post)
    )


def _with(dossier: Dossier, judgement: Judgement) -> Dossier:
    mention = dossier.mention
    if mention is None:
        return dossier
    before = tuple(one for one in mention.why if not one.startswith(SAYS))
    ours = tuple(f"{SAYS}{sentence}" for sentence in judgement.why)
    changed = replace(mention, relevance=judgement.relevance, why=(*before, *ours))
    return replace(dossier, mention=changed)
