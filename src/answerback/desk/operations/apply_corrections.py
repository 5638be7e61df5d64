"""Let what people said of posts take the place of what the machine says."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from answerback.desk import models
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.plan import Plan
from answerback.domain.records.reading import Kind
from answerback.domain.records.reading_part import ReadingPart
from answerback.domain.understanding.corrected import corrected

#: The last word on each part of a post.
Words = Mapping[ReadingPart, str]
#: The stage of triage, or any that plans.
Decide = Callable[[Sequence[Dossier]], Sequence[Dossier]]

_NOT_NEEDED = "Somebody of ours said that it needs no answer."
_NEEDED = "Somebody of ours said that it needs an answer."


def last_words(*, post_ids: Collection[int]) -> dict[int, dict[ReadingPart, str]]:
    """Return what people said of posts, the newest word on each part.  One question or none."""
    if not post_ids:
        return {}
    said = models.Correction.objects.filter(post_id__in=post_ids).order_by("pk")
    found: dict[int, dict[ReadingPart, str]] = {}
    for post_id, part, word in said.values_list("post_id", "part", "said"):
        found.setdefault(post_id, {})[ReadingPart(part)] = word
    return found


def apply_corrections(*, dossiers: Mapping[int, Dossier], decide: Decide) -> dict[int, Dossier]:
    """
    Return the dossiers, by post; those that people corrected read and planned as they said.

    Shapes: n in, n out.  One question to the database.
    """
    read = [pk for pk, one in dossiers.items() if one.reading is not None]
    words = last_words(post_ids=read)
    return {
        pk: _as_said(dossier, words=words[pk], decide=decide) if pk in words else dossier
        for pk, dossier in dossiers.items()
    }


def _as_said(dossier: Dossier, *, words: Words, decide: Decide) -> Dossier:
    if dossier.reading is None:
        return dossier
    told = replace(dossier, reading=corrected(dossier.reading, words=words))
    if told.discarded is not None:
        return told
    needs = words.get(ReadingPart.NEEDS_RESPONSE)
    asked = _as_if_it_asked(told) if needs == "yes" else told
    (planned,) = decide([asked])
    plan = planned.plan
    return replace(told, plan=plan if plan is None else _owing(plan, needs=needs))


def _as_if_it_asked(dossier: Dossier) -> Dossier:
    """Return what triage owes an answer in any case: no spam, addressed to us."""
    reading, mention = dossier.reading, dossier.mention
    if reading is not None:
        reading = replace(reading, kinds={**reading.kinds, Kind.SPAM: 0.0})
    if mention is not None:
        mention = replace(mention, addressed=True)
    return replace(dossier, reading=reading, mention=mention)


def _owing(plan: Plan, *, needs: str | None) -> Plan:
    reasons = tuple(one for one in plan.reasons if one not in (_NOT_NEEDED, _NEEDED))
    if needs == "no":
        reasons = (_NOT_NEEDED, *reasons)
        return replace(plan, respond=False, respond_by=None, reasons=reasons)
    if needs == "yes":
        reasons = (_NEEDED, *reasons)
    return replace(plan, reasons=reasons)
