"""The page where people write to a brand."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from answerback.desk import models
from answerback.desk.queries.access import NotHere

FORM = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPage:
    """What stands on it."""

    account_id: int
    mailbox: str
    brand: str
    intro: str
    privacy_url: str
    open: bool  #: False: the account is paused, and nothing is taken


def ask_page(mailbox: str) -> AskPage:
    """
    Return the page at an address.  One question to the database.

    :raises NotHere: when there is none.
    """
    accounts = models.ChannelAccount.objects.filter(mailbox=mailbox, channel=FORM)
    row = accounts.select_related("brand").first()
    if row is None:
        raise NotHere
    privacy_url = str(row.settings.get("privacy_url", ""))
    return AskPage(
        account_id=row.pk,
        mailbox=mailbox,
        brand=row.brand.name,
        intro=str(row.settings.get("intro", "")),
        privacy_url=privacy_url if urlsplit(privacy_url).scheme in {"http", "https"} else "",
        open=row.on,
    )
