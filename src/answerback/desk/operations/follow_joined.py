"""What is kept of a case's last words, over all the places of its person."""

from collections.abc import Collection

from answerback.desk import models
from answerback.desk.operations.insert_rows import update_rows
from answerback.desk.queries.joined import family_of


def follow_joined(*, case_ids: Collection[int]) -> None:
    """
    Let cases that others are joined into tell the last word of all: whose it was, and when.

    Call it when what is kept of each of them is true.  One question where nothing is joined.
    """
    into = family_of(case_ids)
    if not into:
        return
    cases = {
        case.pk: case
        for case in models.Case.objects.filter(pk__in={*into, *into.values()}).order_by("pk")
    }
    rows = []
    for main in sorted(set(into.values())):
        several = [cases[main], *(cases[pk] for pk, one in into.items() if one == main)]
        last = max(several, key=lambda case: (case.stirred_at or case.written_at, case.pk == main))
        if last.pk != main:
            rows.append(
                {
                    "id": main,
                    "stirred_at": last.stirred_at or last.written_at,
                    "author_has_the_word": last.author_has_the_word,
                    "outcome": last.outcome,
                }
            )
    update_rows(model=models.Case, rows=rows)
