"""The one place where the house is put together."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from answerback.domain.listening.asked_words import wanted_words
from answerback.domain.listening.hear import listener
from answerback.domain.pipeline import Stage
from answerback.domain.records.brand import Brand
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.post import Post
from answerback.domain.records.refusal import Refusal
from answerback.domain.relevance.brand_filter import BrandFilter, first_filter
from answerback.domain.relevance.description import Description
from answerback.domain.relevance.judge import judge
from answerback.domain.relevance.state import from_bytes
from answerback.domain.triage.brand_file import parse_brand
from answerback.domain.triage.decide import Contacts, decider
from answerback.domain.triage.policy import Policy, parse_policy
from answerback.domain.understanding.language import UNDETERMINED
from answerback.domain.understanding.read import reader
from answerback.weights.day_one import load_day_one
from answerback.weights.encoder import load_encoder
from answerback.weights.language import load_language
from answerback.weights.prior import load_prior
from answerback.weights.store import load_heads

_OWN_POLICY = files("answerback.domain.triage") / "default_policy.toml"

#: Asked once for each batch: how often has the author of each post written to us before?
EarlierContacts = Callable[[Sequence[Post]], Contacts]


class FileNotReadable(Refusal):
    """A brand or policy file is not there, or is no text."""


def stages(*, brand: Brand | None, policy: Policy, at: datetime) -> tuple[Stage, ...]:
    """
    Return the house's stages for one brand (None: every post counts as heard).

    :raises Refusal: when the brand's query cannot be read, or a weight is damaged.
    """
    return (listening(brand=brand), *sorting(brand=brand, policy=policy, at=at))


def describe(brand: Brand) -> Description:
    """
    Tell the brand filter of a brand, with the words that its query looks for.

    :raises Refusal: when the query cannot be understood.
    """
    words = wanted_words(brand.query) if brand.query.strip() else ()
    return Description.of(brand, words=words)


def meanings(texts: Sequence[str]) -> NDArray[np.float32]:
    """
    Give texts their meaning, by the encoder, which is loaded when it is first asked.

    Shapes: n texts in, (n, 384) out, rows of length 1.
    """
    return load_encoder().read(texts).meanings


def day_one_filter(brand: Brand) -> BrandFilter:
    """
    Return the filter that a brand has before anybody has corrected it.

    :raises Refusal: when its query cannot be understood, or a weight is damaged.
    """
    return first_filter(day_one=load_day_one(), description=describe(brand), meanings=meanings)


def listening(*, brand: Brand | None) -> Stage:
    """Return the first stage alone: intake needs its verdict before it writes the ledger."""
    return Stage(
        name="listening", step=listener(brand=brand, prior=load_prior(), language=languages)
    )


def languages(texts: Sequence[str]) -> list[str | None]:
    """
    Return the language of each text for queries that ask; None where it cannot be told.

    The model, half a second of loading, is loaded when it is first asked.

    Shapes: n texts in, n out, in the order given.
    Units: ISO 639-1.
    """
    told = load_language().identify(texts)
    return [None if code == UNDETERMINED else code for code, _ in told]


def sorting(
    *,
    brand: Brand | None,
    policy: Policy,
    at: datetime,
    contacts: EarlierContacts | None = None,
    learned: bytes | None = None,
) -> tuple[Stage, ...]:
    """
    Return the stages after listening.

    Without `contacts`, as in `sort`, nobody has written before.  `learned` is the active version
    of the brand filter; without one its first day scores, if the brand file tells enough for
    that, and else the prior share stays.

    :raises Refusal: when that version cannot be read, or a weight is damaged.
    """
    return (
        Stage(name="understanding", step=reader(heads=load_heads(), language=load_language())),
        *_relevance(brand=brand, learned=learned),
        _triage(brand=brand, policy=policy, at=at, contacts=contacts),
    )


def _relevance(*, brand: Brand | None, learned: bytes | None) -> tuple[Stage, ...]:
    if learned is not None:
        brand_filter = from_bytes(learned, day_one=load_day_one())
    elif brand is not None and (brand.about or brand.examples or brand.counter_examples):
        brand_filter = day_one_filter(brand)
    else:
        return ()
    return (Stage(name="relevance", step=judge(brand_filter=brand_filter, meanings=meanings)),)


def _triage(
    *, brand: Brand | None, policy: Policy, at: datetime, contacts: EarlierContacts | None
) -> Stage:
    if contacts is None:
        return Stage(name="triage", step=decider(policy=policy, brand=brand, at=at))
    asked: list[Contacts] = []

    def earlier(post: Post) -> int:
        return asked[-1](post)

    decide = decider(policy=policy, brand=brand, at=at, contacts=earlier)

    def step(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        asked[:] = [contacts([dossier.post for dossier in dossiers])]
        return decide(dossiers)

    return Stage(name="triage", step=step)


def fingerprint(*, brand: Path, policy: Path | None) -> str:
    """Return what changes whenever a brand file, a policy file or the house's own policy does."""
    told = (brand.read_bytes(), policy.read_bytes() if policy else b"", _OWN_POLICY.read_bytes())
    digest = blake2b(digest_size=16)
    for part in told:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def load_brand(path: Path) -> Brand:
    """
    Read a brand file.

    :raises Refusal: naming the file, the line and the key.
    """
    return parse_brand(_text_of(path, what="brand"), file=path.name)


def load_policy(path: Path | None) -> Policy:
    """
    Read a policy file over the policy that comes with the house; None: that one alone.

    :raises Refusal: naming the file, the line and the key.
    """
    if path is None:
        return _own_policy()
    return parse_policy(_text_of(path, what="policy"), file=path.name, base=_own_policy())


@cache
def _own_policy() -> Policy:
    return parse_policy(_OWN_POLICY.read_text(encoding="utf-8"), file=_OWN_POLICY.name)


def _text_of(path: Path, *, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as wrong:
        raise FileNotReadable(
            f"There is no {what} file at {path}. docs/reference/{what}-file.md shows one."
        ) from wrong
    except (OSError, UnicodeDecodeError) as wrong:
        raise FileNotReadable(
            f"The {what} file {path} cannot be read as UTF-8 text: {wrong}."
        ) from wrong
