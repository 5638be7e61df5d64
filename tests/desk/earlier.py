"""A desk as it lay there before it had people: its tables, and something in every one of them."""

from datetime import datetime, timedelta
from typing import Any

from django.apps.registry import Apps
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from tests.builders import MONDAY_9

#: The last step before the web inbox came.
BEFORE = [("desk", "0009_what_stands_in_a_text")]
OPEN, ANSWERED, CLOSED = "otto", "anna", "carl"  #: authors, by what became of their cases

#: A table's rows, each with all its columns, by the table's name.
Rows = dict[str, list[dict[str, Any]]]


def earlier_tables() -> Apps:
    """Make the tables of that time in an empty database, and return their models."""
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    return executor.loader.project_state(BEFORE).apps


def models_of(apps: Apps) -> dict[str, type[models.Model]]:
    """Return the desk's models at that time, by name."""
    return {model.__name__: model for model in apps.get_app_config("desk").get_models()}


def columns_of(apps: Apps) -> dict[str, list[str]]:
    """Return the columns that every table had at that time."""
    return {
        name: [field.attname for field in model._meta.concrete_fields]  # noqa: SLF001  Django's own
        for name, model in models_of(apps).items()
    }


def rows_of(kept: Apps, columns: dict[str, list[str]]) -> Rows:
    """Return what stands in those columns now."""
    return {
        name: [
            {column: _plain(value) for column, value in row.items()}
            for row in _all(kept, name).order_by("pk").values(*told)
        ]
        for name, told in columns.items()
    }


def _all(apps: Apps, name: str) -> Any:
    return apps.get_model("desk", name).objects


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


class Earlier:
    """Fills the earlier tables."""

    def __init__(self, apps: Apps) -> None:
        self.apps = apps
        self.brand = self.add("Brand", name="Acme", handles=["acme"], fingerprint="f1")
        self.source = self.add(
            "Source",
            brand=self.brand,
            channel="archive",
            name="posts.jsonl",
            fingerprint="f2",
            cursor="5",
            batches=1,
            opened_at=MONDAY_9,
            finished_at=MONDAY_9 + timedelta(minutes=1),
        )

    def add(self, table: str, **told: object) -> Any:
        """Write one row, and return it."""
        return _all(self.apps, table).create(**told)

    def fill(self) -> None:
        """Write the batch of an import, what became of its posts, and what people chose."""
        at = MONDAY_9
        self._import(at)
        self._case(OPEN, text="@acme my kettle leaks", at=at, state="new")
        answered = self._case(ANSWERED, text="@acme où est le colis?", at=at, state="answered")
        closed = self._case(CLOSED, text="@acme danke!", at=at, state="closed")
        reply = self._post("acme", text="@anna bientôt", at=at + timedelta(hours=1))
        self._set_aside(reply, "own_post")
        _all(self.apps, "Post").filter(case=answered).update(answer=reply)
        told = {"reason": "no_answer_needed"}
        self.add(
            "Event",
            brand=self.brand,
            case=closed,
            what="case_closed",
            at=at,
            by="eva",
            particulars=told,
        )
        noise = self._post("nora", text="a kettle of somebody else", at=at)
        self._set_aside(noise, "not_heard")
        self._chosen(noise, at)

    def _import(self, at: datetime) -> None:
        counted = {"fetched": 6, "stored": 3, "duplicate": 0, "discarded": 2, "failed": 1}
        self.add("LedgerLine", source=self.source, batch=1, at=at, **counted)
        self.add("RawInput", source=self.source, after="", rows=6, packed=b"\x00packed\xff")
        self.add(
            "FailedRow",
            source=self.source,
            cursor="6",
            line=6,
            reason="not_json",
            sentence="It is no JSON.",
            raw="{",
        )

    def _post(self, author: str, *, text: str, at: datetime) -> Any:
        return self.add(
            "Post",
            brand=self.brand,
            origin=self.source,
            channel="archive",
            source="posts.jsonl",
            external_id=f"of-{author}",
            author_handle=author.capitalize(),
            author_key=author,
            author_followers=12,
            text=text,
            created_at=at,
            heard_at=at + timedelta(minutes=1),
            reply_ids=["x"],
            details={"tags": ["kitchen"]},
            content_hash=f"hash of {text}",
            conversation=f"of-{author}",
            sorted_at=at + timedelta(minutes=2),
        )

    def _set_aside(self, post: Any, reason: str) -> None:
        post.discard_reason = reason
        post.speaks_to = ANSWERED if reason == "own_post" else None
        post.save()
        self._mention(post, discarded=reason)

    def _mention(self, post: Any, *, discarded: str | None) -> None:
        self.add(
            "Mention",
            post=post,
            heard=discarded is None,
            addressed=discarded is None,
            relevance=0.25,
            matched=[[0, 5]],
            topics=[["repairs", 0.5]],
            discarded=discarded,
            why=["It names @acme."],
            unsure=True,
        )

    def _case(self, author: str, *, text: str, at: datetime, state: str) -> Any:
        post = self._post(author, text=text, at=at)
        self._mention(post, discarded=None)
        self._understood(post)
        place = {"queue": "repairs", "kind": "complaint", "priority": 0.5}
        clock = {"respond_by": at + timedelta(hours=2), "turn": at + timedelta(hours=2)}
        self.add(
            "Plan",
            post=post,
            respond=True,
            priority_parts={"urgency": 0.5},
            reasons=["It leaks."],
            **place,
            **clock,
        )
        end = {"closed_at": at + timedelta(hours=3), "close_reason": "no_answer_needed"}
        case = self.add(
            "Case",
            brand=self.brand,
            channel="archive",
            author_key=author,
            conversation=f"of-{author}",
            state=state,
            written_at=at,
            leading=post,
            opened_at=at,
            **place,
            **clock,
            **(end if state == "closed" else {}),
        )
        post.case = case
        post.save()
        self.add("GistKey", brand=self.brand, post=post, key=-(2**62) + post.pk)
        self.add("Event", brand=self.brand, case=case, post=post, what="case_opened", at=at)
        return case

    def _understood(self, post: Any) -> None:
        self.add(
            "Reading",
            post=post,
            language="fr" if "où" in post.text else "en",
            language_probability=0.9,
            sentiment={"negative": 0.6, "neutral": 0.3, "positive": 0.1},
            kinds={"complaint": 0.8},
            needs_response=0.7,
            urgency=0.2,
            urgency_reasons=["It leaks."],
            offensive=0.0,
            why=["'leaks' speaks for a complaint."],
            names=[],
            compared=None,
            unsure=["kind"],
        )

    def _chosen(self, post: Any, at: datetime) -> None:
        point = self.add(
            "OperatingPoint",
            brand=self.brand,
            threshold=0.4,
            band=0.1,
            at=at,
            by="eva",
            reason="We read more.",
            labels=30,
            drawn=True,
        )
        self.add(
            "FilterVersion",
            brand=self.brand,
            number=1,
            at=at,
            state=b"\x01weights\xfe",
            relevant=20,
            irrelevant=10,
            audited=5,
        )
        sample = self.add("AuditSample", brand=self.brand, draw="d1", at=at, strata={"all": 1})
        item = self.add("AuditItem", sample=sample, post=post, stratum="all", chance=0.5)
        self.add("AuditLabel", item=item, label="irrelevant", at=at, by="eva")
        self.brand.active_filter, self.brand.operating_point = 1, point
        self.brand.judged_by = point
        self.brand.save()
