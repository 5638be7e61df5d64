"""Where others bring posts to an account."""

from django.urls import reverse

from answerback.desk.queries.ask_page import FORM


def letters_path(*, channel: str, mailbox: str) -> str:
    """Return the path of an account's address: a form's is a page for people."""
    return reverse("ask" if channel == FORM else "letters_in", args=[mailbox])
