"""The plot of a spectrum of 300,000 bins: outline first, then the bins that one looks at."""

import json

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Watch
from tests.browser.serving import hosted
from tests.site.long_catalogue import COSMIC, GAP, SODIUM, WAVE, make_long_catalogue

from catalog.site.render import render

pytestmark = pytest.mark.browser

LIVE = "#figure[data-state=live]"
MODEL = "Bokeh.documents[0].get_model_by_name"
STEP = WAVE[1] - WAVE[0]


@pytest.fixture(scope="module")
def long_address(tmp_path_factory):
    """Address of an object's page with a long spectrum."""
    made = tmp_path_factory.mktemp("long")
    database = make_long_catalogue(made / "catalog.duckdb")
    render(database, made / "none", made / "site")
    slug = next(p.parent.name for p in sorted(made.glob("site/objects/*/overview.bin")))
    with hosted(made / "site") as address:
        yield f"{address}objects/{slug}/index.html"


@pytest.fixture
def watch(page: Page, long_address: str) -> Watch:
    """The page with its live plot, and what it asked for."""
    seen = Watch(page)
    page.goto(long_address)
    page.wait_for_selector(LIVE)
    page.wait_for_function(f"{MODEL}('spectrum').data.x.length > 4000")
    return seen


def column(page: Page, name: str) -> np.ndarray:
    text = page.evaluate(f"JSON.stringify(Array.from({MODEL}('spectrum').data['{name}']))")
    return np.array([np.nan if each is None else each for each in json.loads(text)])


def parts(watch: Watch) -> list[str]:
    return [each.rsplit("/", 1)[1] for each in watch.asked if each.endswith(".bin")]


def look_at(page: Page, start: float, end: float) -> None:
    """Zoom as the wheel does; what is loaded then is drawn."""
    page.evaluate(
        f"""() => new Promise((done) => {{
          document.addEventListener("bins-drawn", done, {{ once: true }});
          {MODEL}("x-range").setv({{ start: {start}, end: {end} }});
        }})"""
    )


def test_the_outline_comes_first_and_reaches_every_extreme(page: Page, watch: Watch) -> None:
    assert sorted(set(parts(watch))) == ["near-0.bin", "overview.bin"]
    x, flux = column(page, "x"), column(page, "flux")
    assert x.size < 6_000
    assert (x[0], x[-1]) == pytest.approx((WAVE[0], WAVE[-1]), abs=2)
    assert (np.diff(x) > 0).all()
    near = np.abs(x - SODIUM[0]) < 3
    assert flux[near].min() < 0.3 * np.nanmedian(flux[near])
    assert not watch.faults


def test_zooming_loads_a_part_or_two_and_shows_the_bins(page: Page, watch: Watch) -> None:
    before = len(parts(watch))
    look_at(page, 5890.0, 5901.0)
    loaded = parts(watch)[before:]
    assert 1 <= len(loaded) <= 2
    assert all(name.startswith("bins-") for name in loaded)
    x, flux = column(page, "x"), column(page, "flux")
    seen = (x > 5890) & (x < 5901)
    np.testing.assert_allclose(np.diff(x[seen]), STEP, rtol=1e-6)
    for line in SODIUM:
        core = seen & (np.abs(x - line) < 0.5)
        assert x[core][np.argmin(flux[core])] == pytest.approx(line, abs=0.03)
        width = (flux[core] < 0.55 * np.median(flux[seen])).sum()
        assert width == pytest.approx(14, abs=4)  # bins: the line is resolved
    assert not watch.faults


def test_a_wavelength_can_be_looked_for(page: Page, watch: Watch) -> None:
    field = page.locator("[name=goto]")
    field.fill("5897.5")
    field.press("Enter")
    page.wait_for_function(f"{MODEL}('x-range').end - {MODEL}('x-range').start < 7")
    page.wait_for_function(f"{MODEL}('spectrum').data.x.length > 10000")
    x, flux = column(page, "x"), column(page, "flux")
    start, end = (page.evaluate(f"{MODEL}('x-range').{side}") for side in ("start", "end"))
    assert start < 5897.5 < end
    page.wait_for_function(f"{MODEL}('flux-panel-y').have_updated_interactively === true")
    low, high = (page.evaluate(f"{MODEL}('flux-panel-y').{side}") for side in ("start", "end"))
    seen = (x > start) & (x < end)
    assert low < flux[seen].min() < flux[seen].max() < high
    assert high - low < 1.5 * (flux[seen].max() - flux[seen].min())
    page.get_by_role("button", name="Reset all").click()
    page.wait_for_function(f"{MODEL}('x-range').end - {MODEL}('x-range').start > 3000")
    assert not watch.faults


def test_the_magnifier_shows_the_strongest_departure_bin_by_bin(page: Page, watch: Watch) -> None:
    expect(page.locator("#inset-title")).to_contain_text(f"{WAVE[COSMIC - 313]:,.2f}"[:5])
    start, end = (page.evaluate(f"{MODEL}('inset-x').{side}") for side in ("start", "end"))
    assert start < WAVE[COSMIC] < end < start + 7
    x = column(page, "x")
    seen = (x > start) & (x < end)
    np.testing.assert_allclose(np.diff(x[seen]), STEP, rtol=1e-6)
    assert not watch.faults


def test_the_gap_is_hatched_and_draws_no_line(page: Page, watch: Watch) -> None:
    data = page.evaluate(f"JSON.stringify({MODEL}('masked').data)")
    masked = json.loads(data)
    assert (masked["left"][0], masked["right"][0]) == pytest.approx(GAP, abs=0.05)
    look_at(page, 5300.0, 5345.0)
    x, flux = column(page, "x"), column(page, "flux")
    assert np.isnan(flux[(x > GAP[0] + 0.1) & (x < GAP[1] - 0.1)]).all()
    assert not watch.faults


def test_the_whole_spectrum_can_be_saved(page: Page, watch: Watch) -> None:
    with page.expect_download(timeout=60_000) as found:
        page.locator("#spectrum-files [name=fits]").click()
    from astropy.io import fits

    with fits.open(found.value.path()) as file:
        table = file[1].data
        np.testing.assert_allclose(table["wave_rest"], WAVE, atol=1e-4)
        assert (table["ivar"] == 0).sum() == ((GAP[0] < WAVE) & (GAP[1] > WAVE)).sum()
    assert not watch.faults


def test_smoothing_and_units_change_the_bins_too(page: Page, watch: Watch) -> None:
    look_at(page, 5890.0, 5901.0)
    before = column(page, "flux")
    page.evaluate(
        "() => { const s = document.querySelector('[name=smooth]'); s.value = 4;"
        " s.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    x, after = column(page, "x"), column(page, "flux")
    quiet = (x > 5893) & (x < 5895)
    assert np.std(after[quiet]) < 0.5 * np.std(before[quiet])
    assert not watch.faults
