from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect
from tests.browser.accessibility import serious_faults
from tests.browser.waiting import until
from tests.site.catalogue_fixture import HOSTILE, slug_at

pytestmark = pytest.mark.browser

OBJECT = f"objects/{slug_at(0)}/index.html"
PAGES = {
    "home": "index.html",
    "object": OBJECT,
    "hostile": "objects/desi-script-alert-1-script/index.html",
    "explore": "explore/index.html",
    "gallery": "explore/index.html?view=gallery",
    "map": "map/index.html",
    "categories": "categories/index.html",
    "methods": "methods/index.html",
    "how-well": "how-well/index.html",
    "download": "download/index.html",
    "columns": "columns/index.html",
    "use": "use/index.html",
    "for-the-survey": "for-the-survey/index.html",
    "about": "about/index.html",
    "provenance": "provenance/index.html",
    "changes": "changes/index.html",
    "accessibility": "accessibility/index.html",
    "yours": "yours/index.html",
    "missing": "404.html",
}
READY = {
    "object": "#figure[data-state=live]",
    "hostile": "#figure[data-state=live]",
    "explore": "#explorer.live #objects .spark",
    "gallery": "#gallery .spark",
    "map": "#map-box canvas",
}


def visit(page: Page, address: str, name: str) -> None:
    page.goto(address + PAGES[name])
    if name in READY:
        page.wait_for_selector(READY[name])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_without_any_fault_or_third_party_at_every_width(page, address, watch, name):
    visit(page, address, name)
    for width in (320, 390, 768, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{name} is {wider} px too wide at {width} px"
    # The missing page offers its files at several depths: those that are not there are refused.
    climbing = {urljoin(address, up) + "static/" for up in ("../", "../../", "../../../")}
    faults = watch.faults
    if name == "missing":
        faults = [
            fault
            for fault in faults
            if "status of 404" not in fault
            and not any(place in fault for place in climbing if place != address + "static/")
        ]
        refused = {url.rpartition("static/")[0] + "static/" for url in watch.refused}
        assert refused <= climbing
    assert faults == []
    assert [
        asked for asked in watch.asked if not asked.startswith(address.split("/atlas")[0])
    ] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_serious_accessibility_fault(page, address, name, scheme):
    page.emulate_media(color_scheme=scheme)
    visit(page, address, name)
    assert serious_faults(page) == []


def test_a_visitor_with_a_keyboard_gets_from_home_to_an_object(page, address):
    page.goto(address + "index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")
        if "objects/" in (page.evaluate("document.activeElement.href") or ""):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/objects/**")
    assert page.locator("h1").is_visible()


def tab_to(page: Page, wanted: str, most: int = 60) -> None:
    """Press Tab until the element with the focus matches a selector; fails after `most`."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{most} times Tab do not lead to {wanted}")


def test_a_visit_from_home_to_the_tenth_outlier_needs_no_mouse(page, address, watch):
    page.goto(address + "index.html")
    tab_to(page, 'nav a[href$="explore/index.html"]')
    page.keyboard.press("Enter")
    page.wait_for_selector(READY["explore"])
    tab_to(page, "#objects tbody a", 80)
    names = page.locator("#objects tbody th a").all_inner_texts()
    page.keyboard.press("Enter")
    page.wait_for_selector(READY["object"])
    for place in range(2, 11):
        page.keyboard.press("ArrowRight")
        expect(page.locator("h1")).to_have_text(names[place - 1])
        expect(page.locator("#steps .here")).to_contain_text(f"{place} of ")
    assert watch.faults == []


@pytest.mark.parametrize("name", ["home", "object", "explore", "map", "how-well"])
def test_a_page_is_whole_without_scripts(browser, address, name):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(address + PAGES[name])
    assert page.locator("h1").is_visible()
    expected = {
        "home": ".hero svg path.data",
        "object": "#plot-box svg path.recon",
        "explore": "#objects tbody tr:nth-child(60) a",
        "map": ".map-plot .density-1",
        "how-well": ".heat-map rect.heat",
    }[name]
    assert page.locator(expected).first.is_visible()
    assert page.locator("button:visible:not([type=submit])").count() == 0
    context.close()


@pytest.mark.parametrize("name", ["home", "object", "explore", "map"])
def test_a_page_opens_from_the_disk_without_a_fault(page, served, watch, name):
    page.goto((served / PAGES[name]).as_uri())
    page.wait_for_load_state("networkidle")
    assert page.locator("h1").is_visible()
    weight = page.evaluate("getComputedStyle(document.querySelector('.site-header')).display")
    assert weight == "flex"
    assert watch.faults == []


def test_a_hostile_name_is_only_ever_text(page, address, watch):
    for name in ("hostile", "explore", "gallery", "map", "home"):
        visit(page, address, name)
        assert page.locator("main script, main img").count() == 0
    visit(page, address, "explore")
    page.fill("#q", HOSTILE)
    assert page.locator("#objects tbody th").all_inner_texts() == [f"DESI {HOSTILE}"]
    assert watch.faults == []


def test_the_missing_page_is_dressed_and_leads_home_from_any_depth(page, served, address):
    body = (served / "404.html").read_text()

    def missing(route):
        route.fulfill(status=404, content_type="text/html", body=body)

    for deep in ("nothing", "objects/nothing/", "objects/nothing/here/"):
        page.unroute_all()
        page.route(address + deep, missing)
        page.goto(address + deep)
        until(page, "document.querySelector('main a').href.endsWith('/atlas/v1/index.html')")
        assert page.locator("main a").first.get_attribute("href") == address + "index.html"
        assert page.locator("form").get_attribute("action") == address + "explore/index.html"
        shown = page.evaluate("getComputedStyle(document.querySelector('.site-header')).display")
        assert shown == "flex"


def test_the_header_keeps_all_doors_on_one_line_on_a_phone(page, address):
    page.set_viewport_size({"width": 390, "height": 800})
    visit(page, address, "how-well")
    doors = page.locator(".site-header nav a").all()
    assert len({round(door.bounding_box()["y"]) for door in doors}) == 1


def test_the_verdict_stands_above_the_fold_on_a_phone(page, address):
    page.set_viewport_size({"width": 390, "height": 660})
    visit(page, address, "object")
    box = page.locator(".kind .verdict").bounding_box()
    assert box["y"] + box["height"] < 330
    plot = page.locator("#plot-box").bounding_box()
    assert plot["y"] < 330
