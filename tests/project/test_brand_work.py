"""Files that are handed in are read, and changed texts are heard anew, step by step."""

import gzip
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from tests.builders import NEXT_DAY
from tests.people import make_brand, make_user

from answerback.desk import models
from answerback.desk.operations.change_brand import change_brand
from answerback.desk.operations.change_policy import change_policy
from answerback.desk.operations.found_brand import found_brand
from answerback.desk.operations.hand_in_file import FileRefused, HandedIn, hand_in_file
from answerback.desk.operations.lease import take_lease
from answerback.desk.queries.uploads import upload
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import Role
from answerback.domain.records.upload import UploadState
from answerback.project.brand_lease import LEASE, lease_of
from answerback.project.brand_work import BrandWork

BRAND = 'name = "Acme"\nhandles = ["acme"]\n'
ROWS = "id,author,text,created_at\n" + "".join(
    f"{number},ada{number},@acme my kettle number {number} leaks and I am furious,"
    f"2026-03-02T09:00:00Z\n"
    for number in range(1, 4)
)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _folder(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # noqa: ARG001  the tables
    monkeypatch.setattr(django_settings, "DATA_DIR", tmp_path)


def acme() -> int:
    make_user("olga", role=None)
    return found_brand(text=BRAND, by="olga", at=NEXT_DAY)


def hand_in(brand_id: int, content: bytes = ROWS.encode(), name: str = "march.csv") -> int:
    return hand_in_file(
        brand_id=brand_id,
        file=HandedIn(name=name, size=len(content), chunks=[content]),
        by="olga",
        at=NEXT_DAY,
    )


def finished(work: BrandWork, *, at: datetime = NEXT_DAY, most: int = 100) -> int:
    """Let the work go on until nothing is left, and return how many steps it took."""
    return next(steps for steps in range(most) if not work.do_one(at=at))


def left_on_disk() -> list[str]:
    uploads = Path(django_settings.DATA_DIR) / "uploads"
    return sorted(path.name for path in uploads.rglob("*") if path.is_file())


def test_a_file_that_was_handed_in_becomes_cases_and_leaves_the_disk() -> None:
    brand_id = acme()
    number = hand_in(brand_id)
    kept = left_on_disk()

    finished(BrandWork())

    line = upload(upload_id=number, brand_ids=frozenset({brand_id}))
    assert (kept, left_on_disk()) == (["march.csv"], [])
    assert (line.state, line.sentence, line.done, line.total) == (UploadState.DONE, "", 3, 3)
    source = models.Source.objects.get()
    assert (source.pk, source.finished_at) == (line.source_id, NEXT_DAY)
    assert models.Case.objects.count() == 3
    assert models.Event.objects.filter(what="source_added", by="olga").count() == 1


def test_a_packed_file_is_read_like_a_plain_one() -> None:
    hand_in(acme(), content=gzip.compress(ROWS.encode()), name="march.csv.gz")

    finished(BrandWork())

    assert models.Case.objects.count() == 3


def test_the_file_is_for_our_eyes_only() -> None:
    hand_in(acme())

    (path,) = Path(django_settings.DATA_DIR).rglob("*.csv")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\evil.csv", "a/b/\x00\u202ex.csv", "...", ""]
)
def test_a_name_leads_nowhere_else_on_the_disk(name: str) -> None:
    hand_in(acme(), name=name)

    (path,) = [one for one in Path(django_settings.DATA_DIR).rglob("*") if one.is_file()]
    assert path.parent.parent == Path(django_settings.DATA_DIR) / "uploads"
    assert path.name == models.Upload.objects.get().name


@pytest.mark.parametrize("stop_after", range(1, 9))
def test_a_worker_that_is_killed_after_any_step_is_gone_on_with_by_another(
    stop_after: int,
) -> None:
    brand_id = acme()
    number = hand_in(brand_id)
    killed = BrandWork()
    for _ in range(stop_after):
        killed.do_one(at=NEXT_DAY)

    finished(BrandWork(), at=NEXT_DAY + LEASE + SECOND)

    assert upload(upload_id=number, brand_ids=frozenset({brand_id})).state == UploadState.DONE
    assert models.Case.objects.count() == 3
    assert models.Post.objects.count() == 3


def test_two_workers_do_not_work_on_one_brand_at_once() -> None:
    hand_in(acme())
    one, other = BrandWork(), BrandWork()

    began = one.do_one(at=NEXT_DAY)

    assert (began, other.do_one(at=NEXT_DAY + SECOND)) == (True, False)
    finished(one)
    assert models.Case.objects.count() == 3


def test_a_worker_lets_go_when_a_command_takes_the_brand() -> None:
    brand_id = acme()
    hand_in(brand_id)
    work = BrandWork()
    work.do_one(at=NEXT_DAY)

    take_lease(name=lease_of(brand_id), at=NEXT_DAY, until=NEXT_DAY + LEASE, by_force=True)

    assert work.do_one(at=NEXT_DAY + SECOND) is False
    assert not models.Post.objects.exists()


def test_a_file_that_breaks_off_is_read_up_to_there_and_says_why() -> None:
    brand_id = acme()
    packed = gzip.compress((ROWS * 400).encode())
    number = hand_in(brand_id, content=packed[: len(packed) - 9], name="cut.csv.gz")

    finished(BrandWork())

    line = upload(upload_id=number, brand_ids=frozenset({brand_id}))
    assert (line.state, "breaks off after" in line.sentence) == (UploadState.REFUSED, True)
    assert models.Case.objects.count() == 3
    assert models.Source.objects.get().finished_at is None


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "is empty"), (b"\x00\x01\x02\x03", "march.csv"), (b"x,y\n1,2\n", "march.csv")],
)
def test_what_is_no_file_of_posts_is_refused_at_once_and_not_kept(
    content: bytes, says: str
) -> None:
    brand_id = acme()

    with pytest.raises(Refusal, match=says):
        hand_in(brand_id, content=content)

    assert left_on_disk() == []
    assert not models.Upload.objects.exists()


def test_a_brand_whose_text_the_desk_does_not_have_is_refused() -> None:
    with pytest.raises(FileRefused, match="before the desk kept brand files"):
        hand_in(make_brand().pk)


def test_a_changed_policy_moves_the_deadlines_of_what_nobody_works_on() -> None:
    brand_id = acme()
    hand_in(brand_id)
    work = BrandWork()
    finished(work)
    before = set(models.Case.objects.values_list("respond_by", flat=True))
    quick = "".join(f'[kinds.{kind}]\ntarget = "7m"\n' for kind in ("complaint", "request"))

    change_policy(brand_id=brand_id, text=quick, by="olga", at=NEXT_DAY)
    finished(work)

    after = set(models.Case.objects.values_list("respond_by", flat=True))
    assert after == {datetime.fromisoformat("2026-03-02T09:07:00Z")} != before
    assert models.Event.objects.filter(what="brand_heard_again").count() == 1


def test_a_changed_brand_hears_what_was_discarded() -> None:
    brand_id = acme()
    hand_in(brand_id, content=ROWS.replace("@acme", "quill").encode())
    work = BrandWork()
    finished(work)
    before = models.Case.objects.count()

    text = f'{BRAND}query = "quill"\n'
    change_brand(brand_id=brand_id, text=text, by="olga", at=NEXT_DAY)
    finished(work)

    assert (before, models.Mention.objects.filter(heard=True).count()) == (0, 3)
    assert not models.Post.objects.filter(sorted_at__isnull=True).exists()


def test_a_file_whose_reading_ends_badly_again_and_again_is_given_up() -> None:
    brand_id = acme()
    number = hand_in(brand_id)
    models.Upload.objects.update(tries=3)

    finished(BrandWork())

    line = upload(upload_id=number, brand_ids=frozenset({brand_id}))
    assert (line.state, line.sentence[:24]) == (UploadState.REFUSED, "Reading it ended badly t")


def test_a_desk_where_nothing_changed_has_nothing_to_do() -> None:
    acme()
    make_user("vera", role=Role.OWNER, brand="Other")  # noise: a brand without a text
    work = BrandWork()
    finished(work)

    assert work.do_one(at=NEXT_DAY) is False
