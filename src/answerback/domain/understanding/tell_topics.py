"""The stage that adds to a mention the topics that a post is about by what it means."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from answerback.domain.records.brand import Topic
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.mention import Mention
from answerback.domain.understanding.topics import SIGN, AboutTopic

Judge = Callable[[Sequence[str]], Sequence[tuple[AboutTopic, ...]]]

_BY_QUERY = 1.0  #: the score of a topic whose query matches; no learned score reaches it


def topic_teller(
    *, topics: Sequence[Topic], judge: Judge
) -> Callable[[Sequence[Dossier]], Sequence[Dossier]]:
    """
    Make the step that tells the learned topics of every dossier not yet discarded.

    A topic whose query matches keeps its score of 1.  What this stage said of a post before,
    when posts are sorted again, is replaced.

    Shapes: n dossiers in, n out, in the order given; those already discarded are handed on as
    they are.
    """
    ours = frozenset(topic.name for topic in topics)

    def tell(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        standing = [at for at, one in enumerate(dossiers) if one.discarded is None and one.mention]
        told = judge([dossiers[at].post.text for at in standing])
        after = list(dossiers)
        for at, about in zip(standing, told, strict=True):
            mention = dossiers[at].mention
            if mention is not None:
                after[at] = replace(dossiers[at], mention=_with(mention, about=about, ours=ours))
        return after

    return tell


def _with(mention: Mention, *, about: Sequence[AboutTopic], ours: frozenset[str]) -> Mention:
    kept = tuple(
        (name, score) for name, score in mention.topics if score >= _BY_QUERY or name not in ours
    )
    matched = {name for name, _ in kept}
    added = [one for one in about if one.name not in matched]
    why = tuple(sentence for sentence in mention.why if not sentence.startswith(SIGN))
    return replace(
        mention,
        topics=(*kept, *((one.name, one.score) for one in added)),
        why=(*why, *(one.why for one in added)),
    )
