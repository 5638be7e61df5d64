"""What speaks for two authors being one person."""

import pytest

from answerback.domain.understanding.same_person import Traces, reasons_for_one, traces_of


def traces(handle: str, *texts: str, name: str = "", channel: str = "mastodon") -> Traces:
    return traces_of(channel=channel, handle=handle, name=name, texts=texts)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (
            traces("ada", "write to Ada.L@Example.org please"),
            traces("ada.l@example.org", channel="mail"),
            ("Both name the e-mail address ada.l@example.org.",),
        ),
        (
            traces("kettle_fan", "order AP-88217730 is late"),
            traces("x", "about ap88217730021", "AP88217730, again"),
            ("Both name the number AP88217730.",),
        ),
        (
            traces("ada"),
            traces("Ada"),
            ("Both are @ada; on another network that may be somebody else.",),
        ),
        (
            traces("ada@social.example"),
            traces("ada.bsky.social"),
            ("@ada@social.example and @ada.bsky.social begin alike; that may be chance.",),
        ),
        (
            traces("one", name="Ada  Lovelace"),
            traces("two", name="ada lovelace"),
            ("Both are called Ada Lovelace; that may be chance.",),
        ),
        (traces("one", name="Ada"), traces("two", name="Ada"), ()),
        (traces("one", "my order 4711"), traces("two", "my order 4711"), ()),
        (traces("one", "4471902283@x.example"), traces("two", "number 4471902283"), ()),
    ],
)
def test_reasons_name_what_both_have_left(one: Traces, other: Traces, why: tuple[str, ...]) -> None:
    assert reasons_for_one(one, other) == why
    assert len(reasons_for_one(other, one)) == len(why)


def test_a_handle_that_is_an_address_is_one_reason_and_not_two() -> None:
    one, other = traces("ada@example.org"), traces("ada@example.org")

    assert reasons_for_one(one, other) == ("Both name the e-mail address ada@example.org.",)
