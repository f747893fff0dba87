"""What the kit reads of tables in SQL that is printed and never run."""

import pytest

from kit.ddl import tables

MADE = """
BEGIN;
-- Running upgrade  -> 0001; of ours
CREATE TABLE users (
    id SERIAL NOT NULL,
    "email" VARCHAR(320) DEFAULT 'a;b, (c' NOT NULL,
    name VARCHAR(100),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT (now()) NOT NULL,
    price NUMERIC(10, 2) DEFAULT round(1.5, 1),
    CONSTRAINT pk_users PRIMARY KEY (id),
    UNIQUE (email, name)
);
INSERT INTO users (email) VALUES ('DROP TABLE users');
CREATE INDEX ix_users_name ON users (name);
"""


def test_columns_with_their_defaults_and_rules_with_their_names():
    users = tables(MADE)["users"]
    assert {name: each.default for name, each in users.columns.items()} == {
        "id": None,
        "email": "'a;b, (c'",
        "name": None,
        "created_at": "(now())",
        "price": "round(1.5, 1)",
    }
    assert [name for name, each in users.columns.items() if not each.needed] == ["name", "price"]
    assert users.rules == {
        "pk_users": "CONSTRAINT pk_users PRIMARY KEY (id)",
        "unique (email, name)": "UNIQUE (email, name)",
        "ix_users_name": "CREATE INDEX ix_users_name ON users (name)",
    }


@pytest.mark.parametrize(
    ("alter", "column", "default", "needed"),
    [
        ("ALTER TABLE users ADD COLUMN published BOOLEAN DEFAULT false", "published", "false", 0),
        ("ALTER TABLE users ADD IF NOT EXISTS seen DATE, DROP name", "seen", None, 0),
        ("ALTER TABLE ONLY users ALTER COLUMN email DROP DEFAULT", "email", None, 1),
        ("ALTER TABLE public.users ALTER email SET DEFAULT lower('X')", "email", "lower('X')", 1),
        ("ALTER TABLE users ALTER name SET NOT NULL, ALTER name SET DEFAULT 1", "name", "1", 1),
        ("alter table users alter column email drop not null", "email", "'a;b, (c'", 0),
        ("ALTER TABLE users RENAME COLUMN name TO label", "label", None, 0),
    ],
)
def test_what_alters_a_column(alter, column, default, needed):
    found = tables(f"{MADE}{alter};")["users"].columns[column]
    assert (found.default, found.needed) == (default, bool(needed))


def test_what_is_dropped_or_gets_another_name():
    assert tables(f"{MADE}DROP TABLE users") == {}
    assert list(tables(f"{MADE}ALTER TABLE users RENAME TO people")) == ["people"]
    users = tables(
        f"{MADE}DROP INDEX ix_users_name; ALTER TABLE users DROP CONSTRAINT pk_users, DROP price"
    )["users"]
    assert list(users.rules) == ["unique (email, name)"]
    assert "price" not in users.columns


def test_another_type():
    users = tables(f"{MADE}ALTER TABLE users ALTER COLUMN name TYPE TEXT USING lower(name)")
    assert users["users"].columns["name"].words == "name TEXT"


def test_what_is_no_sql_makes_no_table():
    assert tables("CREATE TABLE; ALTER TABLE ((; 'DROP") == {}
