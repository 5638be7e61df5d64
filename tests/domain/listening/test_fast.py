"""The engine in C gives what the readable one gives, whatever it is handed."""

import random
import time
import tracemalloc
from array import array
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.listening import fuzz_fast
from tests.domain.listening.test_matching_laws import HARD

from answerback.domain.listening import fast
from answerback.domain.listening.fast import FastMatcher
from answerback.domain.listening.match import Engine, PythonMatcher, compile_queries
from answerback.domain.listening.query import parse
from answerback.domain.listening.words import raw_tokens
from answerback.domain.records.refusal import Refusal

built = pytest.mark.skipif(not fast.available(), reason="_fast.c is not built: no C compiler")

SOUP = (
    *HARD,
    *(
        "http://",
        "HTTPS://a",
        "www.",
        "wWw.x",
        "://",
        "&#x",
        "/#y",
        "@jo-se.x",
        "@x@y.z",
        "@_",
        "$AB",
    ),
    *(
        "$TOOLONGX",
        "s'S",
        "'s ",
        "’s",  # noqa: RUF001 - a class of its own
        "3.5",
        "1,000",
        "a.b",
        "U.S.A.",
        "٣",
        "٫",  # noqa: RUF001 - a class of its own
        "٬",
        "，",  # noqa: RUF001 - a class of its own
        "·",
        "‧",
    ),
    *(
        "א",
        "ב",
        '"',
        "\u05f3",
        "\ufe0f",
        "\u20e3",
        "\u3031",
        "\U0001f3fb",
        "Ⓜ",
        "〰",
        "㊗",
        "🇫",
        "…",
    ),
    *("\U0010ffff", "\U000e0041", "\U00020000", "\n", "\x1c", "\u3000", "\u2028", "\u055b", "z"),
)
soups = st.lists(st.sampled_from(SOUP) | st.characters(), max_size=14).map("".join)


def asked(*queries: str, **limits: int) -> tuple[FastMatcher, PythonMatcher]:
    parsed = [parse(query) for query in queries]
    return FastMatcher(parsed, limits=limits), PythonMatcher(parsed)


def pairs_of_both(
    queries: Sequence[str], texts: Sequence[str], **limits: int
) -> list[tuple[int, int]]:
    """Return what both engines find, once both find the same."""
    quick, readable = asked(*queries, **limits)
    found = readable.match(texts)
    assert quick.match(texts) == found
    assert quick.match(texts) == found  # and again, when all is remembered
    return found


@pytest.mark.skipif(fast.available(), reason="the extension is built")
def test_the_fast_engine_asked_for_by_name_refuses_where_it_is_not_built() -> None:
    with pytest.raises(Refusal, match="not built here: install a C compiler"):
        compile_queries([], engine=Engine.FAST)


def test_the_readable_engine_is_always_there() -> None:
    assert isinstance(compile_queries([], engine=Engine.PYTHON), PythonMatcher)


@built
def test_the_fast_engine_is_taken_where_it_is_built() -> None:
    assert isinstance(compile_queries([]), FastMatcher)


@built
@settings(max_examples=1500, deadline=None)
@given(text=soups)
def test_the_scanner_cuts_where_the_pattern_cuts(text: str) -> None:
    assert _scanner().raw_tokens(text) == raw_tokens(text)


@built
def test_the_scanner_knows_every_character_there_is() -> None:
    scanner = _scanner()
    for begin in range(0, 0x110000, 0x100):
        text = "".join(
            f"a{chr(code)}1{chr(code)}@{chr(code)}b " for code in range(begin, begin + 256)
        )

        assert scanner.raw_tokens(text) == raw_tokens(text)


@built
@settings(max_examples=500, deadline=None)
@given(raw=soups, other=soups)
def test_every_raw_token_is_understood_alike(raw: str, other: str) -> None:
    words = [*raw_tokens(raw), *raw_tokens(other)]
    queries = [query for word in words for query in (f'"{word}"', f"{{{word}}}", f"{word[:3]}*")]

    parsed = [found for query in queries if (found := fuzz_fast.understood(query))]

    quick, readable = FastMatcher(parsed), PythonMatcher(parsed)
    assert quick.match([raw, other, raw + other]) == readable.match([raw, other, raw + other])


@built
@pytest.mark.parametrize("seed", range(40))
def test_random_queries_posts_facts_and_edits_find_the_same(seed: int) -> None:
    fuzz_fast.one_round(random.Random(seed))  # noqa: S311 - the same each time


@built
@pytest.mark.slow  # as many again as fit into a minute
def test_many_random_queries_find_the_same() -> None:
    fuzz_fast.fuzz(seconds=60, seed=1_000)


@built
@pytest.mark.parametrize("mask", [0, 1, 0x10_0001])
def test_words_whose_hashes_are_equal_stay_apart(mask: int) -> None:
    words = [f"wort{at}" for at in range(50)] + [f"wörd{at}" for at in range(50)]

    found = pairs_of_both(words, [*words, *words], hash_mask=mask)

    assert found == [(at, at % 100) for at in range(200)]


@built
def test_what_is_remembered_is_bounded_and_may_be_forgotten_at_any_time() -> None:
    texts = [f"né{at} café #né{at}" for at in range(100)]

    found = pairs_of_both(["café", "né7", "#né99"], texts, most_entries=3, most_bytes=200)

    assert len(found) == 100 + 1 + 1


@built
def test_every_buffer_grows() -> None:
    words = " ".join(f"w{at} x" for at in range(20_000))
    many = [f"w{at}" for at in range(3_000)]

    found = pairs_of_both([*many, "w1 NEAR/9 w3", '"x w19999 x"', "w9* NEAR/1 x"], [words, words])

    assert len(found) == 2 * 3_003


@built
def test_near_is_quick_over_thousands_of_places() -> None:
    quick, _ = asked("a ONEAR/999 b", "(a OR b) NEAR/3 zz")
    text = "b " * 100_000 + "a " * 100_000

    began = time.process_time()
    found = quick.match([text])

    assert found == []
    assert time.process_time() - began < 1  # a tenth of it here; squared it would be hours


@built
@pytest.mark.parametrize(
    "word",
    [
        "né{}",
        "слово{}",
        "한국{}",
        "हिन्दी{}",
        "don\u2019t{}",
        "#éAéA{}",
        "é.a_{}",
    ],
)
def test_words_beyond_english_are_quick_when_each_is_new(word: str) -> None:
    quick, _ = asked("fox", "né7", "слов*", "{Né}", "한국")
    text = " ".join(word.format(at) for at in range(50_000))
    quick.match([word])

    began = time.process_time()
    quick.match([text])

    assert time.process_time() - began < 0.2  # a twentieth of it here; by Python it is 0.7 to 2 s


@built
def test_an_edit_is_as_if_the_queries_had_always_been_so() -> None:
    quick, readable = asked("red fox", "café", '"red fox"')
    texts = ["red fox", "a café", "a Café and a fox", "#RedFox", "new wörd"]
    for engine in (quick, readable):
        engine.match(texts)
        engine.put(1, parse("fox NOT café"))
        engine.put(5, parse("wörd OR new"))
        engine.drop(0)
        engine.drop(77)

    found = quick.match(texts)

    assert found == readable.match(texts) == [(0, 1), (0, 2), (3, 1), (3, 2), (4, 5)]


@built
def test_thousands_of_edits_leave_no_trace() -> None:
    quick, _ = asked("red", "fox")
    for at in range(5_000):
        quick.put(at % 7, parse(f"red word{at % 50}"))

    assert quick.match(["red word49", "red word48 word43"]) == [
        *[(0, row) for row in range(7) if _last(row) % 50 == 49],
        *[(1, row) for row in range(7) if _last(row) % 50 in (48, 43)],
    ]


def _last(row: int) -> int:
    return max(at for at in range(4_990, 5_000) if at % 7 == row)


@built
@pytest.mark.parametrize("wide", [True, False])
def test_texts_as_arrow_keeps_them_find_the_same(*, wide: bool) -> None:
    quick, readable = asked("café", "東京", 'raw:"Red, fox"')
    texts = ["", "a café", "東京", "Red, fox", "red fox", ""]
    parts = [text.encode() for text in texts]
    offsets = array("q" if wide else "i", [0])
    for part in parts:
        offsets.append(offsets[-1] + len(part))

    found = quick.match_utf8(offsets, b"".join(parts), len(parts), wide=wide)

    assert found == readable.match(texts) == [(1, 0), (2, 1), (3, 2)]


@built
def test_near_inside_near_keeps_no_list_of_its_places() -> None:
    quick, _ = asked(
        "a NEAR/999 a NEAR/999 a", "a NEAR/200 b NEAR/200 a NEAR/3 zz", "zz NEAR/3 (a NEAR/99 b)"
    )
    text = "a b " * 2_000 + "- " * 9 + "x " * 9 + "zz"

    tracemalloc.start()
    found = quick.match([text])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found == [(0, 0)]
    assert most < 4_000_000  # bytes; one list of places was 64 million and more


@built
@pytest.mark.parametrize("offsets", [[0, 9], [3, 1], [-1, 2], [0]])
def test_offsets_that_do_not_fit_are_refused(offsets: list[int]) -> None:
    quick, _ = asked("café")

    with pytest.raises(ValueError, match="Offsets"):
        quick.match_utf8(array("i", offsets), b"abc", 1)


@built
def test_bytes_that_are_no_utf8_part_words_and_harm_nothing() -> None:
    quick, _ = asked("caf", "\u00e9", "fox")

    found = quick.match_utf8(array("i", [0, 13]), b"caf\xe9 \xff\xf0\x9ffox\xe2\x82", 1)

    assert found == [(0, 0), (0, 2)]


@built
def test_a_text_that_is_none_is_refused_and_the_next_batch_is_read() -> None:
    quick, _ = asked("fox")
    texts: list[Any] = ["fox", None]

    with pytest.raises(TypeError, match="A text is a str"):
        quick.match(texts)

    assert quick.match(["fox"]) == [(0, 0)]


@built
def test_no_memory_is_an_error_and_the_engine_goes_on() -> None:
    testcapi = pytest.importorskip("_testcapi")
    texts = ["Café " + "#RedFox " * 300 + "東京 café's @é", "red fox"]
    refused = 0
    for after in range(60):
        quick, readable = asked("café NEAR/3 red", '"red fox"', "東京 red*", "fo?es fox")
        meant = readable.match(texts)
        testcapi.set_nomemory(after, after + 1)
        try:
            found = quick.match(texts)
        except MemoryError:
            refused += 1
        else:
            assert found == meant
        finally:
            testcapi.remove_mem_hooks()
        assert quick.match(texts) == meant

    assert refused > 10


@built
def test_an_engine_is_not_asked_from_within_its_own_question() -> None:
    engine: Any = None

    def resolve(*_: object) -> None:
        engine.match(["👍"], None)

    engine = type(_scanner())(fast._block, resolve, bool, 1)  # noqa: SLF001 - below the wrapper

    with pytest.raises(RuntimeError, match="within its own question"):
        engine.match(["👍"], None)


LONG: dict[str, str] = {
    "plain words": "some plain words here " * 45_000,
    "one giant word": "a" * 1_000_000,
    "single letters": "a." * 500_000,
    "dotted parts": "ab." * 333_000,
    "humps": "#" + "aB" * 500_000,
    "one giant name": "@" + "a1_" * 333_000,
    "digits and commas": "1," * 500_000,
    "many tags": "#aB " * 250_000,
    "different words": " ".join(f"w{at}" for at in range(140_000)),
    "different accents": " ".join(f"né{at}" for at in range(110_000)),
    "different apostrophes": " ".join(f"слово{at}’s" for at in range(50_000)),  # noqa: RUF001 - as typed
    "different humps": " ".join(f"#éAéA{at}" for at in range(70_000)),
    "one giant accent": "#" + "éA" * 333_000,
    "dotted accents": "é.a" * 250_000,
    "different Hangul": " ".join(f"한{chr(0xAC00 + at % 11_172)}{at}다" for at in range(80_000)),
    "different tags": " ".join(f"#Tag{at}X" for at in range(80_000)),
    "marks on one letter": "e" + "\u0301" * 40_000,
    "marks on every letter": ("h" + "\u0335\u0321\u0322" * 12 + " ") * 13_000,
    "joiners": "👍\u200d" * 140_000,
    "ideographs": "東京" * 166_000,
    "links": "http://x.example/a " * 52_000,
    "unseen": "a\u00ad" * 330_000,
    "surrogates": "a\ud800" * 250_000,
    "nothing": " " * 1_000_000,
}


@built
@pytest.mark.slow  # the readable engine takes its time over some
@pytest.mark.parametrize("kind", list(LONG))
def test_a_post_of_a_megabyte_is_read_to_its_end(kind: str) -> None:
    queries = [
        "fox",
        '"some plain"',
        "a NEAR/5 b",
        "aa*",
        "some?x",
        "w139999",
        "#ab",
        "東京",
        "{aB}",
    ]
    for text in (LONG[kind], LONG[kind] + " fox"):
        found = pairs_of_both(queries, [text])

        assert ((0, 0) in found) == text.endswith(" fox")


def _scanner() -> Any:
    return FastMatcher([])._engine  # noqa: SLF001 - the scanner by itself
