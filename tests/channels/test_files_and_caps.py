"""What the composer offers is what the channels can carry."""

from typing import Any

import pytest

from answerback.channels.live import networks
from answerback.domain.etiquette.files import FILE_LIMITS, kind_of, undescribed, unfit
from answerback.domain.etiquette.taking_away import takes_away

NETWORKS = networks()


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_files_are_offered_where_a_channel_carries_them_and_nowhere_else(name: str) -> None:
    assert (name in FILE_LIMITS) is NETWORKS[name].caps.media


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        (b"GIF89a....", "image/gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ....", "image/webp"),
        (b"%PDF-1.7", "application/pdf"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_first_bytes_say(data: bytes, kind: str | None) -> None:
    assert kind_of(data) == kind


def test_a_file_of_a_kind_that_the_network_takes_is_fit() -> None:
    told: Any = {"name": "a", "size": 10, "there": 0}

    assert unfit(kind="image/png", channel="bluesky", **told) is None
    assert unfit(kind="application/pdf", channel="email", **told) is None
    assert "carries no files" in str(unfit(kind="image/png", channel="form", **told))


def test_pictures_are_described_and_papers_need_not_be() -> None:
    assert undescribed([("a.pdf", "application/pdf", ""), ("b.png", "image/png", "A lid")]) is None
    assert "'b.png'" in str(undescribed([("b.png", "image/png", " ")]))


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_what_we_said_can_go_where_a_channel_lets_it_go_and_nowhere_else(name: str) -> None:
    assert takes_away(name) is NETWORKS[name].caps.deletes_own
