"""Handles in a text: dotted, federated, and glued to what follows."""

import pytest

from answerback.domain.records.handles import addressed, called, handles_in, known_by, shorter


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@Acme help", ("acme",)),
        (".@acme, please", ("acme",)),
        ("(@acme) and @ACME again", ("acme",)),
        ("Hello @acme.bsky.social.", ("acme.bsky.social",)),
        ("@kim@m.social: sorry", ("kim@m.social",)),
        ("@kim@m.social... @lee-", ("kim@m.social", "lee")),
        ("@a.@b", ("a", "b")),
        ("write to bob@acme.com or bob.x@acme.com", ()),
        ("@ acme, @@acme, @.acme", ()),
        ("@größe hilf", ("grösse",)),
    ],
)
def test_handles_are_found_in_full_and_mail_addresses_are_none(
    text: str, handles: tuple[str, ...]
) -> None:
    assert handles_in(text) == handles


@pytest.mark.parametrize(
    ("handle", "forms"),
    [
        ("acme", []),
        ("acme.bsky.social", ["acme.bsky", "acme"]),
        ("kim@m.social", ["kim@m", "kim"]),
        ("acme--help.now", ["acme--help", "acme"]),
    ],
)
def test_a_handle_may_stand_for_something_shorter(handle: str, forms: list[str]) -> None:
    assert list(shorter(handle)) == forms


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("@acme.bsky.social", "dotted"),
        ("@acme.please help", "short"),
        ("@acme-can you", "short"),
        ("@acme@elsewhere.net", "short"),
        ("@acme.fans @bolt", "Bolt"),
        ("@kim", "kim"),
        ("@lee", None),
        ("@friend", None),
    ],
)
def test_whoever_is_named_in_full_goes_before_whoever_looks_alike(
    text: str, account: str | None
) -> None:
    known = known_by(
        {
            "acme": "short",
            "acme.bsky.social": "dotted",
            "bolt": "Bolt",
            "kim@m.social": "kim",
            "lee@one.net": "one lee",
            "lee@two.net": "another lee",
        }
    )

    assert addressed(handles_in(text), known=known) == account


def test_a_long_run_is_read_once() -> None:
    run = "@" + "a.-" * 40_000 + "@"

    assert len(handles_in(run * 5)) == 1


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ("mastodon", "@ada@social.example"),
        ("archive", "@ada@social.example"),
        ("email", "ada@social.example"),
        ("form", "ada@social.example"),
        ("rss", "ada@social.example"),
        ("reddit", "u/ada@social.example"),
    ],
)
def test_somebody_is_written_of_as_their_channel_does(channel: str, said: str) -> None:
    assert called("ada@social.example", channel=channel) == said
