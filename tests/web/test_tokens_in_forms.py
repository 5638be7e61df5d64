"""A form that posts has its token: included templates know only what is handed to them."""

import re
from collections.abc import Iterator
from pathlib import Path

import answerback.web

TEMPLATES = Path(answerback.web.__file__).parent / "templates"
_INCLUDED = re.compile(r'{%\s*include\s+"([^"]+)"([^%]*)%}')
_FORM = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.DOTALL | re.IGNORECASE)


def _texts() -> dict[str, str]:
    return {
        str(path.relative_to(TEMPLATES)): path.read_text(encoding="utf-8")
        for path in TEMPLATES.rglob("*.html")
    }


def _with_forms(texts: dict[str, str]) -> set[str]:
    """Return the templates that need a token, for a form of theirs or of what they include."""
    found = {name for name, text in texts.items() if "{% csrf_token %}" in text}
    while more := {
        name
        for name, text in texts.items()
        if name not in found and any(one in found for one, _ in _INCLUDED.findall(text))
    }:
        found |= more
    return found


def test_what_is_included_alone_is_handed_the_token_for_its_forms() -> None:
    texts = _texts()
    need = _with_forms(texts)

    def without() -> Iterator[tuple[str, str]]:
        for name, text in texts.items():
            for one, told in _INCLUDED.findall(text):
                if one in need and " only" in told and "csrf_token=csrf_token" not in told:
                    yield name, one

    assert list(without()) == []
    assert {"replies/taking_away.html", "replies/settle.html", "manage/team.html"} <= need


def test_every_form_that_posts_asks_for_its_token() -> None:
    forms = [(name, form) for name, text in _texts().items() for form in _FORM.findall(text)]

    # Strangers write on that page, of which no cookie is kept: whoever sends it gains nothing.
    assert {name for name, form in forms if "csrf_token" not in form} == {"outside/ask.html"}
    assert len(forms) > 40
