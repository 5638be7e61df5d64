"""What the page of a case shows of live posts: who may read them, what hangs on them, threads."""

import pytest
from tests.builders import LATER, MONDAY_9, NEXT_DAY, make_post
from tests.desk.gone import gone
from tests.desk.hearing import heard, live_account, live_post
from tests.desk.steps import imported, one_case, sorted_out
from tests.people import make_user, signed_in
from tests.web.looking import look

from answerback.desk import models
from answerback.domain.records.post import Media, MediaKind, Post, Visibility
from answerback.domain.records.role import Role

pytestmark = pytest.mark.django_db


def live_case(*posts: Post) -> models.Case:
    source = models.Source.objects.get(account=live_account())
    heard(source, *posts)
    sorted_out(source.brand_id)
    return models.Case.objects.get()


@pytest.mark.parametrize(
    ("visibility", "mark", "answer"),
    [
        (Visibility.PUBLIC, "", "Everybody can read the answer."),
        (Visibility.FOLLOWERS, "only for followers", "Only followers, and whom it names, can"),
        (Visibility.DIRECT, "private: only those it names", "Only the person it goes to can read"),
    ],
)
def test_who_may_read_a_post_and_its_answer_is_said(
    visibility: Visibility, mark: str, answer: str
) -> None:
    case = one_case(make_post("1", visibility=visibility))

    page = look(f"/cases/{case.pk}")

    assert ("private:" in page.words or "only for followers" in page.words) is bool(mark)
    assert mark in page.words
    assert answer in page.words


@pytest.mark.parametrize(
    ("title", "subjects"), [("Order 4711 <b>", 1), ("@acme the kettle", 0), ("", 0)]
)
def test_the_subject_of_a_mail_is_shown_unless_its_words_begin_with_it(
    title: str, subjects: int
) -> None:
    told = {"title": (title,)} if title else {}
    case = one_case(make_post("1", text="@acme the kettle leaks, help!", details=told))

    page = look(f"/cases/{case.pk}")

    shown = [one for one in page.all("p") if one.get("class") == "subject"]
    assert len(shown) == 2 * subjects  # above the case, and above the mail
    assert not subjects or title in page.words
    assert "<b>" not in page.source


def test_the_title_of_a_page_that_a_post_shows_a_card_of_is_no_subject() -> None:
    card = Media(kind=MediaKind.LINK, url="https://a.example/", alt="Kettles")
    case = one_case(make_post("1", details={"title": ("Kettles",)}, media=(card,)))

    assert look(f"/cases/{case.pk}").all("p", class_="subject") == []


def test_where_nothing_can_be_sent_the_box_says_so_before_anybody_writes() -> None:
    case = one_case(make_post("1", channel="rss"))
    models.Source.objects.update(channel="rss")  # a live feed, not an archive of one

    page = look(f"/cases/{case.pk}")

    assert "RSS and Atom is only heard: nothing can be sent there." in page.words
    assert "Everybody can read the answer." not in page.words


def test_what_hangs_on_a_post_is_told_in_words_and_never_loaded() -> None:
    media = (
        Media(kind=MediaKind.IMAGE, url="https://files.example/1.jpg", alt="A wet kitchen floor"),
        Media(kind=MediaKind.VIDEO, url="javascript:alert(1)"),
    )
    case = one_case(make_post("1", media=media, details={"quoted": ("Kettles for life",)}))

    page = look(f"/cases/{case.pk}")

    assert "picture A wet kitchen floor on files.example" in page.words
    assert "film without a description" in page.words
    assert "Kettles for life" in page.words
    assert "javascript:" not in page.source
    assert [one["src"] for one in page.all("img") if "files.example" in (one["src"] or "")] == []
    assert [link["href"] for link in page.all("a", href="https://files.example/1.jpg")] != []


def test_a_quote_of_which_a_stream_tells_no_words_is_shown_with_those_we_have() -> None:
    ours = make_post("2", author="acme", text="Our kettles never leak")
    quoting = make_post("1", details={"engaging_with": ("acme",), "quotes": ("2",)})
    elsewhere = make_post("3", author="bea", details={"quotes": ("nowhere",)})
    imported(ours, quoting, elsewhere)
    case = models.Case.objects.get(author_key="ada")

    page = look(f"/cases/{case.pk}")

    assert len(page.all("blockquote", class_="quote")) == 1
    assert "Our kettles never leak" in page.words


def test_a_deleted_post_says_when_it_went_and_shows_no_older_words() -> None:
    case = one_case(make_post("1"), make_post("1", version=2, text="@acme my kettle leaks a lot"))

    gone("1", gone_at=NEXT_DAY - LATER)

    page = look(f"/cases/{case.pk}")
    assert "Deleted by its author. 3 Mar 2026, 08:59" in page.words
    assert "leaks" not in page.words


def test_an_answer_that_was_written_on_the_network_is_marked() -> None:
    ours = make_post(
        "2", author="acme", text="@ada sorry", in_reply_to="1", created_at=MONDAY_9 + LATER
    )
    imported(make_post("1"), ours)
    case = models.Case.objects.get()

    assert "answered outside" in look(f"/cases/{case.pk}").words


def test_a_conversation_that_is_not_whole_says_so_and_can_be_fetched_by_a_key() -> None:
    case = live_case(live_post("2", in_reply_to="1"))
    client = signed_in("bob", role=Role.AGENT)

    page = look(f"/cases/{case.pk}")
    assert "This conversation is not whole" in page.words
    assert "The network is asked for them." in page.words
    assert "Answers a post that is not here." in page.words
    assert len(page.all("button", **{"data-key": "F"})) == 1

    models.ThreadLook.objects.all().delete()
    answer = client.post(f"/cases/{case.pk}/thread")
    assert answer.status_code == 302
    look_ = models.ThreadLook.objects.get()
    assert (look_.wanted_by, look_.external_id) == ("bob", "2")
    assert client.post(f"/cases/{case.pk}/thread").status_code == 409


def test_an_archive_offers_no_fetching() -> None:
    case = one_case(make_post("2", in_reply_to="1"))

    page = look(f"/cases/{case.pk}")

    assert "Answers a post that is not here." in page.words
    assert page.all("button", **{"data-key": "F"}) == []


def test_a_viewer_does_not_ask_a_network() -> None:
    case = live_case(live_post("2", in_reply_to="1"))
    make_user("vera", role=Role.VIEWER)

    client = signed_in("vera", role=Role.VIEWER)

    assert client.post(f"/cases/{case.pk}/thread").status_code == 403


def _two_cases() -> tuple[models.Case, models.Case]:
    imported(
        make_post("1", text="@acme my kettle leaks, order AP88217730"),
        make_post(
            "m1",
            channel="mail",
            author="ada.l@example.org",
            text="@acme it burns, order AP88217730",
            visibility=Visibility.DIRECT,
            created_at=MONDAY_9 + LATER,
        ),
    )
    return models.Case.objects.get(channel="archive"), models.Case.objects.get(channel="mail")


def test_cases_of_one_person_are_joined_on_a_page_and_parted_again() -> None:
    case, other = _two_cases()
    client = signed_in("olga")

    form = look(f"/cases/{case.pk}/same-person")
    assert "Both name the number AP88217730." in form.words
    told = {"other": str(other.pk), "evidence": "same order"}
    assert client.post(f"/cases/{case.pk}/joins", told).status_code == 302

    page = look(f"/cases/{case.pk}")
    assert "it burns" in page.words
    assert "joined by @olga" in page.words
    assert "same order" in page.words
    assert [one["value"] for one in page.all("option") if one.get("value") == str(other.pk)]
    assert "Only the person it goes to can read the answer." in page.words
    burning = models.Post.objects.get(external_id="m1").pk
    assert look(f"/cases/{case.pk}/posts/{burning}").status == 200
    assert look(f"/cases/{case.pk}/posts/{burning}/words").status == 200

    joined = models.Joined.objects.get()
    assert client.post(f"/cases/{case.pk}/joins/{joined.pk}/parting").status_code == 302
    assert "it burns" not in look(f"/cases/{case.pk}").words


def test_a_reply_in_public_is_warned_of_while_a_private_question_waits() -> None:
    case, other = _two_cases()
    client = signed_in("olga")
    client.post(f"/cases/{case.pk}/joins", {"other": str(other.pk), "evidence": "same order"})
    draft = {"text": "We are sorry.", "seen": "99", "place": str(case.pk)}
    client.post(f"/cases/{case.pk}/draft", draft)

    page = look(f"/cases/{case.pk}")

    assert "waits for an answer in private (mail)" in page.words
    answer = client.post(f"/cases/{case.pk}/reply", {**draft, "version": "1"})
    assert answer.status_code == 409
    assert models.Reply.objects.get().state == "draft"


def test_a_case_of_a_brand_that_one_does_not_see_is_not_joined() -> None:
    case, other = _two_cases()
    brand = models.Brand.objects.create(name="Other", handles=[])
    client = signed_in("olga")
    models.Membership.objects.filter(brand=brand).delete()
    models.Case.objects.filter(pk=other.pk).update(brand=brand)

    answer = client.post(f"/cases/{case.pk}/joins", {"other": str(other.pk), "evidence": "x"})

    assert answer.status_code == 404
    assert models.Joined.objects.count() == 0


def test_who_will_read_a_reply_is_said_anew_when_its_place_is_chosen() -> None:
    case, other = _two_cases()
    client = signed_in("olga")
    client.post(f"/cases/{case.pk}/joins", {"other": str(other.pk), "evidence": "same order"})
    typed, told = {"text": "We are sorry.", "seen": "99", "version": "0"}, []

    for number, place in enumerate((other, case)):
        form = {**typed, "version": str(number), "place": str(place.pk)}
        answer = client.post(f"/cases/{case.pk}/draft", form, headers={"HX-Request": "true"})
        told.append(answer.content.decode())

    assert "Only the person it goes to" in told[0]
    assert "Everybody can read the answer." in told[1]
    assert "waits for an answer in private" in told[1]
