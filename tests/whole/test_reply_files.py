"""A picture on its way to a reply, in a real browser: chosen, described, sent."""

import struct
import zlib
from pathlib import Path

from tests.desk.live_voice import heard_through, make_account
from tests.whole.conftest import Opening
from tests.whole.served import Served, inside

from answerback.desk import models


def _png() -> bytes:
    """Return a small blue picture."""
    rows = b"".join(b"\0" + b"\x20\x60\xc0" * 64 for _ in range(64))
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0))]
    parts += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_a_picture_is_chosen_described_and_sent(
    open_page: Opening, served: Served, tmp_path: Path
) -> None:
    (tmp_path / "lid.png").write_bytes(_png())
    with inside(served.folder):
        case_id = heard_through(make_account(channel="bluesky", on=False)).pk
    olga = open_page("olga")
    page = olga.go(f"/cases/{case_id}")

    page.get_by_label("Your reply to @ada").fill("Look, a lid.")
    page.locator("input[type=file]").set_input_files(tmp_path / "lid.png")
    shown = page.locator(".files img")
    shown.wait_for()
    assert shown.evaluate("one => one.naturalWidth") == 64
    page.get_by_label("Your reply to @ada").press("Control+Enter")
    page.get_by_text("Say what is to be seen on").first.wait_for()
    page.get_by_label("What is to be seen on lid.png").fill("A blue lid")
    page.get_by_label("What is to be seen on lid.png").press("Control+Enter")
    page.locator(".going").wait_for()

    with inside(served.folder):
        reply = models.Reply.objects.get(case_id=case_id)
        assert (reply.text, reply.state) == ("Look, a lid.", "queued")
        assert [one.alt for one in reply.files.all()] == ["A blue lid"]
