"""
A scripted shift: cases sorted in a real browser by keys alone.

    python -m benchmarks.shift [--decisions 200] [--save]

Serves a desk of its own, opens Chromium, asks for batches on /triage and decides case after case
without ever touching a mouse: takes, closes, queues, snoozes and escalates them, passes some over
and takes some verdicts back.  Then the database is asked whether exactly that was done.  Prints
JSON lines; --save keeps them in benchmarks/shift.jsonl and renews docs/reference/inbox.md.

Units: milliseconds from the browser's own moment of the key to the picture in which the next case
is drawn and has the focus; nobody thinks meanwhile, so a person's reading comes on top.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import django
from django.apps import apps

if not apps.ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerback.project.settings")
    django.setup()

from benchmarks.saying import ROOT, commit, renew, say
from playwright.sync_api import Browser, Page, sync_playwright
from tests.builders import make_post
from tests.people import make_user
from tests.whole.seeds import take_in
from tests.whole.served import Served, inside, serving
from tests.whole.watching import watched

from answerback.desk import models
from answerback.domain.records.role import Role
from answerback.project.clock import now

_KEPT: Final = ROOT / "benchmarks" / "shift.jsonl"
_PAGE: Final = ROOT / "docs" / "reference" / "inbox.md"
_BEGIN, _END = "<!-- shift: written by benchmarks/shift.py -->", "<!-- end of shift -->"
_WHO: Final = "ada"
_TEXTS: Final = ("my kettle leaks", "where is my parcel?", "the plug burns and it smells")
_QUEUES: Final = ("care", "general", "repairs")

#: The keys of each verdict, and how often it is given, of twenty.
_VERDICTS: Final[Mapping[str, tuple[str, int]]] = {
    "take": ("a", 5),
    "close:answered_elsewhere": ("1", 1),
    "close:not_for_us": ("2", 3),
    "close:no_answer_needed": ("3", 4),
    "close:spam": ("4", 2),
    "queue": ("m1", 2),
    "snooze": ("s2", 2),
    "escalate": ("!", 1),
}
_UNDONE: Final = 12  #: every so many verdicts one is taken back, and the case decided again
_PASSED: Final = 10  #: every so many cases one is passed over first
_UNTOUCHED: Final = 30  #: cases that nobody comes to

#: Runs in every page: counts what hands do, and notes the moment of the last key.
_WATCH: Final = """
window.hands = { mouse: 0, keys: 0, pressed: 0 };
const signs = "mousedown mousemove pointerdown pointermove touchstart wheel";
for (const sign of signs.split(" ")) {
  addEventListener(sign, (event) => { hands.mouse += event.isTrusted; }, true);
}
addEventListener("keydown", (event) => { hands.keys += 1; hands.pressed = event.timeStamp; }, true);
"""
#: Asked before each picture is drawn: is another card there, and does the focus stand in it?
_NEXT: Final = """() => {
  const card = document.querySelector("#triage");
  const here = card && !card.seen && card.contains(document.activeElement);
  return here ? { took: performance.now() - hands.pressed } : null;
}"""


@dataclass(slots=True, kw_only=True)
class Shift:
    """What was done, and how long it took."""

    decided: dict[int, str] = field(default_factory=dict)  #: by case: the verdict that stands
    took: dict[str, list[float]] = field(default_factory=dict)  #: milliseconds, by act
    acts: Counter[str] = field(default_factory=Counter)
    again: int = 0  #: cases handed out once more after they were decided
    seconds: float = 0.0
    keys: int = 0
    mouse: int = 0


@dataclass(slots=True, kw_only=True)
class Hands:
    """Presses keys, and waits for what they do."""

    page: Page
    shift: Shift

    def press(self, keys: str, *, act: str) -> None:
        """Press the keys of an act one after the other; wait until the next card has the focus."""
        self.page.evaluate("document.querySelector('#triage').seen = true")
        for key in keys:
            self.page.keyboard.press(key)
        told = self.page.wait_for_function(_NEXT, polling="raf").json_value()
        self.shift.took.setdefault(act, []).append(told["took"])
        self.shift.acts[act] += 1

    def case(self) -> int | None:
        """Return the case shown; None: the batch is done."""
        field = "document.querySelector('#triage input[name=case]')?.value ?? null"
        shown = self.page.evaluate(field)
        return None if shown is None else int(shown)


def furnish(*, cases: int) -> None:
    """Make Ada, and cases that wait for her; call it `inside`."""
    at = now().replace(microsecond=0)
    user = make_user(_WHO, role=Role.AGENT)
    # Nobody is offered any: all of them go through triage.
    models.User.objects.filter(pk=user.pk).update(takes_cases=False)
    posts = [
        make_post(
            f"p{number}",
            author=f"person{number}",
            text=f"@acme {_TEXTS[number % len(_TEXTS)]} ({number})",
            created_at=at - timedelta(minutes=7 * number),
            heard_at=at,
        )
        for number in range(cases)
    ]
    take_in(posts, at=at)
    for number, queue in enumerate(_QUEUES):  # that the brand's policy knows
        cases_of = models.Case.objects.filter(pk__in=range(number, cases + 1, len(_QUEUES)))
        cases_of.update(queue=queue)


def work(browser: Browser, served: Served, *, decisions: int) -> Shift:
    """Sort so many cases, by keys alone."""
    rng, shift = random.Random(5), Shift()  # noqa: S311  the same shift each time
    with watched(browser, served, handle=_WHO) as seen:
        seen.page.add_init_script(_WATCH)
        hands = Hands(page=seen.go("/triage"), shift=shift)
        begin = time.perf_counter()
        while len(shift.decided) < decisions:
            case = hands.case()
            if case is None:
                hands.press("b", act="batch")
                if hands.case() is None:
                    break
                continue
            if case in shift.decided:
                shift.again += 1
                break
            _decide(hands, case, rng=rng)
        shift.seconds = time.perf_counter() - begin
        told = seen.page.evaluate("hands")
        shift.keys, shift.mouse = told["keys"], told["mouse"]
        if hands.case() is not None:
            hands.page.keyboard.press("q")
            seen.page.wait_for_url("**/inbox")
        if seen.outside or seen.complaints:
            sys.exit(f"The browser complained: {seen.outside} {seen.complaints}")
    return shift


def _decide(hands: Hands, case: int, *, rng: random.Random) -> None:
    """Decide the case shown; sometimes pass it over first, or think again."""
    shift = hands.shift
    turn = len(shift.decided) + 1
    if turn % _PASSED == 0 and shift.acts["next"] < turn // _PASSED:
        hands.press("j", act="next")
        return
    if turn % _UNDONE == 0:
        hands.press("4", act="close:spam")
        hands.press("u", act="undo")
        if hands.case() != case:
            sys.exit(f"Undo showed case {hands.case()} in place of case {case}.")
    (verdict,) = rng.choices(list(_VERDICTS), weights=[often for _, often in _VERDICTS.values()])
    hands.press(_VERDICTS[verdict][0], act=verdict)
    shift.decided[case] = verdict


def faults_of(shift: Shift, *, since: datetime) -> list[str]:
    """Return what the database says otherwise than the script; call it `inside`."""
    faults = []
    for case in models.Case.objects.order_by("pk"):
        said = shift.decided.get(case.pk, "nothing")
        if _stands(case, since=since) != said:
            faults.append(f"Case {case.pk}: {said} was said, {_stands(case, since=since)} stands.")
        if case.leased_to is not None:
            faults.append(f"Case {case.pk} is still in a batch of @{case.leased_to}.")
    undone = models.Bulk.objects.filter(undone_at__isnull=False).count()
    hold = models.Bulk.objects.count() - undone
    if (hold, undone) != (len(shift.decided), shift.acts["undo"]):
        faults.append(f"{hold} acts hold and {undone} were undone; that is not what was pressed.")
    return faults


def _stands(case: models.Case, *, since: datetime) -> str:
    """Return what the tables say was decided of a case."""
    told = {
        f"close:{case.close_reason}": case.state == "closed",
        "take": case.state == "assigned" and case.owner == _WHO,
        "snooze": case.snoozed_until is not None and case.snoozed_until > since,
        "escalate": case.escalated_at is not None,
        "queue": case.queue_by_hand and case.escalated_at is None,
    }
    return " and ".join(name for name, holds in told.items() if holds) or "nothing"


def figures_of(shift: Shift, *, wrong: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the figures: of the whole shift, then of each act."""
    decisions = len(shift.decided)
    counted = {act: times for act, times in shift.took.items() if act in _VERDICTS}
    yield (
        "shift",
        {
            "decisions": decisions,
            "wrong": wrong,
            "handed_again": shift.again,
            "mouse": shift.mouse,
            "keys_a_decision": round(shift.keys / max(decisions, 1), 2),
            "seconds": round(shift.seconds, 1),
            "seconds_a_decision": round(shift.seconds / max(decisions, 1), 3),
            **_summary([one for times in counted.values() for one in times]),
        },
    )
    for act, times in sorted(shift.took.items()):
        yield act, _summary(times)


def _summary(took: Sequence[float]) -> dict[str, Any]:
    marks = statistics.quantiles(took, n=20, method="inclusive") if len(took) > 1 else [took[0]]
    middle = statistics.median(took)
    return {
        "n": len(took),
        "p50_ms": round(middle),
        "p95_ms": round(marks[-1]),
        "max_ms": round(max(took)),
    }


def main() -> None:
    """Work, check, print, and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=200)
    parser.add_argument("--save", action="store_true")
    told = parser.parse_args()
    since = now()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Path(folder)
        with inside(place):
            furnish(cases=told.decisions + _UNTOUCHED)
        with serving(place) as served:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            shift = work(browser, served, decisions=told.decisions)
            browser.close()
        with inside(place):
            faults = faults_of(shift, since=since)
    print(*faults, sep="\n", file=sys.stderr)
    figures = list(figures_of(shift, wrong=len(faults)))
    for name, figure in figures:
        say(name, **figure)
    if told.save:
        lines = [json.dumps({"name": name, **one, "commit": commit()}) for name, one in figures]
        _KEPT.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        renew(_PAGE, begin=_BEGIN, end=_END, lines=_table(figures))


def _table(figures: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    (_, whole), *acts = figures
    yield (
        f"{whole['decisions']} decisions in {whole['seconds']} s: "
        f"**{whole['seconds_a_decision']} s and {whole['keys_a_decision']} keys a decision**, "
        f"{whole['mouse']} signs of a mouse. {whole['wrong']} cases stand otherwise than was "
        f"said, {whole['handed_again']} were handed out again after they were decided."
    )
    yield ""
    yield "| key to next case, ms | times | p50 | p95 | most |"
    yield "|---|--:|--:|--:|--:|"
    for name, one in (("all verdicts", whole), *acts):
        yield f"| {name} | {one['n']} | {one['p50_ms']} | {one['p95_ms']} | {one['max_ms']} |"


if __name__ == "__main__":
    main()
