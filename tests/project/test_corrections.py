from datetime import UTC, datetime
from pathlib import Path

import pytest

from answerback.domain.records.correction import Correction
from answerback.project.corrections import CorrectionsRefused, read_corrections


def written(folder: Path, *lines: str) -> Path:
    path = folder / "said.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_correction_may_tell_who_when_and_of_which_post(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '{"text": "late ferry", "label": "relevant"}',
        "",
        '{"id": 7, "text": "poem", "label": "irrelevant", "at": "2026-03-02T09:00Z", "by": "ada"}',
    )

    assert read_corrections(path) == [
        Correction(text="late ferry", relevant=True),
        Correction(
            id="7", text="poem", relevant=False, at=datetime(2026, 3, 2, 9, tzinfo=UTC), by="ada"
        ),
    ]


def test_lines_of_an_audit_sample_are_known_before_anything_else_is_asked(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '{"audit": true, "audit_sample": {"seed": 1}}',
        '{"audit": true, "id": "4", "text": "late ferry", "label": "unsure"}',
        '{"audit": true, "id": "5", "text": "poem", "label": null}',
    )

    told = read_corrections(path)

    assert [(one.audit, one.id, one.text) for one in told] == [
        (True, "4", "late ferry"),
        (True, "5", "poem"),
    ]


def test_a_sample_of_the_database_has_row_numbers_which_are_no_ids_of_the_network(
    tmp_path: Path,
) -> None:
    path = written(
        tmp_path,
        '{"audit": true, "audit_sample": {"brand": "Acme"}}',
        '{"audit": true, "id": "4", "text": "late ferry", "label": "unsure"}',
        '{"id": "4", "text": "quite another post", "label": "relevant"}',
        '{"audit": true, "audit_sample": {"brand": null}}',
        '{"audit": true, "id": "5", "text": "poem", "label": null}',
    )

    told = read_corrections(path)

    assert [one.id for one in told] == [None, "4", "5"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('{"text": "a", "label": "Relevant"}', "line 2: 'Relevant' is not a label.*'relevant'"),
        ('{"text": "a", "label": true}', "line 2: True is not a label"),
        ('{"text": "a"}', "line 2: None is not a label"),
        ('{"id": "9", "label": "relevant"}', "line 2: a correction needs the post's text"),
        ('{"text": "  ", "label": "relevant"}', "line 2: a correction needs the post's text"),
        ('{"text": "a", "label": "relevant", "at": "soon"}', "line 2: 'at' is 'soon'"),
        ('{"text": "a", "label": "relevant", "at": "2026-03-02"}', "line 2: .*without a zone"),
        ('{"text": "a", "label": "relevant", "by": 3}', "line 2: 'by' is 3"),
        ('{"text": "a", "label": "relevant", "id": []}', "line 2: 'id' is"),
        ('{"text": "a", "label": "relevant", "audit": "yes"}', "line 2: 'audit' is 'yes'"),
        ('{"text": "a"', "line 2: It is not JSON"),
        ("[]", "line 2: It is JSON, but no object"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, line: str, sentence: str) -> None:
    path = written(tmp_path, '{"text": "a", "label": "relevant"}', line)

    with pytest.raises(CorrectionsRefused, match=sentence):
        read_corrections(path)


def test_a_file_that_is_absent_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorrectionsRefused, match="There is no file of corrections"):
        read_corrections(tmp_path / "none.jsonl")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CorrectionsRefused, match="cannot be read as UTF-8"):
        read_corrections(tmp_path / "bytes")
