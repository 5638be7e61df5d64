"""
Rebuild every shipped model file: `python -m training`, from the project's root.

    python -m training                 everything: heads, encoder, second reading, the rest
    python -m training --heads-only    what needs no torch
    python -m training --second-only   the second reading, from what the last encoder run kept
    python -m training --unseen-only   nothing that ships: what `make accuracy` needs in out/, by
                                       a weaker stand-in for the small files
"""

import sys
import time
from importlib.util import find_spec

from answerback.weights.store import HEADS_FILE, save_heads
from training.card import discard_above, write_training
from training.heads import CARE, assemble, pool, train_kind, train_sentiment
from training.recipes import HEADS
from training.sources import record_checksums


def main() -> None:
    """Train all that ships; about an hour and a quarter on two idle cores."""
    asked = sys.argv[1:]
    if asked == ["--record-checksums"]:
        record_checksums()
        return
    if asked == ["--unseen-only"]:
        from training.encoder.build import judge_in_a_hurry

        judge_in_a_hurry()
        return
    if asked not in ([], ["--heads-only"], ["--second-only"]):
        raise SystemExit(__doc__)
    del sys.argv[1:]  # the parts have options of their own
    if asked != ["--second-only"]:
        _heads()
    if asked != ["--heads-only"]:
        _encoder(anew=not asked)
    if find_spec("training.relevance_prior"):
        from training import relevance_prior

        relevance_prior.main()
    if find_spec("training.relevance_filter"):
        from training import relevance_filter

        relevance_filter.main()
    if find_spec("training.word_frequencies"):
        from training import word_frequencies

        word_frequencies.main()


def _encoder(*, anew: bool) -> None:
    from training import second_reading

    if anew:
        if find_spec("torch") is None:
            raise SystemExit("Training the encoder needs torch: make train installs it.")
        from training.encoder.build import build

        every, logits = build()
    else:
        from training.encoder.tasks import lessons
        from training.encoder.unseen import kept

        every, logits = lessons(), kept()
    second_reading.main(every, logits)


def _heads() -> None:
    began = time.monotonic()
    everything = pool()
    print(f"{len(everything.examples)} examples featurised", flush=True)
    trained = [train_sentiment(everything)]
    for name in HEADS:
        trained.append(train_kind(everything, name))
        print(f"{name}: {len(trained[-1].rows)} posts", flush=True)
    spam = next(one for one in trained if one.name == "spam")
    threshold = discard_above(spam, care=CARE)
    heads = assemble(trained, spam_discard_above=threshold)
    print(f"{HEADS_FILE.name}: SHA-256 {save_heads(heads=heads, path=HEADS_FILE)}")
    write_training(pool=everything, trained=trained, threshold=threshold)
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
