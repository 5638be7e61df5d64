"""What a person tells to set a mailbox up."""

from types import MappingProxyType
from typing import Final

from answerback.channels.field_checks import no_port
from answerback.channels.live import Account, Field, NotAllowed
from answerback.channels.mail.addresses import people
from answerback.channels.ways import WAY, Way

_LINE: Final = (
    "tls (as a rule), starttls, or none (for servers that ANSWERBACK_REACH lets through)."
)
_LINES: Final = ("tls", "starttls", "none")
PASSWORD: Final = "password"  # noqa: S105  the name of a way
MICROSOFT: Final = "microsoft"
MICROSOFT_APP: Final = "microsoft-app"
GOOGLE: Final = "google"
OTHER: Final = "oauth"
REFRESH_TOKEN: Final = "refresh_token"  # noqa: S105  the name of a secret

_MICROSOFT_SERVERS: Final = MappingProxyType(
    {
        "imap_host": "outlook.office365.com",
        "smtp_host": "smtp.office365.com",
        "smtp_security": "starttls",
    }
)
_UNTRIED: Final = (
    "It is written from Microsoft's documents and tried on a real mail server (Dovecot) with a "
    "sign-in service of our own; nobody has tried it on Microsoft 365 itself yet."
)
_UNTRIED_GOOGLE: Final = (
    "It is written from Google's documents and tried on a real mail server (Dovecot) with a "
    "sign-in service of our own; nobody has tried it on Google itself yet."
)

WAYS: Final = (
    Way(
        name=PASSWORD,
        title="User and password",
        help="Most providers; where they have app passwords, one of those.",
    ),
    Way(
        name=MICROSOFT,
        title="Microsoft 365: a person signs in",
        help="The person whose mailbox it is signs in once, in a browser. No administrator's "
        "command line is needed.",
        presets=_MICROSOFT_SERVERS,
        brings=REFRESH_TOKEN,
        unproven=_UNTRIED,
    ),
    Way(
        name=MICROSOFT_APP,
        title="Microsoft 365: an app of your organisation",
        help="Nobody signs in: an administrator lets an app into this one mailbox. Good for "
        "shared mailboxes.",
        presets=_MICROSOFT_SERVERS,
        unproven=_UNTRIED,
    ),
    Way(
        name=GOOGLE,
        title="Google: a person signs in",
        help="Gmail and Google Workspace, without an app password.",
        presets=MappingProxyType({"imap_host": "imap.gmail.com", "smtp_host": "smtp.gmail.com"}),
        brings=REFRESH_TOKEN,
        unproven=_UNTRIED_GOOGLE,
    ),
    Way(
        name=OTHER,
        title="Another provider, by OAuth 2",
        help="A mail server that takes tokens (XOAUTH2 or OAUTHBEARER) from a sign-in service "
        "that you name.",
        brings=REFRESH_TOKEN,
    ),
)
_BY_TOKEN: Final = (MICROSOFT, MICROSOFT_APP, GOOGLE, OTHER)
_BY_PERSON: Final = (MICROSOFT, GOOGLE, OTHER)


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
        name=WAY,
        label="Sign-in",
        help="How it signs in.",
        default=PASSWORD,
        choices=tuple(way.name for way in WAYS),
    ),
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
    Field(name="user", label="User", help="Mostly the address itself."),
    Field(
        name="tenant",
        label="Directory (tenant) ID",
        help="From the app's overview in Microsoft Entra: "
        "8d1f2c3a-0000-0000-0000-5b6c7d8e9f00, or a domain such as acme.example.",
        ways=(MICROSOFT, MICROSOFT_APP),
    ),
    Field(
        name="client_id",
        label="Application (client) ID",
        help="Of the app that you registered with the provider.",
        ways=_BY_TOKEN,
    ),
    Field(
        name="token_url",
        label="Token address",
        help="Where tokens are asked for: https://login.acme.example/oauth2/token.",
        ways=(OTHER,),
    ),
    Field(
        name="scope",
        label="Scope",
        help="What the provider wants to be asked for; its documents say.",
        required=False,
        ways=(OTHER,),
    ),
    Field(
        name="device_url",
        label="Device address",
        help="Where a sign-in by code begins (RFC 8628), if the provider has it.",
        required=False,
        ways=(OTHER,),
    ),
    Field(
        name="authorize_url",
        label="Authorisation address",
        help="Where a browser signs in, if there is no device address.",
        required=False,
        ways=(OTHER,),
    ),
    Field(
        name="password",
        label="Password",
        help="An app password, where the provider has them.",
        secret=True,
        ways=(PASSWORD,),
    ),
    Field(
        name="client_secret",
        label="Client secret",
        help="The value of the secret, not its ID.",
        secret=True,
        ways=(MICROSOFT_APP, GOOGLE),
    ),
    Field(
        name="client_secret",
        label="Client secret",
        help="Only where the app has one; an app that people sign in to by code needs none.",
        secret=True,
        required=False,
        ways=(MICROSOFT, OTHER),
    ),
    Field(
        name=REFRESH_TOKEN,
        label="Refresh token",
        help="Leave it empty: the sign-in brings it. Only for one that you have from elsewhere.",
        secret=True,
        required=False,
        ways=_BY_PERSON,
    ),
    Field(name="imap_host", label="IMAP server", help="Where mail is read: imap.acme.example."),
    Field(name="imap_port", label="IMAP port", help="993, or 143.", required=False, wrong=no_port),
    Field(name="imap_security", label="IMAP line", help=_LINE, default="tls", choices=_LINES),
    Field(name="smtp_host", label="SMTP server", help="Where mail is sent: smtp.acme.example."),
    Field(name="smtp_port", label="SMTP port", help="465, or 587.", required=False, wrong=no_port),
    Field(name="smtp_security", label="SMTP line", help=_LINE, default="tls", choices=_LINES),
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
