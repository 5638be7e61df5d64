"""What a person tells to set a mailbox up."""

from typing import Final

from answerback.channels.field_checks import no_port
from answerback.channels.live import Account, Field, NotAllowed
from answerback.channels.mail.addresses import people

_LINE: Final = (
    "tls (as a rule), starttls, or none (for servers that ANSWERBACK_REACH lets through)."
)
_LINES: Final = ("tls", "starttls", "none")


def our_address(told: str) -> str | None:
    """Return an address as a person wrote it, in lower case; None: it is none."""
    found = people(told.encode("utf-8", "replace"))
    return found[0][0] if len(found) == 1 and told.isprintable() else None


def _no_address(told: str) -> str:
    if our_address(told) is not None:
        return ""
    return f"'{told[:100]}' is no address. Write one like support@acme.example."


FIELDS: Final = (
    Field(
        name="address",
        label="Address",
        help="Where people write to: support@acme.example.",
        wrong=_no_address,
    ),
    Field(
        name="display_name",
        label="Sender's name",
        help="As people see it beside the address: Acme.",
        required=False,
    ),
    Field(name="imap_host", label="IMAP server", help="Where mail is read: imap.acme.example."),
    Field(name="imap_port", label="IMAP port", help="993, or 143.", required=False, wrong=no_port),
    Field(name="imap_security", label="IMAP line", help=_LINE, default="tls", choices=_LINES),
    Field(name="smtp_host", label="SMTP server", help="Where mail is sent: smtp.acme.example."),
    Field(name="smtp_port", label="SMTP port", help="465, or 587.", required=False, wrong=no_port),
    Field(name="smtp_security", label="SMTP line", help=_LINE, default="tls", choices=_LINES),
    Field(name="user", label="User", help="Mostly the address itself."),
    Field(
        name="password",
        label="Password",
        help="An app password, where the provider has them.",
        secret=True,
    ),
    Field(name="folder", label="Folder", help="What is heard.", default="INBOX", required=False),
    Field(
        name="sent_folder",
        label="Folder of sent mail",
        help="Empty: the one that the server names so.",
        required=False,
    ),
)


def address_of(account: Account) -> str:
    """
    Return our address, in lower case.

    :raises NotAllowed: when what was told is none.
    """
    told = account.settings.get("address", "")
    found = our_address(told)
    if found is None:
        raise NotAllowed(_no_address(told))
    return found
