"""The tables. Ids are never used again, in SQLite as little as in PostgreSQL."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

metadata = MetaData()

#: SQLite counts up by itself in a column of type INTEGER alone, which holds 64 bits there.
_ID = BigInteger().with_variant(Integer(), "sqlite")

#: One row: the version of all of these.
schema = Table("invoicer_schema", metadata, Column("version", Integer, primary_key=True))

invoices = Table(
    "invoices",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("is_paid", Boolean, nullable=False),
    Column("due_date", Date),
    Column("payment_date", Date),
    sqlite_autoincrement=True,
)

charges = Table(
    "charges",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("invoice_id", ForeignKey("invoices.id", ondelete="CASCADE"), nullable=False),
    Column("type", String(64), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("description", String(500), nullable=False),
    Index("charges_of_invoice", "invoice_id"),
    sqlite_autoincrement=True,
)

#: API tokens: the SHA-256 of each, never the token.
tokens = Table(
    "tokens",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
)

#: Sessions of people: the SHA-256 of the id in the cookie, and the key of their CSRF tokens.
sessions = Table(
    "sessions",
    metadata,
    Column("id_hash", LargeBinary(32), primary_key=True),
    Column("subject", String(255), nullable=False),
    Column("name", String(200), nullable=False),
    Column("csrf_key", LargeBinary(32), nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
    Index("sessions_by_expiry", "expires"),
)

#: Logins under way: each is used once, by the browser that holds the cookie it began with.
logins = Table(
    "logins",
    metadata,
    Column("id_hash", LargeBinary(32), primary_key=True),
    Column("state", String(64), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("code_verifier", String(128), nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
    Index("logins_by_expiry", "expires"),
)
