"""Selling where help was asked for."""

import re

from answerback.domain.records.mention import Span
from answerback.domain.records.post import Post
from answerback.domain.records.reading import Kind, Reading
from answerback.domain.records.reply import Check, Finding, Weight

#: A sales call: one is enough.
_CALLS = re.compile(
    r"""\b(?:
      (?:use|with|enter)[ ](?:the[ ]|our[ ]|my[ ]|promo[ ]|discount[ ]|this[ ]){0,2}
        code[ ](?-i:[A-Z0-9]{3,15})\b
    | (?:shop|buy|order|join|subscribe|upgrade)[ ](?:now|today)
    | sign[ ]up[ ](?:now|today|for[ ]free)
    | (?:save|get|enjoy|take)[ ](?:up[ ]to[ ]|an[ ]extra[ ])?(?:[£$€]\d{1,5}|\d{1,2}[ ]?%)
    | (?<!you[ ])don't[ ]miss[ ]out
    | (?:start|try|claim|grab)[ ]your[ ]free | special[ ]offer:
    | jetzt[ ](?:kaufen|bestellen|sichern|buchen) | \d{1,2}[ ]?%[ ]rabatt
    | mit[ ](?:dem[ ])?(?:rabatt|gutschein)code
    | avec[ ]le[ ]code[ ]promo | \d{1,2}[ ]?%[ ]de[ ](?:réduction|remise) | profitez[ ](?:de|vite)
    | (?:achetez|commandez|abonnez-vous)[ ](?:maintenant|vite|dès)
    | con[ ]el[ ]código[ ](?:promocional|de[ ]descuento) | \d{1,2}[ ]?%[ ]de[ ]descuento
    | (?:compra|compre|suscríbete|aprovecha)[ ](?:ya|ahora|hoy)
    )""",
    re.IGNORECASE | re.VERBOSE,
)

#: What is given to put a wrong right is no advertisement.
_AMENDS = re.compile(
    r"""\b(?:
      make[ ](?:up[ ]for|it[ ]up|this[ ]right|it[ ]right|amends)
    | (?:as|by[ ]way[ ]of)[ ](?:an?|our)[ ](?:apology|thank|thanks|goodwill|gesture)
    | say[ ]sorry | for[ ]the[ ](?:trouble|inconvenience|delay|wait) | goodwill
    | wiedergutmachung | entschädigung | als[ ]entschuldigung
    | dédommage\w{0,6} | geste[ ]commercial | pour[ ]nous[ ]excuser
    | para[ ]compensar | como[ ]disculpa | por[ ]las[ ]molestias
    )""",
    re.IGNORECASE | re.VERBOSE,
)

#: The person asks to be sold something.
_ASKED = re.compile(
    r"""\b(?:
      discount\w{0,2} | promo\w{0,6} | voucher\w{0,1} | coupon\w{0,1} | special[ ]offers?
    | recommend | looking[ ]for | which[ ]\w{1,20}[ ](?:do|should|would) | how[ ]much | any[ ]deals?
    | rabatt\w{0,4} | gutschein\w{0,2} | empfehlen | wie[ ]viel[ ]kostet
    | réduction | recommand\w{1,5} | combien | descuento\w{0,1} | recomiend\w{1,3} | cuánto
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_SURE = 0.5


def promotion(*, text: str, answered: Post | None, reading: Reading | None) -> list[Finding]:
    """
    Say where a reply sells to a person who did not ask for an offer.

    It blocks when the person complained, as `reading` tells; without a reading it
    asks.  Making amends ("20% off, to say sorry") is not selling.
    """
    calls = [Span(start=hit.start(), end=hit.end()) for hit in _CALLS.finditer(text)]
    if not calls or _AMENDS.search(text) or _asked_for_it(answered, reading):
        return []
    words = text[calls[0].start : calls[0].end]
    complained = reading is not None and reading.kinds.get(Kind.COMPLAINT, 0.0) >= _SURE
    if complained:
        weight, who = Weight.BLOCKS, "to a person who complained"
    else:
        weight, who = Weight.ASKS, "to a person who did not ask for an offer"
    sentence = (
        f'The reply sells ("{words}") {who}. Answer the matter and leave the offer out; '
        "if it is meant to make amends, say so."
    )
    return [Finding(check=Check.PROMOTION, weight=weight, sentence=sentence, spans=tuple(calls))]


def _asked_for_it(answered: Post | None, reading: Reading | None) -> bool:
    if reading is not None and reading.kinds.get(Kind.COMPLAINT, 0.0) >= _SURE:
        return False
    if reading is not None and reading.kinds.get(Kind.NEED, 0.0) >= _SURE:
        return True
    return answered is not None and _ASKED.search(answered.text) is not None
