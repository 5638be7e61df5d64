"""The parts of our pages: drawings, faces, and the page that shows them all."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client
from tests.web.conftest import MISSING
from tests.web.looking import Page, look

from answerback.web.faces import initials, tone
from answerback.web.icons import TURNING, NoSuchIcon, icon, icons
from answerback.web.views import patterns

WEB = Path(patterns.__file__).parent.parent
TEMPLATES = WEB / "templates"


def _drawn(template: str, **told: object) -> str:
    return Template("{% load ui %}" + template).render(Context(told)).strip()


def test_an_icon_is_hidden_from_screen_readers_and_loads_nothing() -> None:
    drawn = _drawn('{% icon "inbox" %}')

    assert drawn.startswith('<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"')
    assert "href" not in drawn


def test_an_arrow_turns_with_the_line_of_writing() -> None:
    assert icons().keys() >= TURNING
    assert 'class="icon turns"' in icon("reply")


def test_a_mistyped_icon_is_a_bug_with_the_names_there_are() -> None:
    with pytest.raises(NoSuchIcon, match=r"There is no icon 'kettle'. Icons: approve, audit, "):
        icon("kettle")


def test_every_icon_that_a_template_names_is_drawn() -> None:
    named = {
        name
        for template in TEMPLATES.rglob("*.html")
        for name in re.findall(r'\{% icon "([\w-]+)" %\}', template.read_text())
    }

    assert named - icons().keys() == set()


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        *(("Ada Lovelace", "AL"), ("bob", "B"), ("quietly_furious", "QF"), ("佐藤", "佐")),
        *(("", "?"), ("***", "?"), ("<b>x</b>", "BX"), ("Ana María de la Cruz", "AM")),
    ],
)
def test_a_face_shows_the_first_letters_of_two_words(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_the_same_name_has_the_same_colour_and_there_are_eight() -> None:
    assert tone("Ada") == tone("ada")
    assert {tone(str(number)) for number in range(200)} == set(range(8))
    assert tone("\ud800") in range(8)  # half a sign, as a network may send it


def test_a_face_says_its_name_unless_the_name_stands_beside_it() -> None:
    assert 'role="img" aria-label="Ada &lt;b&gt;"' in _drawn("{% avatar name %}", name="Ada <b>")
    assert 'aria-hidden="true"' in _drawn('{% avatar "Ada" silent=True %}')


def test_the_patterns_page_shows_every_part_and_names_nothing_that_is_not_there() -> None:
    page = look("/patterns")

    assert page.status == 200
    assert MISSING not in page.source
    assert len(page.all("li", class_="row")) == 4
    assert {str(use["class"]).split()[-1] for use in page.all("li", class_="turn")} >= {"note"}


def test_every_class_of_a_template_is_in_a_sheet_or_of_no_looks() -> None:
    sheets = "".join(
        sheet.read_text()
        for sheet in Path(str(finders.find("web/css/tokens.css"))).parent.iterdir()
    )
    told = {
        word
        for template in (TEMPLATES / "parts" / "ui").glob("*.html")
        for classes in re.findall(r'class="([^"{]*)', template.read_text())
        for word in classes.split()
    }

    assert {word for word in told if f".{word}" not in sheets} <= {"name", "tone-"}


def test_no_sheet_dresses_what_is_nowhere() -> None:
    told = "".join(
        found.read_text()
        for kind in ("*.html", "*.js", "*.py", "*.svg")
        for found in WEB.rglob(kind)
    )
    made_up = re.compile(r"tone-\d|paint-|htmx-request|flush|quiet-text")  # by name, or to be had
    dead = {
        f"{sheet.name}: {word}"
        for sheet in Path(str(finders.find("web/css/tokens.css"))).parent.iterdir()
        for chosen in re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", sheet.read_text()))
        for word in re.findall(r"\.([a-z][\w-]*)", chosen)
        if not made_up.match(word) and not re.search(rf"(?<![\w-]){word}(?![\w-])", told)
    }

    assert dead == set()


def test_no_template_carries_a_script_or_a_style_of_its_own() -> None:
    wrong = re.compile(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|hx-on")

    assert [t.name for t in TEMPLATES.rglob("*.html") if wrong.search(t.read_text())] == []


def test_a_template_is_short_enough_to_read() -> None:
    long = {t.name: len(t.read_text().splitlines()) for t in TEMPLATES.rglob("*.html")}

    assert {name: lines for name, lines in long.items() if lines > 150} == {}


def test_a_page_without_a_person_has_no_nav_and_no_keys() -> None:
    page = look("/nowhere")

    assert page.status == 404
    assert page.all("body") == [{"class": "plain"}]
    assert page.all("nav") == []
    assert [d["id"] for d in page.all("dialog")] == ["question"]


def test_a_strangers_page_is_drawn_in_the_theme_they_chose_and_in_no_other() -> None:
    browser = Client()
    for theme, drawn in [("dark", "dark"), ('"><b>', None), ("", None)]:
        browser.cookies["theme"] = theme

        page = Page(status=404, source=browser.get("/nowhere").content.decode())

        assert [one.get("data-theme") for one in page.all("html")] == [drawn]


def test_a_toast_escapes_what_it_says_and_offers_to_undo() -> None:
    told = {"text": "Sent to <b>", "undo_url": "/cases/1/undo", "seconds": 10}

    toast = render_to_string("parts/ui/toast.html", told)

    assert "Sent to &lt;b&gt;" in toast
    assert 'data-seconds="10"' in toast
    assert 'hx-post="/cases/1/undo"' in toast
