"""Through whom a reply is said."""

from dataclasses import dataclass

from answerback.desk import models


@dataclass(frozen=True, slots=True)
class Through:
    """Who says a reply: an account on a live network, else the voice of a channel."""

    channel: str
    account_id: int | None = None


def through_of(reply: models.Reply) -> Through:
    """
    Return who says a reply.

    The account by whose source the post that it answers was heard.  Where that source has none
    (a file was read), the brand's first account on the source's channel, one that is on before
    one that is not.
    """
    answered = reply.in_reply_to_id or reply.case.leading_id
    heard_by = models.Source.objects.filter(
        pk__in=models.Post.objects.filter(pk=answered).values("origin_id")
    )
    channel, account_id, brand_id = heard_by.values_list("channel", "account_id", "brand_id").get()
    if account_id is None:
        theirs = models.ChannelAccount.objects.filter(brand_id=brand_id, channel=channel)
        account_id = theirs.order_by("-on", "pk").values_list("pk", flat=True).first()
    return Through(channel, account_id)
