"""A reading with a person's word in the place of the machine's."""

from collections.abc import Mapping
from dataclasses import replace

from answerback.domain.records.reading import Kind, Reading, Sentiment
from answerback.domain.records.reading_part import URGENCIES, ReadingPart


def corrected(reading: Reading, *, words: Mapping[ReadingPart, str]) -> Reading:
    """
    Return a reading as people say it is: what they said is certain, the rest as it was read.

    A post of which a person says the kind is of this kind and no other.  Relevance is no part
    of a reading, and changes nothing here.

    Units: probabilities; an urgency is the middle of what its word covers.
    """
    for part, said in words.items():
        reading = _with(reading, part=part, said=said)
    sure = {str(part) for part in words} | (set(Kind) if ReadingPart.KIND in words else set())
    return replace(reading, unsure=tuple(one for one in reading.unsure if one not in sure))


def _with(reading: Reading, *, part: ReadingPart, said: str) -> Reading:
    if part is ReadingPart.KIND:
        return replace(reading, kinds={kind: float(kind == said) for kind in Kind})
    if part is ReadingPart.SENTIMENT:
        return replace(reading, sentiment={mood: float(mood == said) for mood in Sentiment})
    if part is ReadingPart.URGENCY:
        return replace(reading, urgency=URGENCIES[said], urgency_reasons=())
    if part is ReadingPart.NEEDS_RESPONSE:
        return replace(reading, needs_response=float(said == "yes"))
    return reading
