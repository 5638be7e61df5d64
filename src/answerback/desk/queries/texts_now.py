"""A brand's file and policy as they hold now."""

from functools import lru_cache

from answerback.desk import models
from answerback.desk.queries.house_policy import house_policy
from answerback.domain.records.brand import Brand
from answerback.domain.triage.brand_file import parse_brand
from answerback.domain.triage.policy import Policy, parse_policy


def policy_now(*, brand_id: int) -> Policy:
    """
    Return the policy of a brand, over the one that comes with the house.

    One question to the database.
    """
    text = _newest(brand_id=brand_id, what="policy")
    return house_policy() if text is None else _policy(text)


def brand_now(*, brand_id: int) -> Brand | None:
    """Return the brand as its file tells it; None: we do not have the file.  One question."""
    text = _newest(brand_id=brand_id, what="brand")
    return None if text is None else _brand(text)


def _newest(*, brand_id: int, what: str) -> str | None:
    texts = models.BrandText.objects.filter(brand_id=brand_id, what=what).order_by("-number")
    return texts.values_list("text", flat=True).first()


@lru_cache(maxsize=16)
def _policy(text: str) -> Policy:
    return parse_policy(text, file="policy", base=house_policy())


@lru_cache(maxsize=16)
def _brand(text: str) -> Brand:
    return parse_brand(text, file="brand")
