"""What surrounds a reply: whom it speaks to, where, and what was said before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Coalesce

from answerback.desk import models
from answerback.desk.queries.joined import Place, places_beside
from answerback.desk.rows import post_record, reading_record
from answerback.domain.etiquette.check import findings
from answerback.domain.etiquette.repetition import WINDOW
from answerback.domain.records.post import Post
from answerback.domain.records.reading import Reading
from answerback.domain.records.reply import ON_ITS_WAY, Finding, Reply

#: Etiquette looks at the newest posts of a conversation; a thread of thousands is no reply's.
_LOOKED_AT = 50
#: Of the last 24 hours, the newest.
_COMPARED = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A case, as far as a reply in it needs to know."""

    case_id: int
    brand_id: int
    brand: str
    handles: tuple[str, ...]  #: the brand's
    channel: str  #: the network the person spoke on
    through: str  #: the channel of the source we heard them by: its sender speaks
    origin_id: int  #: that source
    most_characters: int | None  #: of one reply, as its account's server said; None: as usual
    author_key: str
    conversation: str
    state: str
    owner: str | None
    kind: str
    queue: str
    respond_by: datetime | None
    opened_at: datetime
    post_id: int
    post: Post  #: what is answered: the most pressing one, of joined cases the person's last
    deleted: bool  #: that post is gone from its network
    reading: Reading | None  #: of that post
    place: Place  #: where the reply goes
    places: tuple[Place, ...]  #: where the person writes; several: cases were joined


def setting_of(case_id: int, *, place_id: int | None = None) -> Setting:
    """
    Return what surrounds a reply in a case.  Two questions to the database.

    Where other cases of the same person are joined into it, a reply goes to one of their places:
    the one of `place_id`, else where the person wrote last; that costs two questions more.
    """
    cases = models.Case.objects.select_related(
        "brand", "leading", "leading__origin__account", "leading__reading"
    )
    case = cases.get(pk=case_id)
    places = places_beside(case)
    leading, place = case.leading, places[0]
    if len(places) > 1:
        leading = _last_of_person(places, brand_id=case.brand_id, place_id=place_id) or leading
        place = next(
            (one for one in places if (one.channel, one.conversation) == _place(leading)), place
        )
    reading, account = getattr(leading, "reading", None), leading.origin.account
    return Setting(
        case_id=case.pk,
        brand_id=case.brand_id,
        brand=case.brand.name,
        handles=tuple(case.brand.handles),
        channel=place.channel,
        through=leading.origin.channel,
        origin_id=leading.origin_id,
        most_characters=account.most_characters if account else None,
        author_key=place.author_key,
        conversation=place.conversation,
        state=case.state,
        owner=case.owner,
        kind=case.kind,
        queue=case.queue,
        respond_by=case.respond_by,
        opened_at=case.opened_at,
        post_id=leading.pk,
        post=post_record(leading),
        deleted=leading.deleted_at is not None,
        reading=None if reading is None else reading_record(reading),
        place=place,
        places=places,
    )


def setting_of_reply(reply: models.Reply) -> Setting:
    """Return what surrounds a reply that was begun: its case, and the place it goes to."""
    return setting_of(reply.case_id, place_id=reply.place_id)


def _place(post: models.Post) -> tuple[str, str]:
    return (post.channel, post.conversation)


def _last_of_person(
    places: Sequence[Place], *, brand_id: int, place_id: int | None
) -> models.Post | None:
    """Return what the person said last, in one place or in any, and not taken back."""
    wanted = Q(pk__in=())
    for one in places:
        if place_id in (None, one.case_id):
            wanted |= Q(
                channel=one.channel, conversation=one.conversation, author_key=one.author_key
            )
    said = models.Post.objects.filter(wanted, brand_id=brand_id, deleted_at__isnull=True)
    told = said.select_related("origin__account", "reading").annotate(
        moment=Coalesce("created_at", "heard_at")
    )
    return told.order_by("-moment", "-pk").first()


def newest_post(setting: Setting) -> int:
    """Return the number of the newest post of a conversation; 0: there is none."""
    newest: int | None = _conversation(setting).aggregate(newest=Max("pk"))["newest"]
    return newest or 0


def posts_since(setting: Setting, *, seen: int) -> list[Post]:
    """
    Return what anybody said in the conversation after a post, newest last.

    An edit is a post: the next version of what was said.  Also what was taken in and not yet
    sorted, when it answers a post of the conversation, or is an edit of one.  What is gone again
    is nothing that one could read.
    """
    rows = list(_conversation(setting).filter(pk__gt=seen, deleted_at__isnull=True).order_by("pk"))
    here = _conversation(setting).values("external_id")
    unsorted = models.Post.objects.filter(
        Q(in_reply_to__in=here) | Q(version__gt=1, external_id__in=here),
        brand_id=setting.brand_id,
        channel__in={setting.channel, *(place.channel for place in setting.places)},
        sorted_at__isnull=True,
        deleted_at__isnull=True,
        pk__gt=seen,
    ).exclude(pk__in=[row.pk for row in rows])
    rows += unsorted.order_by("pk")
    return [post_record(row) for row in sorted(rows, key=lambda row: row.pk)]


def look_at(
    setting: Setting, *, text: str, by: str, at: datetime, reply_id: int | None
) -> tuple[Finding, ...]:
    """Return what etiquette sees in a text, were it sent now.  Two questions to the database."""
    return findings(
        reply=Reply(
            text=text,
            to=setting.post.author.handle,
            in_reply_to=setting.post.external_id,
            written_by=by,
        ),
        conversation=_conversation_posts(setting),
        recent=_recent(setting, at=at, reply_id=reply_id),
        at=at,
        reading=setting.reading,
    )


def _conversation_posts(setting: Setting) -> Sequence[Post]:
    rows = _conversation(setting).order_by("-pk")[:_LOOKED_AT]
    found = [post_record(row) for row in rows]
    known = any(post.external_id == setting.post.external_id for post in found)
    return found if known else [*found, setting.post]


def _recent(setting: Setting, *, at: datetime, reply_id: int | None) -> Sequence[Reply]:
    """Return what was said to anybody in the last 24 hours, or is about to be."""
    going = Q(state__in=[str(state) for state in ON_ITS_WAY])
    rows = models.Reply.objects.filter(
        going | Q(sent_at__gte=at - WINDOW), case__brand_id=setting.brand_id
    )
    told = rows.exclude(pk=reply_id or 0).order_by("-pk")
    return [
        Reply(text=text, to=to, sent_at=min(sent_at or at, at))
        for text, to, sent_at in told.values_list("text", "case__author_key", "sent_at")[:_COMPARED]
    ]


def _conversation(setting: Setting) -> QuerySet[models.Post]:
    here = Q(channel=setting.channel, conversation=setting.conversation)
    for place in setting.places[1:] and setting.places:
        here |= Q(channel=place.channel, conversation=place.conversation)
    return models.Post.objects.filter(here, brand_id=setting.brand_id)
