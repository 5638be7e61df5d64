"""What goes wrong with a network says no secret, and stays what it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerback.channels.discreet import blotted, discreet, spoken_discreetly
from answerback.channels.live import Account

SECRET = "s3cret/with+signs"  # noqa: S105  of a test
ACCOUNT = Account(account_id=1, channel="tiny", name="Support", secrets={"token": SECRET})


def test_an_exception_stays_what_it_was_but_for_the_secret() -> None:
    with pytest.raises(ValueError, match="cannot read '\\[secret\\]'") as caught, discreet(ACCOUNT):
        raise ValueError(f"cannot read '{SECRET}'", 7)

    assert caught.value.args[1] == 7


def test_what_lies_behind_an_exception_is_blotted_too() -> None:
    with pytest.raises(ExceptionGroup) as caught, discreet(ACCOUNT):
        raise ExceptionGroup("several", [KeyError(SECRET), OSError(2, "none", SECRET)])

    key, file = caught.value.exceptions
    assert (str(key), str(file)) == ("'[secret]'", "[Errno 2] none: '[secret]'")


@given(secret=st.text(min_size=4, max_size=40), before=st.text(max_size=9), after=st.text())
def test_no_secret_is_left_in_a_text(secret: str, before: str, after: str) -> None:
    told = blotted(f"{before}{secret}{after}", secrets={"token": secret})

    assert secret not in told or secret in "[secret]"  # noqa: S105  no password


def test_what_is_too_short_to_be_a_secret_is_left() -> None:
    assert blotted("a 12 b", secrets={"pin": "12"}) == "a 12 b"


def test_a_voice_is_discreet_about_all_accounts_that_it_speaks_for() -> None:
    class Voice:
        name = "tiny"

        def send(self, message: str) -> str:
            raise RuntimeError(f"{message}: {SECRET} and other-secret")

    other = Account(account_id=2, channel="email", name="Mail", secrets={"p": "other-secret"})
    voice = spoken_discreetly(Voice(), accounts=[ACCOUNT, other])

    with pytest.raises(RuntimeError, match=r"^hello: \[secret\] and \[secret\]$"):
        voice.send("hello")
