"""Hearing the fake network."""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from answerback.channels.fake.network import FakeNetwork
from answerback.channels.inbound import Cursor, Fetched
from answerback.domain.records.post import Author, Post


class FakeChannel:
    """All that was said on the fake network, by anybody."""

    name = "fake"

    def __init__(self, folder: Path) -> None:
        self._network = FakeNetwork(folder)

    def fetch(self, since: Cursor | None) -> Iterator[Fetched]:
        heard_at = datetime.fromtimestamp(time.time(), UTC)
        for said in self._network.said(after=int(since or 0)):
            post = Post(
                channel=self.name,
                source="fake network",
                external_id=said.external_id,
                author=Author(handle=said.author),
                text=said.text,
                created_at=datetime.fromisoformat(said.at),
                heard_at=heard_at,
                in_reply_to=said.in_reply_to,
            )
            yield Fetched(cursor=Cursor(str(said.number)), raw=json.dumps(asdict(said)), post=post)
