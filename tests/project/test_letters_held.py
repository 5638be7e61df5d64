"""A delivery while another process holds the database: no yes, until it is on the disk."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests.builders import MONDAY_9

from answerback.channels.webhook.signature import sign
from answerback.desk import models
from answerback.desk.operations.keep_secrets import keep_secrets
from answerback.project.start import desk
from answerback.web.moment import PRETENDED_AT

SECRET = "s" * 32


def bring() -> Any:
    body = json.dumps({"id": "1", "text": "x", "author": "ada"}).encode()
    headers = {"Answerback-Signature": sign(body, secret=SECRET, at=MONDAY_9)}
    now: Any = {PRETENDED_AT: MONDAY_9}
    kind = "application/json"
    return Client().post("/in/box-1/", body, content_type=kind, headers=headers, **now)


def test_a_database_that_another_process_holds_is_no_yes_until_it_lets_go(
    own_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a database on a server is held row by row, not as a whole")
    monkeypatch.setattr("django.conf.settings.DATA_DIR", own_database)
    with desk(own_database, create=False), closing(_other(own_database)) as other:
        brand = models.Brand.objects.create(name="Acme", handles=["acme"])
        row = models.ChannelAccount.objects.create(
            brand=brand, channel="webhook", name="Shop", mailbox="box-1", added_at=MONDAY_9
        )
        keep_secrets(account_id=row.pk, secrets={"secret": SECRET})
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 50")
        other.execute("BEGIN IMMEDIATE")

        held = bring()
        other.execute("ROLLBACK")
        free = bring()

        assert (held.status_code, free.status_code) == (503, 200)
        assert held["Retry-After"] == "30"
        assert models.Letter.objects.count() == 1


def _other(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(next(folder.glob("*.sqlite3")), isolation_level=None)
