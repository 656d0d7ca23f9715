"""The whole of it in a real browser: Chromium, our own TLS, a real OpenID provider."""

import contextlib
import http.server
import ssl
import threading

import pytest
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.ui import WebDriverWait

from invoicer.chromium import Devtools, chromium
from invoicer.signing_in import signing_in
from servers.laboratory import NAME

pytestmark = pytest.mark.xdist_group("chromium")

HOSTILE = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
BREAKING_OUT = "\"><svg onload=\"document.title='owned'\"> ' onmouseover='document.title=1' x='"


@pytest.fixture(scope="module")
def served(laboratory, tmp_path_factory):
    directory = tmp_path_factory.mktemp("live")
    with signing_in(laboratory, directory, host=NAME, name="oidc-browser") as (running, url):
        yield running, url


@pytest.fixture(scope="module")
def browser(laboratory, tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("home"), laboratory.credentials.ca, hosts=[NAME]) as it:
        yield it


@pytest.fixture
def signed_in(browser, served):
    _, url = served
    browser.get(url)
    if browser.find_elements(By.ID, "sign-in"):
        follow(browser, By.ID, "sign-in")
        browser.find_element(By.NAME, "login").send_keys("ada")
        browser.find_element(By.NAME, "password").send_keys("any")
        follow(browser, By.CSS_SELECTOR, "button[type=submit]")
        follow(browser, By.CSS_SELECTOR, "button[type=submit]")
        WebDriverWait(browser, 30).until(lambda driver: driver.current_url == f"{url}/")
    assert browser.current_url == f"{url}/"
    assert browser.find_element(By.ID, "person").text.startswith("ada")
    return browser


def test_the_lock_is_closed(browser, served):
    """Security state `secure`, TLS 1.3, and the authority of the laboratory behind it."""
    _, url = served
    with Devtools(browser) as tools:
        tools.send("Security.enable")
        browser.get(url)

        def told(parameters):
            state = parameters["visibleSecurityState"]
            return "certificateSecurityState" in state and state["securityState"] != "neutral"

        state = tools.until("Security.visibleSecurityStateChanged", told)["visibleSecurityState"]
    assert state["securityState"] == "secure"
    certificate = state["certificateSecurityState"]
    assert certificate["protocol"] == "TLS 1.3"
    assert certificate["subjectName"] == NAME
    assert not certificate["certificateHasWeakSignature"]
    assert not certificate.get("certificateNetworkError")


def test_hsts_forces_https_on_a_typed_http_address(browser, served):
    running, url = served
    browser.get(url)  # where the browser learns of it
    browser.get("about:blank")
    plain = url.replace("https:", "http:")
    with Devtools(browser) as tools:
        tools.send("Network.enable")
        browser.get(f"{plain}/__version__")
        redirected = tools.until("Network.requestWillBeSent", lambda p: "redirectResponse" in p)[
            "redirectResponse"
        ]
    assert redirected["status"] == 307
    assert redirected["headers"]["Non-Authoritative-Reason"] == "HSTS"
    assert browser.current_url == f"{url}/__version__"
    # Nothing of it went out in the clear: this port speaks TLS alone.
    assert {line["scheme"] for line in running.log if line["event"] == "request"} == {"https"}


def test_a_person_makes_and_deletes_an_invoice(signed_in):
    fill(signed_in, amount="42.42", charge_type="blood work", charge_amount="42.42")
    row = signed_in.find_elements(By.CSS_SELECTOR, "#invoices tr")[-1]
    assert "42.42" in row.text
    name = row.get_attribute("id")
    row.find_element(By.CSS_SELECTOR, "form.delete button").click()
    message = until_told(signed_in)
    assert message == f"Invoice {name.removeprefix('invoice-')} is deleted."
    assert not signed_in.find_elements(By.ID, name)
    signed_in.refresh()
    assert not signed_in.find_elements(By.ID, name)


def test_scripts_in_what_is_kept_are_inert(signed_in):
    for text in (HOSTILE, BREAKING_OUT):
        fill(
            signed_in,
            amount="1.00",
            charge_type=text[:64],
            charge_amount="1",
            charge_description=text,
        )
        assert signed_in.title == "Invoices"
        assert text in signed_in.find_element(By.ID, "invoices").text
    inside = "#invoices script, #invoices img, #invoices svg, #person script, [onmouseover]"
    assert signed_in.find_elements(By.CSS_SELECTOR, inside) == []
    assert "<script>" in signed_in.find_element(By.ID, "person").text
    with pytest.raises(NoAlertPresentException):
        _ = signed_in.switch_to.alert


def test_scripts_in_an_id_are_inert(signed_in, served):
    _, url = served
    for name in ("<script>document.title='owned'", "1%22%3E%3Cimg%20src=x%20onerror=1%3E"):
        signed_in.get(f"{url}/invoice/{name}")
        assert "an id is a whole number" in signed_in.page_source
        assert signed_in.title != "owned"
        signed_in.get(f"{url}/#invoice={name}")
        assert signed_in.title == "Invoices"


def test_the_policy_stops_a_script_that_got_in_all_the_same(signed_in, served):
    """As if something had been written into the page unescaped: it does not run."""
    running, _ = served
    tried = signed_in.execute_script(
        """
        const tried = [];
        for (const write of [
          () => { document.body.innerHTML = "<b>x</b>"; },
          () => { document.createElement("button").setAttribute("onclick", "1"); },
          () => { document.createElement("script").text = "1"; },
        ]) {
          try { write(); tried.push("written"); } catch (error) { tried.push(error.name); }
        }
        return tried;
        """
    )
    assert tried == ["TypeError"] * 3
    assert signed_in.title == "Invoices"
    WebDriverWait(signed_in, 30).until(
        lambda _: any(line["event"] == "report" for line in list(running.log))
    )


def test_a_wrong_csrf_token_is_refused(signed_in, served):
    _, url = served
    before = len(signed_in.find_elements(By.CSS_SELECTOR, "#invoices tr"))
    signed_in.execute_script(
        "for (const f of document.querySelectorAll('[name=csrf_token]')) f.value = 'x'"
    )
    fill(signed_in, amount="66.60")
    assert "the CSRF token is malformed" in signed_in.page_source
    signed_in.get(url)
    assert len(signed_in.find_elements(By.CSS_SELECTOR, "#invoices tr")) == before


@contextlib.contextmanager
def evil_page(credentials, target):
    """A page on another port of the same host, to which the browser gives the same cookies."""
    page = f"""<!doctype html><form method="post" action="{target}">
    <input name="amount" value="66.60"></form>
    <button onclick="document.forms[0].submit()">go</button>""".encode()

    class Evil(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_):
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(credentials.certificate("ecdsa"), credentials.key("ecdsa"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Evil) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("host", "words"),
    [(NAME, "a page of another origin"), ("127.0.0.1", "sign in first")],
    ids=["same site", "cross site"],
)
def test_a_page_of_somebody_else_cannot_post(signed_in, served, laboratory, host, words):
    """From the same site the cookie comes along and the origin is refused; else it does not."""
    _, url = served
    before = len(signed_in.find_elements(By.CSS_SELECTOR, "#invoices tr"))
    with evil_page(laboratory.credentials, f"{url}/page/invoices") as port:
        signed_in.get(f"https://{host}:{port}/")
        signed_in.find_element(By.TAG_NAME, "button").click()
        WebDriverWait(signed_in, 30).until(lambda driver: words in driver.page_source)
        signed_in.get(url)
    assert len(signed_in.find_elements(By.CSS_SELECTOR, "#invoices tr")) == before


def test_the_session_ends(signed_in, served):
    _, url = served
    signed_in.find_element(By.CSS_SELECTOR, "#log-out button").click()
    WebDriverWait(signed_in, 30).until(lambda driver: driver.find_elements(By.ID, "sign-in"))
    assert signed_in.get_cookie("__Host-invoicer-session") is None
    signed_in.get(f"{url}/invoices")
    assert "sign in" in signed_in.page_source


def fill(driver, **fields):
    form = driver.find_element(By.ID, "create")
    for name, value in fields.items():
        form.find_element(By.NAME, name).send_keys(value)
    follow(driver, By.CSS_SELECTOR, "#create button")


def follow(driver, by, what):
    """Click what leads to another page, and wait until this one is gone."""
    page = driver.find_element(By.TAG_NAME, "html")
    driver.find_element(by, what).click()
    WebDriverWait(driver, 30).until(staleness_of(page))


def until_told(driver):
    message = driver.find_element(By.ID, "message")
    WebDriverWait(driver, 30).until(lambda _: message.text)
    return message.text
