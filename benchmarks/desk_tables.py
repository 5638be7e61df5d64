"""Which columns the made-up desk fills, its people, and the words of its posts."""

import random
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from benchmarks.desk_rows import Table

from answerback.desk import models

AGENTS: Final = 30
BRANDS: Final = ("Acme", "Umbra", "Nimbus")

_COLUMNS: Mapping[type, str] = {
    models.Post: "id brand_id origin_id channel source external_id author_handle author_name text "
    "created_at heard_at conversation_id inbound content_hash author_key conversation "
    "discard_reason sorted_at speaks_to case_id answer_id",
    models.Mention: "post_id heard addressed relevance matched topics discarded why",
    models.Reading: "post_id language language_probability sentiment kinds needs_response urgency "
    "urgency_reasons offensive why",
    models.Plan: "post_id respond kind queue priority priority_parts respond_by reasons turn",
    models.Case: "id brand_id channel author_key conversation state owner queue kind priority "
    "respond_by turn written_at leading_id opened_at closed_at close_reason language sentiment "
    "assigned_at breached_at snoozed_until",
    models.Event: "what at by case_id post_id particulars brand_id",
}


def tables() -> dict[str, Table]:
    """Return the tables by the name of their model, small letters."""
    return {
        model.__name__.lower(): Table(model, names.split()) for model, names in _COLUMNS.items()
    }


def make_people(moment: datetime) -> None:
    """Make three brands, a source for each, and thirty people; every third works for all three."""
    for number, name in enumerate(BRANDS, start=1):
        brand = models.Brand.objects.create(pk=number, name=name, handles=[name.lower()])
        models.Source.objects.create(
            pk=number,
            brand=brand,
            channel="archive",
            name="posts.jsonl",
            fingerprint=name,
            opened_at=moment,
            finished_at=moment,
        )
    for number in range(AGENTS):
        user = models.User.objects.create(
            handle=f"agent{number}", name=f"Agent {number}", joined_at=moment
        )
        for brand_id in (1, 2, 3) if number % 3 == 0 else (1,):
            role = "owner" if number == 0 else "approver" if number % 5 == 0 else "agent"
            models.Membership.objects.create(user=user, brand_id=brand_id, role=role, capacity=20)


def words(luck: random.Random) -> tuple[list[str], list[str]]:
    """Return sentences of common words, one in twenty about a parcel, and rare words."""
    letters = "bcdfghklmnprstvz"

    def word() -> str:
        parts = luck.randint(1, 4)
        return "".join(luck.choice(letters) + luck.choice("aeiou") for _ in range(parts))

    common = sorted({word() for _ in range(3000)})
    weights = [1 / (rank + 2) for rank in range(len(common))]
    plain = [" ".join(luck.choices(common, weights, k=luck.randint(6, 14))) for _ in range(40_000)]
    late = [f"my parcel is late {one}" for one in plain[:2000]]
    return [*plain, *late], [f"{word()}{word()}" for _ in range(60_000)]
