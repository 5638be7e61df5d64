"""Which posts say the same: whoever has a matter of their own is nobody's copy."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import MONDAY_9, make_post

from answerback.domain.listening import gist as gists
from answerback.domain.listening.duplicates import MOST_ALIKE, Copies, Judged
from answerback.domain.listening.gist import gist
from answerback.domain.records.post import Post

SAID = (
    "@acme your kettle leaks all over the hob and nobody at the desk will tell me what to do "
    "about it, so it stays in the shed"
)


def told(text: str, **more: object) -> Post:
    return make_post("1", **{"text": text, **more})


def judged(*texts: str | Post, copies: Copies[int] | None = None) -> list[int | None]:
    """Return, for each text in turn, the place of the post it is a copy of."""
    house: Copies[int] = Copies() if copies is None else copies
    posts = [told(one) if isinstance(one, str) else one for one in texts]
    return [
        house.judge(place, gist(post), at=post.created_at).copy_of
        for place, post in enumerate(posts)
    ]


@pytest.mark.parametrize(
    "again",
    [
        SAID,
        SAID.upper(),
        f"RT @ada: {SAID}",
        f"RT @bob: RT @ada: {SAID}",
        f"“@ada: {SAID}”",
        f"{SAID} via @ada",
        f"{SAID} #kettle #acme https://acme.example/x",
        f"@bob @cleo {SAID} 😡😡",
        f"So true! RT @ada: {SAID}",
        SAID.replace(" ", "  \n"),
        SAID.replace("kettle", "ket\u200btle").replace("shed", "sh\u00aded"),
        SAID.replace("e", "é"),
        "".join(chr(ord(c) + 0xFEE0) if "a" <= c <= "z" else c for c in SAID),
        SAID.replace("leaks", "leeks"),
        SAID.replace("the desk", "desk"),
        f"RT @ada: {SAID[:90]}…",
        f"RT @ada: {SAID[:90]}... https://acme.example/x",
    ],
)
def test_what_reposting_and_pasting_do_to_a_text_leaves_a_copy(again: str) -> None:
    assert judged(SAID, again) == [None, 0]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("@acme my bag is lost", "@acme my bag is lost"),
        ("@acme why is nobody answering me", "@acme why is nobody answering me"),
        ("我的行李丢了怎么办", "我的行李丢了怎么办"),
        (f"{SAID}, order 4711", f"{SAID}, order 4712"),
        (f"{SAID}, order 4711", SAID),
        (SAID, f"{SAID}, order 4711"),
        (f"{SAID} ٤٧١١", f"{SAID} ٤٧١٢"),
        (f"{SAID}, says Kim", f"{SAID}, says Lee"),
        (SAID.replace("kettle", "@kim kettle"), SAID.replace("kettle", "@lee kettle")),
        (SAID, f"{SAID} - is mine safe?"),
        (SAID, f"{SAID}. Mine burned a hole through it and now I want it collected"),
        (SAID, "@acme the desk will tell you what to do about a kettle that leaks in the shed"),
    ],
)
def test_whoever_says_something_of_their_own_is_nobodys_copy(first: str, second: str) -> None:
    assert judged(first, second) == [None, None]


@pytest.mark.parametrize(
    "text",
    [
        "Мой чайник течёт по всей плите, и никто не может сказать, что мне с ним делать",  # noqa: RUF001 - Russian
        "我的水壶漏水弄得整个炉子都是水，可是你们柜台没有一个人愿意告诉我应该怎么办才好呢",  # noqa: RUF001 - Chinese
        "غلايتي تسرب الماء على الموقد كله ولا أحد في المكتب يقول لي ماذا أفعل بها",
        "제 주전자가 레인지 위에 온통 물을 흘리는데 창구의 아무도 어떻게 하라고 말해 주지 않아요",
        "กาต้มน้ำของฉันรั่วไปทั่วเตาและไม่มีใครที่โต๊ะบอกฉันว่าต้องทำอย่างไร",
        "मेरी केतली पूरे चूल्हे पर पानी गिराती है और कोई मुझे नहीं बताता कि मैं क्या करूँ",
    ],
)
def test_copies_are_known_in_every_script(text: str) -> None:
    assert judged(text, f"RT @ada: {text} #acme", text[: len(text) // 3]) == [None, 0, None]


def test_an_answer_in_a_talk_is_a_copy_only_word_for_word() -> None:
    short = "thank you so much I will try that tonight then"
    one, other = (told(short, in_reply_to=parent) for parent in ("8", "9"))
    campaign = [told(SAID, in_reply_to="1") for _ in range(2)]
    nearly = told(SAID.replace("leaks", "leeks"), in_reply_to="1")

    assert judged(one, other, *campaign, nearly) == [None, None, None, 2, None]


def test_an_edit_is_nobodys_copy() -> None:
    assert judged(SAID, told(SAID, version=2)) == [None, None]


def test_who_wrote_a_text_is_no_copy_of_who_repeated_it() -> None:
    assert judged(f"RT @ada: {SAID}", f"RT @ada: {SAID}", SAID, f"RT @ada: {SAID}") == [
        *(None, 0),
        *(None, 0),
    ]


def test_small_changes_one_after_another_do_not_lead_to_another_matter() -> None:
    words = SAID.split()
    chain = [
        " ".join([*(f"other{chr(97 + n)}" for n in range(changed)), *words[1:][changed:]]).lower()
        for changed in range(0, 20, 2)
    ]

    groups = judged(*chain)

    assert groups[1] == 0
    assert groups[-1] != 0
    assert len({place if of is None else of for place, of in enumerate(groups)}) > 2


def test_the_window_is_reckoned_from_the_first_post_in_both_directions() -> None:
    week, tick = timedelta(days=7), timedelta(seconds=1)
    at: list[datetime | None] = [
        *(MONDAY_9, MONDAY_9 + week, MONDAY_9 - week, None),
        *(MONDAY_9 + week + tick, MONDAY_9 + week + 2 * tick),
    ]

    posts = [told(SAID, created_at=one) for one in at]

    assert judged(*posts) == [None, 0, 0, 0, None, 4]


def test_a_group_counts_its_posts() -> None:
    copies: Copies[str] = Copies()

    numbers = [copies.judge(one, gist(told(SAID)), at=None) for one in "abca"]

    assert numbers == [Judged(None, 1), Judged("a", 2), Judged("a", 3), Judged(None, 3)]


def test_networks_are_apart() -> None:
    assert judged(SAID, told(SAID, channel="mastodon")) == [None, None]


def test_only_the_latest_first_posts_are_remembered() -> None:
    copies: Copies[int] = Copies(most=3)
    others = [f"{SAID} said Kim{n}" for n in range(3)]

    assert judged(SAID, *others, SAID, copies=copies) == [None] * 5
    assert len(copies.firsts(range(5))) == 3


def test_many_posts_that_share_their_words_cost_no_more_than_a_few() -> None:
    copies: Copies[int] = Copies()
    posts = [told(f"{SAID} said Kim{n}") for n in range(400)]

    judged(*posts, copies=copies)

    keys = {key for one in _gists(posts) for key in one.keys()}  # noqa: SIM118 - no mapping
    assert max(len(copies.under(key)) for key in keys) == MOST_ALIKE
    assert all(len(list(copies.candidates(one.keys()))) <= 2 * MOST_ALIKE for one in _gists(posts))


def _gists(posts: list[Post]) -> list[gists.Gist]:
    return [one for post in posts if (one := gist(post)) is not None]


def test_a_post_of_a_megabyte_is_read_to_a_length_and_compared_to_its_end() -> None:
    long = "one two three four five six " * 40_000
    assert len(long) > 1_000_000

    assert judged(long, f"{long}x", long) == [None, None, 0]
    told_of = gist(told(long))
    assert told_of is not None
    assert len(told_of.words) == 0


@settings(max_examples=60, deadline=None)
@given(places=st.lists(st.integers(0, 5), min_size=1, max_size=30), cut=st.integers(0, 30))
def test_a_stream_cut_in_two_has_the_same_groups(places: list[int], cut: int) -> None:
    texts = [f"{SAID} {'and so on ' * (place // 2)}{'RT @ada' * (place % 2)}" for place in places]
    posts = [replace(told(text), external_id=str(n)) for n, text in enumerate(texts)]
    copies: Copies[int] = Copies()

    halves = [
        copies.judge(n, gist(post), at=post.created_at)
        for part in (range(len(posts))[:cut], range(len(posts))[cut:])
        for n in part
        for post in [posts[n]]
    ]

    assert [one.copy_of for one in halves] == judged(*posts)


@settings(max_examples=60, deadline=None)
@given(st.permutations(["a", "b", "c", "d", "e"]))
def test_the_order_of_exact_copies_does_not_change_who_is_with_whom(order: list[str]) -> None:
    said = {"a": SAID, "b": SAID.upper(), "c": f"{SAID} x1", "d": f"{SAID}  #t", "e": f"{SAID} x1"}

    groups = judged(*(said[one] for one in order))

    first = [order[place if of is None else of] for place, of in enumerate(groups)]
    together = {
        one: {o for o, f in zip(order, first, strict=True) if f == g}
        for one, g in zip(order, first, strict=True)
    }
    assert (together["a"], together["c"]) == ({"a", "b", "d"}, {"c", "e"})


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_its_own_copy_or_too_short_to_tell(text: str) -> None:
    first, second = judged(text, text)

    assert first is None
    assert second == (None if gist(told(text)) is None else 0)
