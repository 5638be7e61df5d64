"""One of everything for a brand, made past the operations: what routes name and pages show."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.builders import (
    ACME,
    MONDAY_9,
    NEXT_DAY,
    Shelf,
    fetched,
    make_post,
    small_listening,
    small_sorting,
)
from tests.people import make_user

from answerback.desk import models
from answerback.desk.operations.collect import Pace, collect
from answerback.desk.operations.join_cases import join_cases
from answerback.desk.operations.open_source import Stream, finish_source, open_source
from answerback.desk.operations.sort_waiting import sort_waiting
from answerback.domain.records.brand import Brand
from answerback.domain.records.post import Author, Post
from answerback.domain.records.reply import ReplyState
from answerback.domain.records.role import Role

if TYPE_CHECKING:
    from answerback.channels.inbound import Failure


def make_everything(brand: str, *, words: str = "my kettle leaks") -> dict[str, str]:
    """
    Make a brand, its people and one of everything they keep, and return what routes call it.

    `words` stand wherever somebody may write: in posts, names, notes, macros, replies, tags.
    """
    told = Brand(name=brand, handles=ACME.handles)
    source_id, brand_id = _posts(told, words=words)
    for role in Role:
        make_user(f"{brand.casefold()}-{role}", role=role, brand=brand)
    someone = f"{brand.casefold()}-agent"
    models.User.objects.filter(handle=someone).update(name=words[:100])
    open_cases = models.Case.objects.filter(brand_id=brand_id).exclude(state="closed")
    case = open_cases.order_by("pk")[0]
    models.Case.objects.filter(pk=case.pk).update(
        owner=someone, state="awaiting_approval", assigned_at=NEXT_DAY, assigned_why=[words]
    )
    beside = _beside(case, by=someone, words=words)
    kept = _kept(brand_id, by=someone, words=words)
    account_id = _account(brand_id, by=someone, words=words)
    closed = models.Case.objects.filter(brand_id=brand_id, state="closed").order_by("pk")[0]
    joined_id = join_cases(
        case_id=case.pk, other_id=closed.pk, evidence=words[:1_000], by=someone, at=NEXT_DAY
    )
    return {
        "brand_id": str(brand_id),
        "case_id": str(case.pk),
        "post_id": str(case.leading_id),
        "source_id": str(source_id),
        "account_id": str(account_id),
        "joined_id": str(joined_id),
        "handle": someone,
        "which": "never-answered",
        "number": "1",
        **beside,
        **kept,
    }


def _posts(brand: Brand, *, words: str) -> tuple[int, int]:
    stream = Stream(channel="archive", name=words, fingerprint=f"of {brand.name}")
    source = open_source(brand=brand, stream=stream, at=NEXT_DAY)
    asked = make_post(
        f"{brand.name} 1",
        author="ada",
        text=f"@acme it leaks {words}",
        url="https://example.org/1",
        source=words[:500],
    )
    posts: list[Post | Failure] = [
        _renamed(asked, name=words),
        make_post(f"{brand.name} 2", author="bob", text="@acme where is it"),
        make_post(
            f"{brand.name} 3",
            author="acme",
            text="@bob sorry",
            in_reply_to=f"{brand.name} 2",
            created_at=MONDAY_9 + timedelta(hours=1),
        ),
    ]
    for _ in collect(
        channel=Shelf(things=fetched(*posts)),
        source=source,
        listening=small_listening(),
        at=NEXT_DAY,
        pace=Pace(sleep=lambda _: None),
    ):
        pass
    while sort_waiting(brand_id=source.brand_id, stages=small_sorting(), at=NEXT_DAY):
        pass
    finish_source(source_id=source.source_id, at=NEXT_DAY)
    for model, part in ((models.Mention, "why"), (models.Reading, "why"), (models.Plan, "reasons")):
        model._default_manager.filter(post__brand_id=source.brand_id).update(**{part: [words]})  # noqa: SLF001  Django's documented name
    models.FailedRow.objects.create(
        source_id=source.source_id, cursor="9", line=9, reason="not_json", sentence=words, raw=words
    )
    return source.source_id, source.brand_id


def _renamed(post: Post, *, name: str) -> Post:
    return replace(post, author=Author(handle="ada", name=name[:500]))


def _beside(case: models.Case, *, by: str, words: str) -> dict[str, str]:
    """Make what stands beside a case: a reply that waits, a note, a tag, a correction, presence."""
    user = models.User.objects.get(handle=by)
    reply = models.Reply.objects.create(
        case=case,
        state=ReplyState.AWAITING_APPROVAL,
        written_by=by,
        text=words,
        in_reply_to=case.leading,
        key=uuid4(),
        needs_approval=True,
        approval_reasons=[words],
        sent_back_note=words,
        begun_at=NEXT_DAY,
        changed_at=NEXT_DAY,
        submitted_at=NEXT_DAY,
    )
    models.ReplyText.objects.create(reply=reply, version=1, text=words, by=by, at=NEXT_DAY)
    models.Note.objects.create(case=case, by=by, text=words, mentions=[by], at=NEXT_DAY)
    models.CaseTag.objects.create(case=case, tag=words)
    models.Watch.objects.create(case=case, user=user, at=NEXT_DAY)
    models.Notice.objects.create(user=user, what="mentioned", case=case, by=by, at=NEXT_DAY)
    models.Event.objects.create(
        what="case_tagged",
        at=NEXT_DAY,
        by=by,
        case=case,
        particulars={"tag": words},
        brand_id=case.brand_id,
    )
    file = models.ReplyFile.objects.create(
        reply=reply,
        name=words[:80],
        kind="image/png",
        data=b"\x89PNG\r\n\x1a\n",
        alt=words,
        by=by,
        at=NEXT_DAY,
    )
    return {"reply_id": str(reply.pk), "file_id": str(file.pk)}


def _kept(brand_id: int, *, by: str, words: str) -> dict[str, str]:
    """Make what a brand keeps: texts, a macro, a team, a view, an upload, an invitation, a bulk."""
    user = models.User.objects.get(handle=by)
    name = models.Brand.objects.get(pk=brand_id).name
    told = {"brand": f'name = "{name}"\nhandles = ["acme"]\n', "policy": ""}
    for what, text in told.items():
        models.BrandText.objects.create(
            brand_id=brand_id,
            what=what,
            number=1,
            text=f"{text}# {words}\n",
            at=NEXT_DAY,
            by=by,
            note=words,
        )
    macro = models.Macro.objects.create(
        brand_id=brand_id, name=words, text=words, by=by, at=NEXT_DAY
    )
    team = models.Team.objects.create(brand_id=brand_id, name=words, queues=[words])
    view = models.View.objects.create(owner=user, name=words, filters={}, brand_id=brand_id)
    upload = models.Upload.objects.create(
        brand_id=brand_id, name=words, folder="", size=1, by=by, at=NEXT_DAY, sentence=words
    )
    invitation = models.Invitation.objects.create(
        brand_id=brand_id,
        role=Role.AGENT,
        name=words,
        token_hash=f"{brand_id}",
        by=by,
        at=NEXT_DAY,
        ends_at=NEXT_DAY + timedelta(days=3650),
    )
    bulk = models.Bulk.objects.create(user=user, at=NEXT_DAY, what="tag", before={})
    return {
        "macro_id": str(macro.pk),
        "team_id": str(team.pk),
        "view_id": str(view.pk),
        "upload_id": str(upload.pk),
        "invitation_id": str(invitation.pk),
        "bulk_id": str(bulk.pk),
    }


def _account(brand_id: int, *, by: str, words: str) -> int:
    """Make an account on a network, with a source that failed and has a gap."""
    account = models.ChannelAccount.objects.create(
        brand_id=brand_id,
        channel="rss",
        name=words[:80],
        handle=words[:80],
        settings={"feeds": words[:200]},
        tested=words,
        works=False,
        added_at=NEXT_DAY,
        added_by=by,
    )
    source = models.Source.objects.create(
        brand_id=brand_id,
        channel="rss",
        account=account,
        name=words,
        stream=words,
        fingerprint=f"live:{account.pk}",
        opened_at=NEXT_DAY,
        next_at=NEXT_DAY,
        failures=1,
        sentence=words,
    )
    models.Gap.objects.create(
        source=source, kind="stream_broke", sentence=words, given_up=words, found_at=NEXT_DAY
    )
    return account.pk


def make_person(
    handle: str, *, role: Role, brand: str, joined_at: datetime = MONDAY_9
) -> models.User:
    """Return somebody with a seat at a brand that is there."""
    user = models.User.objects.create(handle=handle, name=handle.capitalize(), joined_at=joined_at)
    models.Membership.objects.create(
        user=user, brand=models.Brand.objects.get(name=brand), role=role
    )
    return user
