import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from answerback.domain.records.refusal import Refusal
from answerback.domain.understanding.second_reading import SecondReading
from answerback.weights import second as second_file
from answerback.weights.encoder import ENCODER_FILE, PIECES_FILE, THREADS, OnnxEncoder, load_encoder
from answerback.weights.second import SECOND_FILE, load_second
from answerback.weights.store import FILES, HEADS_FILE, WeightsCorrupt, checksum_of

TEXTS = (
    "@acme my kettle leaks and nobody answers",
    "Love it 😂😂 #BestKettleEver",
    "",
    "do you ship to Norway?",
    " ".join(["boat"] * 400),
)


def test_a_text_reads_the_same_in_whatever_company() -> None:
    together = load_encoder().read(TEXTS)
    for at, text in enumerate(TEXTS):
        alone = OnnxEncoder(path=ENCODER_FILE, pieces=PIECES_FILE).read([text])
        assert np.allclose(alone.logits[0], together.logits[at], atol=1e-5)
        assert np.allclose(alone.meanings[0], together.meanings[at], atol=1e-5)


def test_the_words_of_a_text_add_up_to_its_logits_but_for_a_constant() -> None:
    encoder = load_encoder()
    read = encoder.read(TEXTS[:2])
    rest = read.logits - np.array([words.sum(axis=0) for words in read.words])
    # The constant is the bias and what the two marks at a text's ends add.
    assert [len(words) for words in read.words] == [7, 4]
    assert np.abs(rest).max() < 5


def test_meanings_have_length_one_and_near_texts_are_near() -> None:
    told = load_encoder().read(
        ["my kettle leaks water", "water comes out of the kettle", "the concert was great"]
    )
    near = told.meanings @ told.meanings.T
    assert np.allclose(np.diag(near), 1, atol=1e-4)
    assert near[0, 1] > near[0, 2] + 0.2


def test_a_text_without_words_and_no_text_are_read() -> None:
    assert load_encoder().read(["", " \n"]).meanings.shape == (2, 384)
    assert load_encoder().read([]).logits.shape == (0, len(load_encoder().columns))


def test_a_damaged_encoder_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "encoder.onnx"
    path.write_bytes(b"no model")
    with pytest.raises(WeightsCorrupt, match="cannot be read"):
        OnnxEncoder(path=path, pieces=PIECES_FILE)
    path.with_suffix(".sha256").write_text("0" * 64)
    with pytest.raises(WeightsCorrupt, match="is damaged"):
        OnnxEncoder(path=path, pieces=PIECES_FILE)


@pytest.mark.parametrize("told", ["abc", "0", "65", "2.5", "-1", "", "\N{ARABIC-INDIC DIGIT TWO}"])
def test_threads_that_are_no_number_of_threads_are_refused(
    told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(THREADS, told)

    with pytest.raises(Refusal) as refused:
        load_encoder.__wrapped__()

    assert str(refused.value) == (
        f"ANSWERBACK_ENCODER_THREADS='{told}' is not understood. Set it to a whole number from 1 "
        "to 64, or remove it for 1."
    )


def test_an_encoder_of_several_threads_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(THREADS, "2")

    told = load_encoder.__wrapped__().read(TEXTS[:1]).logits

    assert np.allclose(told, load_encoder().read(TEXTS[:1]).logits, atol=1e-4)


def test_all_weights_together_stay_under_thirty_megabytes() -> None:
    assert sum(path.stat().st_size for path in FILES.iterdir()) < 30_000_000


def test_the_second_reading_is_of_the_encoder_that_ships() -> None:
    second = load_second()
    assert second.learned.columns == second.encoder.columns
    told = json.loads(SECOND_FILE.read_text())["learned_with"]
    assert told == {one.name: checksum_of(one) for one in (HEADS_FILE, ENCODER_FILE)}


def test_a_second_reading_without_a_part_is_refused() -> None:
    told = json.loads(SECOND_FILE.read_text())
    del told["judgements"]
    with pytest.raises(Refusal, match="make train"):
        SecondReading.of(told)


def test_every_processor_multiplies_exactly() -> None:
    """Of this very file: where sums overflow, these move by 0.1 and more.  Renew them with it."""
    read = load_encoder().read([TEXTS[0], TEXTS[3]]).logits[:, :8]
    told = [
        [2.70, -1.86, -1.26, -5.59, -6.35, -6.38, -7.25, -7.92],
        [-4.86, 8.67, -5.96, -3.70, -6.89, -8.42, -7.31, -10.47],
    ]
    assert np.abs(read - told).mean() < 0.03


def test_a_second_reading_of_other_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = json.loads(SECOND_FILE.read_text())
    told["learned_with"][HEADS_FILE.name] = "0" * 64
    content = json.dumps(told).encode()
    path = tmp_path / SECOND_FILE.name
    path.write_bytes(content)
    path.with_suffix(".sha256").write_text(hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(second_file, "SECOND_FILE", path)

    with pytest.raises(WeightsCorrupt, match=r"another heads-v1\.npz .*make train"):
        load_second.__wrapped__()
