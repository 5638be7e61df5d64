"""A place in the inbox as a word in an address, and back."""

import re
from datetime import UTC, datetime, timedelta

from answerback.desk.queries.conversation import Moment
from answerback.desk.queries.inbox import Place
from answerback.web.refusals import AddressNotUnderstood

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
#: Years -9999 to 9999 fit in 18 digits; so does every id a database gives.
_WORD = re.compile(r"(-?[0-9]{1,18})\.(-?[0-9]{1,18})\.([0-9]{1,18})")


def place_in_words(place: Place) -> str:
    """
    Return a place as `turn.written_at.case_id`, to be read by `place_of`.

    Units: microseconds since 1970 in UTC.
    Error: exact.
    """
    turn, written = ((at - _EPOCH) // _TICK for at in (place.turn, place.written_at))
    return f"{turn}.{written}.{place.case_id}"


def place_of(word: str | None) -> Place | None:
    """
    Return the place an address names; None where it names none.

    :raises AddressNotUnderstood: when the word is not one of `place_in_words`.
    """
    if not word:
        return None
    found = _WORD.fullmatch(word)
    if found is None:
        raise _mangled()
    try:
        turn, written = (_EPOCH + int(part) * _TICK for part in found.group(1, 2))
    except OverflowError as wrong:
        raise _mangled() from wrong
    return Place(turn=turn, written_at=written, case_id=int(found.group(3)))


def copy_after(word: str | None) -> int:
    """
    Return the id after which a page of copies goes on; 0 for the first page.

    :raises AddressNotUnderstood: when the word is no number.
    """
    if not word:
        return 0
    if re.fullmatch("[0-9]{1,18}", word) is None:
        raise _mangled()
    return int(word)


_SPOKEN = re.compile(r"(-?[0-9]{1,18})\.([0-9]{1,18})")


def moment_in_words(place: Moment) -> str:
    """
    Return a place in a conversation as `at.post_id`, to be read by `spoken_before`.

    Units: microseconds since 1970 in UTC.
    Error: exact.
    """
    return f"{(place.at - _EPOCH) // _TICK}.{place.post_id}"


def spoken_before(word: str | None) -> Moment | None:
    """
    Return the place in a conversation that an address names; None where it names none.

    :raises AddressNotUnderstood: when the word is not one of `moment_in_words`.
    """
    if not word:
        return None
    found = _SPOKEN.fullmatch(word)
    if found is None:
        raise _mangled()
    try:
        at = _EPOCH + int(found.group(1)) * _TICK
    except OverflowError as wrong:
        raise _mangled() from wrong
    return Moment(at=at, post_id=int(found.group(2)))


def _mangled() -> AddressNotUnderstood:
    return AddressNotUnderstood(
        "The address names no place in the inbox or in a conversation: what follows 'after=' or "
        "'before=' was cut or changed. Go back to the first page."
    )
