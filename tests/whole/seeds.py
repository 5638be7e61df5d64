"""A small desk with something of everything, so that no page is bare."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tests.builders import ACME, Shelf, fetched, make_post, small_listening, small_sorting
from tests.desk.steps import no_rest
from tests.people import make_brand, make_user

from answerback.channels.inbound import Failure
from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.collect import Pace, collect
from answerback.desk.operations.open_source import Stream, finish_source, open_source
from answerback.desk.operations.sort_waiting import sort_waiting
from answerback.domain.records.brand import Brand
from answerback.domain.records.post import Post
from answerback.domain.records.role import Role
from answerback.project.clock import now

#: Everybody at Acme, by what they are; Zoe owns another brand and is a stranger here.
PEOPLE = {
    "olga": Role.OWNER,
    "lena": Role.LEAD,
    "cleo": Role.APPROVER,
    "ada": Role.AGENT,
    "bob": Role.AGENT,
    "vera": Role.VIEWER,
}
STRANGER = "zoe"
UMBRA = Brand(name="Umbra", handles=("acme",))
_WORDS = ("my kettle leaks", "where is my parcel?", "the plug burns and it smells")


def seeded() -> None:
    """Make people, two brands, thirty cases and what stands beside them; call it `inside`."""
    at = now().replace(microsecond=0)
    for handle, role in PEOPLE.items():
        make_user(handle, role=role)
    make_brand(UMBRA.name)
    make_user(STRANGER, role=Role.OWNER, brand=UMBRA.name)
    take_in(_posts(at=at), at=at)
    take_in([make_post("u1", author="una", created_at=at - timedelta(days=1))], at=at, brand=UMBRA)
    cases = list(models.Case.objects.filter(brand__name=ACME.name).order_by("pk"))
    for number, handle in enumerate(("ada", "bob", "ada", "cleo")):
        assign_case(case_id=cases[number].pk, to=handle, by="olga", at=at)
    models.CaseTag.objects.create(case=cases[0], tag="delivery")
    models.Note.objects.create(case=cases[0], by="bob", text="I know this person.", at=at)
    _account(at=at)


def _account(*, at: datetime) -> None:
    """Make an account on a network with a source and a gap; it rests, so nobody is asked."""
    brand = make_brand(ACME.name)
    account = models.ChannelAccount.objects.create(
        brand=brand,
        channel="rss",
        name="Reviews",
        settings={"feeds": "https://news.example.org/feed.xml"},
        on=False,
        works=True,
        tested="Read news.example.org.",
        tested_at=at,
        added_at=at,
        added_by="olga",
    )
    source = models.Source.objects.create(
        brand=brand,
        channel="rss",
        account=account,
        name="Reviews: news.example.org",
        stream="https://news.example.org/feed.xml",
        fingerprint=f"live:{account.pk}",
        opened_at=at,
        last_post_at=at,
        lag=40.0,
        asked_at=at,
        next_at=at,
    )
    models.Gap.objects.create(
        source=source, kind="pages_ran_out", sentence="It shows 20 entries.", found_at=at
    )


def _posts(*, at: datetime) -> list[Post | Failure]:
    posts: list[Post | Failure] = [
        make_post(
            f"p{number}",
            author=f"person{number}",
            text=f"@acme {_WORDS[number % 3]} ({number})",
            created_at=at - timedelta(hours=1 + 9 * number),
            heard_at=at,
        )
        for number in range(30)
    ]
    posts.append(
        make_post(
            "r3",
            author="acme",
            text="@person3 we are sorry and look into it",
            in_reply_to="p3",
            created_at=at - timedelta(hours=26),
            heard_at=at,
        )
    )
    posts.append(make_post("far", author="nobody", text="nothing of ours", heard_at=at))
    posts.append(Failure(reason="not_json", sentence="It is no JSON."))
    return posts


def take_in(
    things: Sequence[Post | Failure],
    *,
    at: datetime,
    brand: Brand = ACME,
    name: str = "posts.jsonl",
) -> None:
    """Take posts in and sort them, as an import does, at a moment."""
    stream = Stream(channel="archive", name=name, fingerprint=f"{name} of {brand.name}")
    source = open_source(brand=brand, stream=stream, at=at)
    channel = Shelf(things=fetched(*things))
    for _ in collect(
        channel=channel, source=source, listening=small_listening(), at=at, pace=Pace(sleep=no_rest)
    ):
        pass
    while sort_waiting(brand_id=source.brand_id, stages=small_sorting(), at=at):
        pass
    finish_source(source_id=source.source_id, at=at)
