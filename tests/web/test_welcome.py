"""The first run: an empty desk, and one with posts in its inbox a minute later."""

import json
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings
from tests.people import PASSWORD, make_brand, make_user, signed_in
from tests.web.conftest import MISSING
from tests.web.doors import is_in
from tests.web.looking import Page

from answerback.desk import models
from answerback.domain.records.role import Role
from answerback.domain.triage.brand_file import parse_brand
from answerback.domain.triage.brand_text import BrandFields, brand_text, query_of
from answerback.project.brand_work import BrandWork
from answerback.project.clock import now
from answerback.web.sample import moved

OLGA = {"handle": "Olga", "name": "Olga Owner", "password": PASSWORD}
KETTLES = {
    "name": "Kettles & Co",
    "handles": "@kettles, kettlehelp",
    "listen": "kettle, tea pot",
    "languages": "en, DE",
    "days": "mon-sat",
    "opens": "08:30",
    "closes": "17:00",
    "timezone": "Europe/Dublin",
}
POSTS = b'{"id": "1", "author": "ada", "text": "@kettles my kettle leaks, who repairs it?"}\n'


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def _page(answer: Any) -> Page:
    return Page(status=answer.status_code, source=answer.content.decode())


def _begun() -> Client:
    browser = Client()
    browser.post("/welcome", OLGA)
    return browser


def _read_all() -> None:
    work = BrandWork()
    while work.do_one(at=now()):
        pass


def test_an_empty_desk_leads_everybody_to_the_welcome() -> None:
    assert Client().get("/")["Location"] == "/welcome"
    assert Client().get("/inbox")["Location"] == "/welcome"


def test_from_nothing_to_a_case_in_the_inbox() -> None:
    browser = Client()

    first = browser.post("/welcome", OLGA, follow=True)
    second = browser.post("/welcome/brand", KETTLES, follow=True)
    file = SimpleUploadedFile("posts.jsonl", POSTS)
    third = browser.post(
        f"/welcome/brands/{models.Brand.objects.get().pk}/source", {"posts": file}, follow=True
    )
    _read_all()
    last = browser.get(
        f"/welcome/files/{models.Upload.objects.get().pk}", headers={"HX-Request": "true"}
    )

    assert [page.redirect_chain[-1][0] for page in (first, second)] == [
        "/welcome/brand",
        f"/welcome/brands/{models.Brand.objects.get().pk}/source",
    ]
    assert "The file waits to be read." in _page(third).words
    assert last.headers["HX-Redirect"] == "/inbox"
    assert "my kettle leaks" in browser.get("/inbox").content.decode()
    assert MISSING not in "".join(one.content.decode() for one in (first, second, third))


def test_the_sample_brand_brings_its_posts() -> None:
    browser = _begun()

    answer = browser.post("/welcome/brand", {"sample": "yes"})

    assert answer["Location"] == f"/welcome/files/{models.Upload.objects.get().pk}"
    assert models.Brand.objects.get().name == "Acme Parcels"
    assert models.Membership.objects.get().role == Role.OWNER


def test_the_first_person_owns_what_was_imported_before() -> None:
    make_brand("Umbra")
    make_brand("Acme")

    browser = _begun()

    seats = models.Membership.objects.order_by("brand__name")
    assert list(seats.values_list("user__handle", "brand__name", "role")) == [
        ("olga", "Acme", "owner"),
        ("olga", "Umbra", "owner"),
    ]
    assert is_in(browser)


def test_the_welcome_is_closed_to_everybody_once_somebody_is_here() -> None:
    _begun()

    assert Client().get("/welcome").status_code == 404
    assert Client().post("/welcome", {**OLGA, "handle": "eve"}).status_code == 404
    assert models.User.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"handle": "no spaces"},
        {"handle": ""},
        {"handle": "x" * 33},
        {"name": ""},
        {"password": "short"},
        {"password": "Olga Owner"},
        {"password": "password123"},
    ],
)
def test_a_first_person_who_is_none_is_asked_again(wrong: dict[str, str]) -> None:
    answer = Client().post("/welcome", {**OLGA, **wrong})

    assert answer.status_code == 422
    assert _page(answer).all("ul", class_="errorlist") != []
    assert PASSWORD not in answer.content.decode()
    assert models.User.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"handles": "", "listen": " , "},
        {"languages": "english"},
        {"opens": ""},
        {"opens": "noon"},
        {"timezone": "Mars/Olympus"},
        {"days": "never"},
    ],
)
def test_a_brand_that_is_none_is_asked_again(wrong: dict[str, str]) -> None:
    answer = _begun().post("/welcome/brand", {**KETTLES, **wrong})

    assert answer.status_code == 422
    assert models.Brand.objects.count() == 0


def test_a_query_that_cannot_be_read_is_refused_with_its_place() -> None:
    answer = _begun().post("/welcome/brand", {**KETTLES, "listen": 'kettle AND ("tea'})

    assert answer.status_code == 409
    assert models.Brand.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"listen": 'kettle AND ("tea'}, "listen", "It cannot be understood"),
        ({"handles": "tea pot!!"}, "handles", "is not a handle"),
        ({"opens": "18:00", "closes": "06:00"}, "opens", "ends before it has begun"),
    ],
)
def test_a_brand_that_is_refused_keeps_what_was_typed_and_says_it_at_its_field(
    wrong: dict[str, str], field: str, words: str
) -> None:
    answer = _begun().post("/welcome/brand", {**KETTLES, **wrong})

    source = answer.content.decode()
    told = source[source.index(f'id="id_{field}_error"') :]
    assert words in told[:400]
    assert "brand, line" not in source
    assert 'value="Kettles &amp; Co"' in source


def test_a_brand_that_is_here_already_is_refused_at_its_name() -> None:
    browser = _begun()
    browser.post("/welcome/brand", KETTLES)

    answer = browser.post("/welcome/brand", KETTLES)

    source = answer.content.decode()
    assert answer.status_code == 409
    assert "already" in source[source.index('id="id_name_error"') :][:300]


def test_a_brand_founded_here_is_one_whose_text_is_read_back() -> None:
    _begun().post("/welcome/brand", KETTLES)

    text = models.BrandText.objects.get()
    told = parse_brand(text.text, file="it")
    assert (told.name, told.handles, told.languages) == (
        "Kettles & Co",
        ("kettles", "kettlehelp"),
        ("en", "de"),
    )
    assert told.query == 'kettle OR "tea pot"'
    assert told.hours is not None
    assert told.hours.week[5] == ((time(8, 30), time(17)),)
    assert (text.number, text.what, text.by) == (1, "brand", "olga")


@pytest.mark.parametrize(
    "name", ['Ku"ckuck', "back\\slash", "tab\there", "nul\x01", 'x"""\n[targets]', "日本", "\x7f"]
)
def test_no_name_breaks_out_of_the_text(name: str) -> None:
    fields = BrandFields(name=name, handles=(name.replace("\t", "").replace("\n", ""),))

    text = brand_text(fields)

    assert parse_brand(text, file="it").name == name


def test_words_become_a_query_and_a_query_stays() -> None:
    assert query_of("kettle, tea pot ,") == 'kettle OR "tea pot"'
    assert query_of("kettle NEAR/3 leak*\nOR brew") == "kettle NEAR/3 leak* OR brew"
    assert query_of("@kettles, kettle") == "@kettles, kettle"


def test_a_file_that_is_none_of_posts_is_refused() -> None:
    browser = _begun()
    browser.post("/welcome/brand", KETTLES)
    address = f"/welcome/brands/{models.Brand.objects.get().pk}/source"

    refused = browser.post(address, {"posts": SimpleUploadedFile("x.png", b"\x89PNG\x00\x00")})
    nothing = browser.post(address, {})

    assert (refused.status_code, nothing.status_code) == (409, 422)
    assert "x.png is no text" in refused.content.decode()
    assert 'name="posts"' in refused.content.decode()
    assert models.Upload.objects.count() == 0


def test_a_file_whose_texts_are_not_found_asks_at_once_which_column_holds_them() -> None:
    browser = _begun()
    browser.post("/welcome/brand", KETTLES)
    address = f"/welcome/brands/{models.Brand.objects.get().pk}/source"
    file = b"a,b\nmy @kettles leaks,2\n"

    refused = browser.post(address, {"posts": SimpleUploadedFile("a.csv", file)})
    taken = browser.post(address, {"posts": SimpleUploadedFile("a.csv", file), "mapping": "text=a"})

    assert "none of its columns is known to hold the text" in refused.content.decode()
    assert 'name="mapping"' in refused.content.decode()
    assert taken.status_code == 302
    assert models.Upload.objects.count() == 1


def test_who_owns_nothing_adds_no_brand() -> None:
    _begun().post("/welcome/brand", KETTLES)
    agent = signed_in("ada", role=Role.AGENT)

    answers = [
        agent.get("/welcome/brand"),
        agent.post("/welcome/brand", {**KETTLES, "name": "Umbra"}),
        agent.post("/welcome/brand", {"sample": "yes"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert models.Brand.objects.count() == 1


def test_nobody_looks_at_another_brands_source_or_gives_it_one() -> None:
    _begun().post("/welcome/brand", {"sample": "yes"})
    make_user("eve", brand="Umbra", role=Role.OWNER)
    eve = Client()
    eve.force_login(
        models.User.objects.get(handle="eve"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    upload = models.Upload.objects.get()

    file = SimpleUploadedFile("posts.jsonl", POSTS)
    statuses = [
        eve.get(f"/welcome/files/{upload.pk}").status_code,
        eve.get(f"/welcome/brands/{upload.brand_id}/source").status_code,
        eve.post(f"/welcome/brands/{upload.brand_id}/source", {"posts": file}).status_code,
    ]

    assert statuses == [404, 404, 404]


def test_the_posts_of_the_sample_are_moved_together_so_that_the_last_is_new() -> None:
    lines = [
        '{"id": "1", "created_at": "2026-03-13T06:52:10Z", "text": "\u2603"}',
        '{"id": "2", "created_at": "2026-03-14T06:52:10Z", "text": "b"}',
    ]

    told = [json.loads(line) for line in moved(lines, last=datetime(2026, 12, 1, 10, tzinfo=UTC))]

    assert [one["created_at"] for one in told] == [
        "2026-11-30T10:00:00+00:00",
        "2026-12-01T10:00:00+00:00",
    ]
    assert told[0]["text"] == "\u2603"
