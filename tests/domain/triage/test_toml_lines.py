import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerback.domain.triage.toml_lines import Path, lines_of
from answerback.domain.triage.toml_text import TomlRefused, read_toml

TANGLED = '''\
# a comment = "not a key"
a = 1  # line 2
"b.c" = "quoted ] } # key"

d.e.f = [ # line 5
  "one",
  { g = """
two " lines ""
""", h = 1979-05-27 07:32:00 },   # line 7 to 9
]
i = \'\'\'
x = 1
\'\'\'
[j."k l"]   # line 14
m = 'literal \\'
[[n]]
o = 1
[n.p]
q = 2
[[n]]   # line 20
o = [[1,
 2], []]
'''


def paths_of(value: Any, path: Path = ()) -> set[Path]:
    found = {path} if path else set()
    if not isinstance(value, dict | list):
        return found
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    return found | {inner for key, part in parts for inner in paths_of(part, (*path, key))}


def test_every_key_of_a_tangled_file_has_its_line() -> None:
    lines = lines_of(TANGLED)

    assert lines == {
        ("a",): 2,
        ("b.c",): 3,
        ("d",): 5,
        ("d", "e"): 5,
        ("d", "e", "f"): 5,
        ("d", "e", "f", 0): 6,
        ("d", "e", "f", 1): 7,
        ("d", "e", "f", 1, "g"): 7,
        ("d", "e", "f", 1, "h"): 9,
        ("i",): 11,
        ("j",): 14,
        ("j", "k l"): 14,
        ("j", "k l", "m"): 15,
        ("n", 0): 16,
        ("n", 0, "o"): 17,
        ("n", 0, "p"): 18,
        ("n", 0, "p", "q"): 19,
        ("n", 1): 20,
        ("n", 1, "o"): 21,
        ("n", 1, "o", 0): 21,
        ("n", 1, "o", 0, 0): 21,
        ("n", 1, "o", 0, 1): 22,
        ("n", 1, "o", 1): 22,
    }


def test_the_walk_finds_exactly_what_tomllib_finds() -> None:
    found = set(lines_of(TANGLED))

    assert found == paths_of(tomllib.loads(TANGLED)) - {("n",)}  # a list has no line of its own


words = st.text(alphabet="ab-_9", min_size=1, max_size=3)
scalars = st.one_of(
    st.integers(-9, 9).map(str),
    st.sampled_from(["true", "2026-01-02", '"x, ] } # \\" y"', "'z = [1'"]),
    st.sampled_from(['"""\n"" \\""" " """""', "'''\n'x'''''", '""', '""""""']),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: "[ # [\n" + " ,\n".join(parts) + "\n]"),
        st.dictionaries(words, scalars.filter(lambda text: "\n" not in text), max_size=2).map(
            lambda table: "{" + ", ".join(f"{key} = {value}" for key, value in table.items()) + "}"
        ),
    ),
    max_leaves=6,
)


@given(top=st.dictionaries(words, values), under=st.dictionaries(words, values, max_size=3))
def test_any_file_is_walked_as_tomllib_reads_it(top: dict[str, str], under: dict[str, str]) -> None:
    rows = [f"{key} = {value}" for key, value in top.items()]
    inner = [f"{key} = {value}" for key, value in under.items()]
    text = "\n".join([*rows, "[sub.table]", *inner, "[[more]]", *inner, ""])

    found = paths_of(tomllib.loads(text)) - {("more",)}

    assert set(lines_of(text)) == found


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("a = 1\nb = \n", "f.toml, line 2, column 5: this is not TOML: "),
        ("a = 1\na = 2\n", "f.toml, line 2, column 6: this is not TOML: "),
        ('a = 1\nb = "open', "f.toml, line 2: this is not TOML: "),
        ("a = 2026-02-30", "f.toml, line 1, column 5: this is not TOML: "),
        ("a = " + "[" * 9000, "f.toml, line 1: this nests too deeply to be read. "),
        ("\na = " + "9" * 5000, "f.toml, line 2: this is not TOML: "),
        ("a = '\x00'", "f.toml, line 1, column 6: this is not TOML: "),
    ],
)
def test_what_is_no_toml_is_refused_with_its_line(text: str, refusal: str) -> None:
    with pytest.raises(TomlRefused) as refused:
        read_toml(text=text, file="f.toml")

    assert str(refused.value).startswith(refusal)


def test_the_mark_that_some_editors_write_first_is_no_mistake() -> None:
    table = read_toml(text="\ufeffa = 1", file="f.toml")

    assert table.values == {"a": 1}
