"""What live sources are heard with: the stage of the brand as its text stands now."""

from collections.abc import Sequence
from functools import lru_cache
from threading import Lock

from answerback.desk.queries.brand_texts import newest_texts, read_brand
from answerback.domain.pipeline import Stage
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.refusal import Refusal
from answerback.project import wiring


class NoText(Refusal):
    """The brand says nothing of what is listened for."""


def listening_now(brand_id: int) -> Stage:
    """
    Return the first stage of a brand.  Two questions to the database.

    :raises NoText: when the brand has no text.
    :raises Refusal: when it cannot be read.
    """
    texts = newest_texts(brand_id=brand_id)
    if texts.brand is None:
        raise NoText(
            f"The brand '{texts.name}' has no text that says what to listen for. Write one on its "
            "page, under Manage; listening goes on by itself."
        )
    return _stage(texts.brand)


@lru_cache(maxsize=64)
def _stage(text: str) -> Stage:
    """Make the stage of a text once; several sources are heard at a time, so they take turns."""
    listening = wiring.listening(brand=read_brand(text))
    alone = Lock()

    def step(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        with alone:
            return listening.step(dossiers)

    return Stage(name=listening.name, step=step)
