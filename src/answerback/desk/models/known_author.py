from django.db import models


class KnownAuthor(models.Model):  # noqa: DJ008  a key, never shown
    """
    What all of an author's posts and cases are known by, whatever they are called by now.

    Of networks that tell what stays when a handle changes (docs/decisions/0038).
    """

    brand = models.ForeignKey("Brand", on_delete=models.PROTECT, db_index=False)
    channel = models.TextField()
    native_id = models.TextField()  # what stays: a DID, the account's address
    key = models.TextField()  # Post.author_key and Case.author_key of all that is theirs

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="known_author_once", fields=["brand", "channel", "native_id"]
            ),
            models.UniqueConstraint(name="known_author_key", fields=["brand", "channel", "key"]),
        ]
