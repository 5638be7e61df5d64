"""Which language a text is in: the promise that an implementation keeps."""

from collections.abc import Sequence
from typing import Protocol

UNDETERMINED = "und"  #: ISO 639-2: we cannot tell, and say so
ENOUGH_LETTERS = 20  #: without mentions, links and hashtags; below it we do not guess


class LanguageId(Protocol):
    """Something that tells languages; its model lives outside the domain."""

    def identify(self, texts: Sequence[str]) -> Sequence[tuple[str, float]]:
        """
        Tell the language of each text with a probability, or "und" with how sure a guess was.

        Shapes: n texts in, n pairs out, in the order given.
        Units: ISO 639-1 where there is one; probability in [0, 1].
        """
        ...
