"""What JSON is refused, and in which words."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.slowness import usual_seconds

from answerback.channels.strict_json import DEEPEST, read_kindly, read_object
from answerback.channels.unreadable import Unreadable


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"text": "hello"', "not_json"),
        ("", "not_json"),
        ("hello", "not_json"),
        ('{"a": 1} {"a": 2}', "not_json"),
        ("{'a': 1}", "not_json"),
        ("[1, 2]", "not_an_object"),
        ('"hello"', "not_an_object"),
        ("null", "not_an_object"),
        ('{"a": NaN}', "not_a_number"),
        ('{"a": [{"b": -Infinity}]}', "not_a_number"),
        ('{"a": 1, "b": 2, "a": 3}', "duplicate_key"),
        ('{"a": {"b": 1, "b": 1}}', "duplicate_key"),
        ('{"a": 9223372036854775808}', "number_too_large"),
        ('{"a": [[-9223372036854775809]]}', "number_too_large"),
        ('{"a": 1e999}', "number_too_large"),
        ('{"a": ' + "9" * 100_000 + "}", "number_too_large"),
        ('{"a": ' + "[" * DEEPEST + "]" * DEEPEST + "}", "too_deep"),
        ('{"a": ' + "[" * 100_000, "too_deep"),
        ('{"a": ' * 100_000 + "1" + "}" * 100_000, "too_deep"),
    ],
    ids=lambda text: text[:24],
)
def test_what_is_not_strict_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(Unreadable) as no:
        read_object(text)

    assert no.value.reason == reason
    assert len(no.value.sentence) < 200


def test_a_refusal_names_the_place_and_the_key() -> None:
    with pytest.raises(Unreadable, match="Expecting value at character 7"):
        read_object('{"a": }')
    with pytest.raises(Unreadable, match="The key 'text' comes twice"):
        read_object('{"id": 1, "text": "a", "text": "b"}')


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 9223372036854775807}', 2**63 - 1),
        ('{"a": -9223372036854775808}', -(2**63)),
        ('{"a": 1e99}', 1e99),
        ('{"a": "\\ud83d"}', "\ud83d"),
        ('{"a": "tab\there"}', "tab\there"),
        ('{"a": "' + "[{" * 50_000 + '"}', "[{" * 50_000),
        ('{"a": "\\"[' + "[" * 100 + '"}', '"[' + "[" * 100),
    ],
    ids=lambda text: str(text)[:24],
)
def test_what_only_looks_odd_is_read(text: str, value: object) -> None:
    assert read_object(text) == {"a": value}


def test_as_deep_as_allowed_is_read() -> None:
    text = '{"a": ' + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1) + "}"

    assert read_object(text) == json.loads(text)


PLAIN = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=9)
NESTED = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3), max_leaves=9)


@settings(max_examples=50)
@given(st.dictionaries(st.text(max_size=5), NESTED, max_size=5))
def test_every_strict_object_is_read_as_the_standard_reader_reads_it(
    value: dict[str, object],
) -> None:
    assert read_object(json.dumps(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        '{"a": ' + "[" * 1_000_000,
        '{"a": "' + '\\"' * 500_000,
        '"' * 1_000_000,
        '{"a": "' + "[" * 1_000_000 + '"}',
        "{" + ",".join(f'"{n}": 1' for n in range(20_000)) + ', "19999": 1}',
    ],
    ids=lambda text: text[:12],
)
def test_no_text_of_a_megabyte_takes_more_than_50_ms(text: str) -> None:
    def work() -> None:
        with suppress(Unreadable):
            read_object(text)

    assert usual_seconds(work) <= 0.05


def test_one_odd_part_of_an_answer_does_not_hold_back_the_rest() -> None:
    deep = "[" * 70 + "]" * 70
    told = read_kindly(
        f'[{{"id": 1, "id": 2}}, {{"n": {"9" * 5_000}}}, {{"n": {2**63}}}, {{"n": NaN}},'
        f' {{"n": 1e999}}, {deep}, {{"text": "fine"}}]'
    )

    assert told[0] == {"id": 2}
    assert [type(one["n"]) for one in told[1:5]] == [str, str, type(None), type(None)]
    assert told[-1] == {"text": "fine"}


def test_what_is_no_json_or_bottomless_is_refused_all_the_same() -> None:
    for told in ("<html>", '{"a": 1', "[" * 200_000):
        with pytest.raises(Unreadable):
            read_kindly(told)
