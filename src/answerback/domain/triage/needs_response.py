"""Whether an answer is owed, and who says so."""

from dataclasses import dataclass
from typing import Final

from answerback.domain.records.mention import Mention
from answerback.domain.records.reading import Kind, Reading, Sentiment
from answerback.domain.triage.in_words import KINDS, percent
from answerback.domain.triage.policy import Policy, Respond

_RATHER: Final = 0.5  # a probability: rather so than not
_PLACES: Final = {kind: place for place, kind in enumerate(Kind)}  # of equals, the first leads


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether an answer is owed, judged by the model under the policy's rules."""

    respond: bool
    kinds: tuple[Kind, ...]  #: those that hold, the leading one first; never empty
    reasons: tuple[str, ...]  #: sentences, most telling first


def judge(*, policy: Policy, reading: Reading, mention: Mention | None) -> Verdict:
    """
    Say whether an answer is owed, what the post is, and why.

    A post without a mention counts as addressed to us.  An offensive tone is never a
    reason to refuse an answer.

    Source: GLOSSARY.md, "needs response", "reactive, proactive".
    """
    kinds = holding(policy=policy, reading=reading)
    if policy.kinds[kinds[0]].respond is Respond.NEVER:
        return Verdict(
            respond=False, kinds=kinds, reasons=(f"Nobody waits: {_is(kinds, reading)}.",)
        )
    if mention is None or mention.addressed:
        return _reactive(policy=policy, reading=reading, kinds=kinds)
    return _proactive(policy=policy, reading=reading, kinds=kinds, relevance=mention.relevance)


def holding(*, policy: Policy, reading: Reading) -> tuple[Kind, ...]:
    """Return the kinds that hold, the likeliest first; "other" alone when none does."""
    found = []
    for kind, told in reading.kinds.items():
        if told >= policy.kinds[kind].holds_from and kind is not Kind.OTHER:
            found.append((-told, _PLACES[kind], kind))
    if not found:
        return (Kind.OTHER,)
    found.sort()
    return tuple([kind for *_, kind in found])


def _reactive(*, policy: Policy, reading: Reading, kinds: tuple[Kind, ...]) -> Verdict:
    expected = reading.needs_response
    asks = any(policy.kinds[kind].respond is Respond.YES for kind in kinds)
    judged = f"{percent(expected)}, judged by the model"
    if expected >= policy.respond.certain_from or (asks and expected >= policy.respond.floor):
        said = (f"{_is(kinds, reading)}.", f"An answer is expected ({judged}).")
        # "None of the kinds we know" is no reason to answer; it comes last.
        told = said[::-1] if kinds[0] is Kind.OTHER else said
        return Verdict(respond=True, kinds=kinds, reasons=told)
    content = max(
        reading.sentiment.get(Sentiment.POSITIVE, 0.0), reading.kinds.get(Kind.PRAISE, 0.0)
    )
    if content < policy.respond.content_from:
        mood = f"It speaks to us and does not sound content ({percent(content)})."
        known = () if kinds[0] is Kind.OTHER else (f"{_is(kinds, reading)}.",)
        return Verdict(respond=True, kinds=kinds, reasons=(*known, mood))
    return Verdict(
        respond=False,
        kinds=kinds,
        reasons=(
            f"No answer is expected ({judged}), and it sounds content ({percent(content)}).",
            f"{_is(kinds, reading)}.",
        ),
    )


def _proactive(
    *, policy: Policy, reading: Reading, kinds: tuple[Kind, ...], relevance: float
) -> Verdict:
    rule = policy.proactive
    asks = any(kind in kinds and reading.kinds[kind] >= rule.holds_from for kind in rule.kinds)
    if not asks:
        hitch = f"and {_is(kinds, reading, subject='it')}"
    elif reading.needs_response < rule.needs_response_from:
        hitch = f"and an answer is not sure to be welcome ({percent(reading.needs_response)})"
    elif relevance < rule.relevance_from:
        hitch = f"and may not concern us ({percent(relevance)})"
    else:
        said = (
            f"An answer would be welcome ({percent(reading.needs_response)}, judged by the model)."
        )
        return Verdict(respond=True, kinds=kinds, reasons=(f"{_is(kinds, reading)}.", said))
    return Verdict(
        respond=False,
        kinds=kinds,
        reasons=(f"Not ours to speak first: it does not address us, {hitch}.",),
    )


def _is(kinds: tuple[Kind, ...], reading: Reading, *, subject: str = "It") -> str:
    # A policy may count a kind that is less likely than not; then the sentence says "may".
    surely = kinds[0] is Kind.OTHER or reading.kinds[kinds[0]] >= _RATHER
    said = f"{subject} {'is' if surely else 'may be'} {_one(kinds[0], reading)}"
    if len(kinds) == 1:
        return said
    return f"{said}, also {', '.join([_one(kind, reading) for kind in kinds[1:]])}"


def _one(kind: Kind, reading: Reading) -> str:
    if kind is Kind.OTHER:
        return KINDS[kind]
    return f"{KINDS[kind]} ({percent(reading.kinds[kind])})"
