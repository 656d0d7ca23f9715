"""Who may: API tokens, sessions of people, and logins under way, all in the database.

What a caller holds is 32 random bytes; the database has their SHA-256 alone, so whoever
reads it cannot act as anybody. Bytes so random need no slow hash.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from msgspec import Struct
from sqlalchemy import bindparam, delete, func, insert, select

from tlsward.invoicer.database import Database
from tlsward.invoicer.tables import logins, sessions, tokens

LOGIN_LIFE = timedelta(minutes=10)
MOST_LOGINS = 10_000
#: OpenID Connect Core 1.0 section 2.
LONGEST_SUBJECT = 255
#: A token that is deleted from the database works so much longer.
TOKEN_BELIEVED = timedelta(seconds=5)
MOST_KNOWN_TOKENS = 1000
SECRET_BYTES = 32
#: Longer than any secret of ours; what is longer is not hashed.
LONGEST_SECRET = 128

_TOKEN = select(tokens.c.name, tokens.c.expires).where(tokens.c.token_hash == bindparam("hash"))
_SESSION = select(sessions).where(sessions.c.id_hash == bindparam("hash"))


class Session(Struct, frozen=True, kw_only=True):
    """A person who has signed in."""

    subject: str
    name: str
    csrf_key: bytes


class Login(Struct, frozen=True, kw_only=True):
    """A login under way: what the provider's answer has to fit (RFC 6749, RFC 7636)."""

    state: str
    nonce: str
    code_verifier: str


class TooManyLoginsError(Exception):
    """So many logins are under way that one more would be part of a flood."""


class _KnownToken(Struct, frozen=True, kw_only=True):
    name: str
    expires: datetime
    read_at: datetime


class Credentials:
    """What proves who somebody is. `now` returns an aware datetime."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._engine = database.engine
        self._now = now
        self._known_tokens: dict[bytes, _KnownToken] = {}

    async def make_token(self, name: str, *, days: int) -> str:
        """Return a new API token, which is kept nowhere else."""
        token = secrets.token_urlsafe(SECRET_BYTES)
        row = {
            "token_hash": _hash(token),
            "name": name,
            "expires": self._now() + timedelta(days=days),
        }
        async with self._engine.begin() as connection:
            await connection.execute(insert(tokens).values(row))
        return token

    async def token_name(self, token: str) -> str | None:
        """Return the name of a token that holds, else None.

        A token found in the database is believed for a few seconds without asking again.
        """
        if len(token) > LONGEST_SECRET:
            return None
        token_hash = _hash(token)
        found = self._known_tokens.get(token_hash)
        if found is None or found.read_at < self._now() - TOKEN_BELIEVED:
            rows = await self._database.rows(_TOKEN, {"hash": token_hash})
            if not rows:
                return None
            found = _KnownToken(name=rows[0].name, expires=rows[0].expires, read_at=self._now())
            if len(self._known_tokens) >= MOST_KNOWN_TOKENS:
                self._known_tokens.clear()
            self._known_tokens[token_hash] = found
        return found.name if self._holds(found.expires) else None

    async def begin_session(self, subject: str, name: str, *, seconds: int) -> str:
        """Return the id of a new session; those that expired are forgotten."""
        session_id = secrets.token_urlsafe(SECRET_BYTES)
        row = {
            "id_hash": _hash(session_id),
            "subject": subject,
            "name": name[:200],
            "csrf_key": secrets.token_bytes(32),
            "expires": self._now() + timedelta(seconds=seconds),
        }
        async with self._engine.begin() as connection:
            await connection.execute(delete(sessions).where(sessions.c.expires <= self._now()))
            await connection.execute(insert(sessions).values(row))
        return session_id

    async def session(self, session_id: str) -> Session | None:
        """Return a session that has not expired, else None."""
        if len(session_id) > LONGEST_SECRET:
            return None
        rows = await self._database.rows(_SESSION, {"hash": _hash(session_id)})
        row = next(iter(rows), None)
        if row is None or not self._holds(row.expires):
            return None
        return Session(subject=row.subject, name=row.name, csrf_key=row.csrf_key)

    async def end_session(self, session_id: str) -> None:
        """Forget a session."""
        async with self._engine.begin() as connection:
            await connection.execute(
                delete(sessions).where(sessions.c.id_hash == _hash(session_id))
            )

    async def begin_login(self) -> tuple[str, Login]:
        """Return the id of a login, for its browser, and what to tell the provider.

        Raises TooManyLoginsError: anybody can begin one, and each is a row.
        """
        login_id = secrets.token_urlsafe(SECRET_BYTES)
        login = Login(
            state=secrets.token_urlsafe(SECRET_BYTES),
            nonce=secrets.token_urlsafe(SECRET_BYTES),
            code_verifier=secrets.token_urlsafe(SECRET_BYTES),
        )
        row = {
            "id_hash": _hash(login_id),
            "state": login.state,
            "nonce": login.nonce,
            "code_verifier": login.code_verifier,
            "expires": self._now() + LOGIN_LIFE,
        }
        async with self._engine.begin() as connection:
            await connection.execute(delete(logins).where(logins.c.expires <= self._now()))
            counted = await connection.execute(select(func.count()).select_from(logins))
            if counted.scalar_one() >= MOST_LOGINS:
                raise TooManyLoginsError
            await connection.execute(insert(logins).values(row))
        return login_id, login

    async def take_login(self, login_id: str) -> Login | None:
        """Return a login under way and forget it: it can be finished once."""
        if len(login_id) > LONGEST_SECRET:
            return None
        async with self._engine.begin() as connection:
            taken = await connection.execute(
                delete(logins).where(logins.c.id_hash == _hash(login_id)).returning(logins)
            )
            row = taken.first()
        if row is None or not self._holds(row.expires):
            return None
        return Login(state=row.state, nonce=row.nonce, code_verifier=row.code_verifier)

    def _holds(self, expires: datetime) -> bool:
        # SQLite keeps no time zone: what it gives back is UTC, as it was given.
        return expires.replace(tzinfo=expires.tzinfo or UTC) > self._now()


def _hash(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", errors="surrogatepass")).digest()
