"""The start at a database: empty, full, of another version, in use by others at once."""

import asyncio
import contextlib
import sqlite3

import psycopg
import pytest
from sqlalchemy import select, update

from invoicer.asgi import House
from tlsward.invoicer.database import Database, DatabaseError, database_url
from tlsward.invoicer.schema import SCHEMA_VERSION
from tlsward.invoicer.tables import schema


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """The URL of a database with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/invoicer.db"
    url = request.getfixturevalue("postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS fresh WITH (FORCE)")
        connection.execute("CREATE DATABASE fresh")
    return url.rpartition("/")[0] + "/fresh"


def changed(url, statement):
    """Run a statement in a database that a service has been at."""
    House(url).close()

    async def change():
        database = Database(database_url(url))
        async with database.engine.begin() as connection:
            if isinstance(statement, str):
                await connection.exec_driver_sql(statement)
            else:
                await connection.execute(statement)
        await database.stop()

    asyncio.run(change())
    return url


def refusal(url):
    with pytest.raises(DatabaseError) as caught:
        House(url).close()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_several_may_start_at_once_at_an_empty_database(empty):
    async def all_of_them():
        databases = [Database(database_url(empty)) for _ in range(6)]
        await asyncio.gather(*(database.start() for database in databases))
        versions = [await database.rows(select(schema.c.version)) for database in databases]
        for database in databases:
            await database.stop()
        return versions

    assert asyncio.run(all_of_them()) == [[(SCHEMA_VERSION,)]] * 6


def test_what_is_there_stays(empty):
    house = House(empty)
    house.caller().json("POST", "/invoice", {"amount": 7})
    house.close()
    with contextlib.closing(House(empty)) as again:
        [invoice] = again.caller()("GET", "/invoices").json["invoices"]
    assert invoice["amount"] == 7


def test_tables_of_before_there_was_a_version_are_taken(empty):
    changed(empty, "DROP TABLE invoicer_schema")
    with contextlib.closing(House(empty)) as house:
        assert house.caller()("GET", "/invoices").status == 200


def test_a_newer_schema_is_refused(empty):
    newer = update(schema).values(version=SCHEMA_VERSION + 1)
    said = refusal(changed(empty, newer))
    assert f"version {SCHEMA_VERSION + 1}, this tlsward's has {SCHEMA_VERSION}" in said
    assert "name an empty database" in said


def test_so_is_an_older_one(empty):
    assert "version 0" in refusal(changed(empty, update(schema).values(version=0)))


@pytest.mark.parametrize("table", ["invoices", "sessions"])
def test_a_table_of_somebody_else_is_refused(empty, table):
    changed(empty, f"DROP TABLE {table}{' CASCADE' if 'postgresql' in empty else ''}")

    async def make():
        database = Database(database_url(empty))
        async with database.engine.begin() as connection:
            await connection.exec_driver_sql(f"CREATE TABLE {table} (id integer, expires integer)")
        await database.stop()

    asyncio.run(make())
    assert f"its table {table} has no " in refusal(empty)


def test_what_is_refused_is_left_as_it_was(tmp_path):
    file = tmp_path / "old.db"
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE tokens (token text)")
    assert "its table tokens has no token_hash" in refusal(f"sqlite:///{file}")
    with contextlib.closing(sqlite3.connect(file)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    assert tables == [("tokens",)]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:////nowhere/at/all.db", "/nowhere/at/all.db: No such file"),
        ("postgresql://ada:hunter2@127.0.0.1:1/x", "Connection refused"),
        ("postgresql://127.0.0.1:1/x?password=hunter2&hunter2=1", 'option "***"'),
    ],
)
def test_the_reason_is_one_line_without_a_secret(url, words):
    said = refusal(url)
    assert words in said
    assert "hunter2" not in said


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "x.db").write_text("nothing of the kind " * 100)
    assert "not a database" in refusal(f"sqlite:///{tmp_path}/x.db")
