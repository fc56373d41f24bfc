"""The explorer with 20,000 objects: no lag, few rows in the page, nothing lost on the way."""

import json
from urllib.parse import urlparse

import pytest
from playwright.sync_api import expect
from tests.browser.explorer_page import OUTSIDE, shown, visit
from tests.browser.serving import hosted
from tests.browser.waiting import until
from tests.site.crowd import N_CROWD, make_crowd

pytestmark = pytest.mark.browser

FRAME = """async (act) => {
  const begun = performance.now();
  new Function(act)();
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return performance.now() - begun;
}"""
ACTS = {
    "tick": "document.querySelector('#f-category input').click()",
    "verdict": "document.querySelector('#f-verdict input[value=artefact]').click()",
    "range": "const i = document.querySelector('#f-z input'); i.value = i.value ? '' : '0.1';"
    "i.dispatchEvent(new Event('change'))",
    "search": "const i = document.querySelector('#q'); i.value = i.value ? '' : '39627';"
    "i.dispatchEvent(new Event('input'))",
    "sort": "const i = document.querySelector('#sort');"
    "i.value = i.value === '-z' ? 'rank' : '-z'; i.dispatchEvent(new Event('change'))",
}


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """Address of a site of 20,000 objects, and its folder."""
    site = make_crowd(tmp_path_factory.mktemp("crowd"))
    with hosted(site) as address:
        yield address, site


@pytest.mark.alone
def test_20000_objects_load_and_filter_without_lag(page, crowd, watch):
    address, site = crowd
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(address + "explore/index.html")
    page.wait_for_selector("#explorer.live #objects .spark")
    assert page.evaluate("performance.now()") < 5_000  # 2.5 s where nothing else runs
    page.wait_for_timeout(1_000)
    raw = sum((site / urlparse(url).path[1:]).stat().st_size for url in set(watch.asked))
    assert raw < 1_300_000  # with text compressed, as hosts send it, the Python tests count it
    taken = sorted(page.evaluate(FRAME, act) for _ in range(5) for act in ACTS.values())
    # This machine may be shared: the median is the promise, the worst has room for a neighbour.
    assert taken[len(taken) // 2] < 100
    assert taken[-1] < 1_000
    assert shown(page) > 0
    assert watch.faults == []


@pytest.mark.alone
def test_20000_rows_scroll_to_their_end_with_few_in_the_page(page, crowd):
    address, _ = crowd
    visit(page, address, "?verdict=all")
    page.evaluate("document.querySelector('#table-box').scrollTop = 1e9")
    page.wait_for_selector(f"#objects tr[aria-rowindex='{N_CROWD + 1}']")
    assert page.locator("#objects tbody tr[data-row]").count() < 100
    page.focus("#objects tbody tr[data-row]:last-of-type a, #objects tr[data-row] a")
    page.keyboard.press("Home")
    assert (
        page.evaluate("document.activeElement.closest('tr').getAttribute('aria-rowindex')") == "2"
    )
    page.click("[data-view=gallery]")
    page.evaluate("scrollTo(0, 1e9)")
    page.wait_for_selector(f"#gallery [aria-posinset='{N_CROWD}']")
    assert page.locator("#gallery li").count() < 200


def test_who_comes_back_from_an_object_finds_the_table_where_it_was(page, crowd):
    address, _ = crowd
    visit(page, address)
    first = "Number(document.querySelector('#objects tr[data-row]').ariaRowIndex)"
    page.evaluate("document.querySelector('#table-box').scrollTop = 200000")
    until(page, f"{first} > 1000")
    page.goto(address + "map/index.html")
    page.go_back()
    page.wait_for_selector("#explorer.live")
    until(page, f"{first} > 1000")
    until(page, "Math.abs(document.querySelector('#table-box').scrollTop - 200000) < 60")
    assert abs(page.locator("#table-box").evaluate("box => box.scrollTop") - 200_000) < 60


@pytest.mark.alone
def test_a_list_of_500_lines_is_matched_at_once_and_kept_in_the_tab(page, crowd):
    address, _ = crowd
    visit(page, address)
    ids = page.evaluate(
        """async () => {
          const module = new URL("../static/catalogue/objects.js", location.href);
          const { Objects } = await import(module);
          const objects = await Objects.load("");
          return Array.from({ length: 250 }, (_, i) => [objects.text("target_id", 40 * i + 4000),
            objects.number("ra", 40 * i + 4000), objects.number("dec", 40 * i + 4000)]);
        }"""
    )
    lines = [each for target, ra, dec in ids for each in (target, f"{ra:.5f} {dec:.5f}")]
    lines[-1] = OUTSIDE
    page.click("#list-box summary")
    taken = page.evaluate(FRAME, f"const t = document.querySelector('#list'); t.value = "
                                 f"{json.dumps(chr(10).join(lines))};"
                                 "t.dispatchEvent(new Event('change'))")  # fmt: skip
    expect(page.locator("#list-report")).to_contain_text("499 of 500 lines found.")
    expect(page.locator("#list-report")).to_contain_text("in this browser tab only")
    assert taken < 1_500
    n = shown(page)
    assert n >= 250
    assert len(page.url) < 300
    page.reload()
    page.wait_for_selector("#explorer.live")
    assert shown(page) == n
