"""Every picture that a keyboard offers is one word, and found by itself."""

import re

from tests.domain.listening.unicode_data import unicode_lines

from answerback.domain.listening.match import compile_queries
from answerback.domain.listening.query import parse
from answerback.domain.listening.words import raw_tokens

#: Signs in the text more often than pictures: in `Orbit™ Max` no word is between.
SIGNS = {"©", "®", "™"}
#: Letters and digits that go on with the letters beside them: 1️⃣, Ⓜ️, 🅰️.
LETTERS = {*"0123456789Ⓜ🅰🅱🅾🅿", "\u2139"}
_TONE = re.compile("[\U0001f3fb-\U0001f3ff]")


def pictures(status: str = "") -> list[str]:
    """Return the sequences of emoji-test.txt of one status, or all."""
    rows = [data.partition(";") for data, _ in unicode_lines("emoji/emoji-test.txt")]
    found = [
        "".join(chr(int(code, 16)) for code in codes.split())
        for codes, _, said in rows
        if status in said.split() or not status
    ]
    return [picture for picture in found if picture[0] not in SIGNS]


def test_every_picture_is_one_word_however_it_is_written() -> None:
    assert len(pictures()) > 4_000
    assert [picture for picture in pictures() if raw_tokens(picture) != [picture]] == []


def test_every_picture_is_one_word_between_letters() -> None:
    glued = [
        picture
        for picture in pictures("fully-qualified")
        if raw_tokens(f"late{picture}again") != ["late", picture, "again"]
    ]

    assert {picture[0] for picture in glued} <= LETTERS


def test_every_picture_finds_itself_and_beside_it_only_its_tones() -> None:
    asked = pictures("fully-qualified")

    pairs = compile_queries([parse(picture) for picture in asked]).match(asked)

    found = [(asked[row], asked[at]) for row, at in pairs if row != at]
    assert {(row, row) for row in range(len(asked))} <= set(pairs)
    assert [picture for _, picture in found if _TONE.search(picture)] == []
    assert [pair for pair in found if bare(pair[0]) != bare(pair[1])] == []


def bare(picture: str) -> str:
    """Return a picture without its tones and without what asks for colour."""
    return _TONE.sub("", picture).replace("\ufe0f", "")


def test_a_picture_without_a_tone_finds_every_tone_of_it() -> None:
    toned = [picture for picture in pictures("fully-qualified") if _TONE.search(picture)]
    plain = [parse(_TONE.sub("", picture)) for picture in toned]

    pairs = set(compile_queries(plain).match(toned))

    assert len(toned) > 1_000
    assert {(row, row) for row in range(len(toned))} <= pairs
