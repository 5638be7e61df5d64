"""That the desk does not hear, or does nothing, is told to those who can do something about it."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from tests.builders import make_post
from tests.desk.replying import make_case, make_queued
from tests.desk.steps import collected
from tests.people import make_brand, make_user, signed_in

from answerback.desk import models
from answerback.desk.operations.note_pulse import note_pulse
from answerback.desk.queries.troubles import Trouble, troubles
from answerback.domain.records.role import Role
from answerback.web.briefly import forget_all

REFUSED = "bsky.example does not know @acme with this app password."


def _now() -> datetime:
    return timezone.now()  # noqa: TID251  a page that pretends another moment tells less


def _account(**told: object) -> models.ChannelAccount:
    made = {
        "brand": make_brand(),
        "channel": "bluesky",
        "name": "Press",
        "works": True,
        "added_at": _now() - timedelta(days=3),
        **told,
    }
    return models.ChannelAccount.objects.create(**made)


def _source(account: models.ChannelAccount, **told: object) -> models.Source:
    made = {
        "brand": account.brand,
        "channel": account.channel,
        "account": account,
        "name": "mentions",
        "stream": "mentions",
        "fingerprint": f"live:{account.pk}:{models.Source.objects.count()}",
        "opened_at": account.added_at,
        "next_at": _now() + timedelta(minutes=1),
        **told,
    }
    return models.Source.objects.create(**made)


def _found() -> list[tuple[str, str]]:
    told = troubles(brand_ids=[make_brand().pk], at=_now())
    return [(one.trouble, one.sentence) for one in told.accounts]


def _page(role: Role, address: str = "/inbox") -> str:
    forget_all()
    user = make_user(f"some-{role}", role=role)
    client = signed_in(user.handle)
    user.memberships.exclude(brand=make_brand()).delete()
    return client.get(address).content.decode()


def _banner(role: Role, address: str = "/inbox") -> str:
    page = _page(role, address)
    _, there, after = page.partition('<section class="troubles')
    return after.partition("</section>")[0] if there else ""


def test_an_account_that_hears_well_or_was_paused_or_removed_is_no_trouble() -> None:
    note_pulse(at=_now())
    _source(_account(), failures=1, sentence="It went wrong once.")
    _account(name="a", on=False, stopped=REFUSED)
    _account(name="b", removed_at=_now(), stopped=REFUSED)
    _source(
        _account(name="c"),
        limited_until=_now() + timedelta(hours=1),
        next_at=_now() - timedelta(hours=1),
    )
    _source(_account(name="d"), streaming=True, next_at=_now() - timedelta(hours=1))

    assert _found() == []
    assert _banner(Role.OWNER) == ""


def test_what_is_wrong_is_told_by_its_most_pressing_word() -> None:
    note_pulse(at=_now())
    stopped = _account(name="a", stopped=REFUSED)
    _source(stopped, failures=9)
    _source(_account(name="b"), failures=3, sentence="The line broke.")
    _source(_account(name="c"), next_at=_now() - timedelta(hours=2))
    lost = _source(_account(name="d"))
    for days in (1, 9):  # the second is history
        found_at = _now() - timedelta(days=days)
        models.Gap.objects.create(
            source=lost, kind="pages_ran_out", sentence="x", found_at=found_at, given_up="Gone."
        )

    assert _found() == [
        (Trouble.STOPPED, REFUSED),
        (Trouble.FAILING, "The line broke."),
        (Trouble.BEHIND, ""),
        (Trouble.GIVEN_UP, ""),
    ]


@pytest.mark.parametrize("address", ["/inbox", "/overview"])
def test_an_owner_is_led_to_the_page_that_mends_it(address: str) -> None:
    note_pulse(at=_now())
    account = _account(stopped=REFUSED)

    told = _banner(Role.OWNER, address)

    assert "Bluesky, “Press”, does not let us in" in told
    assert REFUSED in told
    assert f'href="/manage/channels/{account.pk}"' in told


def test_a_lead_is_told_to_tell_an_owner_and_an_agent_is_not_told_at_all() -> None:
    note_pulse(at=_now())
    _account(stopped=REFUSED)

    lead = _banner(Role.LEAD)

    assert "Tell an owner of the brand." in lead
    assert "href" not in lead
    assert [_banner(role) for role in (Role.APPROVER, Role.AGENT, Role.VIEWER)] == ["", "", ""]


def test_the_troubles_of_another_brand_are_not_told() -> None:
    note_pulse(at=_now())
    _account(brand=make_brand("Umbra"), stopped=REFUSED)

    assert _banner(Role.OWNER) == ""


def test_many_troubles_are_counted() -> None:
    note_pulse(at=_now())
    for name in "abcde":
        _account(name=name, stopped=REFUSED)

    told = _banner(Role.OWNER)

    assert told.count('class="banner danger"') == 4
    assert "2 more channels do not hear as they should." in told


def _posts_wait() -> None:
    collected(make_post("1"))
    models.Post.objects.update(lane=1, heard_at=_now() - timedelta(minutes=20))


def _a_reply_waits() -> None:
    make_queued(make_case())  # its time for undoing was over long ago


def _a_source_waits() -> None:
    _source(_account(), next_at=_now() - timedelta(minutes=20))


def _a_letter_waits() -> None:
    models.Letter.objects.create(
        account=_account(), key="k", body=b"{}", received_at=_now() - timedelta(minutes=20)
    )


@pytest.mark.parametrize("wait", [_posts_wait, _a_reply_waits, _a_source_waits, _a_letter_waits])
def test_with_no_process_at_work_what_waits_makes_one_loud_trouble(wait: object) -> None:
    wait()  # type: ignore[operator]  # one of the four above

    told = _banner(Role.OWNER)

    assert told.count('class="banner danger"') == 1
    assert "the background process is not running" in told
    assert "answerback doctor" in told
    assert _banner(Role.AGENT) == ""


def test_a_process_that_is_at_work_and_behind_is_told_of() -> None:
    note_pulse(at=_now())
    _posts_wait()

    assert "The background work is behind" in _banner(Role.OWNER)


def test_a_file_that_is_being_sorted_and_a_desk_where_nothing_waits_are_no_trouble() -> None:
    collected(make_post("1"))  # a file's
    models.Post.objects.update(heard_at=_now() - timedelta(hours=20))

    assert _banner(Role.OWNER) == ""


@pytest.mark.parametrize("accounts", [1, 3])
def test_the_banner_asks_the_same_number_of_questions(
    accounts: int, django_assert_num_queries: object
) -> None:
    for number in range(accounts):
        _source(_account(name=str(number), stopped="" if number else REFUSED))
    brand_id = make_brand().pk

    with django_assert_num_queries(10):  # type: ignore[operator]  # pytest-django's own
        troubles(brand_ids=[brand_id], at=_now())


def test_a_fragment_of_the_list_asks_for_no_troubles() -> None:
    _account(stopped=REFUSED)
    owner = signed_in(make_user("olga", role=Role.OWNER).handle)

    page = owner.get("/inbox", headers={"HX-Request": "true"}).content.decode()

    assert "troubles" not in page
