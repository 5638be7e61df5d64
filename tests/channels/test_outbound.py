from pathlib import Path

import pytest

from answerback.channels.outbound import CannotSend, sender_for


def test_a_channel_without_a_voice_refuses_and_says_which_have_one(tmp_path: Path) -> None:
    with pytest.raises(
        CannotSend, match="The channel 'rss' cannot send. Channels that can: archive"
    ):
        sender_for("rss", folder=tmp_path)


def test_the_house_brings_its_senders(tmp_path: Path) -> None:
    assert sender_for("archive", folder=tmp_path).name == "archive"
