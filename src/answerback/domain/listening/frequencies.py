"""How often words turn up: what tells a rare anchor from a broad one."""

from typing import Protocol

from answerback.domain.listening.syntax import Word


class Frequencies(Protocol):
    """Words counted in a sample of posts: the archive, the last days, a list that came along."""

    @property
    def posts(self) -> int:
        """Return how many posts were counted."""
        ...

    def share(self, word: Word) -> float | None:
        """Return the share of posts with a word, in [0, 1]; None when the sample cannot tell."""
        ...
