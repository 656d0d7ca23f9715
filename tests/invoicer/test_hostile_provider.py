"""ID tokens and documents that do not hold.

The provider here is a fake: no real one can be made to sign what is wrong.
"""

import asyncio
import json
import time

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jws, jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from sqlalchemy import select

from invoicer.asgi import House, is_problem
from tlsward.invoicer import credentials
from tlsward.invoicer.credentials import Login
from tlsward.invoicer.oidc import Metadata, Person, Provider, ProviderError, is_allowed
from tlsward.invoicer.settings import OidcClient
from tlsward.invoicer.tables import logins

ISSUER = "https://login.example.com"
LOGIN = Login(state="s", nonce="the nonce", code_verifier="v" * 43)
SECRET = "the client's own secret, which the client knows as well"
CLIENT = OidcClient(issuer=ISSUER, client_id="invoicer", secret=SECRET, allowed=("*",))
KEY = ECKey.generate_key("P-256", {"kid": "1"})
OTHER = ECKey.generate_key("P-256", {"kid": "1"})


class Fake(Provider):
    """A provider whose answers are given; `asked` are the URLs it was asked for."""

    def __init__(self, **answers):
        super().__init__(CLIENT)
        self.asked = []
        self.answers = {
            "/.well-known/openid-configuration": {
                "issuer": ISSUER,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/keys",
                "userinfo_endpoint": f"{ISSUER}/user",
            },
            "/keys": KeySet([KEY]).as_dict(private=False),
            **answers,
        }

    async def _fetch(self, method, url, headers=None, content=None):
        self.asked.append((method, url, headers or {}, content))
        answer = self.answers[url.removeprefix(ISSUER)]
        return answer if isinstance(answer, bytes) else msgspec.json.encode(answer)


def claims(**changes):
    now = int(time.time())
    said = {
        "iss": ISSUER,
        "aud": "invoicer",
        "sub": "ada",
        "nonce": LOGIN.nonce,
        "iat": now,
        "exp": now + 60,
        "email": "Ada@Example.com",
        "email_verified": True,
    }
    return {k: v for k, v in {**said, **changes}.items() if v is not None}


def signed(said, key=KEY, algorithm="ES256"):
    # As JSON with escapes, in which half a character can stand.
    head = {"alg": algorithm, "kid": "1"}
    return jws.serialize_compact(head, json.dumps(said).encode(), key, algorithms=[algorithm])


@pytest.fixture
def ask():
    with asyncio.Runner() as runner:

        def ask(token, provider=None, issuer=None):
            provider = provider or Fake()
            provider.answers["/token"] = {"id_token": token, "access_token": "a"}
            return runner.run(provider.person("code", LOGIN, "https://here/cb", issuer=issuer))

        yield ask


def test_a_token_that_holds(ask):
    provider = Fake()
    person = ask(signed(claims(name="Ada")), provider)
    assert (person.subject, person.name, person.email) == ("ada", "Ada", "ada@example.com")
    [(_, _, headers, content)] = [a for a in provider.asked if a[1].endswith("/token")]
    assert headers["Authorization"].startswith("Basic ")
    assert b"code_verifier=vvvv" in content
    assert SECRET.encode() not in content


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nonce": "another"}, "another login"),
        ({"nonce": None}, "another login"),
        ({"aud": "another"}, "does not hold"),
        ({"aud": None}, "does not hold"),
        ({"iss": "https://evil.test"}, "does not hold"),
        ({"iss": None}, "does not hold"),
        ({"exp": 1}, "does not hold"),
        ({"exp": None}, "does not hold"),
        ({"exp": "never"}, "does not hold"),
        ({"iat": int(time.time()) + 3600}, "does not hold"),
        ({"sub": None}, "does not hold"),
        ({"sub": 7}, "does not hold"),
        ({"sub": ""}, "subject|does not hold"),
        ({"sub": "a\0b"}, "subject"),
        ({"sub": "\ud800"}, "subject"),
        ({"sub": "a" * 256}, "subject"),
        ({"nonce": "\ud800"}, "another login"),
        ({"nonce": 7}, "another login"),
        ({"azp": "another", "aud": ["invoicer", "another"]}, "another client"),
        ({"aud": ["invoicer", "another"]}, "another client"),
    ],
)
def test_claims_that_do_not_hold(ask, changes, reason):
    with pytest.raises(ProviderError, match=reason):
        ask(signed(claims(**changes)))


def test_signatures_that_do_not_hold(ask):
    secret = OctKey.import_key(SECRET, {"kid": "1"})
    unsigned = "eyJhbGciOiJub25lIn0." + signed(claims()).split(".")[1] + "."
    for token in (
        signed(claims(), OTHER),
        signed(claims(), secret, "HS256"),
        unsigned,
        signed(claims())[:-4] + "AAAA",
        "x",
        "",
        "a.b.c",
    ):
        with pytest.raises(ProviderError, match="not signed by it"):
            ask(token)


def test_an_unknown_key_has_the_keys_asked_for_again_but_not_for_ever(ask, monkeypatch):
    provider = Fake()
    ask(signed(claims()), provider)
    new = RSAKey.generate_key(2048, {"kid": "2"})
    token = jwt.encode({"alg": "RS256", "kid": "2"}, claims(), new, algorithms=["RS256"])
    provider.answers["/keys"] = KeySet([KEY, new]).as_dict(private=False)
    with pytest.raises(ProviderError):  # asked for a moment ago
        ask(token, provider)
    at, keys = provider._keys
    provider._keys = at - 61, keys
    assert ask(token, provider).subject == "ada"
    assert sum(url.endswith("/keys") for _, url, *_ in provider.asked) == 2
    assert sum("well-known" in url for _, url, *_ in provider.asked) == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"kty": "EC", "crv": "P-999", "x": "a", "y": "b", "kid": "9"},
        {"kty": "new", "kid": "9"},
        {"kty": "RSA", "n": 7},
        "x",
        None,
    ],
)
def test_a_key_that_cannot_be_read_is_ignored(ask, odd):
    own = KeySet([KEY]).as_dict(private=False)["keys"]
    assert ask(signed(claims()), Fake(**{"/keys": {"keys": [odd, *own]}})).subject == "ada"
    with pytest.raises(ProviderError, match="none of its keys"):
        ask(signed(claims()), Fake(**{"/keys": {"keys": [odd]}}))


def test_keys_that_are_too_weak_or_not_public_are_not_used(ask):
    with pytest.warns(SecurityWarning):
        small = RSAKey.import_key(pem_of_rsa(1024), {"kid": "1"})
    secret = OctKey.import_key(SECRET, {"kid": "1"})
    for key in (small.as_dict(private=False), secret.as_dict()):
        with pytest.raises(ProviderError, match="none of its keys"):
            ask(signed(claims()), Fake(**{"/keys": {"keys": [key]}}))


def pem_of_rsa(bits):
    key = rsa.generate_private_key(65537, bits)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def test_a_name_is_what_of_it_prints(ask):
    assert ask(signed(claims(name="A\0d\ud800a\x1b"))).name == "Ada"
    for nothing in ("\0", "", 7, None):
        assert ask(signed(claims(name=nothing))).name == "ada"


def test_one_address_is_not_made_of_two(ask):
    kelvin = ask(signed(claims(email="\u212aate@example.com"))).email
    assert not is_allowed(Person(subject="1", name="1", email=kelvin), ("kate@example.com",))
    assert ask(signed(claims(email="Kate@Example.com"))).email == "kate@example.com"


def test_a_provider_that_failed_is_not_asked_again_at_once(ask):
    provider = Fake(**{"/.well-known/openid-configuration": b""})

    async def at_once():
        asking = (provider.authorization_url(LOGIN, "https://here/cb") for _ in range(20))
        return await asyncio.gather(*asking, return_exceptions=True)

    with asyncio.Runner() as runner:
        assert {type(answer) for answer in runner.run(at_once())} == {ProviderError}
        assert len(provider.asked) == 1
        provider.answers = Fake().answers
        at, reason = provider._failed
        provider._failed = at - 5, reason
        assert runner.run(at_once())[0].startswith(f"{ISSUER}/authorize")


def test_an_unverified_address_is_no_address(ask):
    assert ask(signed(claims(email_verified=False))).email is None
    assert ask(signed(claims(email_verified="true"))).email is None
    assert ask(signed(claims(email=7))).email is None


def test_the_address_may_be_at_the_userinfo_endpoint_of_the_same_person(ask):
    bare = signed(claims(email=None, email_verified=None))
    user = {"sub": "ada", "email": "ada@example.com", "email_verified": True}
    assert ask(bare, Fake(**{"/user": user})).email == "ada@example.com"
    with pytest.raises(ProviderError, match="another person"):
        ask(bare, Fake(**{"/user": {**user, "sub": "eve"}}))


def test_an_answer_of_another_issuer_is_refused(ask):
    """Mix-up (RFC 9207): the code would go to a provider that it is not of."""
    with pytest.raises(ProviderError, match="another issuer"):
        ask(signed(claims()), issuer="https://evil.test")
    provider = Fake()
    document = provider.answers["/.well-known/openid-configuration"]
    document["authorization_response_iss_parameter_supported"] = True
    with pytest.raises(ProviderError, match="which issuer"):
        ask(signed(claims()), provider)
    assert ask(signed(claims()), provider, issuer=ISSUER)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"issuer": "https://evil.test"}, "another issuer"),
        ({"token_endpoint": "http://login.example.com/token"}, "without https"),
        ({"jwks_uri": "file:///etc/passwd"}, "without https"),
        ({"userinfo_endpoint": "https://a@[::1"}, "without https"),
        ({"token_endpoint": 7}, "cannot be read"),
    ],
)
def test_discovery_documents_that_do_not_hold(ask, change, reason):
    provider = Fake()
    provider.answers["/.well-known/openid-configuration"] |= change
    with pytest.raises(ProviderError, match=reason):
        ask(signed(claims()), provider)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys"])
@pytest.mark.parametrize("answer", [b"", b"<html>", b"\xff", b"[" * 9999, b"7", b'{"keys": 7}'])
def test_answers_that_are_none(ask, path, answer):
    with pytest.raises(ProviderError):
        ask(signed(claims()), Fake(**{path: answer}))


def test_the_service_says_that_signing_in_failed_and_no_more(tmp_path):
    house = House(f"sqlite:///{tmp_path}/x.db", oidc=CLIENT, public_url="https://invoicer.test")
    house.service.provider = Fake(**{"/.well-known/openid-configuration": b"secret words"})
    is_problem(house.client()("GET", "/authenticate"), 502, "signing in failed")
    is_problem(house.client(scheme="http")("GET", "/authenticate"), 403, "over https")
    is_problem(house.client()("GET", "/oauth2callback?code=a&state=b"), 403, "no login")
    house.close()


def test_a_flood_of_logins_is_forgotten_and_keeps_nobody_out(tmp_path, monkeypatch):
    monkeypatch.setattr(credentials, "MOST_LOGINS", 3)
    house = House(f"sqlite:///{tmp_path}/x.db", oidc=CLIENT, public_url="https://invoicer.test")
    house.service.provider = Fake()
    known = house.service.credentials
    begun = []
    for _ in range(5):
        house.clock.forward(seconds=1)
        begun.append(house.run(known.begin_login()))
    assert house.client()("GET", "/authenticate").status == 303
    assert len(house.run(house.service.database.rows(select(logins)))) == 3
    left = [house.run(known.take_login(login_id)) for login_id, _ in begun]
    assert left == [None, None, None, begun[3][1], begun[4][1]]
    house.close()


def test_a_service_without_a_provider(house):
    is_problem(house.client()("GET", "/authenticate"), 404, "no OpenID provider")
    is_problem(house.client()("GET", "/oauth2callback?code=a&state=b"), 404, "no OpenID provider")


def test_metadata_has_what_is_used():
    assert set(Metadata.__struct_fields__) >= {"issuer", "jwks_uri", "token_endpoint"}
