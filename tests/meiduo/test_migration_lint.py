"""A migration that would stop the shop while it sells is refused; the way around it passes."""

import pytest
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.core.management import CommandError, call_command
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader

from meiduo.management.commands import lint_migrations
from meiduo.migration_lint import linting
from meiduo.migration_lint.baseline import baseline, ours
from meiduo.migration_lint.linting import WaiverWrong, problems_of
from meiduo.migration_lint.rules import SMALL


@pytest.fixture(scope="module")
def state():
    """The shop's models as the migrations leave them."""
    return MigrationLoader(None).project_state()


def migration(*operations, atomic=True, waivers=None):
    """One of the shop's, after all others."""
    one = migrations.Migration("9999_of_a_test", "shop")
    one.operations, one.atomic = list(operations), atomic
    if waivers is not None:
        one.lint_waivers = waivers
    return one


def rules(one, state):
    return {problem.rule for problem in problems_of(one, state, connection)}


def fill_in(apps, editor):
    """Change every row there is."""


PRICE_INDEX = models.Index(fields=["name"], name="test_sku_name")
PRICE_CHECK = models.CheckConstraint(condition=models.Q(price__lt=10**9), name="test_sku_price")

BAD = {
    "a column that must be filled": (
        migrations.AddField("sku", "extra", models.IntegerField(default=0)),
        "ban-drop-default",
    ),
    "a column filled by a function for each row": (
        migrations.AddField("sku", "extra", models.DateTimeField(db_default=models.Func(function="clock_timestamp"))),
        "adding-field-with-default",
    ),
    "a computed column": (
        migrations.AddField(
            "sku",
            "extra",
            models.GeneratedField(
                expression=models.F("stock") * 2, output_field=models.IntegerField(), db_persist=True
            ),
        ),
        "adding-field-with-default",
    ),
    "a column that points elsewhere": (
        migrations.AddField("sku", "extra", models.ForeignKey("shop.brand", models.SET_NULL, null=True)),
        "adding-foreign-key-constraint",
    ),
    "an index": (migrations.AddIndex("sku", PRICE_INDEX), "require-concurrent-index-creation"),
    "an index taken away": (
        migrations.RunSQL("DROP INDEX shop_sku_by_comments"),
        "require-concurrent-index-deletion",
    ),
    "a unique constraint": (
        migrations.AddConstraint("sku", models.UniqueConstraint(fields=["name"], name="test_sku_name_once")),
        "disallowed-unique-constraint",
    ),
    "a partial unique constraint": (
        migrations.AddConstraint(
            "sku",
            models.UniqueConstraint(fields=["name"], condition=models.Q(stock=0), name="test_sku_name_once"),
        ),
        "require-concurrent-index-creation",
    ),
    "a check": (migrations.AddConstraint("sku", PRICE_CHECK), "constraint-missing-not-valid"),
    "another type": (migrations.AlterField("sku", "stock", models.BigIntegerField()), "changing-column-type"),
    "a column that may be empty no more": (
        migrations.RunSQL("ALTER TABLE shop_sku ALTER COLUMN index_dirty_at SET NOT NULL"),
        "adding-not-nullable-field",
    ),
    "a column that the old version reads, taken away": (
        migrations.RemoveField("sku", "stock"),
        "ban-drop-column",
    ),
    "a column renamed": (migrations.RenameField("sku", "stock", "pieces"), "renaming-column"),
    "a table renamed": (migrations.AlterModelTable("sku", "shop_piece"), "renaming-table"),
    "a table taken away": (migrations.DeleteModel("Visit"), "ban-drop-table"),
    "rows changed by Python": (migrations.RunPython(fill_in), "rows-in-one-transaction"),
    "rows changed by SQL": (migrations.RunSQL("UPDATE shop_sku SET stock = stock"), "rows-in-one-transaction"),
    "rows changed by Python that only seems to be outside": (
        migrations.RunPython(fill_in, atomic=False),
        "rows-in-one-transaction",
    ),
    "rows changed within something that looks harmless": (
        migrations.SeparateDatabaseAndState(database_operations=[migrations.RunPython(fill_in)]),
        "rows-in-one-transaction",
    ),
}


@pytest.mark.parametrize(("operation", "rule"), BAD.values(), ids=BAD)
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_migration_that_stops_the_shop_is_refused(operation, rule, state):
    assert rule in rules(migration(operation), state)


GOOD = {
    "a column that may be empty": migration(
        migrations.AddField("sku", "extra", models.IntegerField(null=True)),
    ),
    "a column with the database's own default": migration(
        migrations.AddField("sku", "extra", models.IntegerField(default=0, db_default=0)),
    ),
    "an index beside the trade": migration(AddIndexConcurrently("sku", PRICE_INDEX), atomic=False),
    "an index taken away beside the trade": migration(
        RemoveIndexConcurrently("sku", "shop_sku_by_comments"), atomic=False
    ),
    "a check of new rows only": migration(AddConstraintNotValid("sku", PRICE_CHECK)),
    "a new table with everything": migration(
        migrations.CreateModel(
            "Extra",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("sku", models.ForeignKey("shop.sku", models.CASCADE)),
                ("name", models.CharField(max_length=20, unique=True)),
            ],
            options={"indexes": [models.Index(fields=["name"], name="test_extra_name")]},
        ),
        migrations.AddConstraint(
            "Extra", models.CheckConstraint(condition=models.Q(name__gt=""), name="test_extra_named")
        ),
        migrations.RunSQL("INSERT INTO shop_extra (name, sku_id) SELECT 'a', id FROM shop_sku LIMIT 0"),
    ),
    "a small table": migration(
        migrations.AddIndex("brand", models.Index(fields=["name"], name="test_brand_name")),
        migrations.RunSQL("UPDATE shop_brand SET name = name"),
    ),
    "rows changed in batches that commit": migration(migrations.RunPython(fill_in), atomic=False),
    "nothing for the database": migration(migrations.AlterModelOptions("sku", {"verbose_name": "货品"})),
}


@pytest.mark.parametrize("one", GOOD.values(), ids=GOOD)
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_way_around_passes(one, state):
    assert problems_of(one, state, connection) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_constraint_is_validated_in_a_migration_of_its_own(state):
    first = migration(AddConstraintNotValid("sku", PRICE_CHECK))
    after = state.clone()
    first.mutate_state(after, preserve=False)

    assert rules(migration(ValidateConstraint("sku", PRICE_CHECK.name)), after) == set()
    both = migration(AddConstraintNotValid("sku", PRICE_CHECK), ValidateConstraint("sku", PRICE_CHECK.name))
    assert rules(both, state) == {"constraint-missing-not-valid"}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_waiver_with_a_reason_lets_one_rule_pass_and_no_other(state):
    operations = [migrations.RemoveField("sku", "stock"), migrations.AddIndex("sku", PRICE_INDEX)]

    waived = migration(*operations, waivers={"ban-drop-column": "no version since 1.4 reads it"})

    assert rules(waived, state) == {"require-concurrent-index-creation"}


@pytest.mark.parametrize(
    ("waivers", "said"),
    [
        ({"ban-drop-columns": "no version since 1.4 reads it"}, "is no rule"),
        ({"ban-drop-column": "because"}, "gives no reason"),
        ({"renaming-table": "no version since 1.4 reads it"}, "waives nothing"),
    ],
)
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_waiver_that_says_nothing_is_refused(waivers, said, state):
    with pytest.raises(WaiverWrong, match=said):
        problems_of(migration(migrations.RemoveField("sku", "stock"), waivers=waivers), state, connection)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_every_migration_after_the_baseline_passes():
    call_command("lint_migrations")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_command_names_the_migration_the_statement_and_the_way_around(monkeypatch):
    monkeypatch.setattr(lint_migrations, "baseline", lambda: baseline() - {("shop", LATE)})

    with pytest.raises(CommandError) as refused:
        call_command("lint_migrations")

    said = str(refused.value)
    assert f"shop.{LATE}" in said
    assert "require-concurrent-index-creation: CREATE INDEX" in said
    assert "AddIndexConcurrently" in said


#: It made indexes the quick way while the table was empty.
LATE = "0004_sku_shop_sku_by_create_time_sku_shop_sku_by_comments"


def test_the_baseline_names_migrations_that_exist_and_nothing_but_ours():
    here = set(ours(MigrationLoader(None)))

    assert baseline() <= here
    assert {app for app, _name in here} == {"accounts", "cms", "media", "search", "shop", "tasks"}


def test_every_small_table_exists(state):
    tables = {one.options.get("db_table") or f"{app}_{name}" for (app, name), one in state.models.items()}

    assert tables >= SMALL


def test_squawk_that_fails_is_no_pass(monkeypatch):
    monkeypatch.setattr(linting, "_squawk", lambda: "false")

    with pytest.raises(RuntimeError, match="squawk failed"):
        list(linting._squawked(["SELECT 1;"], is_atomic=True))


def test_sql_that_squawk_cannot_read_is_no_pass():
    with pytest.raises(RuntimeError, match="cannot read"):
        list(linting._squawked(["ALTER TABBLE shop_sku ADD COLUMN;"], is_atomic=True))
