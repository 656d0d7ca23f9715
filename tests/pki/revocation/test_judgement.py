"""What all the evidence comes to. The web is a fake here; see test_servers for real ones."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pki.issuing import NOW, extension, intermediate, issue, p256, root
from pki.revocation.making import (
    MUST_STAPLE,
    OCSP_URL,
    PUBLIC,
    TOMORROW,
    URL,
    YESTERDAY,
    Memory,
    Web,
    crl,
    crl_at,
    end_entity,
    point,
    points,
    read,
    responder_at,
    revoked,
    run,
    scope,
    serial,
    uri,
)
from pki.revocation.test_staple import openssl_staple
from tlsward.pki.revocation import chain_revocation, revocation_of

ANCHOR = root()
MIDDLE = intermediate(ANCHOR, "an intermediate", crl_at("http://crl.example/root.crl"))
#: When things are judged: openssl makes them at its own time, which is later than now.
TODAY = datetime.now(UTC) + timedelta(hours=1)
BOTH = end_entity(MIDDLE, crl_at(URL), responder_at(OCSP_URL))
LISTED = end_entity(MIDDLE, crl_at(URL))
ASKED = end_entity(MIDDLE, responder_at(OCSP_URL))
FRESH = {"this_update": TODAY - timedelta(hours=1), "next_update": TODAY + timedelta(days=3)}


def judged(end, web=None, issuers=(MIDDLE, ANCHOR), now=TODAY, **how):
    [certificate] = read(end)
    return run(revocation_of(certificate, read(*issuers), now=now, fetch=web, **how))


def responding(answer):
    """Return a web in which each request to the responder gets this answer."""

    class Responders(Web):
        async def __call__(self, request):
            if request.url.startswith(OCSP_URL):
                self.answers[request.url] = answer
            return await super().__call__(request)

    return Responders()


def test_a_crl_alone():
    web = Web({URL: crl(MIDDLE, revoked(0x999999), **FRESH)})
    found = judged(LISTED, web)
    assert found.state == "good"
    assert found.reason.startswith(f"not revoked, says the CRL {URL} (of 20")
    assert found.sha256 == read(LISTED)[0].sha256.hex()
    [check] = found.checks
    assert (check.source, check.url, check.cached) == ("crl", URL, False)
    web = Web({URL: crl(MIDDLE, revoked(serial(LISTED), "keyCompromise"), **FRESH)})
    found = judged(LISTED, web)
    assert found.state == "revoked"
    assert found.reason == (f"revoked on 2026-05-31 12:00 UTC, says the CRL {URL}: keyCompromise")


def test_nothing_may_be_fetched():
    memory = Memory()
    memory.put(URL, crl(MIDDLE, **FRESH), until=TODAY + timedelta(days=1))
    for end in (LISTED, ASKED, BOTH):
        found = judged(end, cache=memory)
        assert (found.state, found.reason) == ("unknown", "not fetched")
        assert found.checks


def test_only_the_staple_speaks_then(tmp_path):
    staple = openssl_staple(tmp_path, BOTH, MIDDLE, MIDDLE)
    found = judged(BOTH, staple=staple)
    assert found.state == "good"
    assert found.reason.startswith("not revoked, says the staple (of 20")
    staple = openssl_staple(tmp_path, BOTH, MIDDLE, MIDDLE, state="R", reason="superseded")
    found = judged(BOTH, staple=staple)
    assert found.state == "revoked"
    assert found.reason == "revoked on 2026-01-01 00:00 UTC, says the staple: superseded"
    assert [check.source for check in found.checks] == ["staple"]


def test_a_responder_is_asked_where_no_crl_has_answered(tmp_path):
    good = openssl_staple(tmp_path, BOTH, MIDDLE, MIDDLE)
    web = responding(good)
    found = judged(BOTH, web)
    assert [check.state for check in found.checks] == ["unknown", "good"]
    assert found.reason.startswith(f"not revoked, says the responder {OCSP_URL} (of")
    web = responding(good)
    web.answers[URL] = crl(MIDDLE, **FRESH)
    found = judged(BOTH, web)
    assert (found.state, web.urls) == ("good", [URL])
    web = responding(good)
    web.answers[URL] = crl(MIDDLE, revoked(serial(BOTH)), **FRESH)
    assert (judged(BOTH, web).state, web.urls) == ("revoked", [URL])


def test_revoked_by_any_evidence(tmp_path):
    good = openssl_staple(tmp_path, BOTH, MIDDLE, MIDDLE)
    listed = crl(MIDDLE, revoked(serial(BOTH)), **FRESH)
    found = judged(BOTH, Web({URL: listed}), staple=good)
    assert found.state == "revoked"
    assert [check.state for check in found.checks] == ["good", "revoked"]
    # A CRL that is out of date says no more who is good, but still who is revoked.
    late = crl(MIDDLE, this_update=YESTERDAY, next_update=TOMORROW)
    says_revoked = openssl_staple(tmp_path, BOTH, MIDDLE, MIDDLE, state="R")
    web = responding(says_revoked)
    web.answers[URL] = late
    found = judged(BOTH, web)
    assert [check.state for check in found.checks] == ["unknown", "revoked"]
    assert found.state == "revoked"


def test_a_staple_that_is_worth_nothing_hides_nothing(tmp_path):
    forged = openssl_staple(
        tmp_path, BOTH, MIDDLE, issue("anybody", not_after=TODAY + timedelta(9))
    )
    found = judged(BOTH, Web({URL: crl(MIDDLE, **FRESH)}), staple=forged)
    assert (found.state, found.checks[0].state) == ("good", "unknown")
    found = judged(BOTH, Web(), staple=b"nonsense")
    assert found.state == "unknown"
    assert found.reason.startswith("the staple: it is damaged, or not an OCSP response at all; ")


def test_several_urls_and_points():
    end = end_entity(
        MIDDLE,
        points(
            point("ldap://directory.example/CN=x", "http://one.example/"),
            point("HTTP://two.example/", "http://three.example/"),
        ),
    )
    web = Web(
        {
            "http://one.example/": b"<html>not here</html>",
            "HTTP://two.example/": 404,
            "http://three.example/": crl(MIDDLE, **FRESH),
        }
    )
    found = judged(end, web)
    assert found.state == "good"
    assert [(check.url, check.reason) for check in found.checks] == [
        ("ldap://directory.example/CN=x", "ldap: is not fetched from"),
        ("http://one.example/", "it is a web page"),
        ("HTTP://two.example/", "status 404"),
        ("http://three.example/", None),
    ]
    assert web.urls == ["http://one.example/", "HTTP://two.example/", "http://three.example/"]
    web.answers["http://three.example/"] = "no route to host"
    found = judged(end, web)
    assert found.state == "unknown"
    assert found.reason == (
        "the CRL ldap://directory.example/CN=x: ldap: is not fetched from; "
        "the CRL http://one.example/: it is a web page; "
        "the CRL HTTP://two.example/: status 404; "
        "the CRL http://three.example/: no route to host"
    )


def test_each_partition_is_the_certificates_own():
    """RFC 5280 section 6.3.3: a whole and fresh CRL of another partition proves nothing."""
    other = "http://crl.example/2.crl"
    web = Web({URL: crl(MIDDLE, within=scope(full_name=uri(other)), **FRESH)})
    found = judged(LISTED, web)
    assert (found.state, found.checks[0].signature_valid) == ("unknown", "yes")
    assert found.reason == f"the CRL {URL}: it is a CRL of another distribution point"
    web = Web({URL: crl(MIDDLE, within=scope(full_name=uri(URL)), **FRESH)})
    assert judged(LISTED, web).state == "good"


def test_no_more_urls_than_is_decent():
    urls = [f"http://crl.example/{number}" for number in range(100)]
    web = Web()
    judged(end_entity(MIDDLE, *(crl_at(*urls),), responder_at(*urls)), web)
    assert len(web.urls) <= 8 + 4 * 2
    web = Web()
    judged(end_entity(MIDDLE, points(*(point(url) for url in urls))), web)
    assert len(web.urls) <= 8


def test_get_then_post(tmp_path):
    good = openssl_staple(tmp_path, ASKED, MIDDLE, MIDDLE)
    for refusal in (405, b"<html>"):
        web = Web({OCSP_URL: good})
        get = {}

        async def fetch(request, web=web, get=get, refusal=refusal):
            if request.body is None:
                get[request.url] = True
                web.answers[request.url] = refusal
            return await web(request)

        found = judged(ASKED, fetch)
        assert (found.state, len(get), len(web.urls)) == ("good", 1, 2)
        assert found.checks[-1].url == OCSP_URL
    web = Web()
    found = judged(ASKED, web)
    assert (found.state, len(web.urls)) == ("unknown", 1)  # nobody is there to be asked again
    assert found.reason == f"the responder {OCSP_URL}: no route to host"


def test_a_responder_is_not_asked_without_the_issuer():
    for issuers in ((), (ANCHOR,), (intermediate(ANCHOR, key=p256()),)):
        web = Web()
        found = judged(ASKED, web, issuers)
        assert (found.state, web.urls) == ("unknown", [])
        assert "the issuer's certificate is not known" in found.reason


# Who needs no evidence


@pytest.mark.parametrize(
    ("lifetime", "more", "public", "state", "words"),
    [
        (timedelta(hours=160), (PUBLIC,), None, "not applicable", "short-lived"),
        (timedelta(hours=160), (), True, "not applicable", "short-lived"),
        (timedelta(days=8), (PUBLIC,), None, "unknown", "lives too long to need none"),
        (timedelta(days=8), (), True, "unknown", "lives too long to need none"),
        (timedelta(days=90), (), None, "not applicable", "shows no sign of a public authority"),
        (timedelta(days=90), (PUBLIC,), False, "not applicable", "shows no sign of"),
        (timedelta(hours=160), (PUBLIC, crl_at(URL)), None, "unknown", "no route to host"),
    ],
)
def test_who_names_nothing(lifetime, more, public, state, words):
    end = end_entity(MIDDLE, *more, not_before=NOW, not_after=NOW + lifetime)
    found = judged(end, Web(), now=NOW, public=public)
    assert found.state == state
    assert words in found.reason


def test_self_signed():
    found = judged(issue("itself"), Web(), ())
    assert found.state == "not applicable"
    assert found.reason.startswith("it is self-signed")


def test_extensions_that_cannot_be_read():
    broken = extension("2.5.29.31", b"\x30\x03\x30\x01")
    found = judged(end_entity(MIDDLE, broken), Web())
    assert (found.state, found.reason) == (
        "unknown",
        "what it says of its revocation cannot be read",
    )


def test_points_without_urls():
    end = end_entity(MIDDLE, points(point(issuer=MIDDLE.subject)))
    found = judged(end, Web())
    assert (found.state, found.reason) == (
        "unknown",
        "the CRL: its distribution points have no URL",
    )


# Must-staple


def test_must_staple(tmp_path):
    end = end_entity(MIDDLE, crl_at(URL), responder_at(OCSP_URL), MUST_STAPLE)
    web = Web({URL: crl(MIDDLE, **FRESH)})
    demand = "it demands that its state be stapled (must-staple), and "
    assert demand not in judged(end, web).reason  # no server was asked: it is a file
    found = judged(end, web, staple_requested=True)
    assert found.state == "good"
    assert found.reason.endswith(f"; {demand}none was")
    found = judged(end, web, staple_requested=True, staple=b"nonsense")
    assert found.reason.endswith(f"; {demand}no usable one was")
    staple = openssl_staple(tmp_path, end, MIDDLE, MIDDLE)
    assert demand not in judged(end, web, staple_requested=True, staple=staple).reason
    assert demand not in judged(LISTED, web, staple_requested=True).reason


# The cache


def test_a_crl_is_fetched_once():
    memory, web = Memory(), Web({URL: crl(MIDDLE, **FRESH)})
    first = judged(LISTED, web, cache=memory)
    second = judged(LISTED, web, cache=memory)
    assert (first.state, second.state, len(web.urls)) == ("good", "good", 1)
    assert [first.checks[0].cached, second.checks[0].cached] == [False, True]
    # And again a day later, though it would still count.
    third = judged(LISTED, web, cache=memory, now=TODAY + timedelta(days=1, minutes=1))
    assert (third.state, third.checks[0].cached, len(web.urls)) == ("good", False, 2)


def test_it_is_kept_no_longer_than_it_counts():
    soon = TODAY + timedelta(hours=2)
    memory = Memory()
    judged(LISTED, Web({URL: crl(MIDDLE, next_update=soon)}), cache=memory)
    assert memory.kept[URL][1] == soon.replace(microsecond=0)


@pytest.mark.parametrize(
    "content",
    [
        b"nonsense",
        crl(MIDDLE, signer=p256(), **FRESH),
        crl(ANCHOR, **FRESH),
        crl(MIDDLE, this_update=YESTERDAY, next_update=TOMORROW),
        crl(MIDDLE, delta=True, **FRESH),
    ],
)
def test_what_told_nothing_is_not_kept(content):
    memory = Memory()
    assert judged(LISTED, Web({URL: content}), cache=memory).state == "unknown"
    assert memory.kept == {}


def test_what_is_wrong_in_the_cache_is_fetched_anew():
    memory = Memory()
    memory.put(URL, crl(MIDDLE, signer=p256(), **FRESH), until=TODAY + timedelta(days=1))
    web = Web({URL: crl(MIDDLE, **FRESH)})
    found = judged(LISTED, web, cache=memory)
    assert (found.state, found.checks[0].cached) == ("good", False)


# Chains


def chain(*path, web=None, **how):
    return run(chain_revocation(read(*path), now=TODAY, fetch=web, **how))


def test_each_of_a_chain_but_its_root(tmp_path):
    web = Web(
        {
            URL: crl(MIDDLE, **FRESH),
            "http://crl.example/root.crl": crl(ANCHOR, revoked(serial(MIDDLE)), **FRESH),
        }
    )
    end, middle = chain(LISTED, MIDDLE, ANCHOR, web=web)
    assert (end.state, middle.state) == ("good", "revoked")
    assert [end.sha256, middle.sha256] == [each.sha256.hex() for each in read(LISTED, MIDDLE)]


def test_a_chain_without_its_root():
    web = Web({URL: crl(MIDDLE, **FRESH), "http://crl.example/root.crl": crl(ANCHOR, **FRESH)})
    end, middle = chain(LISTED, MIDDLE, web=web)
    assert (end.state, middle.state) == ("good", "unknown")
    assert middle.reason.endswith("its issuer is not known")


def test_a_staple_is_about_the_leaf(tmp_path):
    staple = openssl_staple(tmp_path, BOTH, MIDDLE, MIDDLE)
    end, middle = chain(BOTH, MIDDLE, ANCHOR, staple=staple)
    assert [check.source for check in middle.checks] == ["crl"]
    assert (end.state, middle.state) == ("good", "unknown")


def test_the_leaf_tells_whether_a_chain_is_public():
    """The intermediates of public chains have policies of their authority's own."""
    plain = intermediate(ANCHOR)
    states = [
        [each.state for each in chain(end_entity(plain, *more), plain, ANCHOR)]
        for more in ((), (PUBLIC,))
    ]
    assert states == [["not applicable"] * 2, ["unknown"] * 2]
    [_, middle] = chain(end_entity(plain, PUBLIC), plain, ANCHOR, public=False)
    assert middle.state == "not applicable"


def test_chains_of_one_and_none():
    assert chain() == ()
    [alone] = chain(ANCHOR)
    assert alone.state == "not applicable"
    [alone] = chain(LISTED, web=Web({URL: crl(MIDDLE, **FRESH)}))
    assert alone.state == "unknown"


# Hostile text


@given(st.text(st.characters(max_codepoint=0x7E), max_size=60), st.text(max_size=40))
def test_nothing_that_was_written_by_others_is_shown_raw(path, answer):
    url = f"http://crl.example/{path}"
    end = end_entity(MIDDLE, crl_at(url), key=MIDDLE.key)
    found = judged(end, Web({url: answer or "nothing"}))
    assert found.reason.isprintable()
    assert all(check.url.isprintable() for check in found.checks if check.url is not None)
    assert all(check.reason.isprintable() for check in found.checks)
