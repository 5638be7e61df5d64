"""Learned topics cost nothing where a brand has none, and are told anew when it is heard again."""

from datetime import UTC, datetime

import pytest
from tests.builders import make_post

from answerback.domain.records.brand import Brand, Topic
from answerback.domain.records.dossier import Dossier
from answerback.project import wiring
from answerback.weights.encoder import ENCODER_FILE

AT = datetime(2026, 3, 2, tzinfo=UTC)
BY_QUERY = Brand(name="Acme", handles=("acme",), topics=(Topic(name="lids", query="lid*"),))
BY_MEANING = Brand(
    name="Acme",
    handles=("acme",),
    topics=(Topic(name="refunds", about="Somebody wants their money back."),),
)


def stage_names(brand: Brand | None) -> list[str]:
    policy = wiring.load_policy(None)
    return [stage.name for stage in wiring.stages(brand=brand, policy=policy, at=AT)]


@pytest.mark.parametrize("brand", [None, BY_QUERY])
def test_a_brand_whose_topics_are_all_queries_has_no_stage_for_topics(brand: Brand | None) -> None:
    assert "topics" not in stage_names(brand)


@pytest.mark.skipif(not ENCODER_FILE.exists(), reason="needs the encoder's weights")
def test_learned_topics_come_between_understanding_and_triage() -> None:
    names = stage_names(BY_MEANING)

    assert names.index("understanding") < names.index("topics") < names.index("triage")


@pytest.mark.skipif(not ENCODER_FILE.exists(), reason="needs the encoder's weights")
def test_posts_that_are_heard_again_are_told_their_topics_again() -> None:
    post = make_post(text="@acme the kettle leaks, I want my money back")

    (again,) = wiring.listening_again(brand=BY_MEANING).step([Dossier(post=post)])

    assert again.mention is not None
    assert [name for name, _ in again.mention.topics] == ["refunds"]
