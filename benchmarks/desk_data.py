"""
A desk in full swing, made up: a million posts, a hundred thousand open cases, thirty agents.

    python -m benchmarks.desk_data [--posts 1000000] [--open 100000] [--data out/desk]

Writes rows straight into the tables, the same ones for the same numbers; on PostgreSQL where
ANSWERBACK_DATABASE_URL names one.  `speed_desk` calls it.
"""

import argparse
import heapq
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.saying import ROOT, say

LONG_TALK: Final = 10_000  #: messages of one conversation
_KINDS: Final = ("complaint", "question", "request", "praise", "other")
_QUEUES: Final = ("care", "sales", "community", "general", "escalations")
_LANGUAGES: Final = ("en", "en", "en", "de", "es")
_FEELINGS: Final = ("negative", "negative", "neutral", "positive")
_BRANDS: Final = (1,) * 7 + (2,) * 2 + (3,)
_HOURS: Final = (1, 2, 4, 8, 24)
_HOUR, _DAY = 3600, 86_400
_HISTORY: Final = 180 * _DAY
_OPEN_SINCE: Final = 20 * _DAY
_PARTS: Final = '{"urgency": 0.3, "reach": 0.1, "needs_response": 0.2}'
_OURS: Final = "acme"

#: How often: a second post of the person, an open case that was answered, one that has an owner,
#: one that sleeps, and a closed one beside which posts lie that nobody heard.
_MORE, _ANSWERED, _OWNED, _ASLEEP, _UNHEARD = 0.45, 0.2, 0.15, 0.02, 0.04
_POSTS_A_CLOSED_TALK: Final = 2.77
_POSTS_AN_OPEN_TALK: Final = 1.65


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--data", type=Path, default=ROOT / "out" / "desk")
    told = parser.parse_args()
    say("desk data", **ready(told.data, posts=told.posts, open_cases=told.open))


def ready(data: Path, *, posts: int, open_cases: int) -> dict[str, Any]:
    """Make the desk in a folder (or the database named), unless it is there already."""
    from answerback.project.start import desk

    with desk(data, create=True, signs=True):
        from benchmarks.desk_rows import quickly

        from answerback.desk import models

        if models.Post.objects.order_by().exists():
            return {"made": False}
        begin = time.perf_counter()
        with quickly():
            counts = Making(posts=posts, open_cases=open_cases).make()
        return {"made": True, "seconds": round(time.perf_counter() - begin), **counts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One person, one matter, and what triage made of it.  Units: seconds since 1970."""

    at: float
    number: int
    open: bool
    brand: int = 1
    author: str = "chatty"
    case: int = 0
    kind: str = "complaint"
    queue: str = "care"
    language: str = "en"
    feeling: str = "negative"
    priority: float = 0.5
    target: float = 2.0 * _HOUR


@dataclass(slots=True, kw_only=True)
class Making:
    """Makes the rows, in the order of time."""

    posts: int
    open_cases: int
    now: float = field(default_factory=lambda: float(int(time.time())))
    luck: random.Random = field(default_factory=lambda: random.Random(5))  # noqa: S311  the same desk each time
    post_id: int = 0
    case_id: int = 0
    tables: dict[str, Any] = field(default_factory=dict)
    sentences: Sequence[str] = ()
    rare: Sequence[str] = ()

    def make(self) -> dict[str, int]:
        """Write everything in one transaction, and return how many rows each table got."""
        from benchmarks.desk_tables import make_people, tables, words
        from django.db import transaction

        self.tables = tables()
        self.sentences, self.rare = words(self.luck)
        with transaction.atomic():
            make_people(datetime.fromtimestamp(self.now, UTC))
            self._long_talk()
            for talk in self._talks():
                self._talk(talk)
            for table in self.tables.values():
                table.flush()
        return {name: table.written for name, table in self.tables.items()}

    def _talks(self) -> Iterator[Talk]:
        left = self.posts - LONG_TALK - _POSTS_AN_OPEN_TALK * self.open_cases
        closed = max(0, round(left / _POSTS_A_CLOSED_TALK))

        def spread(count: int, *, over: float, first: int, is_open: bool) -> Iterator[Talk]:
            for n in range(count):
                yield Talk(at=self.now - over * (1 - n / count), number=first + n, open=is_open)

        past = spread(closed, over=_HISTORY, first=1, is_open=False)
        waiting = spread(self.open_cases, over=_OPEN_SINCE, first=closed + 1, is_open=True)
        return heapq.merge(past, waiting, key=lambda talk: talk.at)

    def _talk(self, bare: Talk) -> None:
        """Write one talk: a question, perhaps more words, an answer where the case is closed."""
        luck = self.luck
        talk = self._planned(bare)
        if not talk.open and luck.random() < _UNHEARD:
            self._unheard(talk)
        asked = [self._next_post() for _ in range(1 + (luck.random() < _MORE))]
        answered = not talk.open or luck.random() < _ANSWERED
        answer = self._next_post() if answered else None
        for number, post in enumerate(asked):
            self._asked(talk, post, at=talk.at + number * 600, answer=answer)
        if answer is not None:
            wait = min(luck.lognormvariate(8.5, 1.6), self.now - talk.at)
            self._answered(talk, answer, asked=asked[0], at=talk.at + wait)
        self._case(talk, leading=asked[0], answered=answered)

    def _planned(self, talk: Talk) -> Talk:
        luck = self.luck
        self.case_id += 1
        return replace(
            talk,
            brand=luck.choice(_BRANDS),
            author=f"person{luck.randrange(self.posts // 6 + 10)}",
            case=self.case_id,
            kind=luck.choice(_KINDS),
            queue=luck.choice(_QUEUES),
            language=luck.choice(_LANGUAGES),
            feeling=luck.choice(_FEELINGS),
            priority=round(luck.random(), 3),
            target=float(luck.choice(_HOURS) * _HOUR),
        )

    def _next_post(self) -> int:
        self.post_id += 1
        return self.post_id

    def _asked(self, talk: Talk, post: int, *, at: float, answer: int | None) -> None:
        self._post(talk, post, at=at, from_=talk.author, case=talk.case, answer=answer)
        due = _text(at + talk.target)
        feeling, kind = json.dumps({talk.feeling: 0.8}), json.dumps({talk.kind: 0.8})
        add = self.tables
        why = '["It names @acme."]'
        add["mention"].add(post, *_HEARD, 0.9, "[[0, 5]]", '[["delivery", 0.8]]', None, why)
        add["reading"].add(
            post, talk.language, 0.97, feeling, kind, 0.9, 0.2, "[]", 0.0, '["Its words."]'
        )
        plan = (talk.kind, talk.queue, talk.priority, _PARTS, due, '["It is owed an answer."]', due)
        add["plan"].add(post, *_RESPOND, *plan)
        told = {"created_at": _iso(at), "respond": 1, "kind": talk.kind, "discarded": None}
        self._event(talk, "post_read", at=at, post=post, told=told)

    def _answered(self, talk: Talk, post: int, *, asked: int, at: float) -> None:
        self._post(talk, post, at=at, from_=_OURS, case=None, answer=None)
        self.tables["mention"].add(post, *_NOT_HEARD, 0.0, "[]", "[]", "own_post", "[]")
        told = {
            "reply": f"p{post}",
            "reply_post": post,
            "asked_at": _iso(talk.at),
            "answered_at": _iso(at),
        }
        self._event(talk, "answer_seen", at=at, post=asked, told=told)

    def _unheard(self, talk: Talk) -> None:
        for _ in range(8):
            post = self._next_post()
            beside = replace(talk, number=-post)
            self._post(
                beside, post, at=talk.at, from_=f"other{post % 9999}", case=None, answer=None
            )
            self.tables["mention"].add(post, *_NOT_HEARD, 0.1, "[]", "[]", "not_heard", "[]")

    def _post(
        self, talk: Talk, post: int, *, at: float, from_: str, case: int | None, answer: int | None
    ) -> None:
        ours = from_ == _OURS
        reason = "own_post" if ours else None if case else "not_heard"
        one, other = self.luck.choice(self.sentences), self.luck.choice(self.sentences)
        text = f"@acme {one} {self.luck.choice(self.rare)} {other}"
        thread = f"talk{talk.number}"
        self.tables["post"].add(
            *(post, talk.brand, talk.brand, "archive", "posts.jsonl", f"p{post}"),
            *(from_, from_.title(), text, _text(at), _text(at + 30), thread, not ours),
            *(f"h{post}", from_, thread, reason, _text(at + 40)),
            *(talk.author if ours else None, case, answer),
        )

    def _case(self, talk: Talk, *, leading: int, answered: bool) -> None:
        luck = self.luck
        owned = luck.random() < _OWNED
        state = "assigned" if owned else "new"
        if answered:
            state = "awaiting_author" if talk.open else "closed"
        from benchmarks.desk_tables import AGENTS

        has_owner = talk.open and state != "new"
        due = talk.at + talk.target
        closed = None if talk.open else _text(talk.at + 2 * _DAY)
        asleep = _text(self.now + _DAY) if talk.open and luck.random() < _ASLEEP else None
        self.tables["case"].add(
            *(talk.case, talk.brand, "archive", talk.author, f"talk{talk.number}", state),
            *(f"agent{luck.randrange(AGENTS)}" if has_owner else None, talk.queue, talk.kind),
            *(talk.priority, _text(due), _text(due), _text(talk.at), leading, _text(talk.at + 40)),
            *(closed, closed and "answered", talk.language, talk.feeling),
            *(_text(talk.at + 900) if has_owner else None,),
            *(_text(due + 30) if talk.open and due < self.now else None, asleep),
        )
        told = {"queue": talk.queue, "priority": talk.priority}
        self._event(talk, "case_opened", at=talk.at, post=leading, told=told)

    def _event(self, talk: Talk, what: str, *, at: float, post: int, told: dict[str, Any]) -> None:
        row = (what, _text(at + 40), None, talk.case, post, json.dumps(told), talk.brand)
        self.tables["event"].add(*row)

    def _long_talk(self) -> None:
        """Write one open case whose conversation has ten thousand messages, both sides."""
        self.case_id += 1
        talk = Talk(at=self.now - 9 * _DAY, number=10**9, open=True, case=self.case_id)
        for number in range(LONG_TALK // 2):
            question, answer = self._next_post(), self._next_post()
            at = talk.at + number * 120
            self._asked(talk, question, at=at, answer=answer)
            self._answered(talk, answer, asked=question, at=at + 60)
        self._case(talk, leading=1, answered=True)


_HEARD = (True, True)
_NOT_HEARD = (False, False)
_RESPOND = (True,)


def _text(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


if __name__ == "__main__":
    main()
