"""`answerback demo`: an invented brand and its 200 posts, followed through the house."""

import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.output import on_terminal, say_json
from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from answerback.cli.audit import Audit
    from answerback.desk.queries.inbox import Inbox
    from answerback.desk.queries.ledger import SourceLedger
    from answerback.domain.records.dossier import Dossier
    from answerback.domain.records.post import Post
    from answerback.project.importing import Outcome
    from answerback.project.showcase import Invented, Tour

_PATH = click.Path(path_type=Path)
_SHOWN = 6  #: lines of the queue
_FINDINGS = 4  #: answers with bad manners that are quoted
_WIDTH = 96


class NotADemo(Refusal):
    """The folder holds something that is not an earlier demo."""


@click.command("demo")
@click.option("--data", type=_PATH, help="Folder for the demo's database, made anew each time.")
@click.option("--json", "json", is_flag=True, help="Say it all in JSON.")
def command(**told: Any) -> None:
    """
    Follow an invented brand and its 200 invented posts through the house.

    The demo's clock stands at Friday 20 March 2026, 13:00 UTC, so that everybody sees the
    same queue.  It takes some seconds and touches nothing but its own folder.
    """
    from answerback.cli.audit import measure
    from answerback.project import env, showcase
    from answerback.project.start import desk

    data = told["data"] or env.data_dir() / "demo"
    _clear(data)
    with showcase.invented() as files, desk(data, create=True, own_file=True):
        seen = showcase.tour(files, at=showcase.MOMENT)
        desked = _through_the_desk(files, at=showcase.MOMENT)
        audit = measure(
            source=files.posts,
            brand=seen.brand.name,
            every=False,
            mapping=None,
            moment=showcase.MOMENT.isoformat(),
            judge="all",
        )
        if told["json"]:
            say_json(_document(seen, desked=desked, audit=audit))
            return
        _say(seen, desked=desked, audit=audit)
        _what_next(data=data)


def _clear(data: Path) -> None:
    """Remove an earlier demo, and nothing else."""
    if not data.exists():
        return
    found = sorted(data.iterdir()) if data.is_dir() else [data]
    foreign = [one.name for one in found if not _is_the_demos(one)]
    if foreign:
        raise NotADemo(
            f"{data} holds {foreign[0]}, which no demo wrote. Name an empty folder with --data."
        )
    for one in found:
        one.unlink()


def _is_the_demos(path: Path) -> bool:
    return path.is_file() and path.name.startswith(("answerback.sqlite3", "starting.lock"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desked:
    """What the database says after the import."""

    outcome: "Outcome"
    page: "Inbox"
    line: "SourceLedger"


def _through_the_desk(files: "Invented", *, at: datetime) -> _Desked:
    from answerback.desk.queries.inbox import inbox
    from answerback.desk.queries.ledger import ledger
    from answerback.project.importing import import_posts, prepare

    job = prepare(
        path=files.posts, brand=files.brand, policy=None, mapping=None, at=at, heard_at=at
    )
    outcome = import_posts(job, watch=lambda *_: None)
    (line,) = ledger(source_id=outcome.source.source_id)
    return _Desked(outcome=outcome, page=inbox(at=at, limit=_SHOWN), line=line)


def _say(seen: "Tour", *, desked: _Desked, audit: "Audit") -> None:
    from answerback.cli.audit import say_one
    from answerback.cli.import_ import in_words
    from answerback.cli.inbox import say_page
    from answerback.project.showcase import MOMENT

    outcome, page, line = desked.outcome, desked.page, desked.line
    _head("One post, step by step")
    _paragraphs(_steps(seen.followed, answer=seen.answer))
    _head(f"{outcome.counts['fetched']} posts into the database")
    _paragraphs(in_words(outcome, source=line, opened=page.open))
    _paragraphs([f"{page.overdue} are overdue. The ledger {_balance(line)}."])
    _head("The queue: who waits, how long, and why")
    say_page(page, MOMENT, json=False)
    _head("The manners of Acme's own answers")
    _paragraphs([seen.manners.sentences()[0], *_worst(seen)])
    _head("Is Acme engaging back?")
    say_one(audit)
    _head("Everybody hears: where guidelines would have carried posts")
    _paragraphs(seen.carried)
    _head("The mix of Acme's own posts")
    _paragraphs(seen.mix)


def _balance(line: "SourceLedger") -> str:
    return "balances" if line.balances else f"does not balance: {'; '.join(line.problems)}"


def _head(text: str) -> None:
    click.echo()
    click.secho(text, bold=True) if on_terminal() else click.echo(f"== {text}")


def _paragraphs(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        click.echo(textwrap.fill(sentence, width=_WIDTH, subsequent_indent="    "))


def _steps(dossier: "Dossier", *, answer: "Post | None") -> Iterator[str]:
    """Tell what each stage said of one post."""
    post, mention, reading, plan = dossier.post, dossier.mention, dossier.reading, dossier.plan
    written = f"{post.created_at:%a %d %b %Y %H:%M} UTC" if post.created_at else "no clock"
    yield f"@{post.author.handle}, {written}: {post.text}"
    if mention is None or reading is None or plan is None:
        yield f"Set aside: {dossier.discarded}."
        return
    yield f"heard       {'; '.join(mention.why)}."
    kinds = sorted(reading.kinds.items(), key=lambda pair: -pair[1])[:3]
    likely = ", ".join(f"{kind} {share:.0%}" for kind, share in kinds)
    yield f"read        {likely}. {' '.join((*reading.urgency_reasons, *reading.why))}"
    yield f"planned     {' '.join(plan.reasons)}"
    parts = " + ".join(f"{name} {part:.2f}" for name, part in plan.priority_parts.items() if part)
    yield f"priority    {plan.priority:.2f} = {parts}"
    if answer is not None and answer.created_at is not None and post.created_at is not None:
        minutes = (answer.created_at - post.created_at).total_seconds() / 60
        yield f"answered    {minutes:.0f} minutes later by @{answer.author.handle}: {answer.text}"


def _worst(seen: "Tour") -> Iterator[str]:
    """Quote one answer for each check, then say how many more there are."""
    checks: set[str] = set()
    for flagged in seen.manners.flagged:
        finding = flagged.findings[0]
        if finding.check not in checks and len(checks) < _FINDINGS:
            checks.add(finding.check)
            yield f"“{flagged.answer.text}”"
            yield f"    {finding.check}: {finding.sentence}"


def _what_next(*, data: Path) -> None:
    from answerback.project import env
    from answerback.project.showcase import MOMENT

    # Where a server is named, the demo's own file is found only without that.
    own_file = f"env -u {env.DATABASE_URL} " if env.database_url() else ""
    at, program = MOMENT.isoformat(timespec="minutes"), _program()
    _head("What to type next")
    for line in (
        f"{own_file}{program} serve --data {data} --at {at}   # the queue in a browser",
        f"{own_file}{program} inbox --data {data} --at {at}   # all of it, here",
        f"{program} sort YOUR-POSTS.csv --out sorted.jsonl",
        f"{program} audit YOUR-CONVERSATIONS.csv --all",
    ):
        click.echo(f"  {line}")


def _program() -> str:
    """Return how this program is called from here: by its name if the shell knows it."""
    called = Path(sys.argv[0])
    if shutil.which("answerback") or called.name != "answerback":
        return "answerback"
    return str(called)


def _document(seen: "Tour", *, desked: _Desked, audit: "Audit") -> dict[str, Any]:
    from answerback.cli.audit import document
    from answerback.cli.inbox import page_document
    from answerback.project.showcase import MOMENT

    return {
        "brand": seen.brand.name,
        "followed": list(_steps(seen.followed, answer=seen.answer)),
        "counts": dict(desked.outcome.counts),
        "balances": desked.line.balances,
        "inbox": page_document(desked.page, at=MOMENT),
        "manners": list(seen.manners.sentences()),
        "guidelines": list(seen.carried),
        "content_mix": list(seen.mix),
        "audit": document(audit, evidence=None),
    }
