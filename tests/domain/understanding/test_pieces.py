from answerback.domain.understanding.pieces import Cutter

VOCABULARY = ("[CLS]", "[SEP]", "[UNK]", "late", "##st", "boat", "!", "a", "木")


def cut(*words: str, longest: int = 12) -> tuple[list[str], list[int]]:
    numbers, owners = Cutter(VOCABULARY, longest=longest).cut(words)
    return [VOCABULARY[number] for number in numbers], owners


def test_a_word_is_cut_into_the_longest_known_pieces() -> None:
    assert cut("Latest", "boat!") == (
        ["[CLS]", "late", "##st", "boat", "!", "[SEP]"],
        [2, 0, 0, 1, 1, 2],
    )


def test_a_word_with_an_unknown_piece_is_unknown_as_a_whole() -> None:
    assert cut("latex")[0] == ["[CLS]", "[UNK]", "[SEP]"]


def test_accents_case_and_what_cannot_be_seen_do_not_matter() -> None:
    assert cut("LÁTE\u200b")[0] == ["[CLS]", "late", "[SEP]"]


def test_han_signs_stand_alone() -> None:
    assert cut("a木a")[0] == ["[CLS]", "a", "木", "a", "[SEP]"]


def test_a_word_of_over_a_hundred_letters_is_unknown() -> None:
    assert cut("a" * 101)[0] == ["[CLS]", "[UNK]", "[SEP]"]


def test_a_long_text_ends_at_the_limit_with_its_mark() -> None:
    pieces, owners = cut(*["boat"] * 40, longest=6)
    assert pieces == ["[CLS]", "boat", "boat", "boat", "boat", "[SEP]"]
    assert owners == [40, 0, 1, 2, 3, 40]
