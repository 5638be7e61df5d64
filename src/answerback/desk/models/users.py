from typing import TYPE_CHECKING

from django.contrib.auth.base_user import BaseUserManager

if TYPE_CHECKING:
    from answerback.desk.models.user import User


class Users(BaseUserManager["User"]):
    """What Django's login asks of a user table."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find somebody by the handle typed at the door, in whatever case."""
        return self.get(handle=(username or "").strip().casefold())
