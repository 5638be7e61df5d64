"""Files beside a reply: attached, described, looked at from here alone, taken away."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from tests.desk.live_voice import heard_through, make_account
from tests.desk.replying import newest
from tests.people import make_user, signed_in

from answerback.desk import models
from answerback.domain.etiquette import files as limits
from answerback.domain.etiquette.files import FileLimit
from answerback.domain.records.role import Role

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PDF = b"%PDF-1.7\n"


@pytest.fixture(autouse=True)
def _social(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    social = FileLimit(most=2, largest=1000)
    monkeypatch.setattr(limits, "FILE_LIMITS", {"social": social})


def _case() -> models.Case:
    return heard_through(make_account())


def _post(client: Client, address: str, **told: object) -> HttpResponse:
    return client.post(address, told, headers={"HX-Request": "true"})  # type: ignore[return-value]


def _attach(client: Client, case: models.Case, data: bytes = PNG, **told: object) -> HttpResponse:
    file = SimpleUploadedFile(str(told.pop("name", "lid.png")), data)
    fields: dict[str, object] = {"text": "Look, a lid.", "version": 0, "seen": newest(), **told}
    return _post(client, f"/cases/{case.pk}/files", file=file, **fields)


def _send(client: Client, case: models.Case, **told: object) -> HttpResponse:
    reply = models.Reply.objects.get()
    fields = {"text": "Look, a lid.", "version": reply.version, "seen": newest(), **told}
    return _post(client, f"/cases/{case.pk}/reply", **fields)


def _file() -> models.ReplyFile:
    return models.ReplyFile.objects.get()


def test_a_picture_is_attached_with_the_words_around_it_and_shown_from_here() -> None:
    client, case = signed_in("ada"), _case()

    page = _attach(client, case).content.decode()

    file, reply = _file(), models.Reply.objects.get()
    assert (file.name, file.kind, bytes(file.data)) == ("lid.png", "image/png", PNG)
    assert (reply.text, reply.version) == ("Look, a lid.", 2)
    assert f'<img src="/replies/{reply.pk}/files/{file.pk}"' in page
    shown = client.get(f"/replies/{reply.pk}/files/{file.pk}")
    assert (shown.content, shown.headers["Content-Type"]) == (PNG, "image/png")
    assert "sandbox" in shown.headers["Content-Security-Policy"]


def test_nothing_goes_out_until_somebody_says_what_is_to_be_seen() -> None:
    client, case = signed_in("ada"), _case()
    _attach(client, case)

    refused = _send(client, case)
    assert refused.status_code == 409
    assert "Say what is to be seen on &#x27;lid.png&#x27;" in refused.content.decode()

    sent = _send(client, case, **{f"alt-{_file().pk}": " A blue  lid "})
    assert (sent.status_code, _file().alt) == (200, "A blue lid")
    assert models.Reply.objects.get().state == "queued"
    assert "A blue lid" in sent.content.decode()


def test_another_description_is_another_version() -> None:
    client, case = signed_in("ada"), _case()
    _attach(client, case)
    before = models.Reply.objects.get().version

    told = {f"alt-{_file().pk}": "A lid", "text": "Look, a lid.", "version": before}
    _post(client, f"/cases/{case.pk}/draft", **told)
    _post(client, f"/cases/{case.pk}/draft", **{**told, "version": before + 1})

    assert models.Reply.objects.get().version == before + 1


def test_a_file_is_taken_away_again() -> None:
    client, case = signed_in("ada"), _case()
    _attach(client, case)
    reply = models.Reply.objects.get()

    told = {"text": "No lid.", "version": reply.version, "seen": newest()}
    page = _post(client, f"/replies/{reply.pk}/files/{_file().pk}/removal", **told)

    assert (page.status_code, models.ReplyFile.objects.count()) == (200, 0)
    reply.refresh_from_db()
    assert (reply.text, reply.version) == ("No lid.", 4)


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"MZ\x90", "lid.png", "cannot go with a reply on social"),
        (PDF, "lid.pdf", "It takes: PNG, JPEG, GIF, WEBP"),
        (PNG + bytes(1000), "lid.png", "Make it smaller"),
        (b"", "lid.png", "Choose a file"),
        (PNG, "../../<b>.png", ""),
    ],
)
def test_what_a_network_does_not_take_is_refused_by_its_bytes(
    data: bytes, name: str, sentence: str
) -> None:
    client, case = signed_in("ada"), _case()

    page = _attach(client, case, data, name=name)

    assert page.status_code == (409 if sentence else 200)
    assert sentence in page.content.decode()
    assert "Look, a lid." in page.content.decode()  # the words are kept
    assert "<b>" not in page.content.decode()


def test_no_more_files_than_the_network_takes() -> None:
    client, case = signed_in("ada"), _case()
    for version in (0, 2):
        _attach(client, case, version=version)

    page = _attach(client, case, version=3)

    assert "social takes 2 files" in page.content.decode()
    assert models.ReplyFile.objects.count() == 2


def test_a_file_that_was_chosen_and_not_attached_stops_the_sending() -> None:
    client, case = signed_in("ada"), _case()
    _post(client, f"/cases/{case.pk}/draft", text="Look, a lid.", version=0, seen=newest())

    answer = _send(client, case, file="lid.png")

    assert answer.status_code == 409
    assert models.Reply.objects.get().state == "draft"
    assert _send(client, case, file="[object File]").status_code == 200


def test_an_approver_sees_the_files_and_nobody_changes_them_meanwhile() -> None:
    case = _case()
    writer = signed_in("bob", role=Role.AGENT)
    make_user("cleo", role=Role.APPROVER)
    models.User.objects.filter(handle="bob").update(joined_at=models.Post.objects.get().heard_at)
    _attach(writer, case)
    _send(writer, case, **{f"alt-{_file().pk}": "A blue lid"})
    reply = models.Reply.objects.get()
    models.Reply.objects.update(state="awaiting_approval", needs_approval=True)

    sheet = signed_in("cleo", role=Role.APPROVER).get(f"/replies/{reply.pk}/approval")
    refused = _post(writer, f"/replies/{reply.pk}/files/{_file().pk}/removal", text="", version=0)

    assert f'src="/replies/{reply.pk}/files/{_file().pk}" alt="A blue lid"' in (
        sheet.content.decode()
    )
    assert (refused.status_code, models.ReplyFile.objects.count()) == (409, 1)


def test_where_a_network_takes_no_files_none_are_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = signed_in("ada")
    case = _case()
    assert 'type="file"' in client.get(f"/cases/{case.pk}/composer").content.decode()

    monkeypatch.setattr(limits, "FILE_LIMITS", {})

    assert 'type="file"' not in client.get(f"/cases/{case.pk}/composer").content.decode()


def test_strangers_to_a_brand_see_no_file_of_it() -> None:
    client, case = signed_in("ada"), _case()
    _attach(client, case)
    make_user("eve", brand="Umbra")

    eve = Client()
    eve.force_login(
        models.User.objects.get(handle="eve"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    address = f"/replies/{models.Reply.objects.get().pk}/files/{_file().pk}"

    assert eve.get(address).status_code == 404
    assert client.get(f"/replies/{models.Reply.objects.get().pk}/files/999").status_code == 404
