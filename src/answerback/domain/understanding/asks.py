"""Whether a text really asks, and whether it asks for an act, by rules alone."""

from functools import cache
from typing import Final, NamedTuple

from answerback.domain.understanding.ask_cues import QUESTION_CUES, REQUEST_CUES
from answerback.domain.understanding.cues import LONGEST, Cues, Sign, compile_cues, signs

_MARKS: Final = frozenset("?？؟")  # noqa: RUF001 - the marks of other scripts are meant
_MARK_POINTS: Final = 1
ENOUGH: Final = 2  #: points from which the rules alone say so


class Asked(NamedTuple):
    """Points for a question and for a request, with what was found for and against each."""

    question: int
    request: int
    question_signs: tuple[Sign, ...]
    request_signs: tuple[Sign, ...]

    @property
    def says_question(self) -> bool:
        return self.question >= ENOUGH

    @property
    def says_request(self) -> bool:
        return self.request >= ENOUGH


def asked(*, text: str) -> Asked:
    """
    Weigh the question and request rules in one text, up to its first 2,000 characters.

    "Seriously?" and "who does that?" have a mark and ask nothing; "I was wondering when
    you open" has none and asks.
    """
    questions = signs(cues=_questions(), text=text)
    requests = signs(cues=_requests(), text=text)
    marked = _MARK_POINTS if not _MARKS.isdisjoint(text[:LONGEST]) else 0
    return Asked(
        question=marked + sum(sign.points for sign in questions),
        request=sum(sign.points for sign in requests),
        question_signs=tuple(questions),
        request_signs=tuple(requests),
    )


@cache
def _questions() -> Cues:
    return compile_cues(QUESTION_CUES)


@cache
def _requests() -> Cues:
    return compile_cues(REQUEST_CUES)
