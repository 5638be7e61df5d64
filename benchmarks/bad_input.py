"""The worst posts and queries that we could think of."""

from collections.abc import Mapping

MEGABYTE = 1_000_000
_MARKS = "".join(map(chr, range(0x300, 0x370)))

#: Queries that look for what the posts are full of, each way of looking at least once.
ASKING = (
    "apple NEAR/5 banana", "(apple OR banana) NEAR/3 (apple OR cherry)", "ap* NOT zebra",
    '"apple banana"~5 NEAR/9 cherry', "apple NEAR/999 banana", "{Apple} banana", "#apple OR @apple",
    '"apple apple apple"', "http", "東京", "กาแฟ", "한글", "😀", "raw:apple", "domain:example.com",
    "ap?* NEAR/2 ba*na",
)  # fmt: skip


def posts() -> Mapping[str, str]:
    """Return posts of about a megabyte in UTF-8, by what they are full of."""
    zalgo = "".join(
        letter + _MARKS[at % 60 : at % 60 + 30] for at, letter in enumerate("apple" * 3400)
    )
    many = {
        "usual words": "The apple and the banana were late again; nobody told us why. ",
        "one word": "apple ",
        "two words that are near each other": "apple banana ",
        "hashtags": "#AppleBanana2Go ",
        "mentions": "@apple_banana ",
        "links": "https://example.com/a/b?c=d ",
        "Chinese": "東京",
        "Thai": "กาแฟ",
        "Korean": "한글은 ",
        "emoji": "😀👩‍👩‍👧‍👦🏳️‍🌈",
        "capitals and humps": "aBcDeFgH",
        "apostrophes": "o'o'",
        "full stops": "a.b.",
        "no word at all": "!? ",
        "low lines": "_a",
        "opening signs": "#@",
        "flags": "🇬🇧",
    }
    posts = {name: (unit * (MEGABYTE // len(unit.encode()) + 1)) for name, unit in many.items()}
    return {
        "a usual post": "The apple and the banana were late again @apple_help, thank you 😀",
        **{f"1 MB of {name}": text for name, text in posts.items()},
        "1 MB of zalgo": zalgo,
        "one letter with 40,000 marks": "e" + "\u0301\u0323" * 20_000,
        "apple with 40,000 marks": "apple" + _MARKS * 360,
        "one token of 1 MB": "a" * MEGABYTE,
        "one number of 1 MB": "1" * MEGABYTE,
        "one hashtag of 1 MB": "#" + "Ab" * (MEGABYTE // 2),
        "one link of 1 MB": "https://example.com/" + "a" * MEGABYTE,
        "1 MB of different tokens": " ".join(f"t{at:x}" for at in range(150_000)),
        "1 MB of different hashtags": " ".join(f"#T{at:x}Q" for at in range(115_000)),
    }


def queries() -> Mapping[str, str]:
    """Return queries of 100,000 characters, or deeper than any person writes."""
    return {
        "100k characters of OR": _joined(" OR ", 100_000),
        "100k characters of AND": _joined(" ", 100_000),
        "100k characters of NEAR": _joined(" NEAR/3 ", 100_000),
        "100k characters of NOT": "apple" + _joined(" NOT ", 99_990)[3:],
        "100k characters of phrases": _joined(" OR ", 100_000, unit='"apple w{}"'),
        "100k characters in one phrase": '"' + _joined(" ", 99_990) + '"',
        "100k characters of wildcards": _joined(" OR ", 100_000, unit="ap{}*e"),
        "100k characters of quotation marks": '"' * 100_000,
        "100k opening brackets": "(" * 100_000,
        "100k characters in one word": "a" * 100_000,
        "100k characters of Chinese": "東" * 100_000,
        "101k characters": _joined(" OR ", 101_000),
        "depth 200": "(" * 199 + "apple" + ")" * 199,
        "depth 200 of NOT and OR": "apple " + "(b OR NOT " * 190 + "x" + ")" * 190,
        "depth 201": "(" * 201 + "apple" + ")" * 201,
    }


def _joined(by: str, most: int, *, unit: str = "w{}") -> str:
    parts: list[str] = []
    size = 0
    while size < most:
        parts.append(unit.format(len(parts)))
        size += len(parts[-1]) + len(by)
    return by.join(parts[:-2])
