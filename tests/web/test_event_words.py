"""Every event has a sentence, and none breaks over what an older version did not write."""

from collections.abc import Mapping
from types import MappingProxyType

import pytest
from django.utils import translation
from tests.builders import NEXT_DAY

from answerback.desk.queries.case_events import CaseEvent
from answerback.domain.records.event import EventName
from answerback.web.event_words import SENTENCES, sentence

Particulars = Mapping[str, str | float | None]
NOTHING: Particulars = MappingProxyType({})


def _said(what: EventName, *, by: str | None = "ada", told: Particulars = NOTHING) -> str:
    event = CaseEvent(event_id=1, what=what, at=NEXT_DAY, by=by, post_id=None, particulars=told)
    return sentence(event)


def test_every_event_has_a_sentence() -> None:
    assert [name for name in EventName if name not in SENTENCES] == []


@pytest.mark.parametrize("what", EventName)
@pytest.mark.parametrize("by", ["ada", None])
def test_an_event_without_particulars_is_told_all_the_same(what: EventName, by: str | None) -> None:
    said = _said(what, by=by)

    assert said
    assert "%(" not in said


@pytest.mark.parametrize(
    ("what", "told", "by", "said"),
    [
        (EventName.CASE_ASSIGNED, {"to": "ada"}, "ada", "@ada took the case"),
        (EventName.CASE_ASSIGNED, {"to": "bob"}, "ada", "@ada gave the case to @bob"),
        (EventName.CASE_ASSIGNED, {"to": "bob"}, None, "Answerback offered the case to @bob"),
        (
            EventName.CASE_GIVEN_BACK,
            {"owner": "bob", "queue": "care", "reason": "not_opened"},
            None,
            "@bob did not open the case: it is back in the queue care",
        ),
        (
            EventName.CASE_CLOSED,
            {"from": "new", "to": "closed", "reason": "not_for_us"},
            "ada",
            "@ada closed the case: not for us",
        ),
        (
            EventName.CASE_MOVED,
            {"from": "awaiting_author", "to": "assigned"},
            None,
            "Answerback moved the case from “awaiting author” to “assigned”",
        ),
        (
            EventName.CASE_SNOOZED,
            {"until": "2026-03-04T09:00:00+00:00"},
            "ada",
            "@ada let the case sleep until Wed 4 Mar, 09:00 UTC",
        ),
        (EventName.CASE_WOKEN, {"what": "author"}, None, "The case woke: its author wrote"),
        (EventName.POST_CORRECTED, {"relevant": 0}, "ada", "@ada said that a post is not about us"),
        (
            EventName.READING_CORRECTED,
            {"part": "sentiment", "said": "negative", "before": "neutral"},
            "ada",
            "@ada corrected the mood of a post: negative",
        ),
    ],
)
def test_what_happened_is_told_in_words(
    what: EventName, told: Particulars, by: str | None, said: str
) -> None:
    with translation.override("en"):
        assert _said(what, by=by, told=told) == said
