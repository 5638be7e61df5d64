"""Posts can be found by their words, and the views of the inbox counted from an index."""

import string

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

#: PostgreSQL takes "example.com" and "e-mail" for one word; SQLite never does.  So that both
#: find the same, ASCII's marks become blanks first.
_MARKS = string.punctuation.replace("'", "''").replace("\\", "\\\\")
#: A tsvector holds at most a megabyte; a longer text would be refused, and the post lost.
_LONGEST = 100_000

_SQLITE = (
    """
    CREATE VIRTUAL TABLE desk_post_words USING fts5(
        text, content='desk_post', content_rowid='id',
        tokenize='unicode61 remove_diacritics 0'
    )
    """,
    "INSERT INTO desk_post_words(desk_post_words) VALUES ('rebuild')",
    """
    CREATE TRIGGER post_words_come AFTER INSERT ON desk_post
    BEGIN INSERT INTO desk_post_words(rowid, text) VALUES (new.id, new.text); END
    """,
    """
    CREATE TRIGGER post_words_go AFTER DELETE ON desk_post
    BEGIN
        INSERT INTO desk_post_words(desk_post_words, rowid, text)
        VALUES ('delete', old.id, old.text);
    END
    """,
    """
    CREATE TRIGGER post_words_change AFTER UPDATE OF text ON desk_post
    BEGIN
        INSERT INTO desk_post_words(desk_post_words, rowid, text)
        VALUES ('delete', old.id, old.text);
        INSERT INTO desk_post_words(rowid, text) VALUES (new.id, new.text);
    END
    """,
)

_POSTGRESQL = (
    f"""
    CREATE FUNCTION desk_plain(told text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT translate(left(told, {_LONGEST}), E'{_MARKS}', '{" " * len(string.punctuation)}') $$
    """,
    """
    ALTER TABLE desk_post ADD COLUMN words tsvector
    GENERATED ALWAYS AS (to_tsvector('simple', desk_plain(text))) STORED
    """,
    "CREATE INDEX post_words ON desk_post USING gin (words) WITH (fastupdate = on)",
)


def index_words(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Later migrations that rebuild desk_post on SQLite must add the triggers again."""

    dependencies = [("desk", "0011_what_the_inbox_is_filtered_by")]
    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=[
                    *("brand", "owner", "state", "snoozed_until"),
                    *("respond_by", "stirred_at", "written_at"),
                ],
                name="case_counts",
                condition=~models.Q(state="closed"),
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["brand", "-closed_at", "-id"],
                name="case_closed",
                condition=models.Q(state="closed"),
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["leased_to"],
                name="case_leased",
                condition=models.Q(leased_to__isnull=False),
            ),
        ),
        migrations.RunPython(index_words, migrations.RunPython.noop),
    ]
