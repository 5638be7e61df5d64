"""Speaking on Mastodon, and on every server that speaks its API."""

import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from answerback.channels.http import Answer, AnsweredNo, BrokenOff
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account
from answerback.channels.mastodon import ids
from answerback.channels.mastodon.api import Api, Me, accepted, known_instance
from answerback.channels.mastodon.map import CHANNEL, moment, visibility
from answerback.channels.mastodon.upload import upload
from answerback.channels.mastodon.wording import addressed, named_beside, same_words
from answerback.channels.outbound import Attachment, Guarantee, Message, NoAnswer, NotTaken
from answerback.domain.records.post import Visibility

#: Mastodon keeps a key for an hour; ten minutes of it are ours, for clocks and slow calls.
_KEY_LIVES: Final = timedelta(minutes=50)
#: How late what was said may turn up on a server that knows no keys.
_FOUND_AFTER: Final = timedelta(seconds=120)
#: Pages of our own posts that are looked through for one that may have been said.
_PAGES: Final = 3
_CLOCKS_APART: Final = timedelta(minutes=5)
_GONE: Final = frozenset({404, 410})
_FORBIDDEN: Final = 403
_FAULT: Final = 500
#: From the most public to the closest: an answer is never left of its question.
_CIRCLES: Final = (
    Visibility.PUBLIC,
    Visibility.UNLISTED,
    Visibility.FOLLOWERS,
    Visibility.DIRECT,
)
_WORDS: Final = dict(zip(_CIRCLES, ("public", "unlisted", "private", "direct"), strict=True))


class MastodonVoice:
    """The voice of one account."""

    name = CHANNEL

    def __init__(self, account: Account) -> None:
        self._account = account

    @property
    def send_guarantee(self) -> Guarantee:
        """Return what the server is known to promise; asks nobody, so one unknown is looked at."""
        return Guarantee.IDEMPOTENT if self._keeps_keys else Guarantee.SEARCHABLE

    @property
    def found_after(self) -> timedelta:
        return timedelta(0) if self._keeps_keys else _FOUND_AFTER

    @property
    def key_lives(self) -> timedelta | None:
        return _KEY_LIVES

    @property
    def _keeps_keys(self) -> bool:
        known = known_instance(self._account)
        return known is not None and known.keeps_keys

    def send(self, message: Message) -> str:
        at = _now()
        with closing(Api(self._account, fresh=True)) as api:
            try:
                fields = self._fields(api, message, me=api.me(at=at), at=at)
                files = self._files(api, message, at=at)
            except BrokenOff as wrong:  # they may have heard a question, and nothing was said
                raise ChannelDown(str(wrong)) from wrong
            return _said(api, [*fields, *files], key=message.key, at=at)

    def find(self, message: Message) -> str | None:
        at = _now()
        with closing(Api(self._account, fresh=True)) as api:
            me = api.me(at=at)
            answered = _answered_id(message, host=api.host)
            for status in _candidates(api, me=me, answered=answered, at=at):
                if _is_it(status, message, me=me, answered=answered, host=api.host):
                    return ids.ours(status["id"], host=api.host)
        return None

    def delete(self, external_id: str) -> None:
        at = _now()
        with closing(Api(self._account, fresh=True)) as api:
            path = f"api/v1/statuses/{quote(ids.theirs(external_id, host=api.host), safe='')}"
            try:
                accepted(api.say("DELETE", path), at=at)
            except AnsweredNo as wrong:
                if not _is_there(api, path, at=at):
                    return
                if wrong.status == _FORBIDDEN:
                    raise NotTaken(f"{wrong} It can be deleted in the account itself.") from wrong
                raise NotTaken(  # small servers delete on their own pages alone
                    f"{api.host} deletes nothing for programs. Delete it on the server's own pages."
                ) from wrong

    def _fields(self, api: Api, message: Message, *, me: Me, at: datetime) -> list[tuple[str, str]]:
        answered = _answered_id(message, host=api.host)
        circle = visibility(me.privacy)
        if message.answered is not None:
            circle = _closer(circle, message.answered.visibility)
        if answered is not None:
            circle = _closer(circle, self._live_circle(api, answered, at=at))
        text = message.text if message.to == me.acct else addressed(message.text, to=message.to)
        others = named_beside(text, to={message.to, me.acct})
        if circle is Visibility.DIRECT and others:
            raise NotTaken(
                f"This is a private answer, and it names @{others[0]}, who would get to read it. "
                "Take the @ away."
            )
        fields = [("status", text), ("visibility", _WORDS[circle])]
        return fields if answered is None else [*fields, ("in_reply_to_id", answered)]

    def _files(self, api: Api, message: Message, *, at: datetime) -> list[tuple[str, str]]:
        most, has = api.instance(at=at).most_files, len(message.attachments)
        if has > most:
            raise NotTaken(
                f"{api.host} takes {most} files on one post, and the reply has {has}. Take some "
                "off."
            )
        return [("media_ids[]", _handed(api, one, at=at)) for one in message.attachments]

    def _live_circle(self, api: Api, answered: str, *, at: datetime) -> Visibility:
        """Return who may read the post that is answered, as its server has it now."""
        try:
            told = api.get(f"api/v1/statuses/{quote(answered, safe='')}", at=at).json()
        except AnsweredNo as wrong:
            if wrong.status not in _GONE:
                raise
            raise NotTaken(
                f"The post that this answers is no longer on {api.host}, so nothing was said. "
                "Its author may have deleted it."
            ) from wrong
        return visibility(told.get("visibility") if isinstance(told, Mapping) else None)


def _handed(api: Api, file: Attachment, *, at: datetime) -> str:
    try:
        return upload(api, file.data, name=file.name, kind=file.kind, alt=file.alt, at=at)
    except AnsweredNo as wrong:
        raise NotTaken(f"The file '{file.name[:60]}' was not taken. {wrong}") from wrong


def _said(api: Api, fields: list[tuple[str, str]], *, key: str, at: datetime) -> str:
    """
    Say it, and return its name.

    Whatever is no clear answer may have been said: a gateway's 503 tells nothing of the server
    behind it.
    """
    told_with = {"idempotency-key": key}
    try:
        answer = api.say("POST", "api/v1/statuses", fields=fields, headers=told_with)
        told = accepted(_no_fault(answer), at=at).json()
    except AnsweredNo as wrong:
        raise NotTaken(f"{wrong} Nothing was said.") from wrong
    except BrokenOff as wrong:
        raise NoAnswer(f"{wrong} It may have been said.") from wrong
    named = told.get("id") if isinstance(told, Mapping) else None
    if not isinstance(named, str) or not named:
        raise NoAnswer(f"{api.host} took the reply and gave it no id. It may have been said.")
    return ids.ours(named, host=api.host)


def _no_fault(answer: Answer) -> Answer:
    if answer.status >= _FAULT:
        raise BrokenOff(f"The server has a fault of its own ({answer.status}).")
    return answer


def _answered_id(message: Message, *, host: str) -> str | None:
    if message.in_reply_to is None:
        return None
    try:
        return ids.theirs(message.in_reply_to, host=host)
    except ids.ElsewhereNamed as wrong:
        raise NotTaken(str(wrong)) from wrong


def _candidates(
    api: Api, *, me: Me, answered: str | None, at: datetime
) -> Iterator[Mapping[str, Any]]:
    """Yield our own newest posts, and what stands below the post that was answered."""
    path = f"api/v1/accounts/{quote(me.id, safe='')}/statuses"
    params: dict[str, Any] = {"limit": 40, "exclude_reblogs": "true"}
    for _ in range(_PAGES):
        batch = api.listed(path, at=at, **params)
        yield from (one for one in batch.items if isinstance(one, Mapping))
        if batch.following is None or batch.following == params.get("max_id"):
            break
        params["max_id"] = batch.following
    if answered is None:
        return
    with suppress(AnsweredNo):  # it was deleted meanwhile
        around = f"api/v1/statuses/{quote(answered, safe='')}/context"
        for one in api.listed(around, at=at, key="descendants").items:
            if isinstance(one, Mapping):
                yield one


def _is_it(
    status: Mapping[str, Any], message: Message, *, me: Me, answered: str | None, host: str
) -> bool:
    account = status.get("account")
    if not isinstance(account, Mapping) or account.get("id") != me.id:
        return False
    told = status.get("in_reply_to_id")
    parent = ids.ours(told, host=host) if isinstance(told, str) and told else None
    if parent != (None if answered is None else ids.ours(answered, host=host)):
        return False
    written_at = moment(status.get("created_at"))
    if message.made_at and written_at and written_at < message.made_at - _CLOCKS_APART:
        return False  # the same words, said before this reply was made
    return isinstance(status.get("id"), str) and same_words(status, message.text)


def _is_there(api: Api, path: str, *, at: datetime) -> bool:
    try:
        api.get(path, at=at)
    except AnsweredNo:
        return False
    return True


def _closer(one: Visibility, other: Visibility) -> Visibility:
    return max(one, other, key=_CIRCLES.index)


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)
