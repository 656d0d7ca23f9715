"""A service and a real OpenID provider that know each other, and a client that signs in."""

import contextlib
import re
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin

from invoicer.live import client_context, live, tls_files
from servers.stacks.openid import CLIENT_ID, CLIENT_SECRET, oidc_provider
from tlsward.invoicer.settings import OidcClient

ALLOWED = ("ada@example.com",)


@contextlib.contextmanager
def signing_in(laboratory, directory, *, host="localhost", name="oidc-provider", **settings):
    """Serve with a provider; yields the service and its public URL."""
    port = next(laboratory.ports)
    public_url = f"https://{host}:{port}"
    provider = laboratory.launch(name, oidc_provider(f"{public_url}/oauth2callback"))
    client = OidcClient(
        issuer=f"http://127.0.0.1:{provider.port}",
        client_id=CLIENT_ID,
        secret=CLIENT_SECRET,
        allowed=ALLOWED,
    )
    tls = tls_files(laboratory.credentials)
    with live(directory, tls=tls, port=port, public_url=public_url, oidc=client, **settings) as it:
        yield it, public_url


class Browser:
    """Follows redirects and keeps cookies, as far as signing in needs it."""

    def __init__(self, ca):
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.jar),
            urllib.request.HTTPSHandler(context=client_context(ca)),
        )

    def open(self, url, fields=None, **headers):
        """Return (status, final URL, text)."""
        data = None if fields is None else urlencode(fields).encode()
        request = urllib.request.Request(url, data, headers)
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.status, answer.url, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.url, error.read().decode()

    def sign_in(self, public_url, person):
        """Go the whole way; return what the last page was."""
        status, url, page = self.open(f"{public_url}/authenticate")
        for _ in range(4):
            form = re.search(r'<form[^>]*action="([^"]+)"', page)
            if status != 200 or not form or "/interaction/" not in form[1]:
                break
            prompt = re.search(r'name="prompt" value="(\w+)"', page)[1]
            fields = {"prompt": prompt, "login": person, "password": "any"}
            status, url, page = self.open(urljoin(url, form[1]), fields)
        return status, url, page

    def cookie(self, name):
        return next((cookie for cookie in self.jar if cookie.name == name), None)
