"""The page as Debian's Chromium shows it: on a desk, on a telephone, dark, and printed."""

import os

import pytest
from selenium import webdriver

from tlsward.cli.primer.page_run import every_lesson
from tlsward.report.lesson.page import render_page

#: Texts that leave their picture, and pairs of texts that lie on each other.
FAULTS = """
const faults = [];
for (const picture of document.querySelectorAll("svg.picture")) {
  const box = picture.viewBox.baseVal;
  const texts = [...picture.querySelectorAll("text")].map(t => [t.textContent, t.getBBox()]);
  texts.forEach(([words, at], index) => {
    if (at.x < 0 || at.y < 0 || at.x + at.width > box.width || at.y + at.height > box.height)
      faults.push(["outside", words]);
    for (const [others, that] of texts.slice(index + 1)) {
      const across = Math.min(at.x + at.width, that.x + that.width) - Math.max(at.x, that.x);
      const down = Math.min(at.y + at.height, that.y + that.height) - Math.max(at.y, that.y);
      if (across > 1 && down > 0.2 * Math.min(at.height, that.height))
        faults.push(["on each other", words, others]);
    }
  });
}
return faults;
"""
LETTERS = """
return Math.min(...[...document.querySelectorAll("svg.picture text")].map(
  text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a));
"""
COLOURS = "const s = getComputedStyle(document.body); return [s.backgroundColor, s.color]"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    home = tmp_path_factory.mktemp("browser")
    page = home / "primer.html"
    page.write_text(render_page(every_lesson(), "words"), encoding="utf-8")
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in (
        *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
        *("--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND"),
        f"--user-data-dir={home / 'profile'}",
    ):
        options.add_argument(argument)
    environment = {**os.environ, "HOME": str(home), "SE_OFFLINE": "true"}
    service = webdriver.ChromeService("/usr/bin/chromedriver", env=environment)
    driver = webdriver.Chrome(options=options, service=service)
    driver.get(page.as_uri())
    try:
        yield driver
    finally:
        driver.quit()


def shown(browser, width, *, scheme="light", media="screen"):
    """Give the window a width and the page its medium."""
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    browser.refresh()


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_only_tables_and_pictures_scroll_sideways(browser, width):
    shown(browser, width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_letters_in_pictures_can_be_read(browser, width):
    shown(browser, width)
    assert browser.execute_script(LETTERS) >= 9


def test_no_word_of_a_picture_is_cut_or_lies_on_another(browser):
    shown(browser, 1280)
    assert browser.execute_script(FAULTS) == []


def test_nothing_is_loaded_and_nothing_is_complained_of(browser):
    shown(browser, 1280)
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert browser.get_log("browser") == []


def test_dark_on_a_screen_is_light_on_paper(browser):
    shown(browser, 1280)
    light = browser.execute_script(COLOURS)
    shown(browser, 1280, scheme="dark")
    assert browser.execute_script(COLOURS) != light
    shown(browser, 1280, scheme="dark", media="print")
    assert browser.execute_script(COLOURS) == light
