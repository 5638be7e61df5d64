"""What channels, operations and manners say in English is said on pages in their language."""

import ast
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest
from django.utils.translation import override
from tests.builders import make_post
from tests.desk.replying import make_draft
from tests.desk.steps import imported
from tests.people import make_brand, make_user, signed_in

import answerback
from answerback.desk import models
from answerback.domain.records.role import Role
from answerback.web.sentences import SENTENCES, in_words, shape_of

HOUSE = Path(answerback.__file__).parent
SAID_IN = ("channels", "desk/operations", "domain/etiquette")


def _written() -> Iterator[tuple[str, ...]]:
    """Yield every text of the house with blanks, as what is fixed in it."""
    for folder in SAID_IN:
        for file in sorted((HOUSE / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.JoinedStr):
                    yield _fixed(node)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield (node.value,)


def _fixed(node: ast.JoinedStr) -> tuple[str, ...]:
    parts = [""]
    for one in node.values:
        if isinstance(one, ast.Constant):
            parts[-1] += str(one.value)
        else:
            parts.append("")
    return tuple(parts)


def test_every_sentence_that_pages_know_is_said_somewhere_in_the_same_words() -> None:
    written = set(_written())

    unsaid = [one for one in SENTENCES if shape_of(one)[1] not in written]

    assert unsaid == [], "write these in web/sentences.py as they are said now"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "Signed in to bsky.social as @acme.example.",
            "Angemeldet bei bsky.social als @acme.example.",
        ),
        (
            (
                "imap.example cannot be reached: it says: no. Correct its settings or set its "
                "secret anew, then test it again."
            ),
            (
                "imap.example ist nicht erreichbar: it says: no. Berichtigen Sie die "
                "Einstellungen oder setzen Sie das Geheimnis neu, dann testen Sie erneut."
            ),
        ),
        (
            "'Password' holds a sign that cannot be typed.",
            "„Passwort“ enthält ein Zeichen, das sich nicht tippen lässt.",
        ),
        (
            "Something nobody knows. This reply was submitted already. Look at what became of it.",
            (
                "Something nobody knows. Diese Antwort wurde schon eingereicht. Sehen Sie nach, "
                "was daraus wurde."
            ),
        ),
        (
            "'Address' is needed. Where people write to: support@acme.example.",
            "„Adresse“ wird gebraucht. Wohin man schreibt: support@acme.example.",
        ),
        ("100 %(broken)s of it.", "100 %(broken)s of it."),
        ("", ""),
    ],
)
def test_a_sentence_is_said_in_german_with_its_values(said: str, told: str) -> None:
    with override("de"):
        assert in_words(said) == told
    with override("en"):
        assert in_words(said) == said


@pytest.mark.parametrize(
    "words", ["a. " * 600, "'" * 1_900, "x cannot be reached: " * 90, "." * 5_000]
)
def test_whatever_a_network_says_costs_little_to_look_through(words: str) -> None:
    began = perf_counter()
    with override("de"):
        in_words(words)

    assert perf_counter() - began < 5


def _german(handle: str, *, role: Role) -> None:
    user = make_user(handle, role=role)
    user.language = "de"
    user.save(update_fields=["language"])


def test_a_channel_that_cannot_be_set_up_says_so_in_german() -> None:
    brand = make_brand()
    _german("olga", role=Role.OWNER)
    told = {"brand": brand.pk, "channel": "email", "name": "Post", "set-address": "nonsense"}

    page = signed_in().post("/manage/channels", told)

    assert page.status_code == 409
    assert "Schreiben Sie ihre Datei zuerst auf der Seite der Marke" in page.content.decode()


def test_why_a_reply_was_not_sent_stands_in_german_on_the_case() -> None:
    imported(make_post("1"))
    case = models.Case.objects.get()
    reply = make_draft(case, by="olga", role=Role.OWNER)
    reply.failure = (
        "@ada edited a post before this was sent, so it was held back. Read what is new, and "
        "send again."
    )
    reply.save(update_fields=["failure"])
    _german("olga", role=Role.OWNER)

    page = signed_in().get(f"/cases/{case.pk}").content.decode()

    assert "@ada hat einen Beitrag bearbeitet, bevor dies gesendet wurde" in page
