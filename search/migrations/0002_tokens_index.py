"""The index by which PostgreSQL finds tokens; SQLite has none of its kind and reads its few rows."""

from django.db import migrations

CREATE = """
CREATE INDEX search_document_tokens ON search_searchdocument
USING gin (string_to_array(tokens, ' '))
"""


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS search_document_tokens")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
