"""What a brand tells of itself on its first day, before anybody has corrected anything."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answerback.domain.records.brand import Brand

_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A brand as the filter knows it; kept with each version, so a version never changes."""

    name: str
    handles: tuple[str, ...] = ()  #: without the @
    words: tuple[str, ...] = ()  #: what its query looks for: words and phrases, `*` as in queries
    about: str = ""
    examples: tuple[str, ...] = ()  #: posts that are about it
    counter_examples: tuple[str, ...] = ()
    english: bool = True  #: whether it answers in English; else a foreign word tells nothing

    @classmethod
    def of(cls, brand: Brand, *, words: Sequence[str] = ()) -> "Description":
        """Describe a brand; `words` are those that its query looks for."""
        return cls(
            name=brand.name,
            handles=brand.handles,
            words=tuple(words),
            about=brand.about,
            examples=brand.examples,
            counter_examples=brand.counter_examples,
            english=not brand.languages or "en" in brand.languages,
        )

    @property
    def tells(self) -> bool:
        """Say whether it is more than a name and a query: enough for a filter on day one."""
        return bool(self.about or self.examples or self.counter_examples)

    def anchors(self) -> list[str]:
        """
        Return the texts whose meaning posts are compared with: the name first, then `about`.

        Of `about` the whole and each sentence; without one, the name stands for it.
        """
        about = self.about or self.name
        sentences = _SENTENCE_ENDS.split(about)
        return [self.name, about, *(sentences if len(sentences) > 1 else ())]
