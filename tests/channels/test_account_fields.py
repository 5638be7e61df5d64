"""What a person tells of an account is judged before anybody is asked, in a sentence."""

import pytest

from answerback.channels.account_fields import FieldRefused, secrets_told, settings_told
from answerback.channels.live import networks

NETWORKS = networks()
NEEDED = {
    "mastodon": {"server": "social.example"},
    "bluesky": {"handle": "acme.example"},
    "email": {
        "address": "care@acme.example",
        "imap_host": "imap.acme.example",
        "smtp_host": "smtp.acme.example",
        "user": "care",
    },
    "rss": {"feeds": "https://acme.example/feed"},
    "webhook": {},
    "form": {},
}


def told(channel: str, **settings: str) -> dict[str, str]:
    return settings_told(NETWORKS[channel], {**NEEDED[channel], **settings})


@pytest.mark.parametrize(
    ("channel", "name", "value", "sentence"),
    [
        ("mastodon", "server", "ftp://social.example", "is no server"),
        ("mastodon", "server", "acme:hush@social.example", "It holds a password"),
        ("mastodon", "server", "https://acme:hush@social.example", "holds a password"),
        ("mastodon", "hashtags", "acme, two words", "'two words' is no hashtag"),
        ("mastodon", "hashtags", "acme, #", "'#' is no hashtag"),
        ("mastodon", "public", "maybe", "cannot be 'maybe'. It may be: no, yes."),
        ("bluesky", "server", "ftp://pds.example", "is no address"),
        ("bluesky", "handle", "acme brand", "'acme brand' is no handle"),
        ("bluesky", "handle", "acme", "Write all of it: acme.bsky.social."),
        ("bluesky", "jetstream", "foo", "'foo' is no address of a stream"),
        ("bluesky", "firehose", "gopher://relay.example", "is no address of a stream"),
        ("bluesky", "firehose", "wss://relay.example:port", "is no address of a stream"),
        ("bluesky", "server", "ada:hush@pds.example", "holds a password"),
        ("bluesky", "listen_to_all", "perhaps", "It may be: no, yes."),
        ("email", "address", "nonsense", "'nonsense' is no address"),
        ("email", "imap_port", "99999", "'99999' is no port"),
        ("email", "smtp_port", "٤٦٥", "is no port"),
        ("email", "imap_security", "open", "It may be: tls, starttls, none."),
        ("rss", "feeds", "https://a.example/feed, nonsense", "'nonsense' is no address"),
        ("rss", "feeds", "file:///etc/passwd", "is no address"),
        ("rss", "feeds", "https://a.example:port/feed", "is no address"),
        ("rss", "feeds", "https://ada:hush@a.example/feed", "holds a password"),
        ("webhook", "reply_url", "ftp://shop.example", "is no address"),
        ("webhook", "reply_keys", "maybe", "It may be: no, yes."),
        ("form", "privacy_url", "javascript:alert(1)", "is no address"),
    ],
)
def test_what_cannot_work_is_refused_when_it_is_told(
    channel: str, name: str, value: str, sentence: str
) -> None:
    with pytest.raises(FieldRefused) as no:
        told(channel, **{name: value})

    assert sentence in str(no.value)
    assert no.value.field == name
    assert "hush" not in str(no.value)


@pytest.mark.parametrize(
    ("channel", "name", "value", "kept"),
    [
        ("mastodon", "server", "@acme@social.example", "@acme@social.example"),
        ("mastodon", "searches", "from:ada@far.example kettle", "from:ada@far.example kettle"),
        ("mastodon", "hashtags", "#acme, acmehelp", "#acme, acmehelp"),
        ("mastodon", "public", "ON", "yes"),
        ("mastodon", "public", "0", "no"),
        ("bluesky", "handle", "@acme.bsky.social", "@acme.bsky.social"),
        ("bluesky", "handle", "care@acme.example", "care@acme.example"),
        ("bluesky", "server", "pds.example", "pds.example"),
        ("bluesky", "jetstream", "none", "none"),
        ("bluesky", "jetstream", "jetstream.example", "jetstream.example"),
        ("bluesky", "firehose", "server", "server"),
        ("bluesky", "firehose", "ws://localhost:2583", "ws://localhost:2583"),
        ("bluesky", "listen_to_all", "on", "yes"),
        ("email", "imap_security", "TLS", "tls"),
        ("email", "address", "Acme <care@acme.example>", "Acme <care@acme.example>"),
    ],
)
def test_what_people_write_for_the_same_is_taken(
    channel: str, name: str, value: str, kept: str
) -> None:
    assert told(channel, **{name: value})[name] == kept


@pytest.mark.parametrize(
    ("channel", "name", "value"),
    [
        ("webhook", "secret", "too-short"),
        ("telegram", "token", "no token at all"),
        ("telegram", "webhook_secret", "too-short"),
        ("discourse", "webhook_secret", "too-short"),
    ],
)
def test_a_secret_that_is_none_is_refused_and_not_repeated(
    channel: str, name: str, value: str
) -> None:
    with pytest.raises(FieldRefused) as no:
        secrets_told(NETWORKS[channel], {name: value})

    assert value not in str(no.value)
    assert no.value.field == name
