"""A brand's TOML file turned into a Brand; refusals name the line and the key."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from answerback.domain.records.brand import Brand, Guideline, Topic
from answerback.domain.records.reading import Kind
from answerback.domain.triage.open_hours import parse_hours
from answerback.domain.triage.toml_text import Table, read_toml

BRAND_KEYS: Final = (
    "name",
    "handles",
    "query",
    "rivals",
    "languages",
    "hours",
    "topics",
    "targets",
    "guidelines",
    "about",
    "examples",
    "counter_examples",
)
TOPIC_KEYS: Final = ("query", "queue", "about", "examples")
TARGET_KEYS: Final = tuple(kind.value for kind in Kind if kind is not Kind.SPAM)
GUIDELINE_KEYS: Final = ("name", "query", "department", "text", "examples", "counter_examples")

_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_BLANK: Final = re.compile(r"\s")


def parse_brand(text: str, *, file: str) -> Brand:
    """
    Read a brand file.

    Queries are kept as they are written: listening reads them, and points at the
    character that is wrong.

    :raises TomlRefused: naming file, line and key, what is wrong, and what may stand there.
    """
    table = read_toml(text=text, file=file)
    table.allow(BRAND_KEYS)
    brand = Brand(
        name=table.text("name"),
        handles=_handles(table),
        query=table.text("query", ""),
        rivals=_rivals(table),
        languages=_languages(table),
        topics=_topics(table.table("topics")),
        hours=parse_hours(table.table("hours")) if "hours" in table.values else None,
        targets=_targets(table.table("targets")),
        guidelines=_guidelines(table),
        about=table.text("about", ""),
        **_examples(table),
    )
    if not (brand.handles or brand.query):
        raise table.refusal(
            None,
            "this brand would hear nothing. Give it handles, a query, or both, like "
            'handles = ["yourname"].',
        )
    return brand


def _examples(table: Table) -> dict[str, tuple[str, ...]]:
    examples, counter_examples = table.texts("examples"), table.texts("counter_examples")
    for at, text in enumerate(counter_examples):
        if text in examples:
            raise table.refusal(
                "counter_examples", "this text stands in examples too. Keep it in one.", item=at
            )
    return {"examples": examples, "counter_examples": counter_examples}


def _handles(table: Table) -> tuple[str, ...]:
    handles = tuple(handle.removeprefix("@") for handle in table.texts("handles"))
    seen: set[str] = set()
    for at, handle in enumerate(handles):
        if not handle or _BLANK.search(handle):
            raise table.refusal(
                "handles",
                f"'{handle}' is not a handle. Write the account's name without spaces, with or "
                'without its @: "yourname".',
                item=at,
            )
        if handle.casefold() in seen:
            raise table.refusal("handles", f"'{handle}' stands here twice. Keep one.", item=at)
        seen.add(handle.casefold())
    return handles


def _rivals(table: Table) -> tuple[str, ...]:
    rivals = table.texts("rivals")
    for at, rival in enumerate(rivals):
        if not rival.strip(" @"):
            raise table.refusal(
                "rivals",
                f"'{rival}' is no name. Write a rival's name or handle as people write it: "
                '"Quill", "@quill".',
                item=at,
            )
    return rivals


def _languages(table: Table) -> tuple[str, ...]:
    languages = table.texts("languages")
    for at, language in enumerate(languages):
        if not _LANGUAGE.fullmatch(language):
            raise table.refusal(
                "languages",
                f"'{language}' is not a language code. Write the two small letters of ISO 639-1, "
                'without a region: "en", "pt", "ja".',
                item=at,
            )
    return languages


def _topics(table: Table) -> tuple[Topic, ...]:
    topics = []
    for name in table.values:
        topic = table.table(name)
        topic.allow(TOPIC_KEYS)
        if not topic.values.keys() & {"query", "about", "examples"}:
            raise topic.refusal(
                "query",
                "nothing says which posts are about it. Write a query, a sentence under 'about', "
                "a few posts under 'examples', or several of these.",
            )
        topics.append(
            Topic(
                name=name,
                query=topic.text("query", ""),
                queue=topic.text("queue") if "queue" in topic.values else None,
                about=topic.text("about", ""),
                examples=topic.texts("examples"),
            )
        )
    return tuple(topics)


def _targets(table: Table) -> Mapping[Kind, timedelta]:
    table.allow(TARGET_KEYS)
    return {Kind(name): table.duration(name) for name in table.values}


def _guidelines(table: Table) -> tuple[Guideline, ...]:
    guidelines: dict[str, Guideline] = {}
    for rule in table.tables("guidelines"):
        rule.allow(GUIDELINE_KEYS)
        name = rule.text("name")
        if name in guidelines:
            raise rule.refusal(
                "name", f"there already is a guideline '{name}'. Give each its own name."
            )
        guidelines[name] = Guideline(
            name=name,
            query=rule.text("query"),
            department=rule.text("department"),
            text=rule.text("text", ""),
            examples=rule.texts("examples"),
            counter_examples=rule.texts("counter_examples"),
        )
    return tuple(guidelines.values())
