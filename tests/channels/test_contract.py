"""Every channel keeps the one hard promise: resuming from any cursor skips nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.channels.files import KINDS, NOON, as_text, write_bytes, write_rows

from answerback.channels.archive.fetch import open_archive
from answerback.channels.inbound import Channel, ChannelDown, Fetched, installed

ROWS = [
    {"id": str(n), "text": f'post "{n}",\n{"and on " * (n % 3)}', "author": "ada"}
    for n in range(12)
]
PAIRS = [
    {
        "post_id": f"p{n}",
        "reply_id": f"r{n}",
        "author": "ada",
        "brand": "Acme",
        "created_at": "2026-03-01T08:00:00Z",
        "reply_at": "2026-03-01T09:00:00Z",
        "text": "-",
    }
    for n in range(3)
]
BROKEN_CSV = as_text("csv", ROWS[:3]).encode() + b'9,"never\n10,a,b\n11,caf\xe9,b\n12,"x"y,z\n13'
BROKEN_JSON = as_text("jsonl", ROWS[:3]).encode() + b'\n{"id": 3\n{"text": 5}\n\xff\n{"text": "z"}'


def archives(folder: Path) -> Iterator[Channel]:
    """Make a file of every format and packing, and some with rows that fail."""
    for kind in KINDS:
        yield open_archive(path=write_rows(folder / f"posts.{kind}", ROWS), heard_at=NOON)
        yield open_archive(path=write_rows(folder / f"pairs.{kind}", PAIRS), heard_at=NOON)
    for pack in ("", "gz", "zst", "bz2"):
        for name, data in (("bad.csv", BROKEN_CSV), ("bad.jsonl", BROKEN_JSON)):
            path = write_bytes(folder / f"{name}.{pack}", data, pack=pack)
            yield open_archive(path=path, heard_at=NOON)


#: One line for each channel: how to make it with something to hear.
EXAMPLES: dict[str, Callable[[Path], Iterator[Channel]]] = {"archive": archives}


def test_every_installed_channel_is_held_to_the_contract() -> None:
    assert {name: kind.name for name, kind in installed().items()} == {
        name: name for name in EXAMPLES
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_resuming_from_any_cursor_skips_nothing(name: str, tmp_path: Path) -> None:
    for channel in EXAMPLES[name](tmp_path):
        found = list(channel.fetch(None))

        assert len(found) >= 6
        for place, one in enumerate(found):
            again = list(channel.fetch(one.cursor))
            rest = found[place + 1 :]
            assert again[len(again) - len(rest) :] == rest  # it may repeat, but never skip
            assert all(extra in found[: place + 1] for extra in again[: len(again) - len(rest)])


@pytest.mark.parametrize("name", EXAMPLES)
def test_fetching_twice_gives_the_same(name: str, tmp_path: Path) -> None:
    for channel in EXAMPLES[name](tmp_path):
        assert list(channel.fetch(None)) == list(channel.fetch(None))


LINES = st.lists(
    st.binary(max_size=12)
    | st.sampled_from(
        [b'"', b'a","c', b'x,"y', b'"a\nb",c', b'{"text": "a"}', b'{"text": 1}', b"", b"a,b", b"\r"]
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@example([b'{"text": "a"}', b'{"text": "a"}'], b"id,text")  # mostly objects: read as JSON
@given(LINES, st.sampled_from([b"id,text", b'{"text": "first"}']))
def test_whatever_the_bytes_every_line_is_accounted_for(lines: list[bytes], first: bytes) -> None:
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - a fixture lives through all examples

    data = b"\n".join([first, *lines])
    with TemporaryDirectory() as folder:
        path = write_bytes(Path(folder) / "posts.any", data)
        try:
            channel = open_archive(path=path, heard_at=NOON)
        except ChannelDown:
            return
        found = list(channel.fetch(None))
        resumed = [list(channel.fetch(one.cursor)) for one in found]

    assert resumed == [found[place + 1 :] for place in range(len(found))]
    header = first if channel.shape.format == "csv" else b""  # among JSON it is one bad row
    assert _lines_told(found) == [line.rstrip(b"\r") for line in _not_blank(data, header)]


def _lines_told(found: list[Fetched]) -> list[bytes]:
    """Return the bytes of all rows, line by line, blank ones left out."""
    raw = "\n".join(one.raw for one in found)
    return [line.rstrip("\r").encode() for line in raw.split("\n") if line.strip("\r\n\t ")]


def _not_blank(data: bytes, header: bytes) -> list[bytes]:
    body = data[len(header) + 1 :] if header else data
    readable = body.decode("utf-8", "backslashreplace").replace("\x00", "\\x00").encode()
    return [line for line in readable.split(b"\n") if line.strip(b"\r\n\t ")]
