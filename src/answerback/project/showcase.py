"""The invented brand, followed through the house: what `answerback demo` shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path

from answerback.channels.archive.fetch import open_archive
from answerback.domain.community.content_mix import content_mix
from answerback.domain.etiquette.check import Review, review_answers
from answerback.domain.listening.facts import facts_of_posts
from answerback.domain.listening.match import compile_queries
from answerback.domain.listening.query import parse
from answerback.domain.pipeline import run
from answerback.domain.records.brand import Brand, Guideline
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.post import Post
from answerback.domain.sharing.guideline import Matches, carry
from answerback.project import wiring

#: The demo's clock stands still, so that everybody sees the same queue.
MOMENT = datetime(2026, 3, 20, 13, tzinfo=UTC)
#: The post that is followed step by step.
FOLLOWED = "acme-099"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """Where the invented brand's files lie."""

    brand: Path
    posts: Path


@contextmanager
def invented() -> Iterator[Invented]:
    """Lend the invented brand's files, also from a zipped installation."""
    with as_file(files("answerback.project") / "acme") as folder:
        yield Invented(brand=folder / "brand.toml", posts=folder / "posts.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """What the pure stages say of the invented archive, with no database."""

    brand: Brand
    followed: Dossier
    answer: Post | None  #: what the brand said to it
    manners: Review
    carried: tuple[str, ...]  #: a sentence for each guideline
    mix: tuple[str, ...]


def tour(files_: Invented, *, at: datetime) -> Tour:
    """Send the invented archive through every stage and keep what is worth showing."""
    brand = wiring.load_brand(files_.brand)
    posts = [
        one.post
        for one in open_archive(path=files_.posts, heard_at=at).fetch(None)
        if one.post is not None
    ]
    stages = wiring.stages(brand=brand, policy=wiring.load_policy(None), at=at)
    dossiers = run([Dossier(post=post) for post in posts], stages=stages)
    carried = carry(
        dossiers=dossiers,
        guidelines=brand.guidelines,
        matches={one.name: _matches(one) for one in brand.guidelines},
    )
    return Tour(
        brand=brand,
        followed=next(one for one in dossiers if one.post.external_id == FOLLOWED),
        answer=next((post for post in posts if post.in_reply_to == FOLLOWED), None),
        manners=review_answers(dossiers=dossiers, brand=brand),
        carried=carried.sentences(),
        mix=content_mix(dossiers=dossiers, brand=brand, told=wiring.content_chances).sentences(),
    )


def _matches(guideline: Guideline) -> Matches:
    matcher = compile_queries([parse(guideline.query)])

    def matches(text: str, post: Post | None = None) -> bool:
        told = [post] if post else []
        facts = facts_of_posts(told, fields=matcher.fields, language=wiring.languages)
        return bool(matcher.match([text], facts or None))

    return matches
