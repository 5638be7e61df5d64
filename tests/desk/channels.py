"""An account on the tiny network, as the tests of channels need it again and again."""

from tests.builders import MONDAY_9
from tests.people import make_user

from answerback.desk import models
from answerback.desk.operations.add_channel import AccountTold, add_channel
from answerback.desk.operations.found_brand import found_brand

SECRET = "hunter2-hunter2"  # noqa: S105  of a test


def make_acme() -> int:
    """Return the number of a brand with a file, founded by Olga."""
    there = models.Brand.objects.filter(name="Acme").first()
    if there is not None:
        return there.pk
    make_user("olga", role=None)
    return found_brand(text='name = "Acme"\nhandles = ["acme"]\n', by="olga", at=MONDAY_9)


def make_account(
    name: str = "Support", *, brand_id: int | None = None, secret: str = SECRET, tags: str = ""
) -> int:
    """Return the number of an account on the tiny network."""
    told = AccountTold(
        channel="tiny",
        name=name,
        settings={"server": "tiny.example", "tags": tags},
        secrets={"password": secret},
    )
    return add_channel(brand_id=brand_id or make_acme(), told=told, by="olga", at=MONDAY_9)
