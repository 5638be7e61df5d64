"""Posts of one's own brands by their words, newest first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models.functions import Left

from answerback.desk import models
from answerback.desk.queries.access import Member
from answerback.domain.records.refusal import Refusal

LINES = 50
_LONGEST = 200
_MOST_TERMS = 12
#: Matches are shown from this much of a post; migration 0013 reads more of it.
_SHOWN = 20_000
_TERM = re.compile(r'"([^"]*)"(\*?)|([^\s"]+)')
_WORD = re.compile(r"[^\W_]+")


class NothingToSearch(Refusal):
    """A search that names no word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word, or several that stand together."""

    words: tuple[str, ...]
    begins: bool  #: the last word may go on


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLine:
    """One post that holds the words."""

    post_id: int
    case_id: int | None
    state: str | None  #: of its case
    brand: str
    channel: str
    author: str
    written_at: datetime
    text: str  #: its beginning, 20,000 characters
    url: str | None
    set_aside: str | None  #: a DiscardReason


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPage:
    """One page of posts."""

    terms: tuple[Term, ...]
    lines: tuple[FoundLine, ...]
    more: int | None  #: give it as `before` for the next page; None: this was the last


def terms_of(told: str) -> tuple[Term, ...]:
    """
    Return what is searched for: words, "words together", beginnings*.

    Everything else is taken for blanks: there is no syntax to get wrong.

    :raises NothingToSearch: when no letter and no digit is in it.
    """
    terms = []
    for together, star, alone in _TERM.findall(told[:_LONGEST]):
        words = tuple(_WORD.findall(together or alone))
        if words:
            terms.append(Term(words=words, begins=bool(star) or alone.endswith("*")))
    if not terms:
        raise NothingToSearch(
            "A search needs a word: letters or digits. Signs and emoji alone cannot be searched."
        )
    return tuple(terms[:_MOST_TERMS])


def search(
    told: str,
    *,
    member: Member,
    brand: str | None = None,
    before: int | None = None,
    limit: int = LINES,
) -> FoundPage:
    """
    Return posts in which all terms stand, the newest heard first; open and closed cases alike.

    Two questions to the database, however many are found.

    :raises NothingToSearch: when no letter and no digit is in it.
    """
    terms = terms_of(told)
    brands = [one.brand_id for one in member.seats.values() if brand in (None, one.brand)]
    ask = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    ids = ask(terms, brands=brands, before=before, limit=limit + 1) if brands else []
    lines = _lines(ids[:limit], member=member)
    more = ids[limit - 1] if len(ids) > limit else None
    return FoundPage(terms=terms, lines=tuple(lines), more=more)


#: More than any id: the first page begins behind nothing.
_ALL = 2**62


def _on_sqlite(
    terms: Sequence[Term], *, brands: Sequence[int], before: int | None, limit: int
) -> list[int]:
    # Only letters and digits are left in a word, so nothing can end the quotation.
    match = " AND ".join(f'"{" ".join(term.words)}"{"*" if term.begins else ""}' for term in terms)
    places = ", ".join(["%s"] * len(brands))
    sql = f"""
        SELECT post.id FROM desk_post_words
        CROSS JOIN desk_post AS post ON post.id = desk_post_words.rowid
        WHERE desk_post_words MATCH %s AND desk_post_words.rowid < %s
            AND post.brand_id IN ({places})
        ORDER BY desk_post_words.rowid DESC LIMIT %s
    """  # noqa: S608  only places for values are put in
    return _ids(sql, [match, before or _ALL, *brands, limit])


def _on_postgresql(
    terms: Sequence[Term], *, brands: Sequence[int], before: int | None, limit: int
) -> list[int]:
    # As above: quoted words of letters and digits, each the word itself to the dictionary.
    query = " & ".join(
        "(" + " <-> ".join(f"'{word}'" for word in term.words) + (":*)" if term.begins else ")")
        for term in terms
    )
    sql = """
        SELECT id FROM desk_post
        WHERE words @@ to_tsquery('simple', %s) AND id < %s AND brand_id = ANY(%s)
        ORDER BY id DESC LIMIT %s
    """
    return _ids(sql, [query, before or _ALL, list(brands), limit])


def _ids(sql: str, values: Sequence[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [post_id for (post_id,) in cursor.fetchall()]


def _lines(post_ids: Sequence[int], *, member: Member) -> list[FoundLine]:
    rows = models.Post.objects.filter(pk__in=post_ids).order_by("-pk")
    columns = (
        *("pk", "case_id", "case__state", "brand_id", "channel", "author_handle"),
        *("created_at", "heard_at", "url", "discard_reason"),
    )
    return [
        FoundLine(
            post_id=pk,
            case_id=case_id,
            state=state,
            brand=member.seats[brand_id].brand,
            channel=channel,
            author=author,
            written_at=created_at or heard_at,
            text=text,
            url=url,
            set_aside=reason,
        )
        for (
            *(pk, case_id, state, brand_id, channel, author, created_at, heard_at, url, reason),
            text,
        ) in rows.values_list(*columns, Left("text", _SHOWN))
    ]
