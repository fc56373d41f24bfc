"""The explorer: one selection in table, gallery and map, its filters, and its address."""

import csv
import io
import random
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.accessibility import serious_faults
from tests.browser.explorer_page import NOT_ARTEFACTS, names, shown, visit
from tests.browser.waiting import until
from tests.site import unpacked
from tests.site.catalogue_fixture import HOSTILE, LONG_ID, N_PUBLISHED

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def table(served):
    """The explorer's columns, read without a browser."""
    return unpacked.objects(served / "explore")


def type_range(page: Page, name: str, low: str = "", high: str = "") -> None:
    for field, value in zip(page.locator(f"#f-{name} input").all(), (low, high), strict=True):
        field.fill(value)
        field.press("Enter")


def test_the_browser_reads_every_column_as_it_was_packed(page, address, table):
    visit(page, address)
    read = page.evaluate(
        """async (names) => {
          const module = await import(new URL("../static/catalogue/objects.js", location.href));
          const objects = await module.Objects.load("");
          const rows = Array.from({ length: objects.size }, (_, row) => row);
          const cell = (name, row) => {
            if (!objects.has(name)) return objects.text(name, row);
            const value = objects.number(name, row);
            return Number.isNaN(value) ? null : value;
          };
          const columns = names.map((name) => [name, rows.map((row) => cell(name, row))]);
          return { ...Object.fromEntries(columns),
            found: rows.map((row) => objects.rowOf(objects.text("target_id", row))),
            percent: rows.map((row) => module.percent(objects.number("percentile", row))) };
        }""",
        [name for name in table if isinstance(table[name], list) and len(table[name]) == 60],
    )
    rows = list(range(N_PUBLISHED))
    assert read.pop("found") == rows
    assert read.pop("percent")[:3] == ["99.95 %", "99.9 %", "99.8 %"]
    for name, values in read.items():
        assert values == table[name], name


def test_likely_artefacts_are_hidden_at_first_and_one_click_away(page, address):
    visit(page, address)
    assert shown(page) == NOT_ARTEFACTS
    assert "Likely artefacts are hidden" in page.locator("#status").inner_text()
    page.click("#show-artefacts")
    assert shown(page) == N_PUBLISHED
    expect(page.locator("#show-artefacts")).to_be_hidden()
    page.go_back()
    until(page, "!document.querySelector('#show-artefacts').hidden")
    page.locator("#f-verdict input[value=artefact]").check()
    assert shown(page) == N_PUBLISHED


def test_a_view_lives_in_its_address_and_in_the_history(page, address, watch):
    visit(page, address)
    page.locator("#f-category input[value=broad_lines]").uncheck()
    type_range(page, "z", "0.2")
    page.select_option("#sort", "-z")
    page.click("[data-view=gallery]")
    first, n = page.locator("#gallery .card-name").first.inner_text(), shown(page)
    again = page.url
    assert "z=0.2.." in again
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
    page.go_forward()
    page.wait_for_selector("#table-box:not([hidden])")
    assert watch.faults == []


def any_state(chance: random.Random) -> dict[str, object]:
    """A state with anything in it that a visitor can ask for."""
    words = ["a", "b c", "", HOSTILE, "é&=;,~%", "@1234567"]

    def some(names):
        return chance.choice([None, chance.sample(names, chance.randint(0, len(names)))])

    def edge():
        return chance.choice([None, 0, -5.25, 1e-7, 359.99999, 1e21, chance.random()])

    ranges = {}
    for name in ("z", "snr", "percentile", "ra", "dec", "percentile_lof", "percentile_misfit"):
        pair = [edge(), edge()]
        if chance.random() < 0.4 and pair != [None, None]:
            ranges[name] = pair
    box = {"kind": "box", "x0": -1.25, "x1": 2, "y0": 0, "y1": 3.5}
    lasso = {"kind": "lasso", "points": [[0, 0], [1.5, -2], [3.25, 4]]}
    return {
        "q": chance.choice(words),
        "radius": chance.choice([60, 0.5, 7200]),
        "lines": chance.choice([None, ["39627830000000001", HOSTILE, "10.5 -20"], ["x"] * 900]),
        "verdict": some(["artefact", "astrophysical", "unexplained"]),
        "category": some(words),
        "spec_class": some(words),
        "survey": some(["desi", "sdss"]),
        "ranges": ranges,
        "region": chance.choice([None, box, lasso]),
        "scores": chance.choice([[], ["lof"], ["misfit", "lof"]]),
        "sort": chance.choice(["rank", "-z", "name", "-percentile_lof", "relevance"]),
        "view": chance.choice(["table", "gallery", "map"]),
    }


def test_any_state_comes_back_from_its_address(page, address):
    visit(page, address)
    chance = random.Random(17)
    states = [any_state(chance) for _ in range(400)]
    changed = page.evaluate(
        """async (states) => {
          const module = new URL("../static/explorer/address.js", location.href);
          const { fromAddress, toAddress, LISTS } = await import(module);
          const list = (state, name) => state[name] && [...state[name]].sort();
          const plain = (state) => JSON.stringify({ ...state,
            ranges: Object.entries(state.ranges).sort(),
            ...Object.fromEntries(LISTS.map((name) => [name, list(state, name)])) });
          return states.filter((given) => {
            const state = { ...given };
            for (const name of LISTS) state[name] = given[name] && new Set(given[name]);
            const back = fromAddress(toAddress(state));
            return plain(back) !== plain(state) || toAddress(back) !== toAddress(state);
          }).map(JSON.stringify);
        }""",
        states,
    )
    assert changed == []


@pytest.mark.parametrize(
    "query",
    ["?z=x..y", "?z=..", "?view=none&sort=none", "?region=box:1", "?radius=-4", "?verdict=",
     "?percentile_none=1..", "?list=%40deadbeef", "?scores=none", "?z=1..2..3&dec=NaN.."],
)  # fmt: skip
def test_an_address_that_says_nonsense_shows_the_objects_all_the_same(page, address, watch, query):
    visit(page, address, query)
    n = {"?verdict=": 0, "?list=%40deadbeef": N_PUBLISHED}.get(query, NOT_ARTEFACTS)
    assert shown(page) == n
    assert watch.faults == []


def test_filters_agree_with_the_columns(page, address, table):
    visit(page, address, "?verdict=all&scores=misfit&percentile_misfit=98.5..&snr=3..9")
    wanted = [
        unpacked.called(table, row)
        for row in range(N_PUBLISHED)
        if table["percentile_misfit"][row] >= 98.5 and 3 <= table["snr"][row] <= 9
    ]
    assert names(page) == wanted[: len(names(page))]
    assert shown(page) == len(wanted)
    assert "misfit" in page.locator("#objects thead").inner_text()
    by_ra = {"350..10": lambda ra: ra >= 350 or ra <= 10, "10..200": lambda ra: 10 <= ra <= 200}
    for text, passes in by_ra.items():
        visit(page, address, f"?verdict=all&ra={text}")
        assert shown(page) == sum(ra is not None and passes(ra) for ra in table["ra"])


def test_a_chosen_score_becomes_a_filter_a_column_and_an_order(page, address, table):
    visit(page, address)
    page.select_option("#add-score", "lof")
    assert "scores=lof" in page.url
    heads = page.locator("#objects thead th").all_inner_texts()
    assert heads[-1].startswith("local outlier factor")
    page.click("#objects thead th:last-child button")
    assert page.locator("#objects thead th").last.get_attribute("aria-sort") == "descending"
    assert "sort=-percentile_lof" in page.url
    page.click("#score-ranges button")
    assert "scores" not in page.url
    assert page.evaluate("document.activeElement.id") == "add-score"


def test_a_histogram_is_brushed_with_live_counts(page, address):
    visit(page, address)
    bars = page.locator("#f-z svg")
    bars.scroll_into_view_if_needed()
    box = bars.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.4 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], middle, steps=4)
    until(page, "!document.querySelector('#status').textContent.includes(' 40 shown')")
    assert "z=" not in page.url  # only the end of a brush is a step of the history
    page.mouse.up()
    assert 0 < shown(page) < NOT_ARTEFACTS
    assert "z=" in page.url
    page.go_back()
    until(page, "document.querySelector('#status').textContent.includes(' 40 shown')")


def test_a_filter_keeps_the_keyboard(page, address):
    visit(page, address)
    tick = page.locator("#f-category input[value=blend]")
    tick.focus()
    page.keyboard.press("Space")
    assert tick.evaluate("each => each === document.activeElement && !each.checked")
    head = page.locator("#objects thead button").nth(4)
    head.focus()
    page.keyboard.press("Enter")
    assert head.evaluate("each => each === document.activeElement")


def test_the_table_is_walked_by_keyboard(page, address):
    visit(page, address)
    page.focus("#table-box")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    focused = "document.activeElement.closest('[data-row]').dataset.row"
    third = page.locator("#objects tbody tr[data-row]").nth(2).get_attribute("data-row")
    assert page.evaluate(focused) == third
    page.keyboard.press("End")
    assert (
        page.evaluate("document.activeElement.closest('tr').getAttribute('aria-rowindex')") == "41"
    )
    page.keyboard.press("Home")
    name = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url("**/objects/**")
    assert page.locator("h1").inner_text() == name


def test_one_category_of_many_is_chosen_with_two_clicks(page, address):
    visit(page, address)
    toggle = page.locator("#f-category .toggle")
    toggle.click()
    expect(page.locator("#none")).to_be_visible()
    assert page.url.endswith("?none=category")
    page.locator("#f-category label", has_text="Broad lines").click()
    assert "category=broad_lines" in page.url
    shown = page.locator("#objects tbody td .small").all_inner_texts()
    assert set(shown) == {"Broad lines"}
    assert toggle.get_attribute("aria-label") == "category: tick all"
    toggle.click()
    assert "category" not in page.url


def test_links_carry_the_selection_also_that_of_the_first_view(page, address):
    visit(page, address)
    link = page.locator("#objects tbody th a").first
    assert (link.get_attribute("href") or "").endswith("?in=")
    page.select_option("#sort", "-z")
    assert (link.get_attribute("href") or "").endswith("?in=sort%3D-z")


def test_the_selection_downloads_as_csv_with_every_column(page, address, table):
    visit(page, address, f"?q={LONG_ID}")
    with page.expect_download() as download:
        page.click("#csv")
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text())))
    assert [row["target_id"] for row in rows] == [LONG_ID]
    at = table["target_id"].index(LONG_ID)
    assert rows[0]["name"] == unpacked.name(table, at)
    for name in ("rank", "ra", "dec", "z", "snr", "p", "map_x", "map_y"):
        assert float(rows[0][name]) == table[name][at], name
    assert rows[0]["percentile"] == "99.7"
    assert {f"percentile_{score['name']}" for score in table["scores"]} <= set(rows[0])


def test_the_link_to_a_view_is_copied(page, address):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, address, "?sort=-z")
    page.click("#copy-link")
    expect(page.locator("#copied")).to_have_text("Link copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_the_identifier_stands_beside_the_name(page, address, table):
    visit(page, address)
    row = page.locator("#objects tbody tr[data-row]").first
    at = int(row.get_attribute("data-row") or -1)
    expect(row.locator(".beside")).to_have_text(f"DESI {table['target_id'][at]}")
    page.click("[data-view=gallery]")
    expect(page.locator("#gallery .beside").first).to_have_text(f"DESI {table['target_id'][at]}")


def test_a_region_drawn_on_the_map_filters_the_table(page, address, table, watch):
    page.set_viewport_size({"width": 1440, "height": 900})
    visit(page, address, "?region=box:0.00,50.00,0.00,50.00&verdict=all")
    inside = sum(
        x is not None and 0 <= x <= 50 and 0 <= y <= 50
        for x, y in zip(table["map_x"], table["map_y"], strict=True)
    )
    assert 0 < shown(page) == inside < N_PUBLISHED
    page.click("#region-clear")
    assert shown(page) == N_PUBLISHED
    page.wait_for_selector("#latent canvas")
    page.click("#latent >> text=Box")
    box = page.locator("#latent canvas").last.bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + 0.4 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.9 * box["height"], steps=4)
    page.mouse.up()
    until(page, "location.search.includes('region=box')")
    assert 0 < shown(page) < N_PUBLISHED
    assert watch.faults == []


def test_ratings_by_key_are_shown_and_order_the_table(page, address, watch):
    visit(page, address)
    assert page.locator("#sort option[value=relevance]").count() == 0
    page.locator("#objects tbody th a").nth(1).focus()
    page.keyboard.press("5")
    assert page.evaluate("document.activeElement.closest('[data-row]').dataset.row") == "1"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("0")
    assert page.locator("#objects tbody tr[data-row]").nth(1).locator("td").last.inner_text() == "5"
    for order in ("unlabelled", "relevance", "informative"):
        page.select_option("#sort", order)
        until(page, f"location.search.includes('sort={order}')")
    page.select_option("#sort", "unlabelled")
    expect(page.locator("#objects tbody tr[data-row]").first).to_have_attribute("data-row", "0")
    page.select_option("#sort", "rank")
    page.click("[data-view=gallery]")
    expect(page.locator("#gallery [data-row='1']")).to_contain_text("your rating 5")
    assert watch.faults == []


def test_a_phone_shows_the_spectra_of_the_table_without_scrolling(page, address):
    page.set_viewport_size({"width": 390, "height": 800})
    visit(page, address)
    page.wait_for_selector("#objects .spark")
    spark = page.locator("#objects tbody .spark").first.bounding_box()
    assert spark["x"] + spark["width"] <= 390 - 16
    assert page.locator(".aside-hint").is_visible()


@pytest.mark.parametrize("width", [390, 768, 1024, 1440])
def test_no_name_or_identifier_is_cut_off_at_any_width(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, address, "?scores=misfit,lof")
    cut = page.evaluate(
        "[...document.querySelectorAll('#objects .named :is(a, .beside)')].filter((each) => "
        "each.scrollHeight > each.clientHeight + 1 || each.scrollWidth > each.clientWidth + 1)"
        ".length"
    )
    assert cut == 0, "a name or an identifier is cut off"
    assert page.locator("#objects .named").count() > 9


DRAWN = "#objects .spark, #gallery .spark, #latent canvas"
"""What a view shows last."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["?list=x&scores=lof&ra=350..10", "?view=gallery", "?view=map"])
def test_no_view_has_a_serious_accessibility_fault(page, address, query, scheme):
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme=scheme)
    visit(page, address, query)
    page.wait_for_selector(f":is({DRAWN}):visible")
    assert serious_faults(page) == []
