"""A published release in a browser: redirects, pages of what is gone, lines to copy, own images."""

import pytest
from playwright.sync_api import Page, expect
from tests.browser.accessibility import serious_faults
from tests.browser.serving import hosted
from tests.browser.waiting import until
from tests.site.catalogue_fixture import name_of, slug_at
from tests.site.released import ADDRESS, GONE, make_release

pytestmark = pytest.mark.browser

PAGES = {
    "use": "use/index.html",
    "gone": f"objects/{GONE[2]}/index.html",
    "pictured": f"objects/{slug_at(0)}/index.html",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Address of the release's home, with its final slash."""
    site = make_release(tmp_path_factory.mktemp("released"), whole=False).site
    with hosted(site) as address:
        yield address


def visit(page: Page, home: str, name: str) -> None:
    page.goto(home + PAGES[name])
    ready = {"use": ".snippet button", "pictured": "#figure[data-state=live]"}
    if name in ready:
        page.wait_for_selector(ready[name])


def test_an_identifier_leads_to_the_page_of_the_name(page, home, watch):
    page.goto(f"{home}id/desi/39627830000000000/")
    page.wait_for_url(f"**/objects/{slug_at(0)}/index.html")
    expect(page.locator("h1")).to_have_text(name_of(0))
    assert watch.faults == []


def test_an_identifier_of_what_is_gone_leads_to_its_last_page(page, home, watch):
    page.goto(f"{home}id/desi/{GONE[0]}/")
    page.wait_for_url(f"**/objects/{GONE[2]}/index.html")
    expect(page.locator("h1")).to_have_text(GONE[1])
    assert watch.faults == []


def test_the_link_of_a_redirect_works_where_nothing_refreshes(page, home):
    page.route(
        "**/id/**",
        lambda route: route.fulfill(
            body=route.fetch().text().replace('http-equiv="refresh"', 'data-held=""'),
            content_type="text/html",
        ),
    )
    page.goto(f"{home}id/desi/39627830000000000/")
    page.get_by_role("link", name=name_of(0)).click()
    expect(page.locator("h1")).to_have_text(name_of(0))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_asks_nobody_else_and_has_no_fault(page, home, watch, name):
    visit(page, home, name)
    for width in (320, 390, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert serious_faults(page) == []
    assert [each for each in watch.asked if not each.startswith(home)] == []
    assert watch.faults == []


def test_lines_are_copied_whole_and_it_says_so(page, home):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, home, "use")
    box = page.locator(".snippet").first
    box.get_by_role("button").click()
    expect(box.locator("[role=status]")).to_have_text("Copied.")
    assert (
        page.evaluate("navigator.clipboard.readText()") == f"{box.locator('code').inner_text()}\n"
    )
    assert f"{ADDRESS}download/outliers.parquet" in box.locator("code").inner_text()


def test_where_the_browser_refuses_the_lines_are_selected(page, home):
    page.add_init_script("delete Navigator.prototype.clipboard")
    visit(page, home, "use")
    box = page.locator(".snippet").nth(1)
    box.get_by_role("button").click()
    selected = page.evaluate("getSelection().toString()")
    assert selected.strip() == box.locator("code").inner_text().strip()


def test_without_a_script_the_lines_and_the_image_are_there(browser, home):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(home + PAGES["use"])
    assert page.locator(".snippet code").first.is_visible()
    assert page.locator("button:visible:not([type=submit])").count() == 0
    page.goto(home + PAGES["pictured"])
    assert page.locator(".carried img").is_visible()
    assert page.locator(".carried svg path").count() == 2
    context.close()


def test_the_image_is_loaded_from_the_site_and_the_bar_is_ten_arcseconds(page, home):
    visit(page, home, "pictured")
    page.locator(".carried img").scroll_into_view_if_needed()
    until(page, "document.querySelector('.carried img').naturalWidth === 256")
    bar = page.locator(".carried path.ink").get_attribute("d") or ""
    assert float(bar.rpartition("h")[2]) * 0.262 == pytest.approx(10, abs=0.02)


def test_the_verdict_form_comes_with_its_links_put_right(page, home, watch):
    visit(page, home, "pictured")
    page.click("#verdict-box summary")
    link = page.locator("#ballot a").first
    assert link.evaluate("(a) => a.href") == f"{home}categories/index.html#people"
    assert watch.faults == []


def test_without_the_verdict_form_ratings_work_all_the_same(page, home):
    page.route("**/yours/index.html", lambda route: route.abort())
    visit(page, home, "pictured")
    expect(page.locator("#verdict-box")).to_have_count(0)
    page.keyboard.press("4")
    expect(page.locator("#rating-status")).to_have_text("Rated 4.")
