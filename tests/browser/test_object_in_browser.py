"""The object page around its plot: stepping in place, images, files, citation, paper."""

import csv
import io
import json
import re
import statistics
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from astropy.io import fits
from playwright.sync_api import Page, expect
from tests.browser.waiting import until
from tests.site.catalogue_fixture import HOSTILE, LONG_ID, NAMELESS, slug_at, slug_by_id

pytestmark = pytest.mark.browser

FIRST, SECOND, THIRD = (slug_at(i) for i in range(3))
HOSTILE_SLUG = slug_at(NAMELESS)
LIVE = "#figure[data-state=live]"
VIEWER = "https://www.legacysurvey.org/**"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"/>'
# Artefacts of the fixture, by rank: every fifth and sixth object of six.
ARTEFACTS = ("39627830000000004", LONG_ID, "39627830000000010")
MOST_SWAP_MS = 250
# From the press of the key to the frame after the next object's spectrum is in the plot.
CLOCK = """() => {
  window.swaps = [];
  addEventListener("keydown", () => {
    const began = performance.now();
    const old = document.getElementById("figure").dataset.slug;
    const source = Bokeh.documents[0].get_model_by_name("spectrum");
    const before = source.data;
    const look = () => {
      const { slug, state } = document.getElementById("figure").dataset;
      if (slug !== old && state === "live" && source.data !== before) {
        requestAnimationFrame(() => swaps.push(performance.now() - began));
      } else requestAnimationFrame(look);
    };
    look();
  }, true);
}"""


def visit(page: Page, address: str, slug: str = FIRST, query: str = "") -> None:
    page.goto(f"{address}objects/{slug}/index.html{query}")
    page.wait_for_selector(LIVE)


def step(page: Page, key: str, slug: str) -> None:
    page.keyboard.press(key)
    page.wait_for_selector(f'{LIVE}[data-slug="{slug}"]')
    until(page, f"document.activeElement.textContent === {json.dumps(name_of(slug))}")


def name_of(slug: str) -> str:
    if slug == HOSTILE_SLUG:
        return f"DESI {HOSTILE}"
    return f"PSA {slug.upper().replace('P', '+').replace('M', '-')}"


def plotted(page: Page) -> list[float]:
    return page.evaluate("Array.from(Bokeh.documents[0].get_model_by_name('spectrum').data.recon)")


def recon_of(page: Page) -> list[float]:
    """Reconstruction in the file of the object whose page this is, in the survey's unit."""
    data = page.evaluate("fetch('data.json').then((r) => r.json())")
    return [each * data["recon"]["step"] * data["norm"] for each in data["recon"]["values"]]


def test_the_next_object_takes_this_ones_place_and_the_live_plot_goes_along(page, address, watch):
    visit(page, address)
    page.evaluate("window.still = document.querySelector('#plot')")
    step(page, "ArrowRight", SECOND)
    assert page.url == f"{address}objects/{SECOND}/index.html"
    assert page.evaluate("window.still === document.querySelector('#plot')")
    assert page.evaluate("Bokeh.documents.length") == 1
    assert plotted(page) == pytest.approx(recon_of(page))
    assert page.title().startswith(name_of(SECOND))
    assert page.locator("h1").inner_text() == name_of(SECOND)
    assert page.locator("#plot-box > svg").is_hidden()
    assert page.get_by_role("status").filter(has_text="rank 2").count() == 1
    assert page.evaluate("document.head.querySelector('link[rel=prev]').href").endswith(
        f"{FIRST}/index.html"
    )
    assert watch.faults == []


def test_back_and_forward_go_through_the_objects_without_a_load(page, address, watch):
    visit(page, address)
    page.evaluate("window.still = true")
    step(page, "ArrowRight", SECOND)
    step(page, "ArrowRight", THIRD)
    step(page, "ArrowLeft", SECOND)
    for go, slug in ((page.go_back, THIRD), (page.go_back, SECOND), (page.go_forward, THIRD)):
        go()
        page.wait_for_selector(f'{LIVE}[data-slug="{slug}"]')
        expect(page.locator("h1")).to_have_text(name_of(slug))
    assert plotted(page) == pytest.approx(recon_of(page))
    assert page.evaluate("window.still")
    assert watch.faults == []


@pytest.mark.alone
def test_a_step_is_shown_in_less_than_a_quarter_of_a_second(page, address):
    visit(page, address)
    page.evaluate(CLOCK)
    for number in range(1, 11):
        page.wait_for_timeout(150)  # a visitor looks, and the neighbours are fetched ahead
        page.keyboard.press("ArrowRight")
        until(page, f"swaps.length === {number}")
    times = page.evaluate("swaps")
    print(f"swap: median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms")  # noqa: T201
    assert statistics.median(times) < MOST_SWAP_MS


def test_the_modules_work_on_each_next_object_once(page, address, watch):
    visit(page, address)
    step(page, "ArrowRight", SECOND)
    step(page, "ArrowRight", THIRD)
    downloads = []
    page.on("download", lambda each: downloads.append(each.suggested_filename))
    with page.expect_download():
        page.click("[name=csv]")
    page.wait_for_timeout(300)  # for another, which must not come
    assert downloads == [f"{THIRD}.csv"]
    step(page, "ArrowRight", HOSTILE_SLUG)
    assert watch.faults == []


def test_a_click_on_the_next_object_swaps_and_a_click_for_a_new_tab_does_not(page, address):
    visit(page, address)
    page.evaluate("window.still = true")
    page.click("#steps a[rel=next]")
    page.wait_for_selector(f'{LIVE}[data-slug="{SECOND}"]')
    assert page.evaluate("window.still")
    with page.context.expect_page() as opened:
        page.click("#steps a[rel=next]", modifiers=["Control"])
    opened.value.close()
    assert page.url.endswith(f"{SECOND}/index.html")


def test_what_stands_on_the_screen_stays_there(page, address):
    page.set_viewport_size({"width": 1000, "height": 700})
    visit(page, address, THIRD)
    page.evaluate("scrollTo({top: 120, behavior: 'instant'})")
    before = page.locator("#plot-box").bounding_box()
    step(page, "ArrowRight", HOSTILE_SLUG)
    assert page.locator("#plot-box").bounding_box()["y"] == pytest.approx(before["y"], abs=2)


def test_a_hostile_neighbour_arrives_as_text(page, address, watch):
    visit(page, address, THIRD)
    step(page, "ArrowRight", HOSTILE_SLUG)
    assert page.locator("main script, main img").count() == 0
    assert HOSTILE in page.locator("#bibtex").text_content().replace("\\textless{}", "<").replace(
        "\\textgreater{}", ">"
    )
    assert watch.faults == []


def test_a_page_that_does_not_come_is_left_to_the_browser(page, address):
    refused = []

    def refuse(route):
        if route.request.resource_type != "fetch":
            return route.continue_()
        refused.append(route.request.url)
        # Ahead of time there is no answer at all, and when it is asked for again a wrong one.
        return route.abort() if len(refused) == 1 else route.fulfill(status=500, body="no")

    page.route(f"**/{THIRD}/index.html", refuse)
    visit(page, address)
    # It is fetched ahead when the browser has nothing better to do, which may be soon or late.
    with page.expect_event("requestfailed", lambda asked: THIRD in asked.url):
        step(page, "ArrowRight", SECOND)
    page.evaluate("window.still = true")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/{THIRD}/index.html")
    page.wait_for_selector(LIVE)
    assert page.evaluate("window.still") is None
    assert refused


def test_who_steps_before_the_plot_is_awake_sees_the_last_object_in_it(page, address, watch):
    page.goto(f"{address}objects/{FIRST}/index.html")
    page.wait_for_selector("#keys:not([hidden])")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f'{LIVE}[data-slug="{SECOND}"]')
    until(
        page, f"Bokeh.documents[0].get_model_by_name('credit').text.includes('{name_of(SECOND)}')"
    )
    assert plotted(page) == pytest.approx(recon_of(page))
    assert page.evaluate("Bokeh.documents.length") == 1
    assert watch.faults == []


def test_the_explorers_selection_is_stepped_through_and_left(page, address, watch):
    asked = "verdict=artefact"
    visit(page, address, slug_by_id(ARTEFACTS[0]), f"?in={quote(asked, safe='')}")
    here = page.locator("#steps .here")
    expect(here).to_contain_text("1 of 20 in your selection")
    assert page.locator("#steps a[rel=prev]").count() == 0
    for number, target in enumerate(ARTEFACTS[1:], 2):
        page.keyboard.press("ArrowRight")
        page.wait_for_selector(f'{LIVE}[data-slug="{slug_by_id(target)}"]')
        expect(here).to_contain_text(f"{number} of 20 in your selection")
        assert page.url.endswith(f"?in={quote(asked, safe='')}")
    page.click("#steps a[rel=prev]")
    page.wait_for_selector(f'{LIVE}[data-slug="{slug_by_id(LONG_ID)}"]')
    expect(here).to_contain_text("2 of 20")
    back = here.get_by_role("link", name="your selection")
    assert back.evaluate("(link) => link.href") == f"{address}explore/index.html?{asked}"
    here.get_by_role("link", name="leave it").click()
    page.wait_for_url(f"**/{slug_by_id(LONG_ID)}/index.html")
    expect(here).to_contain_text("rank 6 of 60 outliers")
    assert watch.faults == []


def test_an_object_outside_the_selection_says_so_and_steps_by_rank(page, address, watch):
    visit(page, address, FIRST, "?in=verdict%3Dartefact")
    expect(page.locator("#steps .here")).to_contain_text("not in your selection of 20")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f'{LIVE}[data-slug="{SECOND}"]')
    assert watch.faults == []


def test_a_hostile_selection_is_only_an_address(page, address, watch):
    visit(page, address, FIRST, f"?in={quote('q=<script>alert(1)</script>#x', safe='')}")
    expect(page.locator("#steps .here")).to_contain_text("in your selection")
    assert page.locator("main script").count() == 0
    assert watch.faults == []


def show_buttons(page: Page):
    return page.locator("#cutout button[data-image]")


def test_an_image_of_the_sky_is_asked_for_only_on_request(page, address, watch):
    page.route(VIEWER, lambda route: route.fulfill(body=SVG, content_type="image/svg+xml"))
    visit(page, address)
    assert not [asked for asked in watch.asked if "legacysurvey" in asked]
    before = page.locator("#cutout + .links").bounding_box()
    show_buttons(page).first.click()
    image = page.locator("#cutout img")
    expect(image).to_have_attribute("loading", "lazy")
    expect(image).to_have_attribute("width", "256")
    assert "67 arcseconds" in image.get_attribute("alt")
    assert page.locator("#cutout svg path").count() > 0
    expect(page.locator(".cutout-words")).to_contain_text("Image: ")
    after = page.locator("#cutout + .links").bounding_box()
    assert after["y"] == pytest.approx(before["y"], abs=24)
    viewer = page.locator(".cutout-frame").get_attribute("href")
    assert "mark=" in viewer
    asked = [each for each in watch.asked if "legacysurvey" in each]
    assert len(asked) == 1
    assert watch.faults == []


def test_who_always_wants_images_gets_them_at_once_until_that_is_taken_back(page, address, watch):
    page.route(VIEWER, lambda route: route.fulfill(body=SVG, content_type="image/svg+xml"))
    visit(page, address)
    page.get_by_label("always show images").check()
    expect(page.locator("#cutout img")).to_have_count(1)
    step(page, "ArrowRight", SECOND)
    expect(page.locator("#cutout img")).to_have_count(1)
    visit(page, address, THIRD)
    expect(page.locator("#cutout img")).to_have_count(1)
    page.get_by_label("always show images").uncheck()
    visit(page, address)
    expect(page.locator("#cutout img")).to_have_count(0)
    # Who leaves a page cuts off what it fetches ahead.
    assert [each for each in watch.faults if "data.json" not in each] == []


def test_without_a_network_the_page_stands_and_says_that_no_image_came(page, address, watch):
    page.route(VIEWER, lambda route: route.abort())
    visit(page, address)
    show_buttons(page).first.click()
    expect(page.locator(".cutout-note")).to_contain_text("could not be loaded")
    expect(page.locator(".cutout-hint")).to_have_text("Open the sky viewer")
    assert page.locator("#cutout img").count() == 0
    assert all("legacysurvey" in fault or "net::ERR" in fault for fault in watch.faults)


def test_where_the_first_image_fails_the_one_of_the_whole_sky_takes_its_place(page, address):
    def serve(route):
        if "unwise" in route.request.url:
            route.fulfill(body=SVG, content_type="image/svg+xml")
        else:
            route.fulfill(status=200, body="no such layer", content_type="text/plain")

    page.route(VIEWER, serve)
    visit(page, address, SECOND)
    page.wait_for_selector("#cutout")
    buttons = show_buttons(page)
    expect(buttons).to_have_count(2)  # far from the Galactic plane
    buttons.first.click()
    expect(page.locator(".cutout-note")).to_contain_text("This one is infrared.")
    expect(page.locator(".cutout-words")).to_contain_text("unWISE")
    expect(buttons.last).to_have_attribute("aria-pressed", "true")


def downloaded(page: Page, selector: str) -> Path:
    with page.expect_download() as download:
        page.click(selector)
    return Path(download.value.path())


def shown_numbers(page: Page) -> dict[str, Any]:
    data = page.evaluate("fetch('data.json').then((r) => r.json())")
    ivar = np.array(data["ivar"]) / data["norm"] ** 2
    scaled = {
        name: np.array(data[key]["values"]) * data[key]["step"] * data["norm"]
        for name, key in (("flux", "flux"), ("reconstruction", "recon"), ("expected", "expected"))
    }
    return {**scaled, "ivar": ivar, "data": data}


def test_a_spectrum_downloads_as_csv_with_every_bin(page, address):
    visit(page, address)
    rows = list(csv.DictReader(io.StringIO(downloaded(page, "[name=csv]").read_text())))
    assert len(rows) == 1000
    assert float(rows[0]["wave_rest_A"]) == pytest.approx(3600)
    wanted = shown_numbers(page)
    flux = next(name for name in rows[0] if name.startswith("flux"))
    assert [float(row[flux]) for row in rows] == pytest.approx(list(wanted["flux"]), rel=1e-6)
    assert [float(row["ivar"]) for row in rows] == pytest.approx(list(wanted["ivar"]), rel=1e-6)


@pytest.mark.parametrize("slug", [FIRST, HOSTILE_SLUG])
def test_the_fits_file_is_valid_and_holds_what_the_page_shows(page, address, slug):
    visit(page, address, slug)
    path = downloaded(page, "[name=fits]")
    assert path.stat().st_size % 2880 == 0
    wanted = shown_numbers(page)
    with fits.open(path) as file:
        file.verify("exception")
        header, table = file[0].header, file["SPECTRUM"]
        assert header["TARGETID"] == wanted["data"]["target_id"]
        assert header["OBJECT"] == wanted["data"]["name"]
        assert header["SURVEY"] == "desi"
        assert header["REDSHIFT"] == pytest.approx(wanted["data"]["z"])
        assert header["RA"] == pytest.approx(wanted["data"]["ra"])
        assert header["REFERENC"].endswith(f"objects/{slug}/index.html")
        assert "Test Atlas" in header["ORIGIN"]
        assert table.columns.names == ["wave_rest", "flux", "ivar", "reconstruction", "expected"]
        assert table.columns["wave_rest"].unit == "Angstrom"
        assert table.columns["flux"].unit == "10**-17 erg s-1 cm-2 Angstrom-1"
        assert table.columns["ivar"].unit == "10**34 erg-2 s2 cm4 Angstrom2"
        for name in ("flux", "ivar", "reconstruction", "expected"):
            assert table.data[name] == pytest.approx(wanted[name], rel=1e-12), name
        assert table.data["wave_rest"][0] == pytest.approx(3600)


AWKWARD = "O'Brien's Å–star ☃ " + "it's long, " * 20 + "&"


def test_a_fits_header_carries_any_text_and_number(page, address, tmp_path):
    page.goto(f"{address}objects/{FIRST}/index.html")
    found = page.evaluate(
        """async (text) => {
          const { fitsParts } = await import(new URL("../../static/object/fits.js", location.href));
          const parts = fitsParts(
            [["OBJECT", text], ["QUOTES", "'".repeat(90)], ["EMPTY", ""], ["TINY", -1.5e-7],
             ["WHOLE", 3], ["THIRD", 1 / 3], ["HUGE", 1e22], ["LINE", "two\\nlines"]],
            "ODD", [{ name: "x", unit: "", values: [1.5, -2] }]);
          return parts.flatMap((part) => [...part]);
        }""",
        AWKWARD,
    )
    path = tmp_path / "odd.fits"
    path.write_bytes(bytes(found))
    with fits.open(path) as file:
        file.verify("exception")
        header = file[0].header
        assert header["OBJECT"] == AWKWARD.replace("Å–", "Angstrom-").replace("☃", "?")
        assert header["QUOTES"] == "'" * 90
        assert header["EMPTY"] == ""
        assert header["LINE"] == "two?lines"
        assert (header["TINY"], header["WHOLE"], header["HUGE"]) == (-1.5e-7, 3, 1e22)
        assert header["THIRD"] == pytest.approx(1 / 3, rel=1e-15)
        assert list(file["ODD"].data["x"]) == [1.5, -2]


def test_bibtex_is_copied_and_downloaded_with_the_pages_address(page, address, watch):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, address)
    page.click(".bibtex summary")
    entry = page.locator("#bibtex").inner_text()
    assert re.match(r"@misc\{peculiar-spectra-test-j[\dpm-]+,", entry)
    assert f"url       = {{{address}objects/{FIRST}/index.html}}" in entry
    page.click(".bibtex-deeds [name=copy]")
    expect(page.locator(".bibtex-deeds [role=status]")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == f"{entry}\n"
    assert downloaded(page, ".bibtex-deeds [name=save]").read_text() == f"{entry}\n"
    assert watch.faults == []


def test_the_keys_are_told_and_found_by_keyboard(page, address):
    visit(page, address)
    page.focus("#keys summary")
    page.keyboard.press("Enter")
    expect(page.locator("#keys dl")).to_be_visible()


@pytest.mark.parametrize("control", ["[name=smooth]", "[name=lines]", "textarea"])
def test_the_arrows_do_not_step_where_they_have_a_meaning_of_their_own(page, address, control):
    visit(page, address)
    page.focus(control)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    assert FIRST in page.url


def test_the_object_prints_on_two_pages_with_picture_and_verdict(page, address):
    visit(page, address)
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) <= 2
    page.emulate_media(media="print")
    for shown in ("h1", ".kind .verdict", "#plot-box > svg", ".why ol", ".scores", ".citation"):
        assert page.locator(shown).first.is_visible(), shown
    for hidden in ("#plot", "#controls", "#keys", ".cutout", ".yours", "[name=fits]"):
        assert not page.locator(hidden).first.is_visible(), hidden


def test_without_scripts_steps_image_and_numbers_are_plain_links(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}objects/{SECOND}/index.html")
    assert page.locator(".cutout-frame").get_by_text("Open the sky viewer").is_visible()
    assert page.locator("#spectrum-files a").first.is_visible()
    assert not page.locator("#keys").is_visible()
    page.click("#steps a[rel=next]")
    assert page.url == f"{address}objects/{THIRD}/index.html"
    context.close()
