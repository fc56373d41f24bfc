"""How soon a page is there, and whether it stays where it is: on a slow phone, as far as one can.

The line is slowed to 1.6 Mbit/s with 150 ms of delay, and the processor to a quarter, as Lighthouse
does for a phone of the middle class. The server here does not compress, so a real host is faster.
"""

import pytest
from tests.browser.test_site_in_browser import PAGES, READY

pytestmark = [pytest.mark.browser, pytest.mark.alone]
LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 750e3 / 8,
}
SLOWER = 4
"""Core Web Vitals, good at the 75th percentile: LCP up to 2.5 s, CLS up to 0.1."""
LARGEST_MS, MOST_SHIFT = 2_500, 0.1

OBSERVE = """() => {
  window.vitals = { largest: 0, shift: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) vitals.largest = entry.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) vitals.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}"""


@pytest.mark.parametrize(
    ("name", "width"),
    [
        *((name, 390) for name in ("home", "object", "explore", "map", "categories", "how-well")),
        ("yours", 390),
        ("explore", 1440),  # beside the table there is room for filters and a map
    ],
)
def test_a_page_is_soon_there_on_a_slow_phone_and_does_not_jump(page, address, name, width):
    page.set_viewport_size({"width": width, "height": 850})
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(f"({OBSERVE})()")

    page.goto(address + PAGES[name])
    if name in READY:
        page.wait_for_selector(READY[name], timeout=60_000)
    page.wait_for_timeout(500)
    vitals = page.evaluate("vitals")

    assert 0 < vitals["largest"] <= LARGEST_MS
    assert vitals["shift"] <= MOST_SHIFT
