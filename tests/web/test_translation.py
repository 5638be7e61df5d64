"""Every word of the pages is there in every language, and what is compiled is what was written."""

import gettext
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from tests.people import make_user, signed_in

WEB = Path(__file__).parents[2] / "src" / "answerback" / "web"
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
_BLANK = re.compile(r"%\((\w+)\)[sd]|%[sd%]")
_NEEDS_GETTEXT = pytest.mark.skipif(
    shutil.which("msgfmt") is None, reason="needs the programs of GNU gettext"
)


def _folder(language: str) -> Path:
    return WEB / "locale" / language / "LC_MESSAGES"


def _compiled(language: str) -> dict[str | tuple[str, int], str]:
    return _catalog(_folder(language) / "django.mo")


def _catalog(path: Path) -> dict[str | tuple[str, int], str]:
    with path.open("rb") as file:
        catalog: dict[str | tuple[str, int], str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # noqa: SLF001  the only way to list it
    return catalog


def _ran(*command: str, cwd: Path) -> str:
    done = subprocess.run(  # noqa: S603  our own command on our own files
        command, cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@_NEEDS_GETTEXT
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_untranslated_or_in_doubt(language: str) -> None:
    told = _ran(
        "msgfmt",
        "--check-format",
        "--statistics",
        "-o",
        "/dev/null",
        "django.po",
        cwd=_folder(language),
    )

    assert re.fullmatch(r"\d+ translated messages\.\s*", told), told


@_NEEDS_GETTEXT
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_was_written(language: str, tmp_path: Path) -> None:
    _ran("msgfmt", "-o", str(tmp_path / "django.mo"), "django.po", cwd=_folder(language))

    assert _catalog(tmp_path / "django.mo") == _compiled(language)  # versions order it otherwise


@_NEEDS_GETTEXT
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_pages_has_been_gathered(language: str, tmp_path: Path) -> None:
    shutil.copytree(WEB, tmp_path / "web", ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    command = ("-m", "django", "makemessages", "-l", language, "--no-location", "--no-wrap")

    _ran(sys.executable, *command, cwd=tmp_path / "web")

    fresh = (tmp_path / "web" / "locale" / language / "LC_MESSAGES" / "django.po").read_text(
        "utf-8"
    )
    ours = (_folder(language) / "django.po").read_text("utf-8")
    assert _ids(fresh) == _ids(ours), "run: make words"


def _ids(po: str) -> set[str]:
    return set(re.findall(r'^msgid (".*"(?:\n".*")*)', po, re.MULTILINE))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_blanks_of_its_sentence(language: str) -> None:
    differing = [
        msgid
        for msgid, said in _compiled(language).items()
        if isinstance(msgid, str) and msgid and _blanks(said) != _blanks(msgid)
    ]

    assert differing == []


def _blanks(text: str) -> list[str]:
    return sorted(one.group() for one in _BLANK.finditer(text))


def test_a_page_speaks_the_language_of_who_reads_it() -> None:
    browser = signed_in("ada")
    user = make_user("ada", role=None)
    user.language = "de"
    user.save(update_fields=["language"])

    page = browser.get("/inbox").content.decode()

    assert '<html lang="de"' in page
    assert "Posteingang" in page
