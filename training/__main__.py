"""Rebuild every shipped model file: `python -m training`, from the project's root."""

import sys
import time

from answerback.weights.store import HEADS_FILE, save_heads
from training.heads import assemble, pool, train_kind, train_sentiment
from training.recipes import HEADS
from training.sources import record_checksums


def main() -> None:
    if sys.argv[1:] == ["--record-checksums"]:
        record_checksums()
        return
    began = time.monotonic()
    examples = pool()
    print(f"{len(examples.examples)} examples, {time.monotonic() - began:.0f} s", flush=True)
    trained = [train_sentiment(examples)]
    for name in HEADS:
        trained.append(train_kind(examples, name))
        print(f"{name}: {len(trained[-1].rows)} rows, {time.monotonic() - began:.0f} s", flush=True)
    heads = assemble(trained, spam_discard_above=0.99)
    print(save_heads(heads=heads, path=HEADS_FILE), HEADS_FILE.stat().st_size)


if __name__ == "__main__":
    main()
