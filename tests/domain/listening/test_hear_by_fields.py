"""What a brand hears by more than words, and what is said of why."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.builders import make_post
from tests.domain.listening.test_hear import ORBIT, PRIOR, heard, mention

from answerback.domain.listening.hear import listener
from answerback.domain.records.brand import Brand, Topic
from answerback.domain.records.details import Details
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier


def asking(query: str, *topics: Topic) -> Brand:
    return replace(ORBIT, handles=(), query=query, topics=topics)


def dossier(text: str = "good morning", **told: Any) -> Dossier:
    details = Details({name: [value] for name, value in told.pop("details", {}).items()})
    return Dossier(post=make_post("1", text=text, details=details, **told))


@pytest.mark.parametrize(
    ("query", "told", "by"),
    [
        ("author:kim", {"author": "Kim"}, "who wrote it"),
        ("author:kim lang:en", {"author": "kim", "details": {"lang": "en"}},
         "who wrote it and its language"),
        ("title:(orbit OR kettle)", {"details": {"title": "Kettles"}}, None),
        ("title:(orbit OR kettle)", {"details": {"title": "My kettle"}}, "its title"),
        ("to:orbit", {"details": {"to": "orbit"}}, "whom it answers"),
        ("to:orbit likes:[10 TO *]", {"details": {"to": "orbit", "likes": "9"}}, None),
        ("to:orbit likes:[10 TO *]", {"details": {"to": "orbit", "likes": "10"}},
         "whom it answers and how it was received"),
        ("author:kim OR tag:late", {"author": "lee", "details": {"tag": "Late"}}, "its labels"),
        ("id:1 type:reply", {"in_reply_to": "0"},
         "which post it is and what it is to another post"),
        ("domain:news.example", {"url": "https://www.news.example/1"}, "its links"),
    ],
)  # fmt: skip
def test_a_post_that_a_query_hears_by_fields_alone_says_so(
    query: str, told: dict[str, Any], by: str | None
) -> None:
    found = mention(dossier(**told), brand=asking(query))

    assert found.heard is (by is not None)
    assert found.matched == ()
    if by is not None:
        assert found.why[0].endswith(f"' by {by}")
        assert found.why[0].startswith("it matches '")
        assert found.relevance == 0.7
        assert found.why[-1] == (
            "no labelled post was heard by fields alone; "
            "of 1,000 labelled posts heard by name, 70% concerned the brand"
        )


def test_where_words_were_found_too_they_are_the_reason() -> None:
    found = mention(dossier("Orbit!", details={"lang": "en"}), brand=asking("orbit lang:en"))

    assert found.why[0] == "it matches 'orbit AND lang:en' at 'Orbit'"
    assert found.why[-1].startswith("of 1,000 labelled posts heard by name")


def test_a_topic_may_be_known_by_a_field() -> None:
    topic = Topic(name="praise", query="id:1 rating:[4 TO 5]")
    found = mention(dossier("orbit", details={"rating": "5"}), brand=asking("orbit", topic))

    assert found.topics == (("praise", 1.0),)
    assert "topic 'praise': by which post it is and its rating" in found.why


def test_what_a_field_excludes_is_set_aside_with_the_field() -> None:
    brand = asking("orbit NOT (lang:de OR tag:job)")
    german, job, both = (
        heard(dossier("orbit", details=details), brand=brand)
        for details in ({"lang": "de"}, {"tag": "job"}, {"lang": "de", "tag": "job"})
    )

    assert [one.discarded for one in (german, job, both)] == [DiscardReason.EXCLUDED] * 3
    assert [one.mention.why for one in (german, job, both) if one.mention] == [
        ("the query matches it, but excludes it by its language",),
        ("the query matches it, but excludes it by its labels",),
        ("the query matches it, but excludes it by its language and its labels",),
    ]
    assert mention(dossier("orbit", details={"lang": "fr"}), brand=brand).heard


def test_words_of_a_quoted_text_are_not_words_of_the_post() -> None:
    brand = asking("kettle OR quoted:(kettle NOT tea)")
    quoting = dossier("look", details={"quoted": "a kettle"})

    assert mention(quoting, brand=brand).why[0].endswith("by the text it quotes")
    assert not mention(dossier("look", details={"quoted": "kettle, tea"}), brand=brand).heard


def test_the_language_is_guessed_once_a_batch_and_only_where_a_query_asks() -> None:
    asked: list[Sequence[str]] = []

    def language(texts: Sequence[str]) -> list[str | None]:
        asked.append(texts)
        return ["en"] * len(texts)

    posts = [dossier("orbit one"), dossier("orbit two", details={"lang": "de"}), dossier("no")]

    asks = listener(brand=asking("orbit lang:en"), prior=PRIOR, language=language)
    does_not = listener(brand=asking("orbit"), prior=PRIOR, language=language)

    assert [one.mention.heard for one in asks(posts) if one.mention] == [True, False, False]
    assert [one.mention.heard for one in does_not(posts) if one.mention] == [True, True, False]
    assert asked == [["orbit one", "no"]]
