"""Brands by their names."""

from collections.abc import Collection

from answerback.desk import models
from answerback.domain.records.refusal import Refusal


class NoSuchBrandHere(Refusal):
    """A name that no brand has."""


def brand_numbers(*, names: Collection[str]) -> list[int]:
    """
    Return the numbers of brands, in the order of their names' first mention.

    :raises NoSuchBrandHere: naming the brands there are.
    """
    known = dict(models.Brand.objects.order_by("name").values_list("name", "pk"))
    for name in names:
        if name not in known:
            there = ", ".join(f"'{one}'" for one in known) or "none yet"
            raise NoSuchBrandHere(f"There is no brand '{name}' here. There are: {there}.")
    return [known[name] for name in dict.fromkeys(names)]
