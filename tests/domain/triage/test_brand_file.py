import pickle
import re
from datetime import date, time, timedelta

import pytest
from tests.domain.triage.triaging import DOCS

from answerback.domain.records.brand import Brand, Guideline, OpenHours, Topic
from answerback.domain.records.reading import Kind
from answerback.domain.triage.brand_file import (
    BRAND_KEYS,
    GUIDELINE_KEYS,
    TARGET_KEYS,
    TOPIC_KEYS,
    parse_brand,
)
from answerback.domain.triage.open_hours import HOURS_KEYS
from answerback.domain.triage.toml_text import TomlRefused

PAGE = (DOCS / "brand-file.md").read_text(encoding="utf-8")
SAMPLE = re.findall(r"^```toml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)[-1]


def test_the_sample_of_the_documentation_is_a_brand() -> None:
    weekday = ((time(8), time(12, 30)), (time(13, 15), time(18)))

    brand = parse_brand(SAMPLE, file="fernweh.toml")

    assert brand == Brand(
        name="Fernweh Ferries",
        handles=("fernweh", "fernweh_help"),
        languages=("en", "de"),
        about="Fernweh Ferries sails ships between islands. Passengers ask about crossings and "
        "cabins.",
        counter_examples=("such fernweh tonight, I want to be far away",),
        query='"fernweh ferries" OR #fernweh\n'
        "OR (fernweh NEAR/6 (ferry OR ferries OR boat OR crossing* OR cabin* OR harbour))",
        hours=OpenHours(
            timezone="Europe/Berlin",
            week={
                **dict.fromkeys(range(4), weekday),
                4: ((time(8), time(16)),),
                5: ((time(9), time(12)),),
            },
            holidays=frozenset({date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)}),
        ),
        targets={
            Kind.COMPLAINT: timedelta(hours=1, minutes=30),
            Kind.QUESTION: timedelta(hours=3),
            Kind.PRAISE: timedelta(days=2),
        },
        topics=(
            Topic(
                name="cancellations", query='cancel* OR "does not sail" OR storm', queue="harbour"
            ),
            Topic(name="pets", query="dog OR dogs OR cat OR parrot* OR kennel*"),
            Topic(
                name="refunds",
                about="Somebody wants their money back, or asks where it is.",
                examples=("you took the fare twice, please send one back",),
            ),
        ),
        guidelines=(
            Guideline(
                name="Slippery decks",
                department="safety",
                text="Anything that made somebody slip, or nearly, is read by the safety officer "
                "the same day.",
                query='(slip* OR fell OR "ice on") NEAR/8 (deck OR ramp OR stairs OR gangway)',
                examples=("my aunt slipped on the wet ramp this morning",),
                counter_examples=("our departure slipped by an hour",),
            ),
        ),
    )


def test_the_page_names_every_key_and_no_other() -> None:
    tables = {
        "hours": HOURS_KEYS,
        "topics.<name>": TOPIC_KEYS,
        "targets": TARGET_KEYS,
        "guidelines": GUIDELINE_KEYS,
    }
    known = {*BRAND_KEYS, *(f"{table}.{key}" for table, keys in tables.items() for key in keys)}

    assert set(re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)) == known


def test_the_page_shows_a_refusal_as_it_is_said() -> None:
    with pytest.raises(TomlRefused) as refused:
        parse_brand('name = "X"\nhandles = ["x"]\nlangauges = ["en"]\n', file="brand.toml")

    assert f"\n{refused.value}\n" in PAGE


def test_a_brand_can_be_handed_to_another_process() -> None:
    brand = parse_brand('name = "X"\nhandles = ["x"]\n', file="x.toml")

    assert pickle.loads(pickle.dumps(brand)) == brand  # noqa: S301 - our own bytes


def test_a_brand_of_handles_alone_follows_the_policy_in_all_else() -> None:
    brand = parse_brand('name = " X "\nhandles = ["@Xcare"]\n', file="x.toml")

    assert brand == Brand(name="X", handles=("Xcare",))


HOURS = "handles = ['x']\nname = 'X'\n[hours]\n"  # what comes next is line 4
ALL_DAY = ((time(), time()),)


@pytest.mark.parametrize(
    ("written", "week"),
    [
        ("always = true", dict.fromkeys(range(7), ALL_DAY)),
        ('sat = "00:00-24:00"', {5: ALL_DAY}),
        ('sat = "00:00-00:00"', {5: ALL_DAY}),
        ('sat = "9:00 - 17:30"', {5: ((time(9), time(17, 30)),)}),
        ('sat-mon = "22:00-24:00"', dict.fromkeys([5, 6, 0], ((time(22), time()),))),
        ('sat = ["13:00-14:00", "09:00-13:00"]', {5: ((time(9), time(13)), (time(13), time(14)))}),
        ('mon = "09:00-10:00"\nsun = []', {0: ((time(9), time(10)),), 6: ()}),
    ],
)
def test_hours_may_be_written_in_several_ways(
    written: str, week: dict[int, tuple[tuple[time, time], ...]]
) -> None:
    brand = parse_brand(HOURS + written, file="x.toml")

    assert brand.hours == OpenHours(week=week)


def test_a_holiday_may_stand_in_quotes() -> None:
    brand = parse_brand(HOURS + 'always = true\nholidays = ["2026-12-25"]', file="x.toml")

    assert brand.hours is not None
    assert brand.hours.holidays == {date(2026, 12, 25)}


@pytest.mark.parametrize(
    ("written", "refusal"),
    [
        (
            'timezone = "Europe/Lodnon"\nalways = true',
            (
                "line 4, key 'hours.timezone': there is no time zone 'Europe/Lodnon'. Did you mean "
                "'Europe/London'? Use an IANA name, like Europe/London or UTC."
            ),
        ),
        (
            "always = 1",
            "line 4, key 'hours.always': 1 is neither true nor false. Write one, bare.",
        ),
        (
            'always = true\nmon = "09:00-17:00"',
            (
                "line 5, key 'hours.mon': 'always = true' in line 4 says it all. Take out one of "
                "the "
                "two."
            ),
        ),
        (
            'timezone = "UTC"',
            (
                "line 3, key 'hours': the desk would never be open. Give at least one day its "
                "hours, "
                'like mon-fri = "09:00-17:00", or write: always = true.'
            ),
        ),
        (
            'monday = "09:00-17:00"',
            (
                "line 4, key 'hours.monday': there is no such key. Did you mean 'mon'? Known here: "
                "timezone, always, holidays, mon, tue, wed, thu, fri, sat, sun, mon-fri, sat-sun."
            ),
        ),
        (
            'mon-fri = "09:00-17:00"\nwed = "10:00-12:00"',
            (
                "line 5, key 'hours.wed': wed already has its hours from 'mon-fri' in line 4. Give "
                "each day once."
            ),
        ),
        (
            'mon = [\n"09:00-12:00",\n"12-17"]',
            (
                "line 6, key 'hours.mon': '12-17' is not a span of the day. Write it like "
                '"09:00-17:00", or like ["09:00-12:30", "13:30-17:00"].'
            ),
        ),
        (
            "mon = 9",
            (
                "line 4, key 'hours.mon': 9 is not a span of the day. Write it like "
                '"09:00-17:00", or like ["09:00-12:30", "13:30-17:00"].'
            ),
        ),
        (
            'mon = "09:00-25:00"',
            (
                "line 4, key 'hours.mon': '09:00-25:00' has no such hour: a day runs from 00:00 to "
                '24:00. Write it like "09:00-17:00", or like ["09:00-12:30", "13:30-17:00"].'
            ),
        ),
        (
            'mon = "22:00-02:00"',
            (
                "line 4, key 'hours.mon': '22:00-02:00' ends before it has begun. A span lies "
                "within "
                'one day: for a night shift, give "22:00-24:00" to this day and "00:00-02:00" to '
                "the "
                "next."
            ),
        ),
        (
            'mon = ["09:00-12:30", "12:00-17:00"]',
            (
                "line 4, key 'hours.mon': 09:00-12:30 and 12:00-17:00 overlap. Join them into one, "
                "or "
                "let the second begin when the first has ended."
            ),
        ),
        (
            'always = true\nholidays = [2026-12-25,\n "25/12/2026"]',
            (
                "line 6, key 'hours.holidays': '25/12/2026' is not a date. Write it year first: "
                "2026-12-25."
            ),
        ),
        (
            "always = true\nholidays = [2026-12-25T00:00:00]",
            (
                "line 5, key 'hours.holidays': '2026-12-25 00:00:00' is not a date. Write it year "
                "first: 2026-12-25."
            ),
        ),
        (
            "always = true\nholidays = 2026-12-25",
            "line 5, key 'hours.holidays': this is not a list. Write [2026-12-25, 2027-01-01].",
        ),
    ],
)
def test_hours_that_cannot_be_kept_are_refused(written: str, refusal: str) -> None:
    with pytest.raises(TomlRefused) as refused:
        parse_brand(HOURS + written, file="x.toml")

    assert str(refused.value) == f"x.toml, {refusal}"


LENGTHS = (
    "is not a length of time. Write a text of days, hours and minutes above zero and up to "
    '"366d": "30m", "2h", "1h 30m" or "1d", which is 24 hours.'
)


@pytest.mark.parametrize(
    ("written", "refusal"),
    [
        ("", "line 1, key 'name': this key is missing. Write it at the top of the file."),
        ("name = 7", "line 1, key 'name': 7 is not a text. Write it in quotes: \"like this\"."),
        (
            'name = " "',
            "line 1, key 'name': this text is empty. Write something, or leave the key out.",
        ),
        (
            'name = "X"',
            (
                "line 1: this brand would hear nothing. Give it handles, a query, or both, like "
                'handles = ["yourname"].'
            ),
        ),
        (
            'name = "X"\nhandles = "x"',
            "line 2, key 'handles': 'x' is not a list. Write it like [\"one\", \"another\"].",
        ),
        (
            'name = "X"\nhandles = [\n"x",\n "two words"]',
            (
                "line 4, key 'handles': 'two words' is not a handle. Write the account's name "
                "without "
                'spaces, with or without its @: "yourname".'
            ),
        ),
        (
            'name = "X"\nhandles = ["x", "@X"]',
            "line 2, key 'handles': 'X' stands here twice. Keep one.",
        ),
        (
            'name = "X"\nquery = "x"\nlanguages = ["en-GB"]',
            (
                "line 3, key 'languages': 'en-GB' is not a language code. Write the two small "
                "letters "
                'of ISO 639-1, without a region: "en", "pt", "ja".'
            ),
        ),
        (
            'name = "X"\nquery = "x"\nhours = "09:00-17:00"',
            (
                "line 3, key 'hours': '09:00-17:00' is not a table. Write [hours] and its keys "
                "below "
                "it."
            ),
        ),
        (
            'name = "X"\nquery = "x"\n[topics.pets]\nqueue = "deck"',
            (
                "line 3, key 'topics.pets.query': nothing says which posts are about it. Write a "
                "query, a sentence under 'about', a few posts under 'examples', or several of "
                "these."
            ),
        ),
        (
            'name = "X"\nquery = "x"\n[topics.pets]\nquery = "dog"\nqeue = "deck"',
            (
                "line 5, key 'topics.pets.qeue': there is no such key. Did you mean 'queue'? Known "
                "here: query, queue, about, examples."
            ),
        ),
        (
            'name = "X"\nquery = "x"\n[topics]\npets = "dog"',
            "line 4, key 'topics.pets': 'dog' is not a table. Write [pets] and its keys below it.",
        ),
        (
            'name = "X"\nquery = "x"\n[targets]\ncomplaint = "0m"',
            f"line 4, key 'targets.complaint': '0m' {LENGTHS}",
        ),
        (
            'name = "X"\nquery = "x"\n[targets]\ncomplaint = 2',
            f"line 4, key 'targets.complaint': 2 {LENGTHS}",
        ),
        (
            'name = "X"\nquery = "x"\n[targets]\ncomplaint = "400d"',
            f"line 4, key 'targets.complaint': '400d' {LENGTHS}",
        ),
        (
            'name = "X"\nquery = "x"\n[targets]\nspam = "2h"',
            (
                "line 4, key 'targets.spam': there is no such key. Known here: complaint, "
                "question, "
                "request, need, praise, comparison, idea, other."
            ),
        ),
        (
            'name = "X"\nquery = "x"\n[guidelines]\nname = "Decks"',
            (
                "line 3, key 'guidelines': this is not a list of tables. Write [[guidelines]], "
                "with "
                "double brackets, above each."
            ),
        ),
        (
            'name = "X"\nquery = "x"\n[[guidelines]]\nname = "Decks"\nquery = "deck"\n',
            (
                "line 3, key 'guidelines.department': this key is missing. Write it under "
                "[guidelines]."
            ),
        ),
        (
            'name = "X"\nquery = "x"\n'
            + '[[guidelines]]\nname = "Decks"\nquery = "deck"\ndepartment = "safety"\n' * 2,
            (
                "line 8, key 'guidelines.name': there already is a guideline 'Decks'. Give each "
                "its "
                "own name."
            ),
        ),
        (
            (
                'name = "X"\nquery = "x"\n[[guidelines]]\nname = "Decks"\nquery = "deck"\n'
                'department = "safety"\nexamples = ["slipped", 7]'
            ),
            (
                "line 7, key 'guidelines.examples': 7 is not a text. Write it in quotes: \"like "
                'this".'
            ),
        ),
    ],
)
def test_a_brand_that_is_not_one_is_refused(written: str, refusal: str) -> None:
    with pytest.raises(TomlRefused) as refused:
        parse_brand(written, file="x.toml")

    assert str(refused.value) == f"x.toml, {refusal}"


def test_a_post_cannot_be_an_example_and_a_counter_example() -> None:
    text = 'name = "Acme"\nhandles = ["acme"]\nexamples = ["a", "b"]\ncounter_examples = ["c", "b"]'

    with pytest.raises(TomlRefused, match="line 4, key 'counter_examples'.*stands in examples too"):
        parse_brand(text, file="brand.toml")
