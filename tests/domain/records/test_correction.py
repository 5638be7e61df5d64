from answerback.domain.records.correction import Correction, lessons


def said(
    text: str, *, relevant: bool = True, ident: str | None = None, audit: bool = False
) -> Correction:
    return Correction(text=text, relevant=relevant, id=ident, audit=audit)


def test_nothing_of_an_audit_is_learned_by_line_by_id_or_by_text() -> None:
    told = [
        said("kept"),
        said("in the sample", ident="1", audit=True),
        said("the same post, corrected", ident="1"),
        said("in the sample"),
        said("audited in the database", ident="7"),
        said("its text"),
    ]

    free = lessons(told, audited_ids={"7"}, audited_texts={"its text"})

    assert [one.text for one in free.corrections] == ["kept"]
    assert free.audited == 5


def test_the_words_of_an_audited_post_are_known_in_other_case_and_other_white_space() -> None:
    told = [said("  The FERRY\n was late"), said("The ferry was later"), said("le café")]

    free = lessons(told, audited_texts={"the ferry was late", "le cafe\u0301"})

    assert [one.text for one in free.corrections] == ["The ferry was later"]
    assert free.audited == 2


def test_an_audited_post_without_a_text_has_the_words_of_no_other() -> None:
    told = [said("", audit=True), said(" ", ident="1"), said("late ferry")]

    free = lessons(told)

    assert [one.text for one in free.corrections] == [" ", "late ferry"]


def test_of_several_corrections_of_a_text_the_last_counts() -> None:
    free = lessons([said("a"), said("b"), said("a", relevant=False)])

    assert [(one.text, one.relevant) for one in free.corrections] == [("a", False), ("b", True)]
    assert free.repeated == 1
