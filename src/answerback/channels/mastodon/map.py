"""Mastodon's statuses as posts."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from answerback.channels.clean import clean
from answerback.channels.inbound import Cursor, Fetched, Gone
from answerback.channels.mastodon.api import Me
from answerback.channels.mastodon.ids import ours
from answerback.channels.mastodon.plain import Plain, plain
from answerback.channels.telling import as_raw, believable, fetched, text_of, word
from answerback.channels.unreadable import Unreadable
from answerback.domain.records.details import Details
from answerback.domain.records.post import Author, Media, MediaKind, Post, Visibility

CHANNEL: Final = "mastodon"
#: Of one kind on one post; no server lets people hang on more.
_MOST: Final = 50
#: Characters of what a person says of themselves; more is not told.
_MOST_BIO: Final = 20_000
_LONGEST_ADDRESS: Final = 2_048
_VISIBILITIES: Final = {
    "public": Visibility.PUBLIC,
    "unlisted": Visibility.UNLISTED,
    "local": Visibility.UNLISTED,  # Akkoma, Hometown: all of one server
    "private": Visibility.FOLLOWERS,
    "mutuals_only": Visibility.FOLLOWERS,  # GoToSocial
}
_MEDIA: Final = {
    "image": MediaKind.IMAGE,
    "video": MediaKind.VIDEO,
    "gifv": MediaKind.VIDEO,
    "audio": MediaKind.AUDIO,
}
#: A status without one of these never was edited: they tell of edits, and this is none.
UNEDITED: Final = "unedited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What must be known to read the answers of one server."""

    host: str  #: "social.example", with the port where it is not the web's
    source: str  #: title of the stream
    at: datetime
    our: Me | None = None  #: who we are there; None: not known

    def status(self, payload: object, *, named: str = "", raw: str | None = None) -> Fetched:
        """Return a status as a thing of its own; `named` where it has no id."""
        told = payload.get("id") if isinstance(payload, Mapping) else None
        name = ours(told, host=self.host) if isinstance(told, str) and told else named
        return fetched(payload, named=name or digest(as_raw(payload)), read=self.post, raw=raw)

    def gone(self, told: str, *, raw: str) -> Fetched:
        """Return word that a status is no more."""
        name = ours(told, host=self.host)
        return Fetched(
            cursor=Cursor(f"gone:{name}"[:512]),
            raw=raw,
            gone=Gone(channel=CHANNEL, external_id=name),
        )

    def post(self, status: Mapping[str, Any]) -> Post:
        """Return a status as a post; a boost as one by whoever boosts, with the words boosted."""
        boosted = status.get("reblog")
        said = status if boosted is None else _object(boosted)
        account = _object(status["account"])
        written_at, assumed = believable(moment(status.get("created_at")), at=self.at)
        content = self._content(said)
        edited_at = moment(said.get("edited_at"))
        answered = status.get("in_reply_to_id")
        return Post(
            channel=CHANNEL,
            source=self.source,
            external_id=ours(word(status, "id"), host=self.host),
            author=self._author(account),
            text=self._text(said, content=content),
            created_at=written_at,
            created_at_assumed=assumed,
            heard_at=self.at,
            in_reply_to=None if answered is None else ours(_id(answered), host=self.host),
            inbound=False if self._is_ours(account) else None,
            url=_address(status.get("url")) or _address(said.get("url")) or None,
            details=self._details(status, said=said, content=content),
            revision=revision(said, text=content.text),
            revised_at=edited_at,
            visibility=visibility(status.get("visibility")),
            media=(*_media(said), *_card(said)),
        )

    def _is_ours(self, account: Mapping[str, Any]) -> bool:
        return self.our is not None and account.get("id") == self.our.id

    def _author(self, account: Mapping[str, Any]) -> Author:
        followers = account.get("followers_count")
        page = _address(account.get("url"))
        return Author(
            handle=self.handle(account),
            name=clean(account.get("display_name") or ""),
            followers=followers if _is_count(followers) else None,
            native_id=page or ours(word(account, "id"), host=self.host),
        )

    def handle(self, account: Mapping[str, Any]) -> str:
        """Return who somebody is: with their server, unless it is this one."""
        return clean(word(account, "acct")).removesuffix(f"@{self.host}")

    def _content(self, status: Mapping[str, Any]) -> Plain:
        told = status["content"]
        if not isinstance(told, str):
            raise Unreadable(
                reason="no_text",
                sentence="The server sent a post whose text is no text. It is kept; report it.",
            )
        people = {
            address: self.handle(one)
            for one in _objects(status.get("mentions"))
            if (address := _address(one.get("url")))
        }
        if self.our is not None and self.our.url:  # snac names only others beside the text
            people.setdefault(self.our.url, self.our.acct)
        return plain(told, mentions=people, quoted=_quoted(status) is not None)

    def _text(self, status: Mapping[str, Any], *, content: Plain) -> str:
        """Return all words that the author wrote: warning, text, and what a poll asks."""
        warning = text_of(status.get("spoiler_text")).strip()
        poll = status.get("poll")
        options = _objects(poll.get("options")) if isinstance(poll, Mapping) else ()
        asked = "\n".join(f"- {text_of(one.get('title'))}" for one in options)
        return clean("\n\n".join(part for part in (warning, content.text, asked) if part))

    def _details(
        self, status: Mapping[str, Any], *, said: Mapping[str, Any], content: Plain
    ) -> Details:
        account = _object(status["account"])
        quoted = _quoted(said)
        card = said.get("card")
        title = card.get("title") if isinstance(card, Mapping) else None
        told: dict[str, list[str]] = {
            "lang": _words(said.get("language")),
            "type": [self._kind(status, quoted=quoted)],
            "has": sorted({_HAS[one.kind] for one in _media(said)} | ({"media"} & _has(said))),
            "to": self._to(said),
            "repost_of": [] if said is status else [self.handle(_object(said["account"]))],
            "engaging_with": [] if quoted is None else self._who(quoted.get("account")),
            "quoted": [] if quoted is None else [self._content(quoted).text],
            "tag": [name for one in _objects(said.get("tags")) for name in _words(one.get("name"))],
            "url": _each_once([*content.links, *(one.url for one in _card(said))]),
            "title": _words(title),
            "bio": _bio(account.get("note")),
        }
        counts = {name: _counted(said.get(theirs)) for name, theirs in _COUNTS.items()}
        person = {name: _counted(account.get(theirs)) for name, theirs in _OF_PERSON.items()}
        return Details({**told, **counts, **person})

    def _kind(self, status: Mapping[str, Any], *, quoted: Mapping[str, Any] | None) -> str:
        if status.get("reblog") is not None:
            return "repost"
        if quoted is not None:
            return "quote"
        return "reply" if status.get("in_reply_to_id") is not None else "post"

    def _to(self, status: Mapping[str, Any]) -> list[str]:
        account = status.get("in_reply_to_account_id")
        if account is None:
            return []
        people = (*_objects(status.get("mentions")), _object(status["account"]))
        return [self.handle(one) for one in people if one.get("id") == account][:1]

    def _who(self, account: object) -> list[str]:
        return [self.handle(account)] if isinstance(account, Mapping) else []


_COUNTS: Final = {
    "likes": "favourites_count",
    "reposts": "reblogs_count",
    "replies": "replies_count",
}
_OF_PERSON: Final = {"following": "following_count", "posts": "statuses_count"}
_HAS: Final = {
    MediaKind.IMAGE: "images",
    MediaKind.VIDEO: "videos",
    MediaKind.AUDIO: "media",
    MediaKind.FILE: "media",
}


def visibility(told: object) -> Visibility:
    """Return who may read a status; a word that we do not know is taken for the closest circle."""
    return _VISIBILITIES.get(told, Visibility.DIRECT) if isinstance(told, str) else _CLOSEST


_CLOSEST: Final = Visibility.DIRECT


def revision(status: Mapping[str, Any], *, text: str) -> str:
    """
    Return the mark of a version: when it was edited, or that it never was.

    A server that does not tell of edits at all is judged by the words.
    """
    if "edited_at" not in status:
        return digest("\0".join((text, str(status.get("spoiler_text")))))
    edited_at = status["edited_at"]
    return UNEDITED if edited_at is None else clean(str(edited_at))[:64]


def mark(status: Mapping[str, Any]) -> str:
    """Return what changes with a status, so that a known one is told again only when it did."""
    seen = status.get("edited_at")
    if seen is None:
        seen = (status.get("content"), status.get("spoiler_text"))
    return digest(str(seen))[:8]


def digest(text: str) -> str:
    """Return a short mark of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def moment(told: object) -> datetime | None:
    """Return a time as told; None: there is none, or it cannot be read, or has no zone."""
    if not isinstance(told, str) or len(told) > 64:  # noqa: PLR2004
        return None
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _object(told: object) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise TypeError(f"{type(told).__name__} where an object belongs")
    return told


def _objects(told: object) -> list[Mapping[str, Any]]:
    return (
        [one for one in told[:_MOST] if isinstance(one, Mapping)] if isinstance(told, list) else []
    )


def _id(told: object) -> str:
    return word({"in_reply_to_id": told}, "in_reply_to_id")


def _is_count(told: object) -> bool:
    return type(told) is int and told >= 0


def _counted(told: object) -> list[str]:
    return [str(told)] if _is_count(told) else []


def _words(told: object) -> list[str]:
    return [clean(told)[:512]] if isinstance(told, str) and told.strip() else []


def _address(told: object) -> str:
    if not isinstance(told, str) or len(told) > _LONGEST_ADDRESS:
        return ""
    return clean(told) if told.startswith(("https://", "http://")) else ""


def _bio(told: object) -> list[str]:
    if not isinstance(told, str) or len(told) > _MOST_BIO:
        return []
    return _words_kept(plain(told).text)


def _each_once(several: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(several))[:_MOST]


def _words_kept(text: str) -> list[str]:
    return [clean(text)] if text else []


def _quoted(status: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the status that one quotes, where the server shows it; older ones tell it bare."""
    quote = status.get("quote")
    if not isinstance(quote, Mapping):
        return None
    found = quote.get("quoted_status", quote)
    return found if isinstance(found, Mapping) and "content" in found else None


def _media(status: Mapping[str, Any]) -> tuple[Media, ...]:
    return tuple(_media_of(status))


def _media_of(status: Mapping[str, Any]) -> Iterator[Media]:
    for one in _objects(status.get("media_attachments")):
        kind = one.get("type")
        yield Media(
            kind=_MEDIA.get(kind, MediaKind.FILE) if isinstance(kind, str) else MediaKind.FILE,
            url=_address(one.get("url")) or _address(one.get("remote_url")),
            alt=text_of(one.get("description")),
        )


def _has(status: Mapping[str, Any]) -> set[str]:
    return {"media"} if status.get("media_attachments") else set()


def _card(status: Mapping[str, Any]) -> tuple[Media, ...]:
    card = status.get("card")
    address = _address(card.get("url")) if isinstance(card, Mapping) else ""
    if not address:
        return ()
    title = card.get("title") if isinstance(card, Mapping) else None
    return (Media(kind=MediaKind.LINK, url=address, alt=" ".join(_words(title))),)
