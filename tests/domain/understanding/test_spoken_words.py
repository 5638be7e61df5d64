from answerback.domain.understanding.spoken_words import MOST_WORDS, spoken_words


def test_a_text_keeps_its_words_one_for_one() -> None:
    text = "@kim_fox Soooo happy!!! #FirstFlight 😂 https://fernweh.example/a?b=1"
    assert spoken_words(text) == [
        "@user",
        "Soo",
        "happy!!",
        "# First Flight",
        " face tears joy ",
        "http",
    ]


def test_signs_without_a_name_and_joiners_vanish() -> None:
    assert spoken_words("a\u200db \ue000") == ["ab", "\ue000"]


def test_letters_of_other_scripts_stay() -> None:
    assert spoken_words("größe пошта شكرا") == ["größe", "пошта", "شكرا"]


def test_a_long_text_is_cut_at_so_many_words() -> None:
    assert len(spoken_words("a " * 10_000)) == MOST_WORDS


def test_no_text_has_no_words() -> None:
    assert spoken_words(" \n ") == []
