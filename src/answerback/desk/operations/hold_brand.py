"""Hold a brand: whoever writes its posts and cases does so alone (docs/decisions/0025)."""

from answerback.desk import models


def hold_brand(brand_id: int) -> models.Brand:
    """
    Lock a brand's row until the transaction ends, and return it as it is now.

    Call it first in a transaction, before anything is read that it will write by.  So intake,
    sorting and judging of one brand wait for each other and never in a circle, whichever
    database; on SQLite every transaction is alone anyway.  People who move one case lock that
    case and need no brand; who moves several holds the brand.  The key stays free, so that
    events and posts may name the brand meanwhile.
    """
    return models.Brand.objects.select_for_update(no_key=True).get(pk=brand_id)
