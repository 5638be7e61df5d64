"""What a person tells to set a mailbox up."""

from typing import Final

from answerback.channels.live import Account, Field, NotAllowed
from answerback.channels.mail.addresses import people

_LINE: Final = (
    "tls (as a rule), starttls, or none (for servers that ANSWERBACK_REACH lets through)."
)

FIELDS: Final = (
    Field(name="address", label="Address", help="Where people write to: support@acme.example."),
    Field(
        name="display_name",
        label="Sender's name",
        help="As people see it beside the address: Acme.",
        required=False,
    ),
    Field(name="imap_host", label="IMAP server", help="Where mail is read: imap.acme.example."),
    Field(name="imap_port", label="IMAP port", help="993, or 143.", required=False),
    Field(name="imap_security", label="IMAP line", help=_LINE, default="tls"),
    Field(name="smtp_host", label="SMTP server", help="Where mail is sent: smtp.acme.example."),
    Field(name="smtp_port", label="SMTP port", help="465, or 587.", required=False),
    Field(name="smtp_security", label="SMTP line", help=_LINE, default="tls"),
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
    found = people(told.encode("utf-8", "replace"))
    if len(found) != 1 or not told.isprintable():
        raise NotAllowed(f"'{told[:100]}' is no address. Write one like support@acme.example.")
    return found[0][0]
