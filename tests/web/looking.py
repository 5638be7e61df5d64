"""Reading a page as a browser would: tags, attributes and words."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

from tests.builders import MONDAY_9
from tests.people import signed_in

from answerback.web.moment import PRETENDED_AT

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOON = MONDAY_9 + timedelta(hours=3)


@dataclass(kw_only=True)
class Page(HTMLParser):
    """What a page holds."""

    status: int
    source: str
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    words: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.source)
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        """Return the attributes of each such tag; `class_` wants that word among its classes."""
        kind = wanted.pop("class_", "")
        return [
            attributes
            for name, attributes in self.tags
            if name == tag
            and (not kind or kind in (attributes.get("class") or "").split())
            and wanted.items() <= attributes.items()
        ]


def look(address: str = "/inbox", *, at: datetime = NOON) -> Page:
    """Ask for a page as if it were that moment; Monday at noon by default."""
    answer = signed_in().get(address, **{PRETENDED_AT: at})  # type: ignore[arg-type]  # our own key
    return Page(status=answer.status_code, source=answer.content.decode())
