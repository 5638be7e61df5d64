"""What a brand and its policy say, version by version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b

from django.db.models import OuterRef, Q, Subquery

from answerback.desk import models
from answerback.desk.queries.access import NotHere
from answerback.desk.queries.house_policy import house_policy, house_policy_text
from answerback.domain.listening.query import parse
from answerback.domain.listening.syntax import QueryError
from answerback.domain.records.brand import Brand
from answerback.domain.triage.brand_file import parse_brand
from answerback.domain.triage.policy import Policy, parse_policy
from answerback.domain.triage.toml_text import Table, TomlRefused, read_toml


class What(StrEnum):
    """Which of a brand's two texts."""

    BRAND = "brand"
    POLICY = "policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextVersion:
    """One version of a text, without its words."""

    number: int  #: from 1; the highest holds
    at: datetime
    by: str | None  #: None: an import, or the machine
    note: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What a brand's texts say now."""

    brand_id: int
    name: str
    brand: str | None  #: None: it was imported before the desk kept texts
    brand_number: int
    policy: str | None  #: None: the house's own holds
    policy_number: int

    @property
    def fingerprint(self) -> str:
        """What changes whenever one of the two, or the house's own policy, does."""
        return fingerprint_of(brand=self.brand or "", policy=self.policy)


def newest_texts(*, brand_id: int) -> Texts:
    """
    Return the texts of a brand that hold.  Two questions to the database.

    :raises NotHere: when there is no such brand.
    """
    for texts in all_texts(Q(pk=brand_id)):
        return texts
    raise NotHere


def texts_of(*, brand: str) -> Texts | None:
    """Return the texts of a brand by its name; None where nobody knows the brand."""
    return next(iter(all_texts(Q(name=brand))), None)


def all_texts(which: Q | None = None) -> list[Texts]:
    """Return the texts that hold of every brand (or of some), by name.  Two questions."""
    brands = models.Brand.objects.filter(which or Q()).order_by("name")
    named = dict(brands.values_list("pk", "name"))
    held: dict[tuple[int, str], tuple[int, str]] = {}
    newest = (
        models.BrandText.objects.filter(brand=OuterRef("brand"), what=OuterRef("what"))
        .order_by("-number")
        .values("number")[:1]
    )
    rows = models.BrandText.objects.filter(brand_id__in=named, number=Subquery(newest))
    for brand_id, what, number, text in rows.values_list("brand_id", "what", "number", "text"):
        held[brand_id, what] = (number, text)
    nothing = (0, None)
    return [
        Texts(
            brand_id=brand_id,
            name=name,
            brand=held.get((brand_id, What.BRAND), nothing)[1],
            brand_number=held.get((brand_id, What.BRAND), nothing)[0],
            policy=held.get((brand_id, What.POLICY), nothing)[1],
            policy_number=held.get((brand_id, What.POLICY), nothing)[0],
        )
        for brand_id, name in named.items()
    ]


def texts_for(brand_ids: frozenset[int]) -> list[Texts]:
    """Return the texts of these brands, by name.  Two questions to the database."""
    return all_texts(Q(pk__in=brand_ids))


def settled(texts: Texts) -> bool:
    """Tell whether a brand's posts were heard and planned by the texts that hold."""
    heard = models.Brand.objects.values_list("fingerprint", flat=True).get(pk=texts.brand_id)
    return texts.brand is None or heard in ("", texts.fingerprint)


def text_versions(*, brand_id: int, what: What) -> list[TextVersion]:
    """Return all versions of a text, the newest first.  One question to the database."""
    rows = list(
        models.BrandText.objects.filter(brand_id=brand_id, what=what)
        .order_by("-number")
        .values_list("number", "at", "by", "note")
    )
    return [
        TextVersion(number=number, at=at, by=by, note=note, holds=place == 0)
        for place, (number, at, by, note) in enumerate(rows)
    ]


def version_text(*, brand_id: int, what: What, number: int) -> str:
    """
    Return what a version says; number 0 of a policy is the house's own.

    :raises NotHere: when there is no such version.
    """
    if number == 0 and what is What.POLICY:
        return house_policy_text()
    text = models.BrandText.objects.filter(brand_id=brand_id, what=what, number=number)
    found = text.values_list("text", flat=True).first()
    if found is None:
        raise NotHere
    return found


@lru_cache(maxsize=64)
def read_policy(text: str | None) -> Policy:
    """
    Read a policy over the house's own; None: the house's own.

    :raises TomlRefused: naming the line and the key.
    """
    if text is None:
        return house_policy()
    return parse_policy(text, file="policy", base=house_policy())


def read_brand(text: str) -> Brand:
    """
    Read a brand, and see that each of its queries can be understood.

    :raises TomlRefused: naming the line and the key.
    """
    brand = parse_brand(text, file="brand")
    top = read_toml(text=text, file="brand")
    _check_queries([top], whole=brand.query)
    _check_queries([top.table("topics").table(topic.name) for topic in brand.topics])
    _check_queries(top.tables("guidelines"))
    return brand


def brand_as_far_as_read(text: str | None) -> Brand | None:
    """
    Return a brand for a page that shows its text; None where there is none, or none that is read.

    A text that held under an older version of the house may be refused by this one: it is to be
    mended on its page, so that page must open.
    """
    try:
        return None if text is None else read_brand(text)
    except TomlRefused:
        return None


def policy_as_far_as_read(text: str) -> Policy | None:
    """Return a policy for work on all brands, which one that cannot be read does not stop."""
    try:
        return read_policy(text)
    except TomlRefused:
        return None


def _check_queries(tables: Sequence[Table], *, whole: str | None = None) -> None:
    for table in tables:
        query = table.values.get("query", "") if whole is None else whole
        if not query.strip():
            continue
        try:
            parse(query)
        except QueryError as wrong:
            raise table.refusal("query", f"it cannot be understood:\n{wrong}") from wrong


def fingerprint_of(*, brand: str, policy: str | None) -> str:
    """Return what changes whenever a brand's text, its policy or the house's own does."""
    digest = blake2b(digest_size=16)
    for part in (brand, policy or "", house_policy_text()):
        told = part.encode()
        digest.update(len(told).to_bytes(8, "big") + told)
    return digest.hexdigest()
