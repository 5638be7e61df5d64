"""The few fields of a brand that need no TOML, and the text that they make."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from answerback.domain.records.brand import Brand
from answerback.domain.records.refusal import Refusal
from answerback.domain.triage.toml_edit import Value, set_keys
from answerback.domain.triage.toml_text import TomlRefused

_NEW: Final = "# What each key means: docs/reference/brand-file.md.\n\n"
_LISTS: Final = ("handles", "languages", "rivals")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandField:
    """One field, as a page shows it."""

    name: str
    label: str | Promise
    help: str | Promise
    value: str
    long: bool = False  #: several lines
    needed: bool = False
    fault: str = ""  #: a sentence


_FIELDS: Final[tuple[tuple[str, str | Promise, str | Promise, bool], ...]] = (
    ("name", _("Name"), _("As people call it. It never changes: posts hang on it."), False),
    ("handles", _("Your accounts"), _("Their names, with commas between: acme, acme_help."), False),
    ("query", _("Query"), _("What to listen for beside your accounts. Empty: nothing more."), True),
    ("languages", _("Languages"), _("That you answer in: en, de. Empty: all."), False),
    ("rivals", _("Rivals"), _("Names of others that people compare you with."), False),
    ("about", _("About"), _("A sentence or two that tell your posts from other people's."), True),
)


def brand_fields(
    values: Mapping[str, str], *, with_name: bool, refusal: Refusal | None = None
) -> list[BrandField]:
    """Return the fields with what is in them, and with the fault beside the one that has it."""
    key = refusal.key.split(".")[0] if isinstance(refusal, TomlRefused) else ""
    return [
        BrandField(
            name=name,
            label=label,
            help=told,
            value=values.get(name, ""),
            long=long,
            needed=name == "name",
            fault=str(refusal) if name == key else "",
        )
        for name, label, told, long in _FIELDS
        if with_name or name != "name"
    ]


def values_of(brand: Brand) -> dict[str, str]:
    """Return what the fields say of a brand that is there."""
    return {
        "name": brand.name,
        "handles": ", ".join(brand.handles),
        "query": brand.query,
        "languages": ", ".join(brand.languages),
        "rivals": ", ".join(brand.rivals),
        "about": brand.about,
    }


def typed_values(post: QueryDict) -> dict[str, str]:
    """Return what somebody typed into the fields."""
    return {name: post.get(name, "") for name, *_ in _FIELDS if name in post}


def text_with(values: Mapping[str, str], *, text: str = _NEW) -> str:
    """Return a brand's text with what the fields say; all else in it stays."""
    told: dict[str, Value] = {
        name: _parts(value) if name in _LISTS else value.strip() for name, value in values.items()
    }
    return set_keys(text, values=told)


def _parts(value: str) -> Sequence[str]:
    return [part.strip() for part in re.split(r"[,\n]", value) if part.strip()]
