import pickle
import re
import tomllib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.domain.triage.triaging import DEFAULT_POLICY, DOCS, make_policy

from answerback.domain.records.reading import Kind
from answerback.domain.triage.policy import Policy, Respond, parse_policy
from answerback.domain.triage.priority import Part
from answerback.domain.triage.toml_text import TomlRefused

TEXT = DEFAULT_POLICY.read_text(encoding="utf-8")
PAGE = (DOCS / "policy.md").read_text(encoding="utf-8")


def keys_of(table: dict[str, Any], path: str = "") -> list[str]:
    found = []
    for key, value in table.items():
        here = f"{path}.{key}" if path else key
        found += keys_of(value, here) if isinstance(value, dict) else [here]
    return found


def test_the_page_names_every_key_of_the_default_policy_and_no_other() -> None:
    kinds = "|".join(Kind)
    written = {
        re.sub(r"^escalate\.words\.\w+$", "escalate.words.<group>", key)
        for key in (
            re.sub(rf"^kinds\.({kinds})\.", "kinds.<kind>.", key)
            for key in keys_of(tomllib.loads(TEXT))
        )
    }

    assert set(re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)) == written


def test_the_page_gives_the_default_weights() -> None:
    told = re.findall(r"^\| `weights\.(\w+)` \|.*\| ([\d.]+) \|$", PAGE, re.MULTILINE)

    weights = make_policy().weights

    assert {part: float(weight) for part, weight in told} == pytest.approx(weights)


def test_every_key_of_the_default_policy_has_its_comment() -> None:
    keys = [line for line in TEXT.splitlines() if re.match(r"[a-z_]+ = ", line)]

    assert len(keys) == len(keys_of(tomllib.loads(TEXT)))
    assert [line for line in keys if "  # " not in line] == []


def test_the_default_policy_promises_what_its_file_says() -> None:
    policy = make_policy()

    assert {kind: rule.target for kind, rule in policy.kinds.items()} == {
        Kind.COMPLAINT: timedelta(hours=2),
        Kind.QUESTION: timedelta(hours=4),
        Kind.REQUEST: timedelta(hours=4),
        Kind.NEED: timedelta(hours=4),
        Kind.PRAISE: timedelta(hours=24),
        Kind.COMPARISON: timedelta(hours=8),
        Kind.IDEA: timedelta(hours=24),
        Kind.SPAM: timedelta(hours=24),
        Kind.OTHER: timedelta(hours=8),
    }
    assert policy.kinds[Kind.SPAM].respond is Respond.NEVER
    assert sum(policy.weights.values()) == pytest.approx(1, abs=1e-12)


def test_a_policy_can_be_handed_to_another_process() -> None:
    policy = make_policy()

    assert pickle.loads(pickle.dumps(policy)) == policy  # noqa: S301 - our own bytes


def test_an_empty_file_over_the_default_is_the_default() -> None:
    policy = make_policy()

    assert parse_policy("# nothing differs\n", file="ours.toml", base=policy) == policy


def test_a_file_of_our_own_changes_only_what_it_names() -> None:
    policy = make_policy()

    ours = parse_policy(
        '[kinds.praise]\ntarget = "30m"\n[escalate.words]\npress = []\nfood = ["mould*"]\n',
        file="ours.toml",
        base=policy,
    )

    praise = replace(policy.kinds[Kind.PRAISE], target=timedelta(minutes=30))
    words = {**policy.escalate.words, "press": (), "food": ("mould*",)}
    assert ours == replace(
        policy,
        kinds={**policy.kinds, Kind.PRAISE: praise},
        escalate=replace(policy.escalate, words=words),
    )


def test_weights_are_shares_of_their_sum() -> None:
    ours = "\n".join(f"{part} = {'3' if part == Part.DEADLINE else '1'}" for part in Part)

    policy = make_policy(f"[weights]\n{ours}\n")

    assert policy.weights[Part.DEADLINE] == pytest.approx(1 / 3)
    assert policy.weights[Part.REACH] == pytest.approx(1 / 9)


def test_without_a_base_every_key_must_be_there() -> None:
    for key in ("floor = 0.15", 'target = "2h"', "known_from = 0.80", "reach = 0.03"):
        with pytest.raises(TomlRefused, match=f"'[a-z.]*{key.split()[0]}': this key is missing"):
            parse_policy(TEXT.replace(key, "", 1), file="p.toml")


@pytest.mark.parametrize(
    ("written", "refusal"),
    [
        (
            "[kind]\n",
            (
                "line 1, key 'kind': there is no such key. Did you mean 'kinds'? Known here: "
                "respond, "
                "proactive, kinds, languages, escalate, assignment, weights, hours, approval, "
                "sending."
            ),
        ),
        (
            "[respond]\nfloor = 1.5",
            "line 2, key 'respond.floor': 1.5 does not do. Write a number from 0 to 1, like 0.5.",
        ),
        (
            "[respond]\nfloor = nan",
            "line 2, key 'respond.floor': nan does not do. Write a number from 0 to 1, like 0.5.",
        ),
        (
            "[respond]\nfloor = true",
            "line 2, key 'respond.floor': true does not do. Write a number from 0 to 1, like 0.5.",
        ),
        (
            "[respond]\ncertain_from = 0.1",
            (
                "line 2, key 'respond.certain_from': floor = 0.15 lies above certain_from = 0.1. "
                "Write the floor as the smaller of the two."
            ),
        ),
        (
            '[proactive]\nkinds = ["need",\n"rant"]',
            (
                "line 3, key 'proactive.kinds': there is no kind 'rant'. The kinds are: complaint, "
                "question, request, need, praise, comparison, idea, spam, other."
            ),
        ),
        (
            "[kinds.complain]\n",
            (
                "line 1, key 'kinds.complain': there is no such key. Did you mean 'complaint'? "
                "Known "
                "here: complaint, question, request, need, praise, comparison, idea, spam, other."
            ),
        ),
        (
            '[kinds.praise]\nrespond = "maybe"',
            (
                "line 2, key 'kinds.praise.respond': 'maybe' is not one of them. It may be: yes, "
                "judge, never."
            ),
        ),
        (
            "[kinds.praise]\nrespond = true",
            (
                "line 2, key 'kinds.praise.respond': true is not a text. Write it in quotes: "
                '"like '
                'this".'
            ),
        ),
        (
            "[escalate.words]\nFood = []",
            (
                "line 2, key 'escalate.words.Food': a risk is named in small letters and _, like "
                "press or food_safety."
            ),
        ),
        (
            '[escalate.words]\nfood = ["mould",\n "*"]',
            (
                "line 3, key 'escalate.words.food': '*' is not a word or a phrase of words. Write "
                'letters and digits; a * may end a word: "lawyer*", "small claims".'
            ),
        ),
        (
            "[weights]\nspeed = 1",
            (
                "line 2, key 'weights.speed': there is no such key. Known "
                "here: deadline, urgency, risk, needs_response, sentiment, repeat, reach."
            ),
        ),
        (
            "[weights]\nreach = -1",
            "line 2, key 'weights.reach': -1 does not do. Write a number from 0 to 1000, like 0.5.",
        ),
        (
            "[weights]\n" + "\n".join(f"{part} = 0" for part in Part),
            "line 1, key 'weights': all weights are 0. Give at least one of them more.",
        ),
        (
            '[hours]\nmon = "09:00-08:00"',
            (
                "line 2, key 'hours.mon': '09:00-08:00' ends before it has begun. A span lies "
                "within "
                'one day: for a night shift, give "09:00-24:00" to this day and "00:00-08:00" to '
                "the "
                "next."
            ),
        ),
    ],
)
def test_a_policy_that_cannot_be_kept_is_refused(written: str, refusal: str) -> None:
    policy: Policy = make_policy()

    with pytest.raises(TomlRefused) as refused:
        parse_policy(written, file="ours.toml", base=policy)

    assert str(refused.value) == f"ours.toml, {refusal}"
