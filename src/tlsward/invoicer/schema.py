"""The schema of the database: made where there is none, refused where it is another.

Tables of an older or newer version, or somebody else's of the same name, would break requests
one by one, long after the start. So the start looks at them.
"""

from sqlalchemy import Connection, func, insert, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from tlsward.invoicer.tables import metadata, schema

#: Counted up by every change of a table.
SCHEMA_VERSION = 1
#: What PostgreSQL's advisory lock is taken on: any number that nobody else's program takes.
_LOCK = 0x7473_7761_7264
_LOCK_MILLISECONDS = 5000
_ANOTHER = "another tlsward made it, or another program; name an empty database, or use that one"


class SchemaError(Exception):
    """The tables are not those of this version; the message says which and what to do."""


async def prepare(connection: AsyncConnection) -> None:
    """Make the tables where there are none, within the transaction of this connection.

    Processes that start at once do so one after another: `CREATE TABLE IF NOT EXISTS` alone
    fails in PostgreSQL where two run at the same time. Raises SchemaError.
    """
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        await connection.execute(
            select(func.set_config("lock_timeout", str(_LOCK_MILLISECONDS), text("true")))
        )
        await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    await connection.run_sync(_make)


def _make(connection: Connection) -> None:
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    if schema.name in there:
        kept = connection.execute(select(schema.c.version)).scalars().all()
        if kept and max(kept) != SCHEMA_VERSION:
            raise SchemaError(
                f"its schema has version {max(kept)}, this tlsward's has {SCHEMA_VERSION}: "
                f"{_ANOTHER}"
            )
    for table in metadata.sorted_tables:
        if table.name in there:
            columns = {column["name"] for column in inspector.get_columns(table.name)}
            missing = [column.name for column in table.columns if column.name not in columns]
            if missing:
                raise SchemaError(f"its table {table.name} has no {missing[0]}: {_ANOTHER}")
    metadata.create_all(connection)
    if connection.execute(select(schema.c.version)).first() is None:
        connection.execute(insert(schema).values(version=SCHEMA_VERSION))
