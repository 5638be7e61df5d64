"""Every live network keeps what `channels/live.py` promises, whoever wrote it."""

import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from tests.channels.example import Example

from answerback.channels import guard
from answerback.channels.inbound import Cursor, Fetched
from answerback.channels.live import Hearing, Kept, Network, Page, network, networks
from answerback.intake.raw import printable
from answerback.intake.seen import unstorable

#: One line for each network: the module under tests/channels with an `example(folder)`.
EXAMPLES: dict[str, str] = {
    "bluesky": "bluesky_example",
    "email": "mail_example",
    "fake": "fake_example",
    "mastodon": "mastodon_example",
    "rss": "feed_example",
}
#: Those whose streams are proven elsewhere; what they say of themselves is checked here, too.
ELSEWHERE: dict[str, str] = {
    "form": "tests/web/test_ask_page.py",
    "discourse": "tests/channels/discourse",
    "reddit": "tests/channels/reddit",
    "telegram": "tests/channels/telegram",
    "webhook": "tests/web/test_letters_in.py",
}
_MOST_PAGES = 50
_CAPS = {"pushes": "listen", "letters": "read_letter", "contexts": "context"}


@pytest.fixture(params=EXAMPLES)
def example(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    loopback: None,  # noqa: ARG001  a server of its own may stand there
) -> Iterator[Example]:
    module = import_module(f"tests.channels.{EXAMPLES[request.param]}")
    with module.example(tmp_path) as made:
        yield made


def opened(example: Example) -> Network:
    return network(example.account.channel)(example.account)


def pages_after(example: Example, since: Cursor | None) -> list[Page]:
    """Poll until nothing more is there, and return the pages."""
    asked, pages = opened(example), []
    for _ in range(_MOST_PAGES):
        page = asked.poll(example.stream, since, at=example.clock())
        pages.append(page)
        since = page.cursor or since
        if not page.more:
            break
    else:
        pytest.fail("It says that there is more without end.")
    asked.close()
    return pages


def things_of(pages: list[Page]) -> list[Fetched]:
    return [thing for page in pages for thing in page.things]


def names_of(things: list[Fetched]) -> list[str]:
    """Return what each thing is, whatever number it has in the stream."""
    names = []
    for one in things:
        post = one.post
        names.append(f"{post.external_id} {post.revision}" if post else f"{one.gone}{one.raw}")
    return names


def grown(example: Example) -> list[Page]:
    """Let the network say more between one poll and the next, and return all pages."""
    pages: list[Page] = []
    since: Cursor | None = None
    for _ in range(3):
        example.say(4)
        came = pages_after(example, since)
        pages += came
        since = came[-1].cursor or since
    return pages


def test_every_installed_network_is_held_to_the_contract() -> None:
    assert set(networks()) == {*EXAMPLES, *ELSEWHERE}


def test_resuming_from_any_page_skips_nothing(example: Example) -> None:
    pages = grown(example)

    told = names_of(things_of(pages))
    assert len(set(told)) >= 12
    for place, page in enumerate(pages):
        if page.cursor is None:
            continue
        again = set(names_of(things_of(pages_after(example, page.cursor))))
        assert set(names_of(things_of(pages[place + 1 :]))) <= again | set(
            names_of(things_of(pages[: place + 1]))
        )
        assert again <= set(told)


def test_polling_from_the_same_place_again_tells_the_same(example: Example) -> None:
    example.say(5)

    assert names_of(things_of(pages_after(example, None))) == names_of(
        things_of(pages_after(example, None))
    )


def test_a_things_own_cursor_names_it(example: Example) -> None:
    things = things_of(grown(example))

    named: dict[str, set[str]] = {}
    for one, name in zip(things, names_of(things), strict=True):
        named.setdefault(one.cursor, set()).add(name)
    assert all(len(names) == 1 for names in named.values())


def test_what_is_heard_can_be_stored_as_it_is(example: Example) -> None:
    posts = [one.post for one in things_of(grown(example)) if one.post]

    assert posts
    assert {post.channel for post in posts} == {example.account.channel}
    assert {post.version for post in posts} == {1}  # intake counts them
    assert [wrong for post in posts if (wrong := unstorable(post))] == []


def test_what_was_kept_reads_again_as_the_post_that_it_was(example: Example) -> None:
    told = [(one, one.post) for one in things_of(grown(example)) if one.post]
    asked = opened(example)

    for one, post in told:
        kept = Kept(stream=example.stream, named=one.cursor, raw=printable(one.raw))
        (again,) = asked.read_again(kept, at=example.clock())
        assert again.post is not None, again
        assert again.post.external_id == post.external_id
        assert (again.post.author.handle, again.post.text) == (post.author.handle, post.text)
    asked.close()
    assert len(told) >= 12


@pytest.mark.parametrize("raw", ["", "{", "[[[", "null", "7", '{"id": 7}', "\\xff\\xfe", "e30="])
def test_what_nobody_understands_is_a_failure_again_and_never_a_crash(
    example: Example, raw: str
) -> None:
    asked = opened(example)

    again = asked.read_again(Kept(stream=example.stream, named="kept", raw=raw), at=example.clock())

    asked.close()
    assert [one.raw for one in again if one.post] == [] or example.account.channel == "email"


def test_its_streams_are_told_without_asking_anybody(
    example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_told: object, **_more: object) -> None:
        raise AssertionError("It asked somebody.")

    monkeypatch.setattr(guard, "connect", refuse)
    asked = opened(example)
    names = [one.name for one in asked.streams()]

    assert example.stream in names
    assert len(set(names)) == len(names)


def test_a_stream_that_is_held_open_ends_when_it_is_told_to(example: Example) -> None:
    asked = opened(example)
    if not any(one.pushed for one in asked.streams()):
        pytest.skip("It holds no stream open.")
    example.say(3)
    left = threading.Event()

    came: list[Fetched] = []
    for page in asked.listen(example.stream, None, stopping=left.is_set, clock=example.clock):
        came += page.things
        if len(came) >= 3:
            left.set()
    asked.close()

    assert len(came) >= 3


def test_its_secrets_stand_in_no_account_that_is_shown(example: Example) -> None:
    for secret in example.account.secrets.values():
        assert secret not in repr(example.account)
        assert secret not in repr(opened(example))


@pytest.mark.parametrize("name", [*EXAMPLES, *ELSEWHERE])
def test_it_can_what_it_says_and_says_what_it_can(name: str) -> None:
    kind = network(name)

    for cap, method in _CAPS.items():
        written = getattr(kind, method) is not getattr(Hearing, method)
        assert (cap, getattr(kind.caps, cap)) == (cap, written)
    assert (kind.name, bool(kind.title)) == (name, True)


@pytest.mark.parametrize("name", [*EXAMPLES, *ELSEWHERE])
def test_each_of_its_fields_says_what_it_is_for(name: str) -> None:
    fields = network(name).fields

    assert [one.name for one in fields if not (one.label and one.help)] == []
    for way in {way for one in fields for way in one.ways or ("",)}:
        asked = [one.name for one in fields if not one.ways or way in one.ways]
        assert len({*asked}) == len(asked), way
