"""The stage that says what each post is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.name import Name, Naming
from answerback.domain.records.reading import Kind, Reading, Sentiment
from answerback.domain.understanding.features import plain
from answerback.domain.understanding.heads import Heads
from answerback.domain.understanding.ideas import idea_chance, idea_in
from answerback.domain.understanding.in_text import (
    Known,
    WordTags,
    names_and_compared,
    word_tags,
)
from answerback.domain.understanding.language import LanguageId
from answerback.domain.understanding.lexicon import spot
from answerback.domain.understanding.mentions import cleared
from answerback.domain.understanding.second_reading import (
    Second,
    SecondReading,
    carried_again,
    judged_again,
)
from answerback.domain.understanding.urgency import urgency, urgency_lexicon
from answerback.domain.understanding.verdicts import (
    SENTIMENTS,
    Verdicts,
    chunks,
    first_signs,
    judge,
)
from answerback.domain.understanding.why import LEADING, reasons, unsure_in_words

_LEARNED: tuple[Kind, ...] = tuple(kind for kind in Kind if kind is not Kind.OTHER)
_MOODS = tuple(Sentiment)
_OFF = 0.3  #: what is left of a complaint's chance when the blame is taken off who it names
_MAY_COMPARE = 0.3  #: chance of a comparison; below it no two things are looked for


def reader(
    *,
    heads: Heads,
    language: LanguageId,
    second: Second | None = None,
    known: Known | None = None,
) -> Callable[[Sequence[Dossier]], Sequence[Dossier]]:
    """
    Make the step that fills in the reading of every dossier not yet discarded.

    A post that is surely spam keeps its reading and is marked discarded.  With `second`, what
    the first pass leaves open is read again by the encoder.  `known`: the brand's names.

    Shapes: n dossiers in, n out, in the order given; those already discarded are
    handed on as they are.
    """
    above = second.learned.spam_discard_above if second else heads.spam_discard_above

    def read(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        standing = [at for at, dossier in enumerate(dossiers) if dossier.discarded is None]
        texts = [dossiers[at].post.text for at in standing]
        after = list(dossiers)
        readings = read_texts(
            texts=texts, heads=heads, language=language, second=second, known=known
        )
        for at, reading in zip(standing, readings, strict=True):
            spam = reading.kinds[Kind.SPAM] > above
            discarded = DiscardReason.SPAM if spam else None
            after[at] = replace(dossiers[at], reading=reading, discarded=discarded)
        return after

    return read


def read_texts(
    *,
    texts: Sequence[str],
    heads: Heads,
    language: LanguageId,
    second: Second | None = None,
    known: Known | None = None,
) -> Iterator[Reading]:
    """
    Read texts, in order.

    Shapes: n texts in, n readings out.
    Error: see docs/reference/heads.md for each head's figures.
    """
    tongues = language.identify(texts)
    for part in chunks(texts):
        clean = plain(texts[part])
        verdicts = judge(heads=heads, texts=clean)
        unsure: Sequence[tuple[str, ...]] = [()] * len(clean)
        tags: Mapping[int, WordTags] = {}
        if second is not None:
            codes = [code for code, _ in tongues[part]]
            verdicts, tags = read_again(
                second=second, verdicts=verdicts, texts=clean, languages=codes
            )
            unsure = second.learned.unsure(verdicts.probabilities)
        read = _readings(texts=clean, tongues=tongues[part], verdicts=verdicts, heads=heads)
        for at, reading in enumerate(read):
            names, both = names_and_compared(clean[at], known=known or Known(), tags=tags.get(at))
            if reading.kinds[Kind.COMPARISON] < _MAY_COMPARE:
                both = None
            told = _without_blame(reading, text=clean[at], names=names)
            told = _with_idea(told, text=clean[at])
            marks = unsure[at]
            if second is not None:
                marks = _marked(marks, before=reading, after=told, learned=second.learned)
            why = (*told.why, *unsure_in_words(marks))
            yield replace(told, unsure=marks, names=names, compared=both, why=why)


def _marked(
    marks: tuple[str, ...], *, before: Reading, after: Reading, learned: SecondReading
) -> tuple[str, ...]:
    """Mark anew the kinds that a phrase has changed; who was cleared of a complaint, always."""
    changed = {kind for kind in _LEARNED if after.kinds[kind] != before.kinds[kind]}
    doubtful = {
        kind.value
        for kind in changed
        if kind is Kind.COMPLAINT or learned.doubts(kind.value, np.array(after.kinds[kind]))
    }
    kept = {*marks} - {kind.value for kind in changed} | doubtful
    return tuple(name for name in learned.unsure_between if name in kept)


def _without_blame(reading: Reading, *, text: str, names: Sequence[Name]) -> Reading:
    """Believe less in a complaint that takes the blame off us, or off an account it speaks to."""
    spoken_to = [
        name
        for name in names
        if name.whose is Naming.OURS or (name.whose is Naming.OTHER and name.name.startswith("@"))
    ]
    off = next((name for name in spoken_to if cleared(text=text, name=name)), None)
    if off is None:
        return reading
    sentence = f"It takes the blame off '{off.name}'."
    chance = _OFF * reading.kinds[Kind.COMPLAINT]
    return _changed(reading, kind=Kind.COMPLAINT, chance=chance, sentence=sentence)


def _with_idea(reading: Reading, *, text: str) -> Reading:
    """Join the phrases that tell an idea with its chance; without a phrase it stays as it is."""
    idea = idea_in(text=text)
    if not idea.points:
        return reading
    chance = idea_chance(idea=idea, head=reading.kinds[Kind.IDEA])
    sentence = f"Idea because of '{idea.evidence}'." if chance >= LEADING and idea.evidence else ""
    return _changed(reading, kind=Kind.IDEA, chance=chance, sentence=sentence)


def _changed(reading: Reading, *, kind: Kind, chance: float, sentence: str) -> Reading:
    """Give a kind another chance, and its words' sentence another place to stand on."""
    kinds = {**reading.kinds, kind: round(chance, 4)}
    kinds[Kind.OTHER] = round(1.0 - max(kinds[one] for one in _LEARNED), 4)
    kept = [one for one in reading.why if not one.startswith(f"{kind.value.capitalize()} ")]
    return replace(reading, kinds=kinds, why=(*kept, *filter(None, (sentence,))))


def read_again(
    *, second: Second, verdicts: Verdicts, texts: Sequence[str], languages: Sequence[str]
) -> tuple[Verdicts, dict[int, WordTags]]:
    """
    Let the encoder read what the first pass leaves open; the rest stays as it is.

    Shapes: n texts and languages, `Verdicts` of n texts in and out; the tags of those read.
    """
    rows = np.flatnonzero(second.learned.open(verdicts.probabilities)).tolist()
    if not rows:
        return verdicts, {}
    encoded = second.encoder.read([texts[at] for at in rows])
    tongues = [languages[at] for at in rows]
    probabilities, carried = verdicts.probabilities.copy(), verdicts.carried.copy()
    probabilities[rows] = judged_again(
        second=second.learned, first=verdicts.logits[rows], encoded=encoded, languages=tongues
    )
    tags: dict[int, WordTags] = {}
    for place, at in enumerate(rows):
        words = slice(verdicts.first_word[at], verdicts.first_word[at + 1])
        carried[words] = carried_again(
            second=second.learned,
            first=verdicts.carried[words],
            words=encoded.words[place],
            language=tongues[place],
        )
        tags[at] = word_tags(
            encoded, columns=second.learned.columns, text=place, words=len(texts[at].split())
        )
    return replace(verdicts, probabilities=probabilities, carried=carried), tags


def _readings(
    *,
    texts: Sequence[str],
    tongues: Sequence[tuple[str, float]],
    verdicts: Verdicts,
    heads: Heads,
) -> Iterator[Reading]:
    lexicon = urgency_lexicon()
    spots = spot(lexicon=lexicon, tokens=verdicts.tokens)
    signs = first_signs(spots=spots, lexicon=lexicon, texts=texts, first_word=verdicts.first_word)
    names = heads.names
    rows = verdicts.probabilities.round(4).tolist()
    why = reasons(verdicts=verdicts, names=names, texts=texts)
    for at, (tongue, certainty) in enumerate(tongues):
        chance: Mapping[str, float] = dict(zip(names, rows[at], strict=True))
        soon = urgency(
            found=signs.get(at, {}),
            needs_response=chance["needs_response"],
            negative=chance["sentiment_negative"],
        )
        yield Reading(
            language=tongue,
            language_probability=certainty,
            sentiment={mood: chance[name] for mood, name in zip(_MOODS, SENTIMENTS, strict=True)},
            kinds=_kinds(chance),
            needs_response=chance["needs_response"],
            urgency=soon.value,
            urgency_reasons=soon.reasons,
            offensive=chance["offensive"],
            why=why[at],
        )


def _kinds(chance: Mapping[str, float]) -> dict[Kind, float]:
    """Other is what the likeliest kind leaves over: an upper bound of "none of these"."""
    kinds: dict[Kind, float] = {kind: chance[kind] for kind in _LEARNED}
    kinds[Kind.OTHER] = round(1.0 - max(kinds.values()), 4)
    return kinds
