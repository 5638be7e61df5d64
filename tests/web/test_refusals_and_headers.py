"""Whatever the answer is, it is one of ours: with its sentence and with every header."""

from datetime import UTC, datetime

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path, reverse
from tests.builders import make_post
from tests.desk.steps import imported
from tests.web.looking import Page, look

from answerback.desk.queries.inbox import Place
from answerback.domain.records.refusal import Refusal
from answerback.web.access import open_to_all
from answerback.web.assets import find_asset
from answerback.web.headers import CONTENT_POLICY, HEADERS
from answerback.web.place import place_in_words, place_of
from answerback.web.refusals import AddressNotUnderstood


@open_to_all
def _refused(_request: HttpRequest) -> HttpResponse:
    raise Refusal("The <b>kettle</b> is locked. Ask Bob for the key.")


@open_to_all
def _broken(_request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("a secret of the house")


urlpatterns = [
    path("refused", _refused),
    path("broken", _broken),
    path("", include("answerback.web.urls")),
]
pytestmark = pytest.mark.urls(__name__)

#: What a page links to: sheets, its mark, and what a phone asks before it keeps the page.
_KINDS = {"text/css", "image/svg+xml", "application/manifest+json"}


def _style() -> str:
    found = find_asset("web/css/tokens.css")
    assert found is not None
    return reverse("asset", args=[found.digest, "web/css/tokens.css"])


def test_a_refusal_is_a_page_with_its_sentence_and_409(client: Client) -> None:
    answer = client.get("/refused")

    page = Page(status=answer.status_code, source=answer.content.decode())
    assert page.status == 409
    assert "The <b>kettle</b> is locked. Ask Bob for the key." in page.words
    assert page.all("b") == []


def test_an_unknown_brand_is_refused_with_the_known_ones() -> None:
    imported(make_post("1"))

    page = look("/inbox?brand=Acne")

    assert page.status == 409
    assert "There is no brand 'Acne' here. Brands that you may see: 'Acme'." in page.words


def test_a_bug_is_no_refusal_and_tells_nothing_of_the_house(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.raise_request_exception = False

    answer = client.get("/broken")

    assert answer.status_code == 500
    assert b"Something is broken here" in answer.content
    assert b"secret" not in answer.content
    assert [record.exc_info is not None for record in caplog.records] == [True]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/inbox", 200),
        ("/nowhere", 404),
        ("/refused", 409),
        ("/broken", 500),
        ("/inbox?after=1", 400),
    ],
)
def test_every_page_carries_every_header(client: Client, address: str, status: int) -> None:
    client.raise_request_exception = False

    answer = client.get(address)

    assert answer.status_code == status
    assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)
    assert answer.cookies.keys() <= {"csrftoken"}


def test_the_policy_allows_no_script_in_a_page_and_nothing_from_elsewhere() -> None:
    told = dict(part.split(" ", 1) for part in CONTENT_POLICY.split("; "))

    assert told == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "manifest-src": "'self'",
    }


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize("address", ["/inbox", "style"])
def test_an_address_only_shows(client: Client, address: str, method: str) -> None:
    answer = getattr(client, method)(_style() if address == "style" else address)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"
    assert answer.headers["Content-Security-Policy"] == CONTENT_POLICY


def test_head_answers_without_a_body(client: Client) -> None:
    answer = client.head("/inbox")

    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "192.168.0.7", ""]
)
@pytest.mark.parametrize("address", ["/inbox", "/nowhere"])
def test_another_hosts_name_is_refused(client: Client, host: str, address: str) -> None:
    # No short name: the hash in an asset's address may spell "ada" by chance, and did.
    imported(make_post("1", author="philippa"))

    answer = client.get(address, headers={"host": host})

    assert answer.status_code == 400
    assert b"philippa" not in answer.content
    assert answer.headers["Content-Security-Policy"] == CONTENT_POLICY


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
def test_this_machines_names_are_answered(client: Client, host: str) -> None:
    assert client.get("/inbox", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "after",
    [
        *("1", "x", "1.2", "1.2.", "1.2.-3", "1.2.3.4", "1.2.3%00", "%EF%BC%91.2.3", "1.2.3%0A"),
        *(f"{10**17}9.1.1", f"1.{-(10**17)}.1", f"1.1.{10**18}", "9" * 4000, "%FF", "'%3B--"),
    ],
)
def test_a_mangled_place_is_refused_with_a_sentence(after: str) -> None:
    page = look(f"/inbox?after={after}")

    assert page.status == 400
    assert "The address names no place in the inbox" in page.words
    assert "Go back to the first page." in page.words


@pytest.mark.parametrize("place", ["-1.-1.0", f"{'9' * 15}.1.{10**18 - 1}"])
def test_a_place_where_nothing_is_shows_an_empty_page(place: str) -> None:
    imported(make_post("1", author="ada"))

    assert look(f"/inbox?after={place}").status == 200


@pytest.mark.parametrize("moment", [datetime.min, datetime(2026, 3, 2, 9, 0, 0, 1), datetime.max])  # noqa: DTZ001, DTZ901  made aware below
def test_a_place_comes_back_from_its_word_exactly(moment: datetime) -> None:
    at = moment.replace(tzinfo=UTC)
    place = Place(turn=at, written_at=at, case_id=7)

    assert place_of(place_in_words(place)) == place


def test_no_place_is_the_first_page() -> None:
    assert (place_of(None), place_of("")) == (None, None)


def test_a_mangled_place_is_a_refusal() -> None:
    with pytest.raises(AddressNotUnderstood, match="names no place"):
        place_of("1.2.x")


def test_no_words_in_a_query_break_the_page() -> None:
    for queue in ("%00", "%FF%FE", "%F0%9F%98%80", "a" * 5000, "%E2%80%AE"):
        assert look(f"/inbox?queue={queue}").status == 200


def test_the_pages_name_their_assets_by_content_and_may_keep_them(client: Client) -> None:
    page = look()

    hrefs = {str(link["href"]) for link in page.all("link")}
    assert _style() in hrefs
    for href in hrefs:
        answer = client.get(href)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Type"] in _KINDS


def test_an_assets_older_address_leads_nowhere(client: Client) -> None:
    assert client.get("/static/0000000000000000/web/css/tokens.css").status_code == 404


@pytest.mark.parametrize("name", ["../urls.py", "web/../../urls.py", "%2e%2e/urls.py", "none.css"])
def test_no_asset_address_leads_out_of_its_folder(client: Client, name: str) -> None:
    answer = client.get(f"/static/0000000000000000/{name}")

    assert answer.status_code in {400, 404}
    assert b"urlpatterns" not in answer.content
