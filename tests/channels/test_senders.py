"""What every voice must do: say it once, tell it was there, and never say half."""

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from answerback.channels.archive.send import HAND_OFF, ArchiveSender
from answerback.channels.fake.fetch import FakeChannel
from answerback.channels.fake.network import FakeNetwork, Fault
from answerback.channels.fake.send import FakeSender
from answerback.channels.inbound import ChannelDown, Cursor
from answerback.channels.outbound import Guarantee, Message, NoAnswer, NotTaken, Sender

MESSAGE = Message(text="We are sorry.", to="ada", channel="mastodon", in_reply_to="1", key="key-1")
SENDERS: tuple[Callable[[Path], Sender], ...] = (ArchiveSender, FakeSender)


@pytest.mark.parametrize("voice", SENDERS)
def test_the_same_key_is_said_once_and_another_anew(
    voice: Callable[[Path], Sender], tmp_path: Path
) -> None:
    sender = voice(tmp_path)

    first, again = sender.send(MESSAGE), sender.send(MESSAGE)
    other = sender.send(replace(MESSAGE, key="key-2", text="Once more."))

    assert first == again != other


@pytest.mark.parametrize("voice", SENDERS)
def test_what_was_said_is_found_and_what_was_not_is_not(
    voice: Callable[[Path], Sender], tmp_path: Path
) -> None:
    sender = voice(tmp_path)
    assert sender.find(MESSAGE) is None

    assert sender.send(MESSAGE) == sender.find(MESSAGE)


@pytest.mark.parametrize("voice", SENDERS)
def test_many_at_once_say_each_key_once(voice: Callable[[Path], Sender], tmp_path: Path) -> None:
    messages = [replace(MESSAGE, key=f"key-{n % 5}", text=f"{n % 5}") for n in range(40)]

    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda one: voice(tmp_path).send(one), messages))

    assert len(set(ids)) == 5


def test_the_hand_off_file_holds_one_line_of_json_for_each_reply(tmp_path: Path) -> None:
    sender = ArchiveSender(tmp_path)
    words = 'He said: "ü"\n{"id": "answerback:key-2"}'

    sender.send(replace(MESSAGE, text=words))

    assert sender.find(replace(MESSAGE, key="key-2")) is None  # words forge no line
    (line,) = (tmp_path / HAND_OFF).read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {
        "id": "answerback:key-1",
        "channel": "mastodon",
        "in_reply_to": "1",
        "to": "ada",
        "text": words,
    }
    assert (tmp_path / HAND_OFF).stat().st_mode & 0o777 == 0o600


def test_half_a_line_that_a_power_cut_left_is_cut_off(tmp_path: Path) -> None:
    sender = ArchiveSender(tmp_path)
    sender.send(MESSAGE)
    file = tmp_path / HAND_OFF
    file.write_bytes(file.read_bytes() + b'{"id": "answerback:key-2", "chan')

    assert sender.find(replace(MESSAGE, key="key-2")) is None
    sender.send(replace(MESSAGE, key="key-2"))

    ids = [json.loads(line)["id"] for line in file.read_text(encoding="utf-8").splitlines()]
    assert ids == ["answerback:key-1", "answerback:key-2"]


def test_a_full_disk_says_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sender = ArchiveSender(tmp_path)
    sender.send(MESSAGE)
    before = (tmp_path / HAND_OFF).read_bytes()

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ChannelDown, match="No space left on device"):
        sender.send(replace(MESSAGE, key="key-2"))

    assert (tmp_path / HAND_OFF).read_bytes() == before


def test_a_folder_that_is_not_there_is_a_channel_that_is_down(tmp_path: Path) -> None:
    with pytest.raises(ChannelDown, match="cannot be opened"):
        ArchiveSender(tmp_path / "gone").send(MESSAGE)


@pytest.mark.parametrize(
    ("fault", "wrong", "said"),
    [
        (Fault.DOWN, ChannelDown, 0),
        (Fault.REFUSE, NotTaken, 0),
        (Fault.DROP_BEFORE, NoAnswer, 0),
        (Fault.ERROR_BEFORE, NoAnswer, 0),
        (Fault.DROP_AFTER, NoAnswer, 1),
        (Fault.ERROR_AFTER, NoAnswer, 1),
    ],
)
def test_the_fake_network_fails_as_it_is_told(
    fault: Fault, wrong: type[Exception], said: int, tmp_path: Path
) -> None:
    network = FakeNetwork(tmp_path)
    network.plan_faults([fault])

    with pytest.raises(wrong):
        FakeSender(tmp_path).send(MESSAGE)

    assert len(network.said()) == said
    FakeSender(tmp_path).send(MESSAGE)
    assert len(network.said()) == 1


@pytest.mark.parametrize("guarantee", list(Guarantee))
def test_it_promises_what_it_was_told_to_promise(guarantee: Guarantee, tmp_path: Path) -> None:
    FakeNetwork(tmp_path).promise(guarantee)
    sender = FakeSender(tmp_path)

    sender.send(MESSAGE)
    sender.send(MESSAGE)

    assert sender.send_guarantee is guarantee
    said = len(FakeNetwork(tmp_path).said())
    assert said == (1 if guarantee is Guarantee.IDEMPOTENT else 2)


def test_the_fake_network_is_heard_from_any_place_on(tmp_path: Path) -> None:
    network = FakeNetwork(tmp_path)
    for number in range(3):
        network.say(author="ada", text=f"@acme {number}", at="2026-03-02T09:00:00+00:00")
    channel = FakeChannel(tmp_path)

    everything = list(channel.fetch(None))
    rest = list(channel.fetch(Cursor("1")))

    assert [one.post.text for one in everything if one.post] == ["@acme 0", "@acme 1", "@acme 2"]
    assert [one.cursor for one in rest] == ["2", "3"]
