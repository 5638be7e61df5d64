"""Which language."""

import pytest

from answerback.weights.language import load_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The parcel never arrived and nobody answers the phone", "en"),
        ("El paquete nunca llegó y nadie contesta el teléfono", "es"),
        ("Le colis n'est jamais arrivé et personne ne répond", "fr"),
        ("Das Paket ist nie angekommen und niemand antwortet", "de"),
        ("Il pacco non è mai arrivato e nessuno risponde", "it"),
        ("A encomenda nunca chegou e ninguém atende o telefone", "pt"),
        ("荷物がまだ届きませんし、電話もつながりません。困っています。", "ja"),
        ("Посылка так и не пришла, и никто не отвечает", "ru"),
        ("لم تصل الطرود أبدا ولا أحد يجيب على الهاتف", "ar"),
    ],
)
def test_a_plain_sentence_is_told(text: str, language: str) -> None:
    told, sure = load_language().identify([text])[0]

    assert told == language
    assert 0.5 <= sure <= 1.0


@pytest.mark.parametrize(
    "text", ["", "ok", "😀", "@ada_lovelace_of_london http://x.example/long", "\ud800"]
)
def test_too_little_is_undetermined(text: str) -> None:
    assert load_language().identify([text])[0][0] == "und"


def test_company_changes_nothing() -> None:
    texts = [
        "Where is my parcel, please tell me",
        "",
        "Wo ist mein Paket, bitte sagt es mir",
        "x" * 9_000,
    ]

    together = load_language().identify(texts)

    assert together == [load_language().identify([text])[0] for text in texts]
    assert load_language().identify([]) == []
