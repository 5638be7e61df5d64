import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerback.domain.triage.toml_edit import Value, set_keys

TEXT = """# Acme, as we hear it.
name = "Acme"  # stays
handles = [
  "acme",     # the first
  "acmehelp",
]
query = '''
kettle
'''

[hours]         # ours
always = true
"""


def test_a_key_is_changed_in_its_place_and_all_else_stays() -> None:
    text = set_keys(TEXT, values={"handles": ["acme", "acme_uk"]})

    before, after = TEXT.index("handles"), TEXT.index("query")
    assert text == f'{TEXT[:before]}handles = ["acme", "acme_uk"]\n{TEXT[after:]}'


def test_a_new_key_follows_the_last_top_key_and_stands_in_no_table() -> None:
    text = set_keys(TEXT, values={"about": "Tea and kettles"})

    told = tomllib.loads(text)
    assert told == {**tomllib.loads(TEXT), "about": "Tea and kettles"}
    assert "'''\nabout = " in text


def test_an_empty_value_takes_its_key_out() -> None:
    text = set_keys(TEXT, values={"query": "", "rivals": []})

    told = tomllib.loads(TEXT)
    del told["query"]
    assert tomllib.loads(text) == told


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[hours]\nalways = true\n"])
def test_a_text_without_top_keys_gets_one_above_its_tables(text: str) -> None:
    told = tomllib.loads(set_keys(text, values={"name": "Acme"}))

    assert told == {**tomllib.loads(text), "name": "Acme"}


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
KEYS = st.sampled_from(["name", "handles", "query", "about", "fresh"])


@given(values=st.dictionaries(KEYS, WORDS | st.lists(WORDS, max_size=3), max_size=4))
def test_whatever_is_typed_is_what_the_text_says_and_nothing_else_moves(
    values: dict[str, Value],
) -> None:
    told = tomllib.loads(set_keys(TEXT, values=values))

    kept = {key: value for key, value in tomllib.loads(TEXT).items() if key not in values}
    given = {
        key: value.replace("\r\n", "\n").replace("\r", "\n")
        if isinstance(value, str)
        else [one.replace("\r\n", "\n").replace("\r", "\n") for one in value]
        for key, value in values.items()
        if value
    }
    assert told == {**kept, **given}
