"""Accounts on networks are set up, seen and looked after on their pages."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.builders import MONDAY_9, NEXT_DAY
from tests.channels.tiny import Script, use_tiny
from tests.desk.channels import SECRET, make_account, make_acme
from tests.people import make_brand, make_user, signed_in
from tests.web.looking import Page

from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Checked, NotAllowed, networks
from answerback.desk import models, sealing
from answerback.desk.queries.accounts import opened
from answerback.domain.records.role import Role
from answerback.web.channel_view import span
from answerback.web.channel_words import WORDS

BUILT_IN = networks()  # before a test installs others


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Script:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    return use_tiny(monkeypatch)


def look(address: str, *, client: Client | None = None) -> Page:
    answer = (client or signed_in()).get(address)
    return Page(status=answer.status_code, source=answer.content.decode())


def send(address: str, **told: str) -> Page:
    """Send a form and follow where it leads."""
    client = signed_in()
    answer = client.post(address, told)
    if answer.status_code == 302:
        answer = client.get(answer["Location"])
    return Page(status=answer.status_code, source=answer.content.decode())


def set_up(**told: str) -> Page:
    fields = {
        "channel": "tiny",
        "brand": str(make_acme()),
        "name": "Support",
        "set-server": "tiny.example",
        "set-password": SECRET,
        **told,
    }
    return send("/manage/channels", **fields)


def test_a_channel_is_chosen_set_up_and_tried_at_once() -> None:
    make_acme()

    kinds = look("/manage/channels/new")
    form = look("/manage/channels/new?channel=tiny")
    page = set_up()

    assert "hears, speaks, posts are brought to it" in kinds.words
    assert "not proven No server of it runs here." in kinds.words
    assert form.all("input", name="set-password")[0]["type"] == "password"
    account = models.ChannelAccount.objects.get()
    assert opened(account.pk).secrets == {"password": SECRET}
    assert (account.added_by, account.works) == ("olga", True)
    assert "it works" in page.words
    assert "Signed in to tiny.example as @acme." in page.words
    assert f"http://testserver/in/{account.mailbox}/" in page.words


@pytest.mark.parametrize(
    ("told", "where", "says"),
    [
        ({"set-server": ""}, "set-server", "'Server' is needed. Like tiny.example."),
        ({"set-password": ""}, "set-password", "'Password' is needed."),
        ({"set-server": "a\nb"}, "set-server", "a sign that cannot be typed"),
        ({"name": " "}, None, "An account needs a name"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_all_but_secrets_is_still_there(
    told: dict[str, str], where: str | None, says: str
) -> None:
    page = set_up(**{"set-tags": "kettles", **told})

    assert page.status == 409
    assert says in page.words
    assert [one["name"] for one in page.all("input", **{"aria-invalid": "true"})] == (
        [where] if where else []
    )
    assert page.all("input", name="set-tags")[0]["value"] == "kettles"
    assert "value" not in page.all("input", name="set-password")[0]
    assert SECRET not in page.source
    assert not models.ChannelAccount.objects.exists()


@pytest.mark.parametrize("told", [{"channel": "tony"}, {"channel": ""}, {"brand": "x"}])
def test_what_no_page_of_ours_sends_is_refused(told: dict[str, str]) -> None:
    assert set_up(**told).status in {400, 404}
    assert not models.ChannelAccount.objects.exists()


def test_the_network_for_rehearsals_is_no_offer_of_a_page_unless_all_is_a_rehearsal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from answerback.channels import live  # noqa: PLC0415  what is patched here

    built_in = {"fake": "answerback.channels.fake.live:FakeLive"}
    monkeypatch.setattr(live, "_BUILT_IN", built_in)
    make_acme()

    assert look("/manage/channels/new?channel=fake").status == 400
    assert "No channel is installed" in look("/manage/channels/new").words
    monkeypatch.setattr(settings, "REHEARSAL", True)
    assert look("/manage/channels/new?channel=fake").status == 200


@pytest.mark.parametrize(
    ("no", "state", "says"),
    [
        (
            NotAllowed("They refuse our login."),
            "stopped",
            "Correct the settings or the secrets below",
        ),
        (ChannelDown(f"They said {SECRET}."), "failing", "Check the settings below"),
    ],
)
def test_a_test_that_fails_says_what_to_do_and_never_the_secret(
    tiny: Script, no: ChannelDown, state: str, says: str
) -> None:
    account_id = make_account()
    tiny.raises = no

    page = send(f"/manage/channels/{account_id}/tests")

    assert says in page.words
    assert SECRET not in page.source
    assert state in page.words
    assert state in look("/manage/channels").words


def test_settings_and_secrets_are_changed_and_tried() -> None:
    account_id = make_account()
    there = f"/manage/channels/{account_id}"

    page = send(there, **{"name": "Press", "set-server": "other.example", "set-tags": "a, b"})
    sealed = send(f"{there}/secrets", **{"set-password": "another-one", "set-session": ""})

    account = models.ChannelAccount.objects.get()
    assert (account.name, account.settings) == (
        "Press",
        {"server": "other.example", "tags": "a, b"},
    )
    assert "Press: #a" in page.words
    assert (sealed.status, "it works" in sealed.words) == (200, True)
    assert opened(account_id).secrets == {"password": "another-one"}
    wrong = send(there, **{"name": "Press", "set-server": ""})
    assert (wrong.status, "Nothing was changed." in wrong.words) == (409, True)


def test_an_account_rests_goes_on_and_is_removed_after_a_question() -> None:
    account_id = make_account()
    there = f"/manage/channels/{account_id}"

    assert "paused" in send(f"{there}/pause").words
    assert "Pause" in send(f"{there}/resumption").words
    assert "Its secrets are forgotten" in look(f"{there}/removal").words
    assert models.ChannelAccount.objects.get().removed_at is None
    assert "No channel yet" in send(f"{there}/removal").words
    assert "Support" in look("/manage/channels?removed=1").words
    gone = look(there)
    assert "This account was removed" in gone.words
    assert gone.all("form", action=f"{there}/tests") == []


def test_the_page_tells_how_each_source_is_and_what_is_missing() -> None:
    account_id = make_account(tags="acme")
    source = models.Source.objects.get(stream="mentions")
    models.Source.objects.filter(pk=source.pk).update(
        last_post_at=MONDAY_9,
        lag=2.5,
        failures=3,
        sentence="They answered 503 <b>.",
        next_at=MONDAY_9,
        asked_at=MONDAY_9,
        rate={"limit": 300, "remaining": 281},
        batches=1,
    )
    models.LedgerLine.objects.create(
        source=source, batch=1, at=MONDAY_9, fetched=3, stored=0, duplicate=2, discarded=0, failed=1
    )
    models.Gap.objects.create(
        source=source,
        kind="cursor_lapsed",
        sentence="Only 40 posts are kept.",
        found_at=MONDAY_9,
        since=MONDAY_9 - timedelta(hours=1),
        until=MONDAY_9,
    )
    models.ChannelAccount.objects.update(clock_ahead=-400, handle="acme_help")

    page = look(f"/manage/channels/{account_id}")

    for words in (
        "failed 3 times",
        "They answered 503 <b>.",
        "heard 2.5 s later",
        "281 of 300 left",
        "every 60 s",
        "balances",
        "the network forgot our place",
        "Only 40 posts are kept.",
        "Their clock is 7 min behind ours.",
        "does not know us as “acme_help”",
    ):
        assert words in page.words, words
    assert page.all("a", href=f"/manage/sources/{source.pk}#failed-title")
    assert page.all("b") == []


def test_a_window_of_the_past_is_asked_for_in_the_readers_own_time() -> None:
    account_id = make_account(tags="acme")
    source = models.Source.objects.get(stream="mentions")
    there = f"/manage/channels/{account_id}"
    window = {"since": "2026-03-01T09:00", "until": "2026-03-02T09:00"}

    page = send(f"{there}/backfills", source=str(source.pk), **window)

    assert [one["value"] for one in page.all("option")] == [str(source.pk)]
    assert "somebody asked for it" in page.words
    gap = models.Gap.objects.get()
    assert (gap.source_id, gap.since, gap.until) == (
        source.pk,
        MONDAY_9 - timedelta(days=1),
        MONDAY_9,
    )
    backwards = send(
        f"{there}/backfills",
        source=str(source.pk),
        since="2026-03-02T09:00",
        until="2026-03-01T09:00",
    )
    assert (backwards.status, "must begin before it ends" in backwards.words) == (409, True)
    assert send(f"{there}/backfills", source="987654", **window).status == 404
    assert send(f"{there}/backfills", source=str(source.pk), since="x", until="y").status == 400


def test_a_lost_key_is_said_and_secrets_can_be_typed_anew(tmp_path: Path) -> None:
    account_id = make_account()
    (tmp_path / sealing.FILE).unlink()
    there = f"/manage/channels/{account_id}"

    assert "Its secrets cannot be opened" in look(there).words
    assert send(f"{there}/tests").status == 409
    sealed = send(f"{there}/secrets", **{"set-password": "new-one"})

    assert ("it works" in sealed.words, "cannot be opened" in sealed.words) == (True, False)
    assert opened(account_id).secrets == {"password": "new-one"}


def test_a_live_source_stands_among_the_sources_as_what_it_is() -> None:
    account_id = make_account()
    source = models.Source.objects.get()

    listed, page = look("/manage/sources"), look(f"/manage/sources/{source.pk}")
    models.Source.objects.update(asked_at=MONDAY_9)
    asked = look("/manage/sources")
    models.ChannelAccount.objects.update(on=False)

    assert "not asked yet" in listed.words
    assert "Hand the same file in again" not in page.words
    assert page.all("a", href=f"/manage/channels/{account_id}")
    assert "listened to" in asked.words
    assert "not listened to" in look("/manage/sources").words


def test_accounts_of_others_are_not_there_and_only_owners_see_the_pages() -> None:
    account_id = make_account()
    make_brand("Umbra")
    make_user("eve", role=Role.OWNER, brand="Umbra")
    eve = Client()
    eve.force_login(
        models.User.objects.get(handle="eve"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    there = f"/manage/channels/{account_id}"

    assert "Support" not in look("/manage/channels", client=eve).words
    assert look(there, client=eve).status == 404
    for act in ("", "/secrets", "/tests", "/pause", "/resumption", "/backfills", "/removal"):
        assert eve.post(f"{there}{act}", {"set-password": "x"}).status_code == 404
    lead = signed_in("lena", role=Role.LEAD)
    assert [look(one, client=lead).status for one in ("/manage/channels", there)] == [403, 403]
    assert opened(account_id).secrets == {"password": SECRET}


def test_what_a_network_says_of_itself_is_only_words(tiny: Script) -> None:
    account_id = make_account()
    tiny.checked = Checked(handle="<img src=x>", sentence="<script>alert(1)</script>")

    page = send(f"/manage/channels/{account_id}/tests")

    assert "<script>alert(1)</script>" in page.words
    assert [one for one in page.all("script") if "src" not in one] == []
    assert page.all("img", src="x") == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.25, "0.2 s"), (42, "42 s"), (412, "7 min"), (9000, "2 h"), (90 * 3600, "4 d")],
)
def test_a_length_of_time_is_told_as_rows_have_room_for(seconds: float, words: str) -> None:
    assert span(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize("accounts", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    accounts: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(accounts):
        make_account(f"account {number}")
    client = signed_in()
    client.get("/manage/channels")

    with django_assert_num_queries(8):  # session, user, seats, notices; accounts, and three more
        client.get("/manage/channels")


@pytest.mark.parametrize("tags", ["a", "a, b, c"])
def test_the_page_asks_the_same_number_of_questions(
    tags: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    account_id = make_account(tags=tags)
    client = signed_in()
    client.get(f"/manage/channels/{account_id}")

    # session, user, seats, notices; whether it is there; the account and three more; its
    # secrets twice; the account, its sources, gaps open and closed; six of the ledger
    with django_assert_num_queries(21):
        client.get(f"/manage/channels/{account_id}")


def test_what_networks_ask_for_is_gathered_for_translation() -> None:
    """Whoever adds a field adds its words to `web/channel_words.py`, then `make words`."""
    asked = {
        words
        for name, kind in BUILT_IN.items()
        if name != "fake"
        for words in (
            kind.title,
            kind.caps.unproven,
            *(told for field in kind.fields for told in (field.label, field.help)),
            *(told for way in kind.ways for told in (way.title, way.help, way.unproven)),
        )
        if words
    }

    assert asked - set(WORDS) == set()


def test_posts_that_tell_no_time_of_their_own_count_from_when_they_were_heard() -> None:
    account_id = make_account()
    models.Source.objects.filter(account_id=account_id).update(heard_at=NEXT_DAY)

    for address in ("/manage/channels", f"/manage/channels/{account_id}"):
        page = look(address)

        assert "when we heard it" in page.words
        assert "none yet" not in page.words


def test_a_source_that_is_off_names_no_next_try() -> None:
    account_id = make_account()
    told = {"on": False, "failures": 1, "sentence": "They said no.", "next_at": NEXT_DAY}
    models.Source.objects.filter(account_id=account_id).update(**told)

    page = look(f"/manage/channels/{account_id}")

    assert "They said no." in page.words
    assert "Next try" not in page.words
