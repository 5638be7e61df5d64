"""What is listened for, and what it promises."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from types import MappingProxyType

from answerback.domain.records.reading import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A subject from the brand's own list."""

    name: str
    query: str = ""  #: in the listening language; empty: it is known by what it means alone
    queue: str | None = None  #: where its cases wait; None: the queue of the kind
    about: str = ""  #: a sentence that says what belongs to it
    examples: tuple[str, ...] = ()  #: posts that do

    @property
    def learned(self) -> bool:
        """Say whether it has more to go by than a query."""
        return bool(self.about or self.examples)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHours:
    """When the desk is open.  Weekday 0 is Monday; several spans a day are split shifts."""

    timezone: str = "UTC"  #: an IANA name
    week: Mapping[int, tuple[tuple[time, time], ...]]  #: end 00:00 means midnight at the day's end
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Guideline:
    """A written rule that carries posts to a department: query, text and test posts."""

    name: str
    query: str  #: in the listening language
    department: str
    text: str = ""
    examples: tuple[str, ...] = ()  #: posts that must be carried
    counter_examples: tuple[str, ...] = ()  #: posts that must not


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """What is listened for: read from a TOML file by `domain.triage.brand_file`."""

    name: str
    handles: tuple[str, ...] = ()  #: our accounts, without the @, compared without case
    query: str = ""  #: in the listening language; empty: only the handles
    rivals: tuple[str, ...] = ()  #: names that stand beside ours in posts, compared without case
    languages: tuple[str, ...] = ()  #: ISO 639-1 codes we answer in; empty: all
    topics: tuple[Topic, ...] = ()
    hours: OpenHours | None = None  #: None: as the policy says
    targets: Mapping[Kind, timedelta] = field(
        default_factory=lambda: MappingProxyType({})
    )  #: open time to the first response, over the policy's
    guidelines: tuple[Guideline, ...] = ()
    about: str = ""  #: what the brand is and does, for the brand filter
    examples: tuple[str, ...] = ()  #: posts that are about it
    counter_examples: tuple[str, ...] = ()  #: posts that are not, though they may look so
