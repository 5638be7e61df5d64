import pytest

from answerback.channels.outbound import CannotSend, sender_for


def test_a_channel_without_a_voice_refuses_and_says_which_have_one() -> None:
    with pytest.raises(
        CannotSend, match="The channel 'archive' cannot send. Channels that can: none is installed"
    ):
        sender_for("archive")
