"""Saved views of the inbox: one's own, and those shared with one's brands."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from answerback.desk import models
from answerback.desk.queries.access import Member, NotHere


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A saved set of filters."""

    view_id: int
    name: str
    filters: Mapping[str, str]  #: as in the address of the inbox
    shared: bool
    brand_id: int | None  #: with whom it is shared
    owner: str
    mine: bool


def views_for(member: Member) -> list[SavedView]:
    """Return one's own views and those shared with one's brands, by name.  One question."""
    rows = _reachable(member).order_by("name", "pk")
    columns = ("pk", "name", "filters", "shared", "brand_id", "owner__handle", "owner_id")
    return [
        SavedView(
            view_id=pk,
            name=name,
            filters=filters,
            shared=shared,
            brand_id=brand_id,
            owner=handle,
            mine=owner_id == member.user_id,
        )
        for pk, name, filters, shared, brand_id, handle, owner_id in rows.values_list(*columns)
    ]


def view_for(member: Member, *, view_id: int) -> SavedView:
    """
    Return a view that somebody may use.

    :raises NotHere: when it is neither theirs nor shared with a brand of theirs.
    """
    for view in views_for(member):
        if view.view_id == view_id:
            return view
    raise NotHere


def _reachable(member: Member) -> "QuerySet[models.View]":
    shared = Q(shared=True, brand_id__in=list(member.seats))
    return models.View.objects.filter(Q(owner_id=member.user_id) | shared)
