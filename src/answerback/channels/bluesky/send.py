"""Speaking on Bluesky: under a record key of our own, so that nothing is said twice."""

import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from answerback.channels.bluesky.api import Api, NoAppView, NotThere, error_in
from answerback.channels.bluesky.facets import facets_for
from answerback.channels.bluesky.names import POST, Address, address, key_for
from answerback.channels.bluesky.threads import record_at
from answerback.channels.http import AnsweredNo, BrokenOff, Unreached
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account
from answerback.channels.outbound import Attachment, Guarantee, Message, NoAnswer, NotTaken
from answerback.channels.unreadable import Unreadable
from answerback.domain.etiquette.length import length

MOST_GRAPHEMES: Final = 300
MOST_BYTES: Final = 3_000
MOST_PICTURES: Final = 4
MOST_PICTURE_BYTES: Final = 1_000_000
#: What a server says that gave up waiting: it may have heard.
_TOO_LATE: Final = frozenset({408, 425})
_MOST_PEOPLE: Final = 10  #: who are looked up for one reply
_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})


class BlueskySender:
    """
    The voice of one account.

    A message has one record key for ever, derived from its own key and the moment of its first
    try, and everything else in its record is frozen with it.  A second put of the same record
    changes nothing, and `swapRecord` null keeps us from writing over any other.
    """

    name: Final = "bluesky"
    send_guarantee: Final = Guarantee.IDEMPOTENT
    found_after: Final = timedelta(seconds=10)
    key_lives: Final = None

    def __init__(self, account: Account) -> None:
        self._api = Api(account)

    def close(self) -> None:
        self._api.close()

    def send(self, message: Message) -> str:
        """Say it; see `outbound.Sender`."""
        at = _now()
        where = self._where(message, at=at)
        try:
            record = self._record(message, at=at)
        except NotTaken:
            # An earlier try may have been heard, before the post that it answers went.
            said = self.find(message)
            if said is None:
                raise
            return said
        body = {
            "repo": where.did,
            "collection": POST,
            "rkey": where.key,
            "record": record,
            "validate": True,
            "swapRecord": None,
        }
        try:
            self._api.post("com.atproto.repo.putRecord", body, at=at)
        except Unreached:
            raise  # nobody heard
        except BrokenOff as wrong:
            return self._look(where, message, at=at, instead=wrong)
        except AnsweredNo as no:
            if error_in(no.body) == "InvalidSwap" or no.status in _TOO_LATE:
                return self._look(where, message, at=at, instead=no)
            raise NotTaken(
                f"Bluesky did not take the reply: {no} Change its text and send it again."
            ) from no
        return str(where)

    def _record(self, message: Message, *, at: datetime) -> dict[str, Any]:
        _check(message)
        return {
            "$type": POST,
            "text": message.text,
            "createdAt": _written(_made_at(message)),
            **self._reply(message, at=at),
            **self._facets(message, at=at),
            **self._pictures(message, at=at),
        }

    def find(self, message: Message) -> str | None:
        """Return the address of a message that was said before; None: it is not there."""
        at = _now()
        where = self._where(message, at=at)
        found = self._there(where, at=at)
        return str(where) if found is not None and _is_ours(found, message) else None

    def delete(self, external_id: str) -> None:
        """Take away what we said; what is gone already is no fault."""
        at = _now()
        where = _own(external_id, did=self._api.did(at=at))
        body = {"repo": where.did, "collection": where.collection, "rkey": where.key}
        with suppress(NotThere):
            try:
                self._api.post("com.atproto.repo.deleteRecord", body, at=at)
            except AnsweredNo as no:
                raise NotTaken(f"Bluesky did not take the post away: {no}") from no

    def _where(self, message: Message, *, at: datetime) -> Address:
        key = key_for(key=message.key, made_at=_made_at(message))
        return Address(did=self._api.did(at=at), collection=POST, key=key)

    def _there(self, where: Address, *, at: datetime) -> Mapping[str, Any] | None:
        try:
            return record_at(str(where), api=self._api, at=at)
        except (NotThere, NoAppView):
            return None

    def _look(self, where: Address, message: Message, *, at: datetime, instead: ChannelDown) -> str:
        """
        Return the address of what stands under our key after an answer that was no answer.

        :raises NoAnswer: when nobody can tell, or nothing stands there yet.
        :raises NotTaken: when something else stands there.
        """
        try:
            found = self._there(where, at=at)
        except ChannelDown as wrong:
            raise NoAnswer(f"{instead} Whether the reply was said cannot be seen: {wrong}") from (
                wrong
            )
        if found is None:
            raise NoAnswer(f"{instead} The reply is not there yet.") from instead
        if not _is_ours(found, message):
            raise NotTaken(
                "Under the key of this reply another post stands already. Write the reply anew."
            ) from instead
        return str(where)

    def _reply(self, message: Message, *, at: datetime) -> dict[str, Any]:
        """Return what the record says of the post it answers and of the thread's beginning."""
        if message.in_reply_to is None:
            return {}
        try:
            parent = record_at(message.in_reply_to, api=self._api, at=at)
        except Unreadable as wrong:
            raise NotTaken(f"{message.in_reply_to[:120]} is no post of Bluesky.") from wrong
        except NotThere as wrong:
            raise NotTaken(
                "The post that it answers is gone, or its author's account is closed. Close the "
                "case, or write to them elsewhere."
            ) from wrong
        except NoAppView:
            parent = _as_known(message)
        value = parent.get("value")
        answers = value.get("reply") if isinstance(value, Mapping) else None
        here = {"uri": parent.get("uri"), "cid": parent.get("cid")}
        root = answers.get("root") if isinstance(answers, Mapping) else here
        return {"reply": {"root": root, "parent": here}}

    def _facets(self, message: Message, *, at: datetime) -> dict[str, Any]:
        known: dict[str, str | None] = {}

        def resolve(handle: str) -> str | None:
            if handle not in known and len(known) < _MOST_PEOPLE:
                known[handle] = self._resolved(handle, at=at)
            return known.get(handle)

        facets = facets_for(message.text, resolve=resolve)
        return {"facets": facets} if facets else {}

    def _resolved(self, handle: str, *, at: datetime) -> str | None:
        try:
            told = self._api.get("com.atproto.identity.resolveHandle", {"handle": handle}, at=at)
        except (AnsweredNo, NotThere, NoAppView):
            return None
        did = told.get("did")
        return did if isinstance(did, str) else None

    def _pictures(self, message: Message, *, at: datetime) -> dict[str, Any]:
        pictures = [
            {"image": self._api.upload(one.data, kind=one.kind, at=at), "alt": one.alt}
            for one in message.attachments
        ]
        return {"embed": {"$type": "app.bsky.embed.images", "images": pictures}} if pictures else {}


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


def _written(moment: datetime) -> str:
    """Return a moment as the network writes it, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _made_at(message: Message) -> datetime:
    if message.made_at is None:
        raise NotTaken("The reply has no moment of its first try, so it has no record key.")
    return message.made_at


def _check(message: Message) -> None:
    """
    Refuse what the network would refuse, in words that say by how much.

    :raises NotTaken: always for the same message, so nothing is said by halves.
    """
    size, counted = len(message.text.encode()), length(message.text, channel="bluesky")
    if counted > MOST_GRAPHEMES or size > MOST_BYTES:
        raise NotTaken(
            f"The reply has {counted} characters ({size:,} bytes); Bluesky takes "
            f"{MOST_GRAPHEMES} ({MOST_BYTES:,}). Shorten it."
        )
    if not message.text.strip() and not message.attachments:
        raise NotTaken("The reply says nothing. Write something.")
    if len(message.attachments) > MOST_PICTURES:
        raise NotTaken(f"Bluesky takes {MOST_PICTURES} pictures. Leave some out.")
    for one in message.attachments:
        _check_picture(one)


def _check_picture(one: Attachment) -> None:
    if one.kind not in _PICTURES:
        raise NotTaken(f"'{one.name}' is no picture that Bluesky takes: PNG, JPEG, WebP or GIF.")
    if len(one.data) > MOST_PICTURE_BYTES:
        raise NotTaken(
            f"'{one.name}' has {len(one.data):,} bytes; Bluesky takes {MOST_PICTURE_BYTES:,}. "
            "Make it smaller."
        )


def _own(external_id: str, *, did: str) -> Address:
    try:
        where = address(external_id)
    except Unreadable as wrong:
        raise NotTaken(f"'{external_id[:120]}' is no post of Bluesky.") from wrong
    if where.did != did:
        raise NotTaken("That post is not ours, so only its author can take it away.")
    return where


def _is_ours(found: Mapping[str, Any], message: Message) -> bool:
    """Tell whether what stands under our key is this message: its words, its moment, its place."""
    value = found.get("value")
    if not isinstance(value, Mapping):
        return False
    reply = value.get("reply")
    parent = reply.get("parent") if isinstance(reply, Mapping) else None
    answers = parent.get("uri") if isinstance(parent, Mapping) else None
    return (
        value.get("text") == message.text
        and value.get("createdAt") == _written(_made_at(message))
        and answers == message.in_reply_to
    )


def _as_known(message: Message) -> dict[str, Any]:
    """
    Return the post that is answered as we have it, where its server cannot be asked.

    :raises ChannelDown: when we do not have enough of it: the thread's beginning needs its own
        version.
    """
    answered = message.answered
    if (
        answered is None
        or answered.revision is None
        or answered.external_id != message.in_reply_to
        or answered.conversation_id not in (None, answered.external_id)
    ):
        raise ChannelDown(
            "The post that it answers lies on another server, and ours has no app view that "
            "could fetch it. Answer from an account on a server that has one."
        )
    return {"uri": answered.external_id, "cid": answered.revision, "value": {}}
