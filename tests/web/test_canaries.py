"""
Secrets that are planted in an account are found nowhere: not as they are, nor written otherwise.

Looked through: every table, the log at its most talkative, what the server prints, error pages,
tracebacks, every page of channels, and what commands say in JSON.
"""

import base64
import io
import json
import logging
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection
from django.test import Client
from tests.builders import MONDAY_9, NEXT_DAY
from tests.channels.leaky import FAULT
from tests.channels.site import Said, Site, site
from tests.desk.channels import make_acme
from tests.people import signed_in

from answerback.channels import live
from answerback.cli import answerback
from answerback.desk import models
from answerback.desk.operations.add_channel import AccountTold, add_channel
from answerback.desk.operations.check_channel import check_channel
from answerback.project import start
from answerback.project.polling import poll_source

pytestmark = pytest.mark.usefixtures("loopback")

#: Signs that each way of writing changes.
CANARIES = ("CANARY/one+two=three&four five", "Kanarienvogel-ü-7f3a9c")
#: All that `Leaky` can choke on, and answers of a server that says what it was sent.
FAULTS = (
    *("", "header", "stream", "down", "key", "bytes", "file", "chain"),
    *("401", "404", "500", "429", "no_json", "gone"),
)


def spellings(secret: str) -> set[str]:
    """Return how a secret may stand in a text."""
    raw = secret.encode()
    inner = [base64.b64encode(b"?" * k + raw).decode()[4 * (k > 0) : -4] for k in range(3)]
    found = {
        secret,
        repr(secret)[1:-1],
        repr(raw)[2:-1],
        raw.hex(),
        json.dumps(secret)[1:-1],
        quote(secret),
        quote(secret, safe="/:@!$&'()*+,;="),
        quote(secret, safe=""),
        quote_plus(secret),
        *inner,
        *(one.replace("+", "-").replace("/", "_") for one in inner),
    }
    return found | {escape(form) for form in found}


FORMS = sorted({form for secret in CANARIES for form in spellings(secret)})


def found_in(*texts: str) -> list[str]:
    """Return which canaries stand in texts; in any case, so that no upper case hides one."""
    whole = "\n".join(texts).casefold()
    return [form for form in FORMS if form.casefold() in whole]


def test_the_search_finds_what_is_planted() -> None:
    for secret in CANARIES:
        for told in (
            f"a{secret}b",
            secret.encode().hex(),
            base64.b64encode(b"u:" + secret.encode()),
        ):
            assert found_in(str(told)), told


@pytest.fixture
def server() -> Iterator[Site]:
    """Return a server that repeats whatever it is sent."""
    with site() as there:
        yield there


@pytest.fixture
def account_id(server: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> int:
    """Return an account with the canaries in it."""
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    monkeypatch.setattr(settings, "REACH", frozenset({server.address}))
    monkeypatch.setattr(live, "_BUILT_IN", {"leaky": "tests.channels.leaky:Leaky"})
    secrets = dict(zip(("token", "password"), CANARIES, strict=True))
    told = AccountTold(
        channel="leaky", name="Support", settings={"server": server.address}, secrets=secrets
    )
    return add_channel(brand_id=make_acme(), told=told, by="olga", at=MONDAY_9)


@pytest.fixture
def talkative() -> Iterator[io.StringIO]:
    """Return all that anybody logs, down to the least."""
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield told
    root.removeHandler(handler)
    root.setLevel(before)


def answer_with(server: Site, fault: str) -> None:
    """Let the server answer so, and repeat what it was sent."""

    def said(asked: Any) -> Said:
        body = f'{{"error": "{asked.path} {dict(asked.headers)} {asked.body!r}"}}'.encode()
        status = int(fault) if fault.isdigit() else 200
        return Said(body=body, status=status, headers={"x-echo": "yes"})

    class Everything(dict[str, Any]):
        def get(self, _path: str, _default: Any = None) -> Any:
            return said

    server.pages = Everything() if fault != "gone" else {}
    FAULT["next"] = fault if not fault.isdigit() and fault not in {"no_json", "gone"} else ""


def tables() -> str:
    """Return every row of every table, as it is and with its bytes in hex."""
    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  our own tables' names
            for row in cursor.fetchall():
                raw = [bytes(one) for one in row if isinstance(one, bytes | memoryview)]
                lines.append(repr(row))
                lines += [f"{one.hex()} {one.decode('latin-1')}" for one in raw]
    return "\n".join(lines)


def pages(account_id: int, *, client: Client) -> Iterator[str]:
    """Yield every page that tells of channels, after whatever has happened."""
    source = models.Source.objects.get().pk
    there = f"/manage/channels/{account_id}"
    for address in (
        *("/manage", "/manage/channels", "/manage/channels?removed=1", "/manage/channels/new"),
        *("/manage/channels/new?channel=leaky", there, f"{there}/removal", "/manage/sources"),
        *(f"/manage/sources/{source}", "/manage/audit", "/overview"),
    ):
        yield client.get(address).content.decode()
    for act, told in (
        ("", {"name": "Support", "set-server": ""}),
        ("/secrets", {"set-token": CANARIES[0], "set-password": CANARIES[1]}),
        ("/secrets", {"set-token": f"{CANARIES[0]}\0", "set-password": CANARIES[1]}),
        ("/tests", {}),
    ):
        yield client.post(f"{there}{act}", told, follow=True).content.decode()
    refused = {"channel": "leaky", "brand": str(make_acme()), "name": ""}
    told = {"set-token": CANARIES[0], "set-password": CANARIES[1], **refused}
    yield client.post("/manage/channels", told).content.decode()


def commands(account_id: int) -> Iterator[str]:
    """Yield what commands say, and the tracebacks of those that fail."""
    for words in (
        ("channel", "list", "--json", "--removed"),
        ("channel", "health", "--json"),
        ("channel", "health"),
        ("channel", "kinds", "--json"),
        ("channel", "test", str(account_id)),
        ("doctor", "--json"),
    ):
        said = CliRunner().invoke(answerback, list(words))
        wrong = said.exception
        yield said.output
        if wrong is not None:
            yield "".join(traceback.format_exception(wrong))


def test_no_other_way_leads_to_a_network() -> None:
    """Whoever opens a network does it through `at_network`, which is discreet."""
    source = Path(live.__file__).parents[1]
    passing = re.compile(r"(?<!def )\bnetwork\([^()]*(?:\([^()]*\))?[^()]*\)\(")

    others = [
        file.name
        for file in source.rglob("*.py")
        if passing.search(file.read_text("utf-8")) and file.name != "discreet.py"
    ]

    assert others == []


@pytest.fixture(autouse=True)
def _this_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands use the test's own database, which is open already."""

    @contextmanager
    def desk(_data: Path | None, **_told: Any) -> Iterator[None]:
        yield

    monkeypatch.setattr(start, "desk", desk)


@pytest.mark.parametrize("fault", FAULTS)
def test_no_secret_of_an_account_is_found_anywhere(
    fault: str,
    account_id: int,
    server: Site,
    talkative: io.StringIO,
    capfd: pytest.CaptureFixture[str],
) -> None:
    answer_with(server, fault)
    client = signed_in()
    client.raise_request_exception = False
    told: list[str] = []

    try:
        check_channel(account_id=account_id, by="olga", at=NEXT_DAY)
    except Exception as wrong:  # noqa: BLE001  whatever it is: its traceback is looked through
        told.append("".join(traceback.format_exception(wrong)))
    poll_source(models.Source.objects.get().pk, clock=lambda: NEXT_DAY)
    told += pages(account_id, client=client)
    told += commands(account_id)

    assert server.asked or fault == "header"  # it did speak
    printed = capfd.readouterr()
    assert found_in(*told) == []
    assert found_in(talkative.getvalue()) == []
    assert found_in(printed.out, printed.err) == []
    assert found_in(tables()) == []


def test_with_the_fault_that_is_a_bug_the_page_says_nothing_but_that_there_is_one(
    account_id: int, server: Site, talkative: io.StringIO
) -> None:
    answer_with(server, "chain")
    client = signed_in()
    client.raise_request_exception = False

    answer = client.post(f"/manage/channels/{account_id}/tests")

    assert answer.status_code == 500
    assert "[secret]" in talkative.getvalue()  # the traceback is there, without it
    assert "no session for [secret]" in talkative.getvalue()
