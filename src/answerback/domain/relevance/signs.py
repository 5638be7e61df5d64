"""What can be counted on the face of a post: how it names the brand, how it is written."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from answerback.domain.records.handles import addressed, handles_in, known_by
from answerback.domain.relevance.description import Description

Matrix = NDArray[np.float64]

#: Columns of `signs`, in order.  The shares and counts are capped, so that no post shouts.
SIGNS: Final = (
    "handle",  # one of our handles is in it
    "named",  # a word of the query or the name stands among its words
    "tagged",  # only in a hashtag
    "unnamed",  # none of these
    "others",  # other handles, up to three
    "link",
    "tags",  # hashtags, up to six
    "length",  # in words, as a logarithm
    "everyday",  # share of words that are among the commonest English ones
    "letters",  # share of characters outside ASCII
    "repost",
    "exclaims",
    "asks",
    "digits",  # share of characters
)
#: The commonest English words of posts.
EVERYDAY: Final = frozenset(
    """
    the a an i you it to and of in is that for my on me so be this with not was have just are
    at but do what your all out we up get its when can like no if know now about how one go
    they from day u im as will lol good too he or am new love time got by more than then them
    why who there here back has had been were would our his her she
    """.split()  # noqa: SIM905 -- a word a line would be a page
)
_WORD: Final = re.compile(r"[\w']+")
_LINK: Final = re.compile(r"https?://\S+|www\.\S+")
_NOT_WORDS: Final = re.compile(r"https?://\S+|[@#]\w+")
_NOTHING: Final = r"(?!)"  #: a pattern that is found nowhere; an empty one is found everywhere
_MOST_READ: Final = 4_000  #: characters; what stands behind them adds nothing to a count


class Face:
    """Reads the signs of posts for one brand; its patterns are made once."""

    def __init__(self, description: Description) -> None:
        name = description.name
        # A name like "@acme" is a handle, and a word where it stands without the @.
        handles = (*description.handles, *([name] if name.startswith("@") else ()))
        self._known = known_by({handle.removeprefix("@").casefold(): "ours" for handle in handles})
        self._english = description.english
        words = {_pattern(word) for word in (*description.words, name.removeprefix("@"))} - {""}
        told = "|".join(sorted(words, key=lambda word: (-len(word), word))) or _NOTHING
        joined = told.replace(r"\s+", "")
        self._named = re.compile(rf"(?<![\w@#])(?:{told})(?!\w)", re.IGNORECASE)
        self._tagged = re.compile(rf"#(?:{joined})(?!\w)", re.IGNORECASE)

    def signs(self, texts: Sequence[str]) -> Matrix:
        """
        Read the signs of texts.

        Shapes: n texts in, (n, len(SIGNS)) out; NaN where a sign tells nothing for this brand.
        """
        rows = [self._of(text[:_MOST_READ]) for text in texts]
        return np.array(rows, dtype=np.float64).reshape(len(texts), len(SIGNS))

    def _of(self, text: str) -> list[float]:
        handles = handles_in(text)
        ours = addressed(handles, known=self._known) is not None
        named = self._named.search(text) is not None
        tagged = self._tagged.search(text) is not None
        words = _WORD.findall(_NOT_WORDS.sub("", text).lower())
        everyday = sum(word in EVERYDAY for word in words) / max(len(words), 1)
        length = max(len(text), 1)
        return [
            ours,
            named,
            tagged and not (named or ours),
            not (ours or named or tagged),
            min(len(handles) - ours, 3) / 3,
            _LINK.search(text) is not None,
            min(text.count("#"), 6) / 6,
            float(np.log1p(len(words)) / 3),
            min(1.0, 2 * everyday) if self._english else np.nan,
            sum(not sign.isascii() for sign in text) / length if self._english else np.nan,
            text.startswith("RT "),
            "!" in text,
            "?" in text,
            sum(sign.isdigit() for sign in text) / length,
        ]


def _pattern(word: str) -> str:
    """Turn a word or phrase of a query into a pattern: `*` is any letters, `?` is one."""
    parts = word.removeprefix("#").split()
    if word.startswith("@"):
        return ""  # a handle; looked for as such
    escaped = (re.escape(part).replace(r"\*", r"\w*").replace(r"\?", r"\w") for part in parts)
    return r"\s+".join(escaped)
