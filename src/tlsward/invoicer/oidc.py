"""The OpenID provider: what it says of itself, its keys, and its word on who somebody is.

Authorization code flow with PKCE (OpenID Connect Core 1.0 section 3.1, RFC 7636, RFC 9700).
What the provider says of itself is asked for when somebody first signs in, and kept for an
hour; its keys are asked for again, at most once a minute, when a token names an unknown one.
"""

import asyncio
import base64
import secrets
import ssl
import time
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpcore2
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct

from tlsward.errors import UsageError
from tlsward.invoicer.credentials import LONGEST_SUBJECT, Login
from tlsward.invoicer.provider_keys import keys_of
from tlsward.invoicer.settings import OidcClient, is_safe_url, lower_ascii

SCOPE = "openid email profile"
#: Signatures of public keys alone: with HS256 the client's secret would sign, with none nobody.
ALGORITHMS = ("ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
ANSWER_LIMIT_BYTES = 256 * 1024
ANSWER_SECONDS = 10.0
METADATA_SECONDS, KEYS_SECONDS = 3600.0, 60.0
LEEWAY_SECONDS = 60
#: A provider that failed is not asked again for so long: logins would wait for it in a row.
FAILED_SECONDS = 5.0


class ProviderError(Exception):
    """The provider cannot be reached, or what it says does not hold; the reason is for the log."""


class Metadata(Struct, frozen=True, kw_only=True):
    """What of the discovery document is used (OpenID Connect Discovery 1.0 section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class _Tokens(Struct, frozen=True, kw_only=True):
    id_token: str
    access_token: str = ""


class Person(Struct, frozen=True, kw_only=True):
    """Who signed in, by the provider's word. `email` is there when the provider verified it."""

    subject: str
    name: str
    email: str | None


class Provider:
    """One OpenID provider, and this service as its client."""

    def __init__(self, client: OidcClient) -> None:
        """Raise UsageError for a file of authorities that is none."""
        self._client = client
        self._trust = _trust(client.ca_file)
        self._failed: tuple[float, str] | None = None
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._lock = asyncio.Lock()

    async def authorization_url(self, login: Login, redirect_uri: str) -> str:
        """Return where to send the browser."""
        metadata = await self.metadata()
        digest = sha256(login.code_verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self._client.client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": login.state,
            "nonce": login.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in metadata.authorization_endpoint else "?"
        return metadata.authorization_endpoint + joint + urlencode(query)

    async def person(
        self, code: str, login: Login, redirect_uri: str, *, issuer: str | None
    ) -> Person:
        """Redeem a code and return whose it is; `issuer` is the answer's `iss` (RFC 9207)."""
        metadata = await self.metadata()
        if issuer is None and metadata.authorization_response_iss_parameter_supported:
            raise ProviderError("the answer does not say which issuer it is of")
        if issuer is not None and issuer != metadata.issuer:
            raise ProviderError("the answer is of another issuer")
        tokens = await self._redeem(metadata, code, login, redirect_uri)
        claims = await self._id_token(metadata, tokens.id_token, login.nonce)
        if "email" not in claims and metadata.userinfo_endpoint and tokens.access_token:
            claims = {**await self._user(metadata, tokens.access_token, claims["sub"]), **claims}
        subject = claims["sub"]
        email = claims.get("email")
        verified = claims.get("email_verified") is True
        return Person(
            subject=subject,
            name=_printable(claims.get("name")) or subject,
            email=lower_ascii(email) if verified and isinstance(email, str) else None,
        )

    async def metadata(self) -> Metadata:
        """Return what the provider says of itself."""
        async with self._lock:
            kept = self._metadata
            if kept is not None and time.monotonic() - kept[0] < METADATA_SECONDS:
                return kept[1]
            if self._failed is not None and time.monotonic() - self._failed[0] < FAILED_SECONDS:
                raise ProviderError(self._failed[1])
            try:
                metadata = await self._discovered()
            except ProviderError as error:
                self._failed = time.monotonic(), str(error)
                raise
            self._metadata = time.monotonic(), metadata
            return metadata

    async def _discovered(self) -> Metadata:
        url = self._client.issuer.rstrip("/") + "/.well-known/openid-configuration"
        metadata: Metadata = _decoded(await self._fetch("GET", url), Metadata)
        if metadata.issuer != self._client.issuer:
            raise ProviderError("the discovery document is of another issuer")
        for endpoint in (
            metadata.authorization_endpoint,
            metadata.token_endpoint,
            metadata.jwks_uri,
            metadata.userinfo_endpoint,
        ):
            if endpoint is not None and not is_safe_url(endpoint):
                raise ProviderError("the discovery document names an endpoint without https")
        return metadata

    async def _redeem(
        self, metadata: Metadata, code: str, login: Login, redirect_uri: str
    ) -> _Tokens:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": login.code_verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        client, secret = self._client.client_id, self._client.secret
        if secret is None:
            form["client_id"] = client
        elif "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            # RFC 6749 section 2.3.1: both are encoded as in a form before they are joined.
            pair = f"{quote(client, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": client, "client_secret": secret}
        body = urlencode(form).encode()
        answer = await self._fetch("POST", metadata.token_endpoint, headers, body)
        tokens: _Tokens = _decoded(answer, _Tokens)
        return tokens

    async def _id_token(self, metadata: Metadata, token: str, nonce: str) -> dict[str, Any]:
        """Return the claims of an ID token that holds (OpenID Connect Core section 3.1.3.7)."""
        try:
            claims = jwt.decode(token, await self._key_set(metadata), algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):
            try:
                keys = await self._key_set(metadata, fresh=True)
                claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
            except (JoseError, ValueError) as error:
                raise ProviderError(f"the ID token is not signed by it: {error}") from None
        own = self._client.client_id
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": metadata.issuer},
            aud={"essential": True, "value": own},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )
        try:
            registry.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise ProviderError(f"the ID token does not hold: {error}") from None
        subject = claims["sub"]
        if not isinstance(subject, str) or not subject or subject != _printable(subject):
            raise ProviderError("the ID token has no subject")
        if len(subject) > LONGEST_SUBJECT:
            raise ProviderError("the ID token's subject is too long")
        # One for several audiences says in azp which of them asked for it.
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else own) != own:
            raise ProviderError("the ID token was made for another client")
        said = claims.get("nonce")
        if not isinstance(said, str) or not secrets.compare_digest(_octets(said), _octets(nonce)):
            raise ProviderError("the ID token is of another login")
        return claims

    async def _key_set(self, metadata: Metadata, *, fresh: bool = False) -> KeySet:
        kept = self._keys
        age = time.monotonic() - kept[0] if kept is not None else METADATA_SECONDS
        if kept is None or age >= METADATA_SECONDS or (fresh and age >= KEYS_SECONDS):
            document = _decoded(await self._fetch("GET", metadata.jwks_uri), dict[str, Any])
            keys = keys_of(document)
            if keys is None:
                raise ProviderError("none of its keys can be used")
            kept = self._keys = time.monotonic(), keys
        return kept[1]

    async def _user(self, metadata: Metadata, access_token: str, subject: str) -> dict[str, Any]:
        """Return what the provider says of the person beside the ID token."""
        headers = {"Authorization": f"Bearer {access_token}"}
        answer = await self._fetch("GET", metadata.userinfo_endpoint or "", headers)
        claims: dict[str, Any] = _decoded(answer, dict[str, Any])
        # Section 5.3.2: an answer about somebody else must not be used.
        if claims.get("sub") != subject:
            raise ProviderError("it answered about another person")
        return claims

    async def _fetch(
        self,
        method: str,
        url: str,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
    ) -> bytes:
        body = bytearray()
        sent: dict[bytes | str, bytes | str] = {"Accept": "application/json"}
        sent.update(headers or {})
        limits = dict.fromkeys(("connect", "read", "write", "pool"), ANSWER_SECONDS)
        try:
            async with (
                asyncio.timeout(ANSWER_SECONDS),
                httpcore2.AsyncConnectionPool(ssl_context=self._trust) as pool,
                pool.stream(
                    method,
                    url,
                    headers=sent,
                    content=content,
                    extensions={"timeout": limits},
                ) as response,
            ):
                async for chunk in response.aiter_stream():
                    body += chunk
                    if len(body) > ANSWER_LIMIT_BYTES:
                        raise ProviderError("its answer is too long")
        except (
            TimeoutError,
            OSError,
            httpcore2.NetworkError,
            httpcore2.ProtocolError,
            httpcore2.TimeoutException,
            httpcore2.UnsupportedProtocol,
        ) as error:
            raise ProviderError(f"it cannot be reached: {type(error).__name__}") from None
        # A redirect is no answer: nothing the provider did not name itself is believed.
        if response.status != 200:
            raise ProviderError(f"it answered {response.status}")
        return bytes(body)


def is_allowed(person: Person, allowed: tuple[str, ...]) -> bool:
    """Return whether a person is among those whom the operator lets in."""
    if "*" in allowed:
        return True
    if person.email is None:
        return False
    return person.email in allowed or "@" + person.email.rpartition("@")[2] in allowed


def _decoded(body: bytes, kind: Any) -> Any:  # noqa: ANN401 - of the type given
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProviderError(f"its answer cannot be read: {error}") from None


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    import certifi

    context = ssl.create_default_context(cafile=certifi.where())
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError:  # ssl.SSLError is one
            raise UsageError(f"--oidc-ca-file {ca_file}: no certificates in PEM") from None
    return context


def _printable(text: object) -> str:
    """Return what of a text prints: no NUL, which PostgreSQL refuses, no half of a character."""
    return "".join(filter(str.isprintable, text)) if isinstance(text, str) else ""


def _octets(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
