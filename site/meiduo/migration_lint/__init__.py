"""Migrations that would stop the shop while it sells are refused before they are merged.

Migrations run while the old version still serves. So each must be quick where a table is big, and leave the old
version working. The SQL of every migration after the ``baseline`` is made by Django for PostgreSQL and read by squawk;
``rules`` says which of its findings count, on which tables, and what to do instead. What only a person can judge is
waived in the migration itself, with the reason::

    class Migration(migrations.Migration):
        lint_waivers = {"ban-drop-column": "no version since 1.4 reads it"}
"""
