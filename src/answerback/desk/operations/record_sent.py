"""What was sent becomes a post of the conversation, and the case waits for its author."""

from datetime import datetime

from answerback.desk import models
from answerback.desk.operations.after_send import after_send
from answerback.desk.operations.answer_across import answer_across
from answerback.desk.operations.insert_rows import insert_new_rows, insert_rows
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.move_reply import move_reply
from answerback.desk.operations.open_cases import keep_cases_true, still_asked
from answerback.desk.operations.see_answers import see_answers
from answerback.desk.operations.store_batch import post_row
from answerback.desk.queries.ledger import SENT_FROM_HERE
from answerback.desk.queries.setting import Setting, setting_of_reply
from answerback.desk.queries.threads import Threads
from answerback.desk.queries.through import through_of
from answerback.desk.rows import mention_columns
from answerback.domain.records.case import CaseState
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.event import EventName
from answerback.domain.records.mention import Mention
from answerback.domain.records.post import Author, Media, MediaKind, Post, Visibility
from answerback.domain.records.reply import ReplyState

_OURS = Mention(
    heard=False,
    addressed=False,
    relevance=0.0,
    discarded=DiscardReason.OWN_POST,
    why=("We said it, from here.",),
)


def record_sent(
    reply: models.Reply,
    *,
    external_id: str,
    at: datetime,
    said_at: datetime | None = None,
    by: str | None = None,
    what: EventName | None = None,
) -> None:
    """
    Record that a locked reply is said: its post, the answers it gives, its case.

    `said_at` is when it was said, as far as one knows; None: just now.  The network may tell us
    of the post too, before or after: it is the same post.  Call it inside a transaction.
    """
    setting = setting_of_reply(reply)
    said_at = said_at or at
    reply.external_id, reply.sent_at, reply.claimed_until = external_id, said_at, None
    reply.failure = ""
    post_id = _store_post(reply, setting=setting, external_id=external_id, at=at)
    told = {"tries": reply.tries, "reply_post": post_id}
    move_reply(reply, to=ReplyState.SENT, by=by, at=at, what=what, told=told)
    threads = Threads(brand_id=setting.brand_id, channel=setting.channel)
    see_answers(people=[(setting.conversation, setting.author_key)], threads=threads, at=at)
    answer_across(case_ids=[setting.case_id], at=at)
    keep_cases_true(case_ids=[setting.case_id], grown=(), at=at)
    _our_word(setting, by=by, said_at=said_at, at=at)
    after_send(reply, at=at)


def _store_post(
    reply: models.Reply, *, setting: Setting, external_id: str, at: datetime
) -> int | None:
    """Insert the post unless the network was quicker, and return its number."""
    source, _ = models.Source.objects.get_or_create(
        brand_id=setting.brand_id,
        channel=setting.through,
        fingerprint=SENT_FROM_HERE,
        defaults={"name": "sent from here", "opened_at": at, "finished_at": at},
    )
    answered = models.Post.objects.get(pk=reply.in_reply_to_id or setting.post_id)
    post = Post(
        channel=setting.channel,
        source=source.name,
        external_id=external_id,
        author=_us(reply, setting=setting),
        text=reply.text,
        created_at=reply.sent_at or at,
        heard_at=at,
        in_reply_to=answered.external_id,
        conversation_id=answered.conversation_id,
        inbound=False,
        visibility=Visibility(answered.visibility),
        media=_media(reply),
    )
    row = post_row(
        post,
        source=source,
        conversation=setting.conversation,
        discard_reason=DiscardReason.OWN_POST,
        sorted_at=at,
        speaks_to=setting.author_key,
    )
    came = insert_new_rows(model=models.Post, rows=[row], returning=["id"])
    if not came:
        return None
    (post_id,) = came[0]
    insert_rows(model=models.Mention, rows=[{"post_id": post_id, **mention_columns(_OURS)}])
    return int(post_id)


def _media(reply: models.Reply) -> tuple[Media, ...]:
    """Return what hung on a reply, without addresses: its network has them, and not we."""
    files = reply.files.order_by("pk").values_list("kind", "alt")
    return tuple(
        Media(kind=_KINDS.get(kind.partition("/")[0], MediaKind.FILE), alt=alt)
        for kind, alt in files
    )


_KINDS = {"image": MediaKind.IMAGE, "video": MediaKind.VIDEO, "audio": MediaKind.AUDIO}


def _us(reply: models.Reply, *, setting: Setting) -> Author:
    """Return who we are there: the account's name, else the brand's first."""
    account_id = through_of(reply).account_id
    told = models.ChannelAccount.objects.filter(pk=account_id or 0)
    handle, native_id = told.values_list("handle", "native_id").first() or ("", "")
    handle = handle or (*setting.handles, setting.brand)[0]
    return Author(handle=handle, name=setting.brand, native_id=native_id or None)


def _our_word(setting: Setting, *, by: str | None, said_at: datetime, at: datetime) -> None:
    """
    Say that we spoke last: the author has the word, and no deadline runs.

    Not where they asked on before what we had said was found: then it is still our turn.
    """
    case = models.Case.objects.filter(pk=setting.case_id)
    if still_asked([setting.case_id]):
        case.update(stirred_at=said_at)
        return
    case.update(stirred_at=said_at, author_has_the_word=True, respond_by=None)
    if setting.state in (CaseState.ASSIGNED, CaseState.AWAITING_APPROVAL):
        move = Move(to=CaseState.AWAITING_AUTHOR)
        move_cases(case_ids=[setting.case_id], move=move, by=by, at=at)
