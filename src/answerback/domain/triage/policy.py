"""What is promised to whom: a policy's TOML text turned into a Policy."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from answerback.domain.records.brand import OpenHours
from answerback.domain.records.reading import Kind
from answerback.domain.triage.approval import Approval, parse_approval
from answerback.domain.triage.open_hours import parse_hours
from answerback.domain.triage.priority import Part
from answerback.domain.triage.toml_text import Table, read_toml

#: Seconds in which a reply can be taken back.
SHORTEST_UNDO: Final = 10
LONGEST_UNDO: Final = 30

_GROUP: Final = re.compile(r"[a-z][a-z_]*")
_WORDS: Final = re.compile(r"\w+(?:['\N{RIGHT SINGLE QUOTATION MARK}-]\w+)*\*?(?: \w+\*?)*")


class Respond(StrEnum):
    """What a kind says about an answer."""

    YES = "yes"  #: one is owed when the kind holds
    JUDGE = "judge"  #: one is owed when the needs-response judge is certain
    NEVER = "never"  #: none is owed when the kind leads


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """What is promised to one kind of post."""

    holds_from: float  #: the kind counts from this probability on
    respond: Respond
    target: timedelta  #: open time to the first response
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactive:
    """When a post that addresses us is owed an answer."""

    floor: float  #: of needs-response: below it a kind that asks for an answer does not decide
    certain_from: float  #: of needs-response: from it on one is owed, whatever the kind
    content_from: float  #: of praise or a positive mood: below it one is owed in any case


@dataclass(frozen=True, slots=True, kw_only=True)
class Proactive:
    """When we may speak to an author who did not address us: all of these must hold."""

    kinds: tuple[Kind, ...]
    holds_from: float
    needs_response_from: float
    relevance_from: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """What happens to a post in a language that the brand does not list."""

    known_from: float  #: the language decides nothing below this probability
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """Words that carry a post to the most experienced people."""

    queue: str
    words: Mapping[str, tuple[str, ...]]  #: by the name of the risk
    target: timedelta  #: open time to the first response, when no kind has a shorter one


class Mode(StrEnum):
    """How cases come to people."""

    PULL = "pull"  #: people take them from their queues
    OFFER = "offer"  #: each goes to the best person who is there (`assignment.py`)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigning:
    """How cases come to people, and how long an offer stands."""

    mode: Mode
    accept_within: timedelta  #: an offered case that its owner has not opened goes on to the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How replies go out."""

    undo: timedelta  #: so long a reply can be taken back


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Which kinds need a response, by when, from which queue, and what waiting costs."""

    respond: Reactive
    proactive: Proactive
    kinds: Mapping[Kind, KindRule]  #: every kind
    languages: Languages
    escalate: Escalate
    assignment: Assigning
    weights: Mapping[Part, float]  #: every part; they sum to 1
    hours: OpenHours  #: for brands that give none
    approval: Approval  #: which replies another person looks at first
    sending: Sending


POLICY_KEYS: Final = tuple(Policy.__dataclass_fields__)


def parse_policy(text: str, *, file: str, base: Policy | None = None) -> Policy:
    """
    Read a policy; keys it does not give are taken from `base`.

    :raises TomlRefused: naming file, line and key, what is wrong, and what may stand there;
        without `base`, also when a key is missing.
    """
    table = read_toml(text=text, file=file)
    table.allow(POLICY_KEYS)
    escalate = _escalate(table.table("escalate"), base.escalate if base else None)
    return Policy(
        respond=_reactive(table.table("respond"), base.respond if base else None),
        proactive=_proactive(table.table("proactive"), base.proactive if base else None),
        kinds=_kinds(table.table("kinds"), base.kinds if base else {}),
        languages=_languages(table.table("languages"), base.languages if base else None),
        escalate=escalate,
        assignment=_assignment(table.table("assignment"), base.assignment if base else None),
        weights=_weights(table.table("weights"), base.weights if base else {}),
        hours=base.hours
        if base and "hours" not in table.values
        else parse_hours(table.table("hours")),
        approval=parse_approval(
            table.table("approval"), base=base.approval if base else None, risks=escalate.words
        ),
        sending=_sending(table.table("sending"), base.sending if base else None),
    )


def _sending(table: Table, base: Sending | None) -> Sending:
    table.allow(("undo_seconds",))
    seconds = table.number(
        "undo_seconds", base.undo.total_seconds() if base else None, most=LONGEST_UNDO
    )
    if seconds < SHORTEST_UNDO:
        raise table.refusal(
            "undo_seconds",
            f"{seconds:g} seconds are too few to notice a mistake. Write {SHORTEST_UNDO} to "
            f"{LONGEST_UNDO}.",
        )
    return Sending(undo=timedelta(seconds=seconds))


def _reactive(table: Table, base: Reactive | None) -> Reactive:
    table.allow(Reactive.__slots__)
    rule = Reactive(
        floor=table.number("floor", base.floor if base else None),
        certain_from=table.number("certain_from", base.certain_from if base else None),
        content_from=table.number("content_from", base.content_from if base else None),
    )
    if rule.floor > rule.certain_from:
        raise table.refusal(
            "floor" if "floor" in table.values else "certain_from",
            f"floor = {rule.floor:g} lies above certain_from = {rule.certain_from:g}. Write the "
            "floor as the smaller of the two.",
        )
    return rule


def _proactive(table: Table, base: Proactive | None) -> Proactive:
    table.allow(Proactive.__slots__)
    kinds = base.kinds if base else ()
    if "kinds" in table.values or base is None:
        kinds = tuple(_kind(table, name, at) for at, name in enumerate(table.texts("kinds")))
    return Proactive(
        kinds=kinds,
        holds_from=table.number("holds_from", base.holds_from if base else None),
        needs_response_from=table.number(
            "needs_response_from", base.needs_response_from if base else None
        ),
        relevance_from=table.number("relevance_from", base.relevance_from if base else None),
    )


def _kind(table: Table, name: str, at: int) -> Kind:
    try:
        return Kind(name)
    except ValueError as wrong:
        known = ", ".join(Kind)
        raise table.refusal(
            "kinds", f"there is no kind '{name}'. The kinds are: {known}.", item=at
        ) from wrong


def _kinds(table: Table, base: Mapping[Kind, KindRule]) -> dict[Kind, KindRule]:
    table.allow(tuple(Kind))
    return {kind: _kind_rule(table.table(kind), base.get(kind)) for kind in Kind}


def _kind_rule(table: Table, base: KindRule | None) -> KindRule:
    table.allow(KindRule.__slots__)
    return KindRule(
        holds_from=table.number("holds_from", base.holds_from if base else None),
        respond=Respond(table.choice("respond", tuple(Respond), base.respond if base else None)),
        target=table.duration("target", base.target if base else None),
        queue=table.text("queue", base.queue if base else None),
    )


def _languages(table: Table, base: Languages | None) -> Languages:
    table.allow(Languages.__slots__)
    return Languages(
        known_from=table.number("known_from", base.known_from if base else None),
        queue=table.text("queue", base.queue if base else None),
    )


def _escalate(table: Table, base: Escalate | None) -> Escalate:
    table.allow(Escalate.__slots__)
    groups = table.table("words")
    words = dict(base.words) if base else {}
    for group in groups.values:
        if not _GROUP.fullmatch(group):
            raise groups.refusal(
                group, "a risk is named in small letters and _, like press or food_safety."
            )
        words[group] = groups.texts(group)
        for at, word in enumerate(words[group]):
            if not _WORDS.fullmatch(word):
                raise groups.refusal(
                    group,
                    f"'{word}' is not a word or a phrase of words. Write letters and digits; a * "
                    'may end a word: "lawyer*", "small claims".',
                    item=at,
                )
    return Escalate(
        queue=table.text("queue", base.queue if base else None),
        words=words,
        target=table.duration("target", base.target if base else None),
    )


def _assignment(table: Table, base: Assigning | None) -> Assigning:
    table.allow(Assigning.__slots__)
    return Assigning(
        mode=Mode(table.choice("mode", tuple(Mode), base.mode if base else None)),
        accept_within=table.duration("accept_within", base.accept_within if base else None),
    )


def _weights(table: Table, base: Mapping[Part, float]) -> dict[Part, float]:
    table.allow(tuple(Part))
    told = {part: table.number(part, base.get(part), most=1000) for part in Part}
    total = sum(told.values())
    if total <= 0:
        raise table.refusal(None, "all weights are 0. Give at least one of them more.")
    return {part: weight / total for part, weight in told.items()}
