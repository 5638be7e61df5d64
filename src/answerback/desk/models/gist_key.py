from django.db import models


class GistKey(models.Model):  # noqa: DJ008  a key, never shown
    """
    One key under which a copy finds the first post of its group (`domain/listening/gist.py`).

    Only first posts have keys, and only the latest ones: `operations/tell_copies.py` prunes.
    """

    brand = models.ForeignKey("Brand", on_delete=models.CASCADE, db_index=False)
    key = models.BigIntegerField()
    post = models.ForeignKey("Post", on_delete=models.CASCADE)

    class Meta:
        indexes = [models.Index(name="gist_key", fields=["brand", "key"])]
