"""The desk that pictures show: the invented brand's posts, read for real, and people at work."""

from datetime import timedelta
from typing import Final

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.domain.records.case import CaseState
from answerback.domain.records.role import Role
from answerback.project.importing import import_posts, prepare
from answerback.project.showcase import MOMENT, invented

PEOPLE: Final = {
    "olga": ("Olga Okafor", Role.OWNER),
    "lena": ("Lena Lund", Role.LEAD),
    "cleo": ("Cleo Costa", Role.APPROVER),
    "ada": ("Ada Adler", Role.AGENT),
    "bob": ("Bob Baker", Role.AGENT),
    "vera": ("Vera Vogt", Role.VIEWER),
}


def furnished() -> None:
    """Import the posts as of the demo's moment, and let people work on some of the cases."""
    with invented() as files:
        job = prepare(
            path=files.posts,
            brand=files.brand,
            policy=None,
            mapping=None,
            at=MOMENT,
            heard_at=MOMENT,
        )
        import_posts(job, watch=lambda _phase, _done, _total: None)
    brand = models.Brand.objects.get()
    for handle, (name, role) in PEOPLE.items():
        user = models.User.objects.create(handle=handle, name=name, joined_at=MOMENT)
        models.Membership.objects.create(user=user, brand=brand, role=role)
    _channels(brand)
    open_cases = models.Case.objects.exclude(state=CaseState.CLOSED).order_by("turn", "pk")
    for case, handle in zip(open_cases[:5], ("olga", "bob", "ada", "olga", "cleo"), strict=False):
        assign_case(case_id=case.pk, to=handle, by="lena", at=MOMENT - timedelta(minutes=20))


def _channels(brand: models.Brand) -> None:
    """Set up three accounts: one that is well, one with gaps, one whose login is refused."""
    told = (
        ("mastodon", "Support", {"server": "https://social.example", "tags": "acme"}, ""),
        ("email", "Letters", {"address": "care@acme.example", "imap": "imap.acme.example"}, ""),
        ("bluesky", "Press office", {"handle": "acme.example"}, _REFUSED),
    )
    for channel, name, settings, stopped in told:
        models.ChannelAccount.objects.create(
            brand=brand,
            channel=channel,
            name=name,
            handle="care@acme.example" if channel == "email" else brand.handles[0],
            settings=settings,
            stopped=stopped,
            works=not stopped,
            tested=stopped or "Signed in; posts may have 500 characters.",
            tested_at=MOMENT - timedelta(minutes=9),
            most_characters=500,
            added_at=MOMENT - timedelta(days=20),
            added_by="olga",
        )
    account = models.ChannelAccount.objects.get(channel="mastodon")
    for stream, title, lag in (("mentions", "mentions", 1.2), ("tag:acme", "#acme", 41.0)):
        source = models.Source.objects.create(
            brand=brand,
            channel=account.channel,
            account=account,
            name=f"{account.name}: {title}",
            stream=stream,
            fingerprint=f"live:{account.pk}:{stream}",
            opened_at=account.added_at,
            last_post_at=MOMENT - timedelta(minutes=7),
            lag=lag,
            asked_at=MOMENT - timedelta(seconds=20),
            next_at=MOMENT + timedelta(seconds=40),
            streaming=stream == "mentions",
            rate={"limit": 300, "remaining": 281},
            batches=1,
        )
        models.LedgerLine.objects.create(
            source=source,
            batch=1,
            at=MOMENT,
            fetched=40,
            stored=0,
            duplicate=37,
            discarded=0,
            failed=3,
        )
        _failed(source)
    _gaps(source)


def _failed(source: models.Source) -> None:
    """Let things have failed: one of them is being read again, one was, in vain."""
    for number in range(3):
        models.FailedRow.objects.create(
            source=source,
            cursor=f"social.example/10{number}",
            line=0,
            reason="no_text" if number == 2 else "unknown_shape",  # noqa: PLR2004  the last of them
            sentence="The network sent a post of a shape we do not know (KeyError: 'account'). It "
            "is kept as it came; report it.",
            raw=f'{{"id": "10{number}", "content": "<p>My kettle leaks again</p>"}}',
            again_at=MOMENT if number == 0 else None,
            tried_at=MOMENT - timedelta(hours=2) if number == 1 else None,
        )


def _gaps(source: models.Source) -> None:
    began = MOMENT - timedelta(days=2)
    for told in ({}, {"repaired_at": MOMENT - timedelta(days=1), "found_posts": 3, "tries": 1}):
        models.Gap.objects.create(
            source=source,
            kind="pages_ran_out",
            sentence="social.example shows 40 posts at a time, and none of them was known.",
            since=began,
            until=began + timedelta(hours=5),
            found_at=began + timedelta(hours=5),
            **told,
        )


_REFUSED: Final = "bsky.social refuses our login. Set the account's secret anew."


def troubled_account() -> int:
    """Return the account with most to see on its page."""
    return models.ChannelAccount.objects.get(channel="mastodon").pk


def telling_case() -> int:
    """Return a case with much on its page: Olga's own, with the longest conversation."""
    cases = models.Case.objects.filter(owner="olga")
    return max(
        cases, key=lambda one: models.Post.objects.filter(conversation=one.conversation).count()
    ).pk
