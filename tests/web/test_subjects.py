"""What stands above a mail, a thread or an entry, and how its author is written of."""

from dataclasses import replace

import pytest
from django.template import Context, Template
from tests.builders import make_post
from tests.desk.replying import make_draft
from tests.desk.steps import imported
from tests.web.looking import look

from answerback.channels.mail.map import CHANNEL as MAIL
from answerback.desk import models
from answerback.domain.records.details import Details
from answerback.domain.records.post import Author, Media, MediaKind, Post
from answerback.domain.records.role import Role

SUBJECT = "Where is order 88217730?"
GRETE = Author(handle="grete@posteo.example", name="Grete Holm")


def _mail(**told: object) -> Post:
    post = make_post(
        "1",
        channel=MAIL,
        author=GRETE.handle,
        text="@acme it leaks",
        details=Details({"title": (SUBJECT,)}),
        **told,
    )
    return replace(post, author=GRETE)


def _who(handle: str, channel: str, name: str = "") -> str:
    told = {"handle": handle, "channel": channel, "name": name}
    return Template("{% load ui %}{% who handle channel name %}").render(Context(told))


@pytest.mark.parametrize(
    ("handle", "channel", "name", "shown"),
    [
        ("ada", "mastodon", "", '<bdi class="author">@ada</bdi>'),
        (
            "ada",
            "mastodon",
            "Ada L.",
            '<bdi class="author">@ada</bdi> <bdi class="name">Ada L.</bdi>',
        ),
        ("ada", "mastodon", "ADA", '<bdi class="author">@ada</bdi>'),
        (
            "a@b.example",
            "email",
            "Ada <b>",
            '<bdi class="author">Ada &lt;b&gt;</bdi> <bdi class="name">&lt;a@b.example&gt;</bdi>',
        ),
        ("a@b.example", "email", " ", '<bdi class="author">a@b.example</bdi>'),
        (
            "visitor-7",
            "form",
            "Ivo",
            '<bdi class="author">Ivo</bdi> <bdi class="name">visitor-7</bdi>',
        ),
    ],
)
def test_somebody_is_named_as_their_channel_does(
    handle: str, channel: str, name: str, shown: str
) -> None:
    assert _who(handle, channel, name) == shown


@pytest.mark.parametrize("address", ["/inbox", "/cases/{}", "/cases/{}/peek", "/inbox?q=leaks"])
def test_a_mail_is_shown_with_name_address_and_subject(address: str) -> None:
    imported(_mail())
    case = models.Case.objects.get()

    page = look(address.format(case.pk))

    assert f"@{GRETE.handle}" not in page.source
    assert GRETE.handle in page.words
    if "q=" not in address:
        assert "Grete Holm" in page.words
        assert SUBJECT in page.words


def test_a_row_shows_the_subject_before_the_words() -> None:
    imported(_mail())

    assert f"{SUBJECT}@acme it leaks" in look().words.replace(f"{SUBJECT} ", SUBJECT)


@pytest.mark.parametrize(
    "told",
    [
        {"text": f"{SUBJECT} @acme it leaks"},
        {"media": (Media(kind=MediaKind.LINK, url="https://shop.example"),)},
    ],
)
def test_what_the_words_begin_with_and_the_title_of_a_card_are_no_subject(
    told: dict[str, object],
) -> None:
    imported(replace(_mail(), **told))  # type: ignore[arg-type]  # two fields of it

    assert '<bdi class="subject">' not in look().source


def test_a_reply_is_begun_to_an_address() -> None:
    imported(_mail())
    case = models.Case.objects.get()
    make_draft(case, by="bob", role=Role.LEAD)

    assert "Your reply to grete@posteo.example" in look(f"/cases/{case.pk}").source
