from collections.abc import Sequence
from dataclasses import replace

from tests.builders import ACME, NEXT_DAY, make_post, small_listening
from tests.desk.steps import collected, no_rest, sorted_out

from answerback.desk import models
from answerback.desk.operations.hear_again import hear_again
from answerback.domain.pipeline import Stage
from answerback.domain.records.dossier import Dossier


def kettles() -> Stage:
    """Hear every kettle as Acme's: another form of the brand's file."""
    plain = small_listening()

    def step(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        heard = plain.step(
            [
                replace(one, post=replace(one.post, text=one.post.text + " @acme"))
                if "kettle" in one.post.text
                else one
                for one in dossiers
            ]
        )
        return [replace(after, post=one.post) for one, after in zip(dossiers, heard, strict=True)]

    return Stage(name="listening", step=step)


def test_a_changed_brand_file_is_heard_by_what_was_discarded() -> None:
    source, _ = collected(
        make_post("1", text="my kettle leaks"), make_post("2", text="lovely weather")
    )

    def again(fingerprint: str) -> int:
        return hear_again(
            brand_id=source.brand_id,
            fingerprint=fingerprint,
            listening=small_listening() if fingerprint == "first" else kettles(),
            at=NEXT_DAY,
            sleep=no_rest,
        )

    assert [again("first"), again("second"), again("second")] == [0, 1, 0]
    sorted_out(source.brand_id)
    posts = models.Post.objects.order_by("pk").values_list("external_id", "discard_reason")
    assert list(posts) == [("1", None), ("2", "not_heard")]
    assert models.Case.objects.get().leading.external_id == "1"
    assert models.Event.objects.filter(what="brand_heard_again").count() == 1
    assert models.Brand.objects.get(name=ACME.name).fingerprint == "second"
