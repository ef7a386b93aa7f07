"""Keep a full-text index beside SearchText, made of what each database has.

Triggers and a generated column follow every write, cascades included; the application writes SearchText only.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = [
    """CREATE VIRTUAL TABLE qbank_search_fts USING fts5(
           title_tokens, body_tokens,
           content='qbank_searchtext', content_rowid='text_id', tokenize='ascii', prefix='1 3')""",
    """CREATE TRIGGER qbank_search_inserted AFTER INSERT ON qbank_searchtext BEGIN
           INSERT INTO qbank_search_fts(rowid, title_tokens, body_tokens)
           VALUES (new.text_id, new.title_tokens, new.body_tokens);
       END""",
    """CREATE TRIGGER qbank_search_deleted AFTER DELETE ON qbank_searchtext BEGIN
           INSERT INTO qbank_search_fts(qbank_search_fts, rowid, title_tokens, body_tokens)
           VALUES ('delete', old.text_id, old.title_tokens, old.body_tokens);
       END""",
    """CREATE TRIGGER qbank_search_updated AFTER UPDATE ON qbank_searchtext BEGIN
           INSERT INTO qbank_search_fts(qbank_search_fts, rowid, title_tokens, body_tokens)
           VALUES ('delete', old.text_id, old.title_tokens, old.body_tokens);
           INSERT INTO qbank_search_fts(rowid, title_tokens, body_tokens)
           VALUES (new.text_id, new.title_tokens, new.body_tokens);
       END""",
]
SQLITE_BACK = [
    "DROP TRIGGER qbank_search_updated",
    "DROP TRIGGER qbank_search_deleted",
    "DROP TRIGGER qbank_search_inserted",
    "DROP TABLE qbank_search_fts",
]
POSTGRESQL = [
    """ALTER TABLE qbank_searchtext ADD COLUMN search tsvector GENERATED ALWAYS AS (
           setweight(to_tsvector('simple', title_tokens), 'A') || setweight(to_tsvector('simple', body_tokens), 'B')
       ) STORED""",
    "CREATE INDEX qbank_searchtext_search ON qbank_searchtext USING gin (search)",
]
POSTGRESQL_BACK = ["DROP INDEX qbank_searchtext_search", "ALTER TABLE qbank_searchtext DROP COLUMN search"]


def make_index(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the index of this database."""
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop_index(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop it again."""
    for statement in SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("qbank", "0001_initial")]
    operations = [migrations.RunPython(make_index, drop_index)]
