"""How often words turn up: what tells a rare anchor from a broad one."""

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any, Protocol

from answerback.domain.listening.syntax import Word
from answerback.domain.records.refusal import Refusal


class Frequencies(Protocol):
    """Words counted in a sample of posts: the archive, the last days, a list that came along."""

    @property
    def posts(self) -> int:
        """Return how many posts were counted."""
        ...

    def share(self, word: Word) -> float | None:
        """Return the share of posts with a word, in [0, 1]; None when the sample cannot tell."""
        ...


class CommonWords:
    """The words that are common in public posts; of all others only that they are rare."""

    def __init__(self, *, posts: int, counts: Mapping[str, int]) -> None:
        """Take how many of `posts` have each folded word."""
        self.posts = posts
        self._counts = counts
        self._sorted = sorted(counts)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "CommonWords":
        """
        Read what `weights/files/word_frequencies.json` holds.

        :raises Refusal: when it holds something else.
        """
        try:
            counts = {str(word): int(posts) for word, posts in told["counts"].items()}
            return cls(posts=int(told["posts"]), counts=counts)
        except (KeyError, TypeError, ValueError, AttributeError) as wrong:
            raise Refusal(
                f"The word frequencies cannot be read ({wrong!r}). "
                "Make them again with training/word_frequencies.py."
            ) from wrong

    def share(self, word: Word) -> float | None:
        """Return the share of posts with a common word, or with words that a star stands for."""
        if word.exact or "?" in word.form:
            return None
        if not word.wild:
            counted = self._counts.get(word.form)
            return None if counted is None else counted / self.posts
        stem = word.form.partition("*")[0]
        at, counted = bisect_left(self._sorted, stem), 0
        while at < len(self._sorted) and self._sorted[at].startswith(stem):
            counted += self._counts[self._sorted[at]]
            at += 1
        return min(1.0, counted / self.posts) if counted else None
