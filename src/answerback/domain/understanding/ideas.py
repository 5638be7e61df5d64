"""How surely a post holds an idea, or a tip for the next customer, and which words say so."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from answerback.domain.understanding.cues import Cues, Sign, compile_cues, signs
from answerback.domain.understanding.idea_cues import IDEA_CUES
from answerback.domain.understanding.tip_cues import TIP_CUES

ENOUGH: Final = 2  #: points from which the rules alone say "idea", or "tip"
#: Of sentences of a product's forum with so many points, about this share were ideas.
_SHARES: Final = (0.06, 0.37, 0.65, 0.84, 0.9)
_HEARING: Final = 0.7  #: points that one logit of the learned head is worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """What the rules found in one text; `start` and `end` are characters of it."""

    points: int
    tip_points: int  #: the same for advice to other customers, which is no idea for the maker
    evidence: str  #: the most telling words, as the text has them; empty: nothing speaks for it
    start: int
    end: int

    @property
    def strength(self) -> float:
        """
        How likely an idea is, by rules alone.

        Units: [0, 1].
        Error: the shares of a product's forum, where one sentence in four is an idea;
        in a stream of posts at large the same words mean less.  See `idea_chance`.
        """
        return _SHARES[max(0, min(self.points, len(_SHARES) - 1))]

    @property
    def says_idea(self) -> bool:
        return self.points >= ENOUGH

    @property
    def says_tip(self) -> bool:
        return self.tip_points >= ENOUGH


def ideas(*, texts: Sequence[str]) -> list[Idea]:
    """
    Weigh the idea and tip rules in every text.

    Shapes: n texts in, n out, in order.
    """
    return [idea_in(text=text) for text in texts]


def idea_in(*, text: str) -> Idea:
    """Weigh the idea and tip rules in one text, up to its first 2,000 characters."""
    found = signs(cues=_idea_cues(), text=text)
    best = max(found, key=_points, default=None)
    start, end = (best.start, best.end) if best and best.points > 0 else (0, 0)
    return Idea(
        points=sum(sign.points for sign in found),
        tip_points=sum(sign.points for sign in signs(cues=_tip_cues(), text=text)),
        evidence=text[start:end].strip(" \t\n.,:;!?>*-"),
        start=start,
        end=end,
    )


def idea_signs(*, text: str) -> list[Sign]:
    """Give every idea cue found in a text, for and against; for figures and for showing why."""
    return signs(cues=_idea_cues(), text=text)


def idea_chance(*, idea: Idea, head: float, hearing: float = _HEARING) -> float:
    """
    Join the rules with a learned head's chance of an idea.

    Each logit of the head is worth `hearing` points.  On a product's forum less is a little
    better, but calls more posts of a stream ideas (benchmarks/accuracy_heads.py has both).

    Units: `head` in [0, 1]; the result in [0, 1], an idea from 0.5 on.
    Error: a ranking with a fair threshold, not calibrated.
    """
    sure = min(max(head, 1e-6), 1 - 1e-6)
    logit = idea.points + hearing * math.log(sure / (1 - sure))
    return 1 / (1 + math.exp(-logit))


def _points(sign: Sign) -> int:
    return sign.points


@cache
def _idea_cues() -> Cues:
    return compile_cues(IDEA_CUES)


@cache
def _tip_cues() -> Cues:
    return compile_cues(TIP_CUES)
