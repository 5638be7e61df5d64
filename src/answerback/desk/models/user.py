from django.contrib.auth.base_user import AbstractBaseUser
from django.core.validators import RegexValidator
from django.db import models

from answerback.desk.models.users import Users


class User(AbstractBaseUser):
    """
    Somebody who can sign in.  What they may do stands in their memberships, brand by brand.

    The handle never changes: events, notes and audit entries name people by it.
    """

    handle = models.CharField(
        max_length=32, unique=True, validators=[RegexValidator(r"^[a-z0-9][a-z0-9._-]*$")]
    )
    name = models.CharField(max_length=100)
    email = models.EmailField(blank=True, default="")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)  # the last page asked for; minutes are enough
    takes_cases = models.BooleanField(default=True)  # their own switch: "away" is False
    undo_seconds = models.PositiveSmallIntegerField(null=True)  # None: as the brand's policy says
    language = models.CharField(max_length=10, blank=True, default="")  # of the pages; "": browser

    objects = Users()

    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    def __str__(self) -> str:
        return self.handle

    def get_full_name(self) -> str:
        return self.name
