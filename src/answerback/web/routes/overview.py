from django.urls import path, register_converter

from answerback.desk.queries.posts_behind import Behind
from answerback.web.views.overview import (
    readings_again,
    show_failed_rows,
    show_overview,
    show_posts_behind,
)


class BehindConverter:
    """The lists there are; any other word is no address of ours."""

    regex = "|".join(Behind)

    def to_python(self, value: str) -> Behind:
        return Behind(value)

    def to_url(self, value: str) -> str:
        return Behind(value)


register_converter(BehindConverter, "behind")

urlpatterns = [
    path("overview", show_overview, name="overview"),
    path("overview/failed", show_failed_rows, name="failed"),
    path("overview/failed/again", readings_again, name="failed_again"),
    path("overview/<behind:which>", show_posts_behind, name="posts_behind"),
]
