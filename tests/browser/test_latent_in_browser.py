"""The decoder in a real browser, real spectra like a point, and tracks by click on the map."""

import json
import re
import tomllib

import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from tests.browser.accessibility import serious_faults
from tests.browser.serving import hosted
from tests.browser.waiting import comes_to, until
from tests.model.spectra_made import SHAPE, linear, spectra
from tests.site.catalogue_fixture import make_catalogue, name_of, slug_at
from tests.site.latent_fixture import decoded

from catalog import registry
from catalog.basis import padded
from catalog.model import checkpoint, exported
from catalog.recipe.latent import TrackSection
from catalog.site.render import render
from catalog.store.read import Catalogue

pytestmark = pytest.mark.browser

KINDS = registry.names("catalog.model.networks")

DECODE = """async ([chains, numbers, points]) => {
  const address = new URL("../static/latent/decoder.js", location.href);
  const { decode, withArrays } = await import(address);
  const made = withArrays(chains, Float32Array.from(numbers));
  return points.map((point) => [...decode(made, point)]);
}"""
SHOWN = """async () => {
  const { Space } = await import(new URL("../../static/latent/space.js", location.href));
  const space = await Space.load("./");
  const { elements } = document.getElementById("sliders");
  const at = space.dimensions.map(({ dimension }) => elements[`d${dimension}`].valueAsNumber);
  return { at, flux: [...space.decode(at)] };
}"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small catalogue with a latent space, and its site's folder beside it."""
    folder = tmp_path_factory.mktemp("latent")
    path = make_catalogue(
        folder / "c.duckdb", n_published=12, n_scored=300, benchmark=False, latent=True
    )
    render(path, folder / "none", folder / "root")
    return path


@pytest.fixture(scope="module")
def home(made):
    with hosted(made.parent / "root") as address:
        yield address


def visit(page, home, query=""):
    page.goto(f"{home}latent/decoder/index.html{query}")
    expect(page.locator("#decoder")).to_be_visible()


def picture(page, wanted=lambda _: True):
    """The curve's pixels, once they are as wanted and no frame is due that may change them."""
    drawn = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(
      () => done(document.getElementById("curve").toDataURL()))))"""
    return comes_to(page, lambda: page.evaluate(drawn), wanted, "the picture wanted")


@pytest.mark.parametrize("kind", KINDS)
def test_the_browser_decodes_what_torch_decodes(page, home, kind):
    torch.manual_seed(5)
    network = checkpoint.build(kind, SHAPE)
    network.begin(padded(linear(spectra(60)), SHAPE.n_latent))
    with torch.no_grad():  # the last layers begin as zeros
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.1)
    network.eval()
    written = exported.exported(network)
    assert written is not None
    chains, numbers = written
    points = np.random.default_rng(2).normal(0, 1.5, (8, 3)).astype(np.float32)
    with torch.no_grad():
        expected = network.decode(torch.from_numpy(points))[0].numpy()
    page.goto(f"{home}map/index.html")
    found = page.evaluate(DECODE, [json.loads(chains), numbers.tolist(), points.tolist()])
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_numbers_of_half_precision_are_read_exactly(page, home):
    values = np.array([0, -0.0, 1, -2.5, 1 / 3, 6e-8, -5.9e-5, 6.2e-5, 65504, 0.1], np.float16)
    page.goto(f"{home}map/index.html")
    found = page.evaluate(
        """async (bytes) => {
          const { halves } = await import(new URL("../static/latent/decoder.js", location.href));
          return [...halves(Uint8Array.from(bytes).buffer)];
        }""",
        list(values.tobytes()),
    )
    assert found == values.astype(float).tolist()


def test_a_slider_moves_the_curve_and_the_address_keeps_it(page, home, made, watch):
    visit(page, home)
    mean = picture(page)
    slider = page.locator("#d1")
    slider.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    picture(page, lambda moved: moved != mean)
    assert "standard deviations above the mean" in slider.get_attribute("aria-valuetext")
    # It is written when the slider rests, and on a busy machine rests come between the keys.
    until(page, "Number(new URLSearchParams(location.search).get('d1')) === Number(d1.value)")
    expect(page.locator("#curve")).to_have_attribute("aria-label", re.compile("departs most"))
    shown = page.evaluate(SHOWN)
    with Catalogue(made) as catalogue:
        wave = catalogue.grid()
    np.testing.assert_allclose(shown["flux"], decoded(np.array(shown["at"]), wave), atol=2e-4)
    page.reload()
    expect(page.locator("#decoder")).to_be_visible()
    assert page.evaluate(SHOWN)["at"][0] == pytest.approx(shown["at"][0], abs=1e-6)
    page.click("#reset")
    picture(page, lambda again: again == mean)
    expect(page).not_to_have_url(re.compile("d1="))
    assert watch.faults == []


def test_where_no_real_spectra_are_the_page_says_so(page, home):
    visit(page, home)
    expect(page.locator("#outside")).to_be_empty()
    page.focus("#d1")
    page.keyboard.press("End")
    expect(page.locator("#outside")).to_contain_text("Dimension 1 is beyond 99 % of real spectra")
    # Each dimension within its own 99 %, all of them at once far out.
    visit(page, home, "?d1=2.2&d2=2.2&d3=2.2&d4=2.2")
    expect(page.locator("#outside")).to_contain_text("No more than 1 % of real spectra lie")
    expect(page.locator("#outside")).not_to_contain_text("beyond")


def test_the_object_that_one_starts_from_is_the_nearest_to_itself(page, home, watch):
    visit(page, home, f"?object={slug_at(7)}")
    expect(page.locator("#started")).to_contain_text(name_of(7))
    page.click("#find-them")
    first = page.locator("#found-unusual .card").first
    expect(first).to_contain_text(name_of(7))
    expect(first).to_contain_text("distance 0.00")
    expect(first.locator(".spark path")).to_be_attached()
    expect(page.locator("#found")).to_contain_text("6 of 288 ordinary ones")
    name = page.locator("#found-ordinary strong").first.inner_text()
    page.locator("#found-ordinary button").first.click()
    expect(page.locator("#started")).to_contain_text(name)
    page.click("#find-them")
    expect(page.locator("#found-ordinary li").first).to_contain_text("distance 0.0")
    expect(page.locator("#found-ordinary strong").first).to_have_text(name)
    expect(page).not_to_have_url(re.compile("object="))
    assert watch.faults == []


def test_an_object_page_leads_to_the_decoder_at_that_object(page, home):
    page.goto(f"{home}objects/{slug_at(2)}/index.html")
    page.get_by_role("link", name="Start the decoder from it").click()
    expect(page.locator("#started")).to_contain_text(name_of(2))


def test_a_random_real_spectrum_is_one(page, home, made):
    visit(page, home)
    page.click("#random")
    expect(page.locator("#started")).to_contain_text("an ordinary spectrum")
    name = page.locator("#started").inner_text()
    with Catalogue(made) as catalogue:
        known = {each.target_id: each.latent for each in catalogue.ordinary_sample(1_000)}
    target = next(each for each in known if each in name)
    np.testing.assert_allclose(page.evaluate(SHOWN)["at"], known[target], atol=0.02)


def test_the_window_is_given_in_numbers_and_lines_can_go(page, home):
    visit(page, home)
    whole = picture(page)
    page.fill("#from", "6400")
    page.fill("#to", "6700")
    page.keyboard.press("Tab")
    part = picture(page, lambda part: part != whole)
    expect(page).to_have_url(re.compile("from=6400&to=6700"))
    page.uncheck("#lines")
    picture(page, lambda without: without != part)
    page.click("#whole")
    page.check("#lines")
    picture(page, lambda again: again == whole)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "place",
    [
        "latent/index.html",
        "latent/decoder/index.html?d1=1.5",
        "map/index.html?axes=1,2&track=0,1;1,0",
    ],
)
def test_pages_of_the_latent_space_have_no_serious_fault(page, home, place, scheme, watch):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{home}{place}")
    if "map" in place:
        page.wait_for_selector("#map-box canvas.map-density")
        expect(page.locator("#track-points .small-curve")).to_have_count(2)
    if "decoder" in place:
        expect(page.locator("#decoder")).to_be_visible()
        page.click("#find-them")
        expect(page.locator("#found-ordinary li").first).to_be_visible()
    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert watch.faults == []


def test_without_a_script_each_dimension_stands_in_a_picture(browser, home):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{home}latent/decoder/index.html")
    expect(page.locator("#decoder")).to_be_hidden()
    expect(page.locator(".stills svg")).to_have_count(4)
    expect(page.locator("#decoder-help")).to_contain_text("needs JavaScript")
    page.goto(f"{home}latent/index.html")
    for estimator in ("neighbours", "histogram", "mixture"):
        expect(page.locator(f"#by-{estimator}")).to_be_visible()
    context.close()


def open_pair(page, home, query="?axes=1,2"):
    page.goto(f"{home}map/index.html{query}")
    page.wait_for_selector("#map-box canvas.map-density")


def test_clicks_make_a_track_whose_recipe_the_build_understands(page, home, watch):
    open_pair(page, home)
    page.get_by_role("button", name="Track", exact=True).click()
    canvas = page.locator("#map-box canvas.map-marks")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    axes = page.evaluate("fetch('map.json').then((r) => r.json()).then((m) => m.latents)")
    spots = [(0.3, 0.3), (0.5, 0.6), (0.7, 0.4)]
    for i, (x, y) in enumerate(spots, 1):
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
        expect(page.locator("#track-points > li")).to_have_count(i)
    page.fill("#track [name=a]", "0.5")
    page.fill("#track [name=b]", "-1")
    page.press("#track [name=b]", "Enter")
    expect(page.locator("#track-points > li")).to_have_count(4)
    expect(page.locator("#track-points .small-curve")).to_have_count(4)
    page.fill("#track [name=radius]", "0.4")
    page.press("#track [name=radius]", "Tab")
    expect(page.locator("#track-recipe")).to_contain_text("radius = 0.4")
    (read,) = tomllib.loads(page.locator("#track-recipe").inner_text())["tracks"]
    section = TrackSection(**read)
    assert (section.across, section.up, section.radius) == (1, 2, 0.4)
    assert section.points[3] == (0.5, -1.0)
    height = box["height"] / box["width"]
    for (x, y), point in zip(spots, section.points, strict=False):
        (x0, x1), (y0, y1) = axes[0], axes[1]
        assert point[0] == pytest.approx(x0 + x * (x1 - x0), abs=0.02 * (x1 - x0))
        assert point[1] == pytest.approx(y1 - y * (y1 - y0), abs=0.02 * (y1 - y0) / height)
    url = page.url
    page.goto(url)
    expect(page.locator("#track-points > li")).to_have_count(4)
    expect(page.locator("#track-recipe")).to_contain_text("radius = 0.4")
    page.get_by_role("button", name="Remove point 2").click()
    expect(page.locator("#track-points > li")).to_have_count(3)
    page.get_by_role("button", name="Clear", exact=True).last.click()
    expect(page.locator("#track-points > li")).to_have_count(0)
    assert "track=" not in page.url
    assert watch.faults == []


def test_the_objects_nearest_to_a_point_are_named(page, home, made):
    with Catalogue(made) as catalogue:
        targets = [each.target_id for each in catalogue.outliers()]
        latents = catalogue.latents(targets)
    here = latents[5, :2] + 1e-3
    open_pair(page, home, f"?axes=1,2&track={here[0]:.3f},{here[1]:.3f}")
    order = np.argsort(np.hypot(*(latents[:, :2] - here).T))[:3]
    found = page.locator("#track-points li li a")
    expect(found).to_have_count(3)
    hrefs = [found.nth(i).get_attribute("href") for i in range(3)]
    assert [href.split("/")[-2] for href in hrefs] == [slug_at(int(row)) for row in order]


def test_a_track_belongs_to_its_pair_and_the_tool_to_pairs(page, home):
    open_pair(page, home, "?axes=1,2&track=0,0;1,1")
    expect(page.locator("#track-points > li")).to_have_count(2)
    page.select_option("[name=up]", "3")
    expect(page.locator("#track-points > li")).to_have_count(0)
    page.select_option("[name=axes]", "layout")
    expect(page.locator("#track")).to_be_hidden()
    expect(page.get_by_role("button", name="Track", exact=True)).to_be_hidden()


def test_a_map_of_a_release_without_a_latent_space_has_no_track(page, address, watch):
    page.goto(f"{address}map/index.html?axes=1,2&track=0,0;1,1")
    page.wait_for_selector("#map-box canvas.map-density")
    expect(page.get_by_role("button", name="Track", exact=True)).to_have_count(0)
    assert not [each for each in watch.asked if "track_panel" in each]
    assert watch.faults == []
