"""What is new in a mail, what it repeats, how it is signed."""

import pytest

from answerback.channels.mail.quotes import told_apart

BEFORE = "We are sorry for that."
OUTLOOK = "From: Care <care@acme.example>\nSent: Monday\nTo: Alice\nSubject: Re: kettle"
OUTLOOK_DE = "Von: Care <care@acme.example>\nGesendet: Montag\nAn: Alice\nBetreff: AW: Kessel"


@pytest.mark.parametrize(
    "repeated",
    [
        f"On Mon, 2 Mar 2026 at 09:00, Care <care@acme.example> wrote:\n> {BEFORE}",
        f"On Mon, 2 Mar 2026 at 09:00, Care <care@acme.example>\nwrote:\n\n> {BEFORE}\n>\n> Acme",
        f"Am 02.03.26 um 09:00 schrieb Care:\n> {BEFORE}",
        f"Am Mo., 2. März 2026 um 09:00 Uhr schrieb Care <\ncare@acme.example>:\n\n> {BEFORE}",
        f"Le lun. 2 mars 2026 à 09:00, Care <care@acme.example> a écrit :\n> {BEFORE}",
        f"El lun, 2 mar 2026 a las 9:00, Care escribió:\n> {BEFORE}",
        f"Il giorno lun 2 mar 2026 Care <care@acme.example> ha scritto:\n> {BEFORE}",
        f"Op ma 2 mrt 2026 om 09:00 schreef Care <care@acme.example>:\n> {BEFORE}",
        f"-----Original Message-----\nFrom: Care\nSent: Monday\n\n{BEFORE}",
        f"-----Ursprüngliche Nachricht-----\nVon: Care\n\n{BEFORE}",
        f"{'_' * 32}\n{OUTLOOK}\n\n{BEFORE}",
        f"{OUTLOOK_DE}\n\n{BEFORE}",
        f"On 2 March 2026, Care wrote:\n\n{BEFORE}",
    ],
)
def test_what_an_earlier_mail_said_is_cut_off_and_kept_apart(repeated: str) -> None:
    said = told_apart(f"It still leaks.\n\n{repeated}")

    assert BEFORE not in said.new
    assert said.new.startswith("It still leaks.")
    assert BEFORE in said.quoted


@pytest.mark.parametrize(
    "signed",
    ["-- \nAlice\nAcme Street 7", "Sent from my iPhone", "Von meinem iPhone gesendet", "_" * 47],
)
def test_a_signature_is_no_word_to_us(signed: str) -> None:
    assert told_apart(f"It still leaks.\n\n{signed}").new == "It still leaks."


def test_answers_between_quoted_lines_stay() -> None:
    said = told_apart("> Which kettle?\nThe red one.\n> Since when?\nSince Monday.\n")

    assert said.new == "The red one.\nSince Monday."
    assert said.quoted == "> Which kettle?\n> Since when?"


def test_what_is_passed_on_is_the_matter() -> None:
    text = (
        "See below.\n\n---------- Forwarded message ---------\nFrom: Bob\nDate: Monday\n\nIt leaks."
    )

    assert told_apart(text).new == text


def test_a_mail_that_only_repeats_keeps_all_its_words() -> None:
    text = "On Monday, Care wrote:\n> It leaks."

    assert told_apart(text).new == text


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote:\nnothing, and you?",
        "From: my heart\nI thank you.",
        "5 > 3, and so on\nreally",
        "On the box you wrote: keep dry\nIt was not dry.",
        "I said -- and I mean it --\nno.",
    ],
)
def test_words_that_only_look_like_quotations_stay(text: str) -> None:
    assert told_apart(f"Hello.\n{text}\nBye.").new.endswith("Bye.")
