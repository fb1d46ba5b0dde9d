"""What is refused, and what to do instead. Names are squawk's, except those of ``OURS``."""

#: Lasts as long as the table is big, and nobody writes to it meanwhile, or nobody reads it either.
LOCKS: dict[str, str] = {
    "adding-field-with-default": "add it nullable or with a constant db_default, and fill rows in batches later",
    "adding-foreign-key-constraint": (
        "db_constraint=False; ADD CONSTRAINT … NOT VALID by RunSQL; VALIDATE CONSTRAINT in a migration after it"
    ),
    "adding-not-nullable-field": (
        "AddConstraintNotValid(CHECK … IS NOT NULL), ValidateConstraint in a migration after it, and only then this"
    ),
    "adding-serial-primary-key-field": "build a new table beside the old one",
    "changing-column-type": "add a column of the new type, write both, fill in batches, then read the new one",
    "constraint-missing-not-valid": (
        "AddConstraintNotValid, and ValidateConstraint in a migration after it (django.contrib.postgres.operations)"
    ),
    "disallowed-unique-constraint": (
        "CREATE UNIQUE INDEX CONCURRENTLY; ADD CONSTRAINT … UNIQUE USING INDEX; both in SeparateDatabaseAndState"
    ),
    "require-concurrent-index-creation": "AddIndexConcurrently, and atomic = False",
    "require-concurrent-index-deletion": "RemoveIndexConcurrently, and atomic = False",
    "require-concurrent-reindex": "REINDEX … CONCURRENTLY, and atomic = False",
}

#: The old version, which still serves, fails on it; on any table.
BREAKS: dict[str, str] = {
    "adding-required-field": "the old version does not know the column: give it a db_default, or null=True",
    "ban-drop-column": "first a version that does not know the column (SeparateDatabaseAndState), then this, waived",
    "ban-drop-database": "never",
    "ban-drop-default": "the old version writes rows without the column: db_default instead of default, or null=True",
    "ban-drop-table": "first a version that does not know the table (SeparateDatabaseAndState), then this, waived",
    "ban-truncate-cascade": "name what is to be emptied",
    "renaming-column": "keep the column (db_column), or add a new one and write both",
    "renaming-table": "keep the table (db_table)",
}

#: What squawk cannot see.
OURS: dict[str, str] = {
    "rows-in-one-transaction": (
        "atomic = False, and batches that commit; or a task. Rows stay locked until the migration ends"
    ),
    "sql-unknown": "this database lacks what the migration changes: migrate it to the state before, then ask again",
}

RULES: dict[str, str] = LOCKS | BREAKS | OURS

#: Tables that stay so small that any lock on them is over at once. Every other one counts as big.
SMALL = frozenset(
    {
        # lists that staff keep
        "accounts_arealist",
        "accounts_customertag",
        "cms_categoryad",
        "cms_menu",
        "cms_sitesettings",
        "search_hotword",
        "search_placement",
        "search_synonym",
        "shop_brand",
        "shop_category",
        "shop_freightrule",
        "shop_freighttemplate",
        # one row for each engine, process or periodic job
        "search_indexversion",
        "search_rebuild",
        "tasks_consumer",
        "tasks_runningtask",
        "tasks_sweep",
    }
)
