"""Who may: API tokens, sessions of people, and logins under way, all in the database.

What a caller holds is 32 random bytes; the database has their SHA-256 alone, so whoever
reads it cannot act as anybody. Bytes so random need no slow hash.
"""

import secrets
from collections.abc import Callable, Collection
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
TOKEN_ID_BYTES = 6
SECRET_BYTES = 32
#: Longer than any secret of ours; what is longer is not hashed.
LONGEST_SECRET = 128

_TOKEN = select(tokens.c.name, tokens.c.expires).where(tokens.c.token_hash == bindparam("hash"))
_SESSION = select(sessions).where(sessions.c.id_hash == bindparam("hash"))


class Token(Struct, frozen=True, kw_only=True):
    """What is known of an API token; `id` is the beginning of its hash, in hex."""

    id: str
    name: str
    expires: datetime


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

    async def tokens(self) -> list[Token]:
        """Return all tokens that are kept, those that expired too, by name and expiry."""
        rows = await self._database.rows(select(tokens).order_by(tokens.c.name, tokens.c.expires))
        return [
            Token(id=_token_id(row.token_hash), name=row.name, expires=_aware(row.expires))
            for row in rows
        ]

    async def revoke(self, *, names: Collection[str] = (), ids: Collection[str] = ()) -> int:
        """Forget the tokens of these names or ids; return how many there were."""
        async with self._engine.begin() as connection:
            kept = await connection.execute(select(tokens.c.token_hash, tokens.c.name))
            gone = [
                row.token_hash
                for row in kept
                if row.name in names or _token_id(row.token_hash) in ids
            ]
            for token_hash in gone:
                await connection.execute(delete(tokens).where(tokens.c.token_hash == token_hash))
        return len(gone)

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

    async def end_sessions_of(self, subjects: Collection[str]) -> int:
        """Forget the sessions of these people; return how many there were."""
        async with self._engine.begin() as connection:
            ended = await connection.execute(
                delete(sessions).where(sessions.c.subject.in_(list(subjects)))
            )
        return ended.rowcount

    async def end_session(self, session_id: str) -> None:
        """Forget a session."""
        async with self._engine.begin() as connection:
            await connection.execute(
                delete(sessions).where(sessions.c.id_hash == _hash(session_id))
            )

    async def begin_login(self) -> tuple[str, Login]:
        """Return the id of a login, for its browser, and what to tell the provider.

        Anybody can begin one, and each is a row: where there are as many as there may be, the
        oldest are forgotten. To refuse new ones would let a flood keep everybody out.
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
            surplus = counted.scalar_one() - MOST_LOGINS + 1
            if surplus > 0:
                oldest = select(logins.c.id_hash).order_by(logins.c.expires).limit(surplus)
                await connection.execute(delete(logins).where(logins.c.id_hash.in_(oldest)))
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
        return _aware(expires) > self._now()


def _aware(time: datetime) -> datetime:
    """Return a time with its zone. SQLite keeps none: what it gives back is UTC, as it got it."""
    return time.replace(tzinfo=time.tzinfo or UTC)


def _token_id(token_hash: bytes) -> str:
    return token_hash[:TOKEN_ID_BYTES].hex()


def _hash(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", errors="surrogatepass")).digest()
