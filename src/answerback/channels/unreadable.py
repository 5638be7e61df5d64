"""A row that cannot become a post."""

from answerback.domain.records.refusal import Refusal


class Unreadable(Refusal):
    """One row cannot become a post; it is set aside, and the rest goes on."""

    def __init__(self, *, reason: str, sentence: str) -> None:
        """Keep the closed word for the ledger beside the sentence for the reader."""
        super().__init__(sentence)
        self.reason = reason  #: a closed word: "not_json", "too_long", …
        self.sentence = sentence  #: what, and what to do next; the caller adds where
