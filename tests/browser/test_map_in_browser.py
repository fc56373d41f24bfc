"""The latent map in a real browser: selection, deep links, and one look however it is drawn."""

import base64
import json
import re
from functools import partial
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect
from tests.browser.waiting import comes_to
from tests.site.catalogue_fixture import N_PUBLISHED, N_SCORED, name_of, slug_at

from catalog.site.atlas import Atlas
from catalog.site.latent_map import files, packing, pyramid
from catalog.store.read import Catalogue

pytestmark = pytest.mark.browser

# The density of a view as it was just painted, with nothing drawn over it.
PAINT = """async ([folder, painter, colour, axes, view]) => {
  const module = (name) => import(new URL(`../static/${name}.js`, location.href));
  const { LatentView } = await module("map/latent_view");
  const { Objects } = await module("catalogue/objects");
  const box = document.createElement("div");
  box.className = "map-box";
  document.querySelector("main").prepend(box);
  const made = await LatentView.make(box, {
    objects: await Objects.load("../explore/"), folder, painter,
  });
  await made.setColour(colour);
  if (axes) await made.setAxes(axes);
  if (view) made.setView(...view);
  const source = made.density.source;
  const { windowOf } = await module("map/cells");
  made.draw();
  const { column } = made.density;
  if (source.kind === "tiles") await source.load(windowOf(source, made.camera), column);
  made.draw();
  const { canvas } = made.density.painter;
  const copy = Object.assign(document.createElement("canvas"), { width: 300, height: 300 });
  const context = copy.getContext("2d");
  context.drawImage(canvas, 0, 0);
  // As text: 360,000 single numbers would take seconds to leave the browser.
  const bytes = context.getImageData(0, 0, 300, 300).data;
  const pixels = btoa(Array.from(bytes, (each) => String.fromCharCode(each)).join(""));
  const found = { painter: made.density.painter.kind, source: source.kind, pixels };
  made.remove();
  box.remove();
  return found;
}"""


def visit(page, address, query=""):
    page.goto(f"{address}map/index.html{query}")
    page.wait_for_selector("#map-box canvas.map-density")


def painted(page, painter, colour="verdict", *, folder="../map/", axes=None, view=None):
    found = page.evaluate(PAINT, [folder, painter, colour, axes, view])
    pixels = np.frombuffer(base64.b64decode(found["pixels"]), np.uint8)
    return found, pixels.astype(int).reshape(300, 300, 4)


def stage(page):
    canvas = page.locator("#map-box canvas.map-marks")
    canvas.scroll_into_view_if_needed()
    return canvas.bounding_box()


def selected(page):
    return int(page.locator("#selection").inner_text().split()[0])


def shown(page):
    page.wait_for_selector("#explorer.live")
    text = page.locator("#status").inner_text()
    return int(text.split("·")[1].split()[0].replace(",", ""))


def test_a_box_on_the_map_becomes_a_filter_of_the_explorer(page, address, watch):
    visit(page, address)
    page.get_by_role("button", name="Box").click()
    box = stage(page)
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] * 0.4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.9, steps=4)
    page.mouse.up()
    n = selected(page)
    assert 0 < n < N_PUBLISHED
    page.click("#to-explorer")
    # Limits are written with two decimals, so a mark on the very edge may fall either way.
    assert abs(shown(page) - n) <= 1
    assert "region=box" in page.url
    assert watch.faults == []


def test_a_lasso_selects_what_it_encloses(page, address, watch):
    visit(page, address)
    page.get_by_role("button", name="Lasso").click()
    box = stage(page)
    corners = [(0.05, 0.45), (0.65, 0.45), (0.65, 0.95), (0.05, 0.95)]
    spots = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*spot, steps=6)
    page.mouse.up()
    n = selected(page)
    assert 0 < n < N_PUBLISHED
    page.click("#to-explorer")
    assert abs(shown(page) - n) <= 1
    assert "region=lasso" in page.url
    assert watch.faults == []


def test_a_region_is_drawn_by_keyboard_alone(page, address, watch):
    visit(page, address)
    page.focus("canvas.map-marks")
    page.keyboard.press("s")
    for key in ("Shift+ArrowLeft",) * 6 + ("Shift+ArrowUp",) * 6 + ("s",):
        page.keyboard.press(key)
    for key in ("Shift+ArrowRight",) * 12 + ("Shift+ArrowDown",) * 12 + ("s",):
        page.keyboard.press(key)
    n = selected(page)
    assert 0 < n < N_PUBLISHED
    page.focus("#to-explorer")
    page.keyboard.press("Enter")
    page.wait_for_url("**/explore/**")
    assert abs(shown(page) - n) <= 1
    assert watch.faults == []


def test_a_box_is_given_in_numbers_and_escape_clears_it(page, address):
    visit(page, address)
    page.locator("#by-numbers summary").click()
    for name, value in (("x0", "10"), ("x1", "60"), ("y0", "-60"), ("y1", "60")):
        page.fill(f"#edges [name={name}]", value)
    page.press("#edges [name=y1]", "Enter")
    assert 0 < selected(page) < N_PUBLISHED
    assert "region=box%3A10.00%2C60.00%2C-60.00%2C60.00" in page.url
    page.focus("canvas.map-marks")
    page.keyboard.press("Escape")
    expect(page.locator("#selection")).to_be_empty()
    assert "region" not in page.url


def test_the_map_is_walked_and_opened_by_keyboard(page, address):
    visit(page, address)
    page.focus("canvas.map-marks")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    name = page.locator("#hover .card-name").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/objects/**")
    assert page.locator("h1").inner_text() == name


def mark_at(page, row):
    """Place on the screen of a row's mark."""
    box = stage(page)
    x, y = page.evaluate(
        """async (row) => {
          const module = new URL("../static/catalogue/objects.js", location.href);
          const { Objects } = await import(module);
          const objects = await Objects.load("../explore/");
          const [x0, x1, y0, y1] = (await (await fetch("map.json")).json()).extent;
          return [(objects.number("map_x", row) - x0) / (x1 - x0),
                  1 - (objects.number("map_y", row) - y0) / (y1 - y0)];
        }""",
        row,
    )
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def test_hover_shows_a_spectrum_and_a_click_opens_its_page(page, address, watch):
    visit(page, address)
    place = mark_at(page, 0)
    page.mouse.move(*place)
    expect(page.locator("#hover .spark path")).to_be_visible()
    name = page.locator("#hover .card-name").inner_text()
    page.mouse.click(*place)
    page.wait_for_url("**/objects/**")
    assert page.locator("h1").inner_text() == name
    assert watch.faults == []


def test_a_view_of_the_map_lives_in_its_address(page, address, watch):
    query = (
        "?colour=snr&view=20.000%2C15.000%2C3.00&region=box%3A0.00%2C40.00%2C0.00%2C40.00"
        f"&object={slug_at(7)}"
    )
    visit(page, address, query)
    expect(page.locator("#hover .card-name")).to_have_text(name_of(7))
    n = selected(page)
    assert 0 < n < N_PUBLISHED
    assert page.locator("[name=colour]").input_value() == "snr"
    page.wait_for_timeout(400)
    assert page.url.endswith(query)
    page.select_option("[name=colour]", "spec_class")
    assert "colour=spec_class" in page.url
    page.go_back()
    expect(page.locator("[name=colour]")).to_have_value("snr")
    page.go_forward()
    expect(page.locator("[name=colour]")).to_have_value("spec_class")
    assert selected(page) == n
    assert watch.faults == []


def test_an_object_is_pointed_out_by_a_fragment(page, address):
    visit(page, address, f"#object={slug_at(7)}")
    expect(page.locator("#hover .card-name")).to_have_text(name_of(7))


def view_of(page):
    """Centre and magnification in the address; None where all is shown."""
    asked = parse_qs(urlsplit(page.url).query)
    return [float(each) for each in asked["view"][0].split(",")] if "view" in asked else None


def test_the_map_is_magnified_and_moved_by_button_key_and_wheel(page, address, watch):
    visit(page, address)
    page.get_by_role("button", name="Larger").click()
    expect(page).to_have_url(re.compile("view=.*2C1.60$"))
    page.get_by_role("button", name="Whole map").click()
    expect(page).to_have_url(re.compile("index.html$"))
    # Until the map was clicked or focused, the wheel scrolls the page.
    page.focus("[name=colour]")
    box = stage(page)
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.wheel(0, -80)
    page.wait_for_timeout(500)
    assert view_of(page) is None
    page.focus("canvas.map-marks")
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile("view=.*2C1.50$"))
    x, y, _ = view_of(page)
    page.keyboard.press("Shift+ArrowRight")
    moved = comes_to(page, lambda: view_of(page), lambda view: view[0] > x, "a view to the right")
    assert moved[1:] == [y, 1.5]
    page.mouse.wheel(0, -200)
    comes_to(page, lambda: view_of(page), lambda view: view[2] > 1.6, "a larger view")
    assert watch.faults == []


COLOURS = {
    "verdict": "artefact 20",
    "category": "Broad lines",
    "spec_class": "galaxy 1,000",
    "percentile": "",
    "percentile_misfit": "% of all are less unusual",
    "z": "",
    "snr": "per bin; mean of each cell",
}
"""What legends say once all is loaded that they count."""


def _says_new(said: str, earlier: list[str], legend: str) -> bool:
    return said in legend and legend not in ["", *earlier]


def test_every_colour_has_a_legend_with_words_numbers_or_a_unit(page, address, watch):
    visit(page, address)
    legends: list[str] = []
    for colour, said in COLOURS.items():
        page.select_option("[name=colour]", colour)
        new = partial(_says_new, said, legends)
        legends.append(comes_to(page, page.locator("#legend").inner_text, new, f"one of {colour}"))
    assert watch.faults == []


@pytest.mark.parametrize(
    ("colour", "scheme"), [("verdict", "light"), ("spec_class", "dark"), ("z", "light")]
)
def test_webgl_and_canvas_paint_the_same_picture(page, address, colour, scheme):
    page.emulate_media(color_scheme=scheme)
    visit(page, address)
    for view in (None, [10.0, 5.0, 2.7]):
        with_gl, first = painted(page, "webgl", colour, view=view)
        if with_gl["painter"] != "webgl":
            pytest.skip("this browser has no WebGL2")
        without, second = painted(page, "canvas", colour, view=view)
        assert without["painter"] == "canvas"
        assert (first[..., 3] > 0).any()
        # An edge between two cells may fall on either side of a pixel's middle.
        differs = np.abs(first - second).max(axis=2) > 8
        drawn = (first[..., 3] > 0) | (second[..., 3] > 0)
        assert differs.sum() <= 0.03 * drawn.sum()


@pytest.fixture(scope="module")
def tiled(served):
    """Folder of the same map as tiles, beside the other."""
    with Catalogue(served.parents[2] / "catalog.duckdb") as catalogue:
        atlas = Atlas(catalogue)
        extent = tuple(json.loads((served / "map" / "map.json").read_text())["extent"])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(files, "POINTS_LIMIT", 0)
            patch.setattr(pyramid, "depth", lambda _: 2)
            made = files.files(catalogue, extent, atlas.scores, atlas.model.n_latent, N_SCORED)
    for name, content in made.items():
        path = served / name.replace("map/", "map-tiled/", 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return "../map-tiled/"


@pytest.mark.parametrize("colour", ["verdict", "spec_class", "z"])
def test_tiles_and_points_paint_the_same_picture(page, address, tiled, colour, watch):
    visit(page, address)
    for view in (None, [10.0, 5.0, 3.0]):
        points, first = painted(page, "canvas", colour, view=view)
        tiles, second = painted(page, "canvas", colour, folder=tiled, view=view)
        assert (points["source"], tiles["source"]) == ("points", "tiles")
        assert (first[..., 3] > 0).any()
        differs = np.abs(first - second).max(axis=2) > 8
        assert differs.sum() <= 0.01 * (first[..., 3] > 0).sum()
    assert watch.faults == []


def test_a_pair_of_latents_is_drawn_from_its_small_picture_where_there_are_tiles(
    page, address, tiled, watch
):
    visit(page, address)
    for axes in ([0, 3], [3, 0], [8, 9]):
        found, pixels = painted(page, "canvas", folder=tiled, axes=axes)
        assert found["source"] == "grid"
        assert (pixels[..., 3] > 0).any() == (max(axes) < 6)
    assert watch.faults == []


def test_the_corner_view_opens_a_pair_whose_selection_goes_on_by_name(page, address, watch):
    visit(page, address)
    page.select_option("[name=axes]", "pairs")
    panels = page.locator("#corner button")
    expect(panels).to_have_count(15)
    assert page.locator("#map-box").is_hidden()
    page.get_by_role("button", name="Latent 4 against latent 2: show it large").click()
    expect(page.locator("[name=across]")).to_have_value("1")
    expect(page.locator("[name=up]")).to_have_value("3")
    assert "axes=2%2C4" in page.url
    page.get_by_role("button", name="Box").click()
    box = stage(page)
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.6, steps=3)
    page.mouse.up()
    n = selected(page)
    assert 0 < n < N_PUBLISHED
    page.click("#to-explorer")
    assert shown(page) == n
    page.wait_for_load_state("networkidle")
    page.go_back()
    page.wait_for_selector("#map-box canvas.map-density")
    expect(page.locator("#selection")).to_have_text(f"{n} selected")
    assert watch.faults == []


def test_regions_come_back_from_the_address_and_broken_ones_do_not(page, address):
    visit(page, address)
    found = page.evaluate(
        """async () => {
          const module = new URL("../static/map/region.js", location.href);
          const { contains, formatRegion, parseRegion, simplified } = await import(module);
          const ring = Array.from({ length: 400 }, (_, i) =>
            [10 * Math.cos(i / 64), 10 * Math.sin(i / 64)]);
          const lasso = parseRegion("lasso:0,0;10,0;10,10;5,2;0,10");
          return {
            box: formatRegion(parseRegion("box:3,1,-0.001,2.5")),
            lasso: formatRegion(lasso),
            inside: [[5, 1], [5, 5], [1, 5], [11, 5], [NaN, 1]]
              .map(([x, y]) => contains(lasso, x, y)),
            broken: ["", "box:1,2,3", "box:1,2,3,x", "box:1,,3,4", "lasso:1,2;3,4", "disc:1", null]
              .map(parseRegion),
            few: simplified(ring, 0.1).length,
          };
        }"""
    )
    assert found["box"] == "box:1.00,3.00,0.00,2.50"
    assert found["lasso"] == "lasso:0.00,0.00;10.00,0.00;10.00,10.00;5.00,2.00;0.00,10.00"
    assert found["inside"] == [True, False, True, False, False]
    assert found["broken"] == [None] * 7
    assert 10 < found["few"] < 60


@pytest.fixture(scope="module")
def crowded(served):
    """Folder of a map of 200,000 made-up points."""
    rng = np.random.default_rng(3)
    centres = rng.uniform(5_000, 60_000, (40, 2))
    at = centres[rng.integers(0, 40, 200_000)] + rng.normal(0, 2_500, (200_000, 2))
    codes = np.sort(packing.morton(*np.clip(at, 0, 65535).astype(np.uint16).T))
    folder = served / "map-crowded"
    folder.mkdir()
    manifest = json.loads((served / "map" / "map.json").read_text())
    manifest |= {"n": 200_000, "peaks": packing.peaks(codes)}
    (folder / "map.json").write_text(json.dumps(manifest))
    (folder / "points.bin").write_bytes(packing.packed_positions(codes))
    return "../map-crowded/"


@pytest.mark.alone
def test_two_hundred_thousand_points_are_drawn_in_a_blink(page, address, crowded, watch):
    visit(page, address)
    times = page.evaluate(
        """async (folder) => {
          const module = (name) => import(new URL(`../static/${name}.js`, location.href));
          const { LatentView } = await module("map/latent_view");
          const { Objects } = await module("catalogue/objects");
          const view = await LatentView.make(document.getElementById("map-box"), {
            objects: await Objects.load("../explore/"), folder, painter: "canvas",
          });
          return Array.from({ length: 15 }, () => {
            view.magnify(1.1);
            const start = performance.now();
            view.draw();
            return performance.now() - start;
          });
        }""",
        crowded,
    )
    # Ten milliseconds on a quiet machine; tests run on crowded ones.
    assert np.median(times) < 120
    assert watch.faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_ramp_of_colours_rises_in_lightness_and_stands_out(page, address, scheme):
    page.emulate_media(color_scheme=scheme)
    visit(page, address)
    ramp, paper, marks = page.evaluate(
        """async () => {
          const { theme } = await import(new URL("../static/map/tone.js", location.href));
          const { ramp, paper, palette, verdicts } = theme();
          return [ramp, paper, [...palette, ...Object.values(verdicts)]];
        }"""
    )

    def luminance(colour):
        part = np.array(colour) / 255
        linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    def contrast(colour):
        low, high = sorted([luminance(colour), luminance(paper)])
        return (high + 0.05) / (low + 0.05)

    light = [luminance(colour) for colour in ramp]
    # Lightness alone tells more from less, whatever colours an eye can tell apart.
    assert all(b > a for a, b in pairwise(light))
    assert min(map(contrast, marks)) >= 3
