import csv
import io
from pathlib import Path
from urllib.parse import urljoin

import axe_core_python
import pytest
from playwright.sync_api import Page, expect
from tests.site.catalogue_fixture import HOSTILE, LONG_ID, N_PUBLISHED

pytestmark = pytest.mark.browser

OBJECT = "objects/desi-39627830000000000/index.html"
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
    "for-the-survey": "for-the-survey/index.html",
    "about": "about/index.html",
    "missing": "404.html",
}
READY = {
    "object": "#figure[data-state=live]",
    "hostile": "#figure[data-state=live]",
    "explore": "#explorer.live #objects .spark",
    "gallery": "#gallery .spark",
    "map": "#map-box canvas",
}
AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


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
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [
        f"{each['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]
    assert serious == []


COLOURS_DRAWN = """() => {
  const canvases = [];
  const walk = (node) => {
    for (const each of node.children) {
      if (each.tagName === "CANVAS" && each.width > 0) canvases.push(each);
      if (each.shadowRoot) walk(each.shadowRoot);
      walk(each);
    }
  };
  walk(document.getElementById("plot"));
  return Math.max(...canvases.map((canvas) => {
    const pixels = new Uint32Array(
      canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    return new Set(pixels).size;
  }));
}"""


def test_the_interactive_plot_draws_under_the_strict_policy(page, address, watch):
    visit(page, address, "object")
    assert page.evaluate(COLOURS_DRAWN) > 20
    assert page.locator("#plot-box > svg").is_hidden()
    assert watch.faults == []


def spectrum_source(page: Page, column: str) -> list[float]:
    found: list[float] = page.evaluate(
        f"Array.from(Bokeh.documents[0].get_model_by_name('spectrum').data['{column}'])"
    )
    return found


def test_the_plot_controls_change_what_is_plotted(page, address, watch):
    visit(page, address, "object")
    rest, flux = spectrum_source(page, "x"), spectrum_source(page, "flux")
    page.select_option("[name=frame]", "observed")
    z = page.evaluate("fetch('data.json').then(r => r.json()).then(d => d.z)")
    assert spectrum_source(page, "x")[0] == pytest.approx(rest[0] * (1 + z))
    page.select_option("[name=units]", "unit")
    assert spectrum_source(page, "flux")[500] == pytest.approx(flux[500] / 180.0)
    page.locator("[name=smooth]").fill("4")
    assert page.locator("[name=smooth-out]").inner_text() == "4 bins"
    smooth = spectrum_source(page, "flux")
    assert max(smooth) < max(flux) / 180.0
    marks = "Bokeh.documents[0].get_model_by_name('lines').data.x.length"
    major = page.evaluate(marks)
    page.select_option("[name=lines]", "all")
    assert page.evaluate(marks) > major
    page.select_option("[name=lines]", "none")
    assert page.evaluate(marks) == 0
    page.click("[name=restore]")
    expect(page.locator("[name=smooth-out]")).to_have_text("off")
    assert spectrum_source(page, "x") == rest
    assert spectrum_source(page, "flux") == flux
    assert watch.faults == []


def test_smoothing_weighs_by_inverse_variance(page, address):
    visit(page, address, "object")
    found = page.evaluate(
        """async () => {
          const module = new URL("../../static/spectrum_plot.js", location.href);
          const { smoothed } = await import(module);
          const { flux } = smoothed([1, 100, 1], [4, 0, 4], 1);
          return [...flux];
        }"""
    )
    # A bin without information takes no part, however wild its flux.
    assert found == pytest.approx([1, 1, 1])


def test_a_spectrum_downloads_as_csv_with_every_bin(page, address):
    visit(page, address, "object")
    with page.expect_download() as download:
        page.click("[name=csv]")
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text())))
    assert len(rows) == 1000
    assert float(rows[0]["wave_rest_A"]) == pytest.approx(3600)


def test_an_image_of_the_sky_is_asked_for_only_on_request(page, address, watch):
    page.route("https://www.legacysurvey.org/**", lambda route: route.fulfill(status=200, body=b""))
    visit(page, address, "object")
    assert not [asked for asked in watch.asked if "legacysurvey" in asked]
    with page.expect_request("https://www.legacysurvey.org/viewer/cutout.jpg**"):
        page.click("text=Show image")
    page.wait_for_selector("text=The image could not be loaded")


def test_arrow_keys_go_through_the_objects_by_rank(page, address):
    page.goto(address + OBJECT)
    page.wait_for_selector("#figure[data-state=live]")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/desi-39627830000000001/index.html")
    page.wait_for_selector("#figure[data-state=live]")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/desi-39627830000000000/index.html")

    assert "39627830000000000" in page.locator("h1").inner_text()


def shown(page: Page) -> int:
    text = page.locator("#status").inner_text()
    return int(text.split("·")[1].split()[0].replace(",", ""))


def test_likely_artefacts_are_hidden_at_first_and_one_click_away(page, address):
    visit(page, address, "explore")
    assert shown(page) == 40
    assert "Likely artefacts are hidden" in page.locator("#status").inner_text()
    page.locator("#f-verdict input[value=artefact]").check()
    assert shown(page) == N_PUBLISHED


def test_a_view_of_the_explorer_lives_in_its_address(page, address, watch):
    visit(page, address, "explore")
    page.locator("#f-category input[value=broad_lines]").uncheck()
    page.locator("#f-z input").first.fill("0.2")
    page.locator("#f-z input").first.press("Enter")
    page.select_option("#sort", "-z")
    page.click("[data-view=gallery]")
    first, n = page.locator("#gallery .card-name").first.inner_text(), shown(page)
    again = page.url
    assert "0.2.." in again
    page.goto(address + "index.html")
    page.wait_for_load_state("networkidle")
    page.goto(again)
    page.wait_for_selector("#gallery .spark")
    assert page.locator("#gallery .card-name").first.inner_text() == first
    assert shown(page) == n
    assert page.locator("#f-z input").first.input_value() == "0.2"
    page.click("[data-view=table]")
    page.go_back()
    page.wait_for_selector("#gallery:not([hidden])")
    assert watch.faults == []


def test_the_selection_downloads_as_csv_with_its_identifiers_whole(page, address):
    page.goto(address + f"explore/index.html?q={LONG_ID}")
    page.wait_for_selector("#explorer.live")
    with page.expect_download() as download:
        page.click("#csv")
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text())))
    assert [row["target_id"] for row in rows] == [LONG_ID]


@pytest.mark.parametrize("form", ["decimal", "sexagesimal"])
def test_a_position_finds_the_object_there(page, address, form):
    visit(page, address, "explore")
    ra, dec, name = page.evaluate(
        """() => fetch("objects.json").then((r) => r.json())
          .then((t) => [t.ra[7], t.dec[7], t.target_id[7]])"""
    )
    asked = f"{ra:.5f} {dec:+.5f}"
    if form == "sexagesimal":
        h, d = ra / 15, abs(dec)
        parts = [(x, int(x * 60 % 60), x * 3600 % 60) for x in (h, d)]
        asked = " ".join(
            f"{sign}{int(x):02d}:{m:02d}:{s:06.3f}"
            for sign, (x, m, s) in zip(("", "-" if dec < 0 else "+"), parts, strict=True)
        )
    page.fill("#site-search", asked)
    page.press("#site-search", "Enter")
    page.wait_for_selector("#explorer.live")
    assert page.locator("#objects tbody th a").all_inner_texts() == [f"DESI {name}"]


def test_a_box_on_the_map_becomes_a_filter_of_the_explorer(page, address, watch):
    visit(page, address, "map")
    canvas = page.locator("#map-box canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] * 0.4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.9, steps=4)
    page.mouse.up()
    n = int(page.locator("#selection").inner_text().split()[0])
    assert 0 < n < N_PUBLISHED
    page.click("#to-explorer")
    page.wait_for_selector("#explorer.live")
    # Limits are written with two decimals, so a mark on the very edge may fall either way.
    assert abs(shown(page) - n) <= 1
    assert watch.faults == []


def test_the_map_is_walked_and_opened_by_keyboard(page, address):
    visit(page, address, "map")
    page.focus("#map-box canvas")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    name = page.locator("#hover .card-name").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/objects/**")
    assert page.locator("h1").inner_text() == name


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
        page.wait_for_function(
            "document.querySelector('main a').href.endsWith('/atlas/v1/index.html')"
        )
        assert page.locator("main a").first.get_attribute("href") == address + "index.html"
        assert page.locator("form").get_attribute("action") == address + "explore/index.html"
        shown = page.evaluate("getComputedStyle(document.querySelector('.site-header')).display")
        assert shown == "flex"


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_moves_when_the_interactive_plot_comes(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address + OBJECT)
    before = page.locator("#figure figcaption").bounding_box()
    page.wait_for_selector(READY["object"])
    after = page.locator("#figure figcaption").bounding_box()
    assert after["y"] == pytest.approx(before["y"], abs=8)


def test_a_saved_plot_says_what_it_shows_and_whence(page, address):
    visit(page, address, "object")
    models = "Bokeh.documents[0].get_model_by_name"
    credit = page.evaluate(f"{models}('credit').text")
    assert "DESI 39627830000000000" in credit
    assert "z=" in credit
    assert "Test Atlas" in credit
    assert "z_" in page.evaluate(f"{models}('save').filename")


def test_the_caption_follows_the_unit_of_the_plot(page, address):
    visit(page, address, "object")
    expect(page.locator("#flux-unit")).to_contain_text("erg")
    page.select_option("[name=units]", "unit")
    expect(page.locator("#flux-unit")).to_have_text("Flux scaled to unit norm.")
    page.click("[name=restore]")
    expect(page.locator("#flux-unit")).to_contain_text("erg")


def test_a_phone_shows_the_spectra_of_the_table_without_scrolling(page, address):
    page.set_viewport_size({"width": 390, "height": 800})
    visit(page, address, "explore")
    spark = page.locator("#objects tbody .spark").first.bounding_box()
    assert spark["x"] + spark["width"] <= 390 - 16
    assert page.locator(".aside-hint").is_visible()


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
