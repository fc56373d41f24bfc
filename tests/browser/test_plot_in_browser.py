"""The interactive spectrum plot, control by control, in a real browser under the strict policy."""

import json
from functools import partial
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from tests.browser.waiting import comes_to
from tests.site.catalogue_fixture import OVERLAPS, name_of, slug_at

pytestmark = pytest.mark.browser

FIRST, SECOND = slug_at(0), slug_at(1)
LIVE = "#figure[data-state=live]"
MODEL = "Bokeh.documents[0].get_model_by_name"


def visit(page: Page, address: str, slug: str = FIRST) -> None:
    page.goto(f"{address}objects/{slug}/index.html")
    page.wait_for_selector(LIVE)


def column(page: Page, source: str, name: str) -> list[Any]:
    """Numbers of a source; what is not a number comes back as NaN."""
    found = page.evaluate(
        f"JSON.stringify(Array.from({MODEL}('{source}').data['{name}'], (v) => v))"
    )
    return [np.nan if each is None else each for each in json.loads(found)]


def value(page: Page, name: str, field: str):
    return page.evaluate(f"{MODEL}('{name}').{field}")


def numbers(page: Page, slug: str = FIRST) -> dict[str, Any]:
    """What the object's file says."""
    return page.evaluate(f"fetch('../{slug}/data.json').then((r) => r.json())")


def axis_label(page: Page, panel: str = "residual-panel") -> str:
    return page.evaluate(f"{MODEL}('{panel}').below[0].axis_label")


def bin_edges(wave: np.ndarray, first: int, last: int) -> tuple[float, float]:
    half = (wave[1] - wave[0]) / 2
    return wave[first] - half, wave[last] + half


COLOURS_DRAWN = """(id) => {
  const canvases = [];
  const walk = (node) => {
    for (const each of node.children) {
      if (each.tagName === "CANVAS" && each.width > 0) canvases.push(each);
      if (each.shadowRoot) walk(each.shadowRoot);
      walk(each);
    }
  };
  walk(document.getElementById(id));
  return Math.max(...canvases.map((canvas) => {
    const pixels = new Uint32Array(
      canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    return new Set(pixels).size;
  }));
}"""


def test_the_plot_and_its_inset_draw_under_the_strict_policy(page, address, watch):
    visit(page, address)
    for box in ("plot", "inset"):
        comes_to(page, partial(page.evaluate, COLOURS_DRAWN, box), lambda n: n > 20, "many colours")
    assert page.locator("#plot-box > svg").is_hidden()
    assert page.locator("#inset-box > svg").is_hidden()
    assert watch.faults == []


def test_the_plot_wears_the_theme_of_the_page(page, address, watch):
    page.emulate_media(color_scheme="light")
    visit(page, address)
    names = ("flux-panel", "residual-panel", "inset-panel")
    light = [value(page, name, "background_fill_color") for name in names]
    page.emulate_media(color_scheme="dark")
    comes_to(
        page,
        lambda: {value(page, name, "background_fill_color") for name in names},
        lambda dark: not dark & set(light),
        "a dark plot",
    )
    assert watch.faults == []


def test_the_controls_change_what_is_plotted(page, address, watch):
    visit(page, address)
    rest, flux = column(page, "spectrum", "x"), column(page, "spectrum", "flux")
    page.select_option("[name=frame]", "observed")
    z = numbers(page)["z"]
    assert column(page, "spectrum", "x")[0] == pytest.approx(rest[0] * (1 + z))
    assert "observed" in axis_label(page)
    page.select_option("[name=units]", "unit")
    assert column(page, "spectrum", "flux")[500] == pytest.approx(flux[500] / 180.0)
    page.locator("[name=smooth]").fill("4")
    assert page.locator("[name=smooth-out]").inner_text() == "4 bins"
    smooth = column(page, "spectrum", "flux")
    assert np.nanmax(smooth) < np.nanmax(flux) / 180.0
    major = len(column(page, "lines", "x"))
    page.select_option("[name=lines]", "all")
    assert len(column(page, "lines", "x")) > major
    page.select_option("[name=lines]", "none")
    assert column(page, "lines", "x") == []
    page.click("[name=restore]")
    expect(page.locator("[name=smooth-out]")).to_have_text("off")
    assert column(page, "spectrum", "x") == rest
    np.testing.assert_array_equal(column(page, "spectrum", "flux"), flux)
    assert watch.faults == []


def test_smoothing_weighs_by_inverse_variance(page, address):
    visit(page, address)
    found = page.evaluate(
        """async () => {
          const module = new URL("../../static/plot/spectrum_data.js", location.href);
          const { smoothed } = await import(module);
          const { flux } = smoothed([1, 100, 1], [4, 0, 4], 1);
          return [...flux];
        }"""
    )
    # A bin without information takes no part, however wild its flux.
    assert found == pytest.approx([1, 1, 1])


def test_the_noise_is_drawn_on_demand_and_follows_the_unit(page, address):
    visit(page, address)
    assert not value(page, "flux-panel-sigma", "visible")
    assert page.locator(".key [data-key=noise]").is_hidden()
    page.check("[name=noise]")
    assert value(page, "flux-panel-sigma", "visible")
    assert page.locator(".key [data-key=noise]").is_visible()
    ivar = np.array(numbers(page)["ivar"])
    known = ivar > 0
    sigma = np.array(column(page, "spectrum", "sigma"))
    np.testing.assert_allclose(sigma[known], 180.0 / np.sqrt(ivar[known]), rtol=1e-6)
    assert np.isnan(sigma[~known]).all()


def test_masked_bins_and_overlaps_are_marked_where_the_data_say(page, address):
    visit(page, address)
    file, wave = numbers(page), np.array(column(page, "spectrum", "x"))
    masked = np.flatnonzero(np.array(file["ivar"]) == 0)
    starts = masked[np.flatnonzero(np.diff(masked, prepend=-2) > 1)]
    assert column(page, "masked", "left") == pytest.approx(
        [bin_edges(wave, at, at)[0] for at in starts]
    )
    assert len(column(page, "masked", "right")) == len(starts)
    wanted = [bin_edges(wave, bins[0], bins[-1]) for *_, bins in OVERLAPS]
    assert column(page, "overlaps", "left") == pytest.approx([low for low, _ in wanted])
    assert column(page, "overlaps", "right") == pytest.approx([high for _, high in wanted])
    for key in ("masked", "overlaps"):
        assert page.locator(f".key [data-key={key}]").is_visible()


def test_each_arm_is_drawn_alone_and_told_apart_without_colour(page, address):
    visit(page, address)
    assert column(page, "arms", "ys") == []
    page.check("[name=arms]")
    lines, dashes = column(page, "arms", "ys"), column(page, "arms", "dash")
    assert len(lines) == 4
    bluer, redder = np.array(lines[0]), np.array(lines[1])
    # The fixture's redder arm reads a tenth higher.
    np.testing.assert_allclose(redder / bluer, 1.1, rtol=2e-3)
    assert dashes[0] == []
    assert dashes[1] != []
    assert column(page, "arm-names", "name") == ["b", "r", "r", "z"]
    names, left = column(page, "arm-names", "x"), column(page, "overlaps", "left")
    assert names[0] < left[0] < names[1]
    page.uncheck("[name=arms]")
    assert column(page, "arms", "ys") == []


def test_a_trial_redshift_moves_lines_and_the_rest_frame_and_resets(page, address, watch):
    visit(page, address)
    z, trial = numbers(page)["z"], 0.2
    rest, marks = column(page, "spectrum", "x"), column(page, "lines", "x")
    seen = value(page, "x-range", "start")
    page.locator("[name=z]").fill(str(trial))
    factor = (1 + z) / (1 + trial)
    # In the rest frame lines stay where they are, and the spectrum gets other wavelengths;
    # what is in view stays in view.
    assert column(page, "spectrum", "x")[0] == pytest.approx(rest[0] * factor)
    assert value(page, "x-range", "start") == pytest.approx(seen * factor)
    assert "trial z = 0.2000" in axis_label(page)
    assert "trial z" in axis_label(page, "inset-panel")
    change = f"{trial - z:+.4f}".replace("-", "−")
    assert f"trial: {change}," in page.locator("[name=z-out]").inner_text()
    # What was observed stays, and lines move.
    page.select_option("[name=frame]", "observed")
    assert column(page, "spectrum", "x")[0] == pytest.approx(rest[0] * (1 + z))
    hbeta = 4862.7 * (1 + trial)
    assert any(each == pytest.approx(hbeta, abs=0.1) for each in column(page, "lines", "x"))
    assert "trial z = 0.2000" in axis_label(page)
    page.select_option("[name=frame]", "rest")
    page.click("[name=z-survey]")
    assert column(page, "spectrum", "x") == pytest.approx(rest)
    assert column(page, "lines", "x") == pytest.approx(marks)
    assert "trial" not in axis_label(page)
    assert page.locator("[name=z-out]").inner_text() == ""
    assert watch.faults == []


def test_the_redshift_moves_by_slider_buttons_and_keys(page, address):
    visit(page, address)
    slide = page.locator("[name=z-slide]")
    start = numbers(page)["z"]
    slide.focus()
    page.keyboard.press("ArrowRight")
    one = float(page.locator("[name=z]").input_value())
    assert start < one < start + 0.001
    page.click("[name=z-up]")
    two = float(page.locator("[name=z]").input_value())
    assert one < two < one + 0.002
    page.click("[name=z-down]")
    assert float(page.locator("[name=z]").input_value()) == pytest.approx(one, abs=1.1e-4)
    assert slide.get_attribute("aria-valuetext").startswith("z = 0.")


def test_the_suggested_redshift_is_one_press_away_where_there_is_one(page, address):
    visit(page, address)
    page.click("[name=z-suggested]")
    assert "trial z = 2.0431" in axis_label(page)
    visit(page, address, SECOND)
    assert page.locator("[name=z-suggested]").is_hidden()


def test_the_inset_shows_the_largest_residual_and_follows_the_controls(page, address):
    visit(page, address)
    wave = np.array(column(page, "spectrum", "x"))
    resid = np.array(column(page, "spectrum", "resid"))
    worst = wave[np.nanargmax(np.abs(resid))]
    low, high = value(page, "inset-x", "start"), value(page, "inset-x", "end")
    assert low < worst < high
    assert high - low < 0.2 * (wave[-1] - wave[0])
    assert column(page, "magnified", "left") == pytest.approx([low])
    assert "largest residual" in page.locator("#inset-title").inner_text()

    def inside() -> np.ndarray:
        flux, x = (
            np.array(column(page, "spectrum", "flux")),
            np.array(column(page, "spectrum", "x")),
        )
        low, high = value(page, "inset-x", "start"), value(page, "inset-x", "end")
        return flux[(x > low) & (x < high)]

    for change in ("[name=units]", "[name=smooth]"):
        before = value(page, "inset-panel-y", "end")
        if change == "[name=units]":
            page.select_option(change, "unit")
        else:
            page.locator(change).fill("3")
        top = value(page, "inset-panel-y", "end")
        assert top < before
        assert np.nanmax(inside()) < top
    page.select_option(
        "[name=magnify]", label=page.locator("[name=magnify] option").last.inner_text()
    )
    overlap = wave[OVERLAPS[-1][-1][0]]
    assert value(page, "inset-x", "start") < overlap < value(page, "inset-x", "end")
    assert "overlap" in page.locator("#inset-title").inner_text()


@pytest.mark.parametrize("width", [390, 1440])
def test_whence_a_plot_is_fits_below_it_however_long_the_title(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, address)
    parts = [
        "PSA MASTARHC HC68, trial z=0.1234",
        "Peculiar stars in the MaNGA Stellar Library of SDSS DR17 (mastar), Peculiar Spectra 0.1",
    ]
    shown, room, widest = page.evaluate(
        """async (parts) => {
          const { credit } = await import(new URL("../../static/plot/credit.js", location));
          const room = document.getElementById("plot-box").clientWidth - 36;
          const shown = credit(parts, room);
          const brush = document.createElement("canvas").getContext("2d");
          brush.font = `10px ${Bokeh.documents[0].get_model_by_name("credit").text_font}`;
          const widths = shown.split("\\n").map((line) => brush.measureText(line).width);
          return [shown, room, Math.max(...widths)];
        }""",
        parts,
    )
    assert widest <= room
    assert shown.replace(" · ", " ").split() == " ".join(parts).split()


def test_a_saved_picture_says_what_it_shows_and_whence(page, address):
    visit(page, address)
    assert name_of(0) in value(page, "credit", "text")
    assert "z=" in value(page, "credit", "text")
    assert "Test Atlas" in value(page, "credit", "text")
    assert value(page, "save", "filename").endswith(".png")
    page.locator("[name=z]").fill("0.1234")
    assert "trial z=0.1234" in value(page, "credit", "text")
    with page.expect_download() as download:
        page.click("[name=png]")
    assert download.value.suggested_filename.endswith("trial_z_0.1234.png")


def test_the_caption_follows_the_unit_of_the_plot(page, address):
    visit(page, address)
    expect(page.locator("#flux-unit")).to_contain_text("erg")
    page.select_option("[name=units]", "unit")
    expect(page.locator("#flux-unit")).to_have_text("Flux scaled to unit norm.")
    page.click("[name=restore]")
    expect(page.locator("#flux-unit")).to_contain_text("erg")


WAKE = """async () => {
  const { wake } = await import(new URL("../../static/plot/wake.js", location.href));
  window.plot = await wake(document.getElementById("figure"));
  plot.tryRedshift(0.3);
}"""
TIMED = """async (slug) => {
  const start = performance.now();
  await window.plot.load(`../${slug}/data.json`);
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - start;
}"""


@pytest.mark.alone
def test_another_object_is_shown_in_the_same_document(page, address, watch):
    # The page's own module stays aside, so that the test holds the plot that is shown.
    nothing = {"content_type": "text/javascript", "body": "export function start() {}"}
    page.route("**/static/object.js", lambda route: route.fulfill(**nothing))
    page.goto(f"{address}objects/{FIRST}/index.html")
    page.evaluate(WAKE)
    page.locator("[name=smooth]").fill("2")
    page.select_option("[name=units]", "unit")
    took = min(page.evaluate(TIMED, slug) for slug in (SECOND, FIRST, SECOND))
    # The budget is 150 ms; a machine that shares its cores may need several times as long.
    assert took < 1000
    second = numbers(page, SECOND)
    flux = np.array(second["flux"]["values"]) * second["flux"]["step"]
    recon = np.array(second["recon"]["values"]) * second["recon"]["step"]
    assert name_of(1) in value(page, "credit", "text")
    assert "trial" not in value(page, "credit", "text")
    np.testing.assert_allclose(column(page, "spectrum", "recon"), recon, atol=1e-9)
    # Settings stay: two bins of smoothing, unit norm.
    shown = np.array(column(page, "spectrum", "flux"))
    known = np.isfinite(shown)
    assert 0 < np.std(np.diff(shown[known])) < 0.6 * np.std(np.diff(flux[known]))
    assert page.locator("[name=z]").input_value() == f"{second['z']:.4f}"
    assert page.locator("[name=z-suggested]").is_hidden()
    assert page.evaluate("Bokeh.documents.length") == 1
    assert watch.faults == []


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_moves_when_the_interactive_plot_comes(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}objects/{FIRST}/index.html")
    before = page.locator("#figure figcaption").bounding_box()
    page.wait_for_selector(LIVE)
    after = page.locator("#figure figcaption").bounding_box()
    assert after["y"] == pytest.approx(before["y"], abs=8)


def test_without_a_script_the_regions_and_the_worst_windows_are_there(browser, address):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{address}objects/{FIRST}/index.html")
    for drawn in ("path.masked", "path.overlap", "path.magnified"):
        assert page.locator(f"#plot-box svg {drawn}").first.is_visible()
    assert page.locator("#inset-box svg path.data").is_visible()
    assert "σ" in page.locator(".departures tbody tr").first.inner_text()
    assert page.locator("#controls").is_hidden()
    context.close()
