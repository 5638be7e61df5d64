"""The counter beside a reply counts as the account's own server does."""

from typing import Any

from tests.desk.live_voice import heard_through, make_account
from tests.people import signed_in


def _left(channel: str, **account: Any) -> str:
    case = heard_through(make_account(channel=channel, **account))
    page = signed_in("ada").get(f"/cases/{case.pk}/composer").content.decode()
    return page.partition("count-left")[2].partition(">")[2].partition("<")[0].strip()


def test_the_server_of_an_account_says_how_much_is_left() -> None:
    assert _left("mastodon", most_characters=5_000) == "5000 characters left"


def test_without_its_word_the_network_usual_counts() -> None:
    assert _left("bluesky") == "300 characters left"


def test_mail_is_as_long_as_one_likes() -> None:
    assert _left("email", most_characters=10) == ""
