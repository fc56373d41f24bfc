"""The pages of traversals and tracks: what they say, draw and weigh, and when they are there."""

import re
from xml.etree import ElementTree as ET

import duckdb
import numpy as np
import pytest
from tests.site import svg_paths
from tests.site.catalogue_fixture import make_catalogue, slug_at
from tests.site.latent_fixture import HOSTILE_TRACK

from catalog.site.atlas import Atlas
from catalog.site.meaning import traversal_rows as rows
from catalog.site.pages import tracks, traversals
from catalog.site.plots import stacked
from catalog.site.plots import traversal as plot
from catalog.site.templating import fill
from catalog.store.latent_records import TraversalChange, TraversalFeature, TraversalStep
from catalog.store.read import Catalogue

PAGE_BUDGET = 300_000
FEATURES = tuple(
    TraversalFeature(name, i, title, unit, "")
    for i, (name, title, unit) in enumerate([
        ("continuum_blue", "blue continuum", ""), ("continuum_red", "red continuum", ""),
        ("break_4000", "4000 Å break", ""), ("halpha", "Hα", "Å"), ("oii", "[O II]", "Å"),
        ("broadening", "line width", "km/s"), ("na_d", "Na D", "Å"),
    ])
)  # fmt: skip


def found(pattern, text):
    """The first group of a pattern in a text, or all that it matches."""
    match = re.search(pattern, text, re.DOTALL)
    assert match is not None, pattern
    return match[match.lastindex or 0]


def content(text):
    """The content of a page, which is written as XML would be."""
    return ET.fromstring(found(r"<main.*</main>", text))


def classed(element, *names):
    """Elements below that are of all these classes."""
    return [e for e in element.iter() if set(names) <= set(e.get("class", "").split())]


def said(element):
    return " ".join("".join(element.itertext()).split())


def section(element, name):
    return element.find(f".//section[@aria-labelledby='{name}']")


def table_rows(element):
    return element.findall(".//tbody/tr")


def pages_of(path):
    """HTML of both pages, by path; only those that the catalogue has something for."""
    with Catalogue(path) as catalogue:
        atlas = Atlas(catalogue)
        return {
            sheet.path: fill(module.PAGE.template, sheet.context)
            for module in (traversals, tracks)
            for sheet in module.PAGE.sheets(atlas, atlas.objects)
        }


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("paths")
    return make_catalogue(
        folder / "c.duckdb", n_published=12, n_scored=400, benchmark=False, latent=True
    )


@pytest.fixture(scope="module")
def pages(made):
    return pages_of(made)


@pytest.fixture(scope="module")
def along(pages):
    return content(pages["latent/traversals/index.html"])


@pytest.fixture(scope="module")
def tracked(pages):
    return content(pages["latent/tracks/index.html"])


def test_a_catalogue_without_such_tables_has_no_such_pages(tmp_path):
    path = make_catalogue(tmp_path / "c.duckdb", n_published=3, n_scored=60, benchmark=False)
    assert pages_of(path) == {}


def test_pages_are_light_and_hold_no_foreign_markup(pages):
    assert len(pages) == 2
    for text in pages.values():
        assert len(text.encode()) < PAGE_BUDGET
        assert HOSTILE_TRACK not in text
        for element in content(text).iter():
            assert element.tag not in {"img", "script", "style"}
            assert not [name for name in element.attrib if name == "style" or name[:2] == "on"]


def test_every_dimension_has_a_sentence_and_a_figure(along):
    headings = [said(each) for each in along.iter("h3")]
    assert headings[:2] == ["Dimension 1", "Dimension 2"]
    assert len(headings) == 10
    assert headings[9] == "Dimension 10 not in use"
    for number in range(1, 11):
        mine = section(along, f"dimension-{number}")
        assert said(mine.find("p")).startswith("Towards higher values")
        assert mine.find(".//svg/title").text
        assert len(classed(mine, "way")) == 9  # five steps, four differences


def test_steps_that_no_real_spectrum_reaches_are_dashed_and_the_key_says_so(along):
    assert len(classed(section(along, "dimension-1"), "way", "outside")) == 2 + 2
    assert "no real spectra lie there" in said(classed(along, "key")[0])


def test_the_table_says_every_sign_in_words_too(along):
    table = classed(along, "signs")[0]
    head, blue, *_ = ([said(cell) for cell in row] for row in table.iter("tr"))
    assert head == ["dimension", *map(str, range(1, 11)), "largest"]
    assert blue[:5] == ["Blue continuum", "↑rises", "↓falls", "–stays", "↑rises"]
    assert blue[6] == "not measurable"


def test_a_dimension_with_many_fellows_is_drawn_if_it_moves_most(made, monkeypatch):
    monkeypatch.setattr(traversals, "MOST", 3)
    page = content(pages_of(made)["latent/traversals/index.html"])
    assert len(list(page.iter("h3"))) == 3
    assert "Of 10 dimensions, the 3 that move most are drawn" in said(page)
    assert len(next(page.iter("tr"))) == 12


def test_every_track_has_its_points_and_they_lead_to_objects(tracked):
    assert len(classed(tracked, "track")) == 2
    first = section(tracked, "track-1")
    assert [said(each) for each in classed(first, "stop-name")] == ["1", "2", "3"]
    assert len(classed(first, "reach", "outside")) == 1
    assert classed(first, "track-dots")[0].get("d")
    rows = table_rows(first)
    assert said(rows[2]).endswith("none: outside")
    links = [link.get("href") for row in rows for link in row.iter("a")]
    slugs = {slug_at(i) for i in range(12)}
    assert links
    assert {found(r"^\.\./\.\./objects/([^/]+)/index\.html$", e) for e in links} <= slugs


def test_a_track_says_how_it_was_laid(tracked):
    texts = [said(section(tracked, f"track-{i}").find("p")) for i in (1, 2)]
    assert "follows “Hα” among spectra of class GALAXY" in texts[0]
    assert "dimensions 1 and 3 were chosen by hand, among all scored spectra" in texts[1]


def test_stack_and_nearest_are_drawn_where_they_are(tracked):
    mine = classed(section(tracked, "track-2"), "track-plot")[0]
    assert len(classed(mine, "real")) == 3
    assert len(classed(mine, "recon")) == 2


def test_without_a_name_the_nearest_spectrum_is_called_by_its_identifier(made, tmp_path):
    copy = tmp_path / "c.duckdb"
    copy.write_bytes(made.read_bytes())
    with duckdb.connect(str(copy)) as database:
        database.execute("UPDATE spectra SET name = '', slug = '' WHERE target_id IN "
                         "(SELECT target_id FROM track_points)")  # fmt: skip
    page = content(pages_of(copy)["latent/tracks/index.html"])
    rows = table_rows(section(page, "track-1"))
    assert not any(True for row in rows for _ in row.iter("a"))
    assert all("DESI" in said(row) for row in rows)


def changes(**of):
    return {
        name: TraversalChange(1, name, change, int(np.sign(change)))
        for name, change in of.items()
    }  # fmt: skip


def told(**of):
    largest = dict.fromkeys((feature.name for feature in FEATURES), 10.0)
    return rows.sentence_of(FEATURES, changes(**of), largest)


@pytest.mark.parametrize(
    ("of", "wanted"),
    [
        ({"continuum_blue": -5, "continuum_red": 6, "halpha": -9, "oii": -4},
         "Towards higher values the continuum reddens; Hα and [O II] fall."),
        ({"continuum_blue": 5}, "Towards higher values the blue end of the continuum rises."),
        ({"continuum_blue": 5, "continuum_red": 5},
         "Towards higher values both ends of the continuum rise against its middle."),
        ({"break_4000": -8, "na_d": -8, "broadening": 5},
         "Towards higher values the 4000 Å break and Na D weaken; the Balmer lines broaden."),
        ({"halpha": 9, "oii": -1}, "Towards higher values Hα rises."),
        ({"halpha": 1, "oii": -1}, "Towards higher values slightly Hα rises; [O II] falls."),
        ({}, "Towards higher values nothing that is measured here changes."),
    ],
)  # fmt: skip
def test_a_sentence_says_what_changes_in_plain_words(of, wanted):
    assert told(**of) == wanted


def steps(wave, n=5, line=0.0):
    half = n // 2
    shape = np.exp(-0.5 * ((wave - 6564.6) / 8) ** 2)
    return [
        TraversalStep(1, k, 0.5 * k, outside=False, flux=0.03 + 1e-3 * k + line * k * shape)
        for k in range(-half, half + 1)
    ]


def test_spectra_lie_one_over_the_other_in_order():
    wave = np.linspace(3600, 7556, 400)
    picture = str(plot.figure(wave, steps(wave, 9), (), "a figure"))
    heights = [
        np.median(np.concatenate([run[:, 1] for run in svg_paths.runs(d)]))
        for d in re.findall(r'class="way way-\d" d="([^"]+)"', picture)
    ][:9]
    assert (np.diff(heights) < 0).all()  # y runs downwards


def test_many_steps_are_thinned_evenly_and_keep_mean_and_ends():
    wave = np.linspace(3600, 7556, 400)
    shown = [each.step for each in plot._shown(steps(wave, 17))]
    assert shown == [-8, -6, -4, -2, 0, 2, 4, 6, 8]


def test_an_extreme_line_stays_in_the_figure_and_does_not_press_the_rest_flat():
    wave = np.linspace(3600, 7556, 1000)
    quiet = str(plot.figure(wave, steps(wave), (), "a figure"))
    loud = str(plot.figure(wave, steps(wave, line=30.0), (), "a figure"))
    for picture in (quiet, loud):
        height = float(found(r'viewBox="0 0 \d+ ([\d.]+)"', picture))
        paths = re.findall(r'class="way way-\d" d="([^"]+)"', picture)
        every = np.concatenate([run for d in paths for run in svg_paths.runs(d)])
        assert (every[:, 1] >= 0).all()
        assert (every[:, 1] <= height).all()
    assert 'viewBox="0 0 720' in loud


def test_a_spectrum_of_three_hundred_thousand_bins_is_drawn_with_few_points():
    wave = np.linspace(3785, 6910, 313_000)
    noise = np.random.default_rng(1).normal(0.002, 2e-4, wave.size)
    row = stacked.Row("1", (("data", noise),))
    parts, _ = stacked.rows(wave, [row, row], stacked.Spacing(26.0, 2.0, alike=True))
    assert len("".join(map(str, parts))) < 2 * 4_500
