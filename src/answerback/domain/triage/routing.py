"""Which queue a post waits in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from answerback.domain.records.brand import Brand
from answerback.domain.records.mention import Mention
from answerback.domain.records.reading import Kind, Reading
from answerback.domain.triage.in_words import percent
from answerback.domain.triage.policy import Policy

_UNKNOWN: Final = "und"
#: Scripts that put no space between words: Thai to Lao, Burmese, Khmer, kana, Chinese.
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """An escalating word that a post says."""

    name: str  #: of the group of words: "legal"
    word: str  #: as the post says it, in small letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """The queues of one brand under one policy, laid out for looking up."""

    topics: Mapping[str, str]  #: queue by topic, for topics that have one
    kinds: Mapping[Kind, str]
    languages: frozenset[str]  #: empty: all
    other_language: str
    known_from: float
    escalations: str
    signs: tuple[str, ...]  #: a text that holds none of them says no escalating word
    words: re.Pattern[str]  #: a named group for each risk

    def risk(self, text: str) -> Risk | None:
        """Return the first escalating word of a text, or None."""
        told = text.lower()
        if not [sign for sign in self.signs if sign in told]:  # seven times as fast as the pattern
            return None
        found = self.words.search(told)
        if found is None or found.lastgroup is None:
            return None
        return Risk(name=found.lastgroup, word=found[0])

    def risks(self, text: str) -> dict[str, str]:
        """Return an escalating word of each risk that a text names, by the risk."""
        found: dict[str, str] = {}
        for said in self.words.finditer(text.lower()) if self.risk(text) else ():
            if said.lastgroup is not None:
                found.setdefault(said.lastgroup, said[0])
        return found

    def queue(
        self, *, kind: Kind, mention: Mention | None, reading: Reading, risk: Risk | None
    ) -> tuple[str, str]:
        """
        Return the queue and the reason, as a sentence.

        The first that applies: an escalating word; the topic with the highest score
        among those with a queue; a language that the brand does not list; the kind.
        """
        if risk is not None:
            return self.escalations, f"Queue '{self.escalations}', for {risk.name} risks."
        if self.topics and mention is not None and mention.topics:
            scored = [(score, name) for name, score in mention.topics if name in self.topics]
            if scored:
                score, name = max(scored, key=lambda topic: topic[0])  # of equals the first
                queue = self.topics[name]
                return queue, f"Queue '{queue}', for its topic {name} ({percent(score)})."
        if self._foreign(reading):
            queue = self.other_language
            return queue, f"Queue '{queue}', for it is written in '{reading.language}'."
        queue = self.kinds[kind]
        return queue, f"Queue '{queue}', for its kind."

    def _foreign(self, reading: Reading) -> bool:
        return (
            bool(self.languages)
            and reading.language not in self.languages
            and reading.language != _UNKNOWN
            and reading.language_probability >= self.known_from
        )


def router(*, policy: Policy, brand: Brand | None) -> Router:
    """Lay out the queues once, for many posts."""
    return Router(
        topics={topic.name: topic.queue for topic in brand.topics if topic.queue} if brand else {},
        kinds={kind: rule.queue for kind, rule in policy.kinds.items()},
        languages=frozenset(brand.languages if brand else ()),
        other_language=policy.languages.queue,
        known_from=policy.languages.known_from,
        escalations=policy.escalate.queue,
        signs=tuple({_sign(word) for said in policy.escalate.words.values() for word in said}),
        words=_pattern(policy.escalate.words),
    )


def _sign(word: str) -> str:
    """Return the longest part of a word or phrase that stands in a text as it is written."""
    return max(re.split(r"[*\s]+", word.lower()), key=len)


def _pattern(words: Mapping[str, tuple[str, ...]]) -> re.Pattern[str]:
    groups = [
        f"(?P<{name}>{'|'.join(_word(word) for word in said)})"
        for name, said in words.items()
        if said
    ]
    return re.compile("|".join(groups))


def _word(word: str) -> str:
    told = re.escape(word.lower()).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
    if _UNSPACED.search(word):
        return told
    return rf"\b{told}\b"
