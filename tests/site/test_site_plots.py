import itertools
import json
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.site import svg_paths

from catalog.site.departures import departures, magnified
from catalog.site.plots import axes, interactive, spark, spectrum, statistics, svg
from catalog.store.records import Line, ObjectSpectrum, ScoreBin

WAVE = np.linspace(3600, 7556, 1000)
FULL = spectrum.Regions((6500, 6600), ((430, 445), (800, 829)), (720, 768))
LINES = (Line("ha", "Hα <b>", 6564.6, "both", major=True, source="NIST"),)


def make_spectrum(n_bins: int = 1000) -> ObjectSpectrum:
    rng = np.random.default_rng(5)
    recon = np.full(n_bins, 0.03)
    flux = recon + rng.normal(0, 0.002, n_bins)
    ivar = np.full(n_bins, 2.5e5)
    ivar[40:60] = 0
    return ObjectSpectrum(flux, ivar, recon, recon, 100.0)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=3000), st.integers(1, 300))
def test_a_thinned_line_keeps_its_highest_and_lowest_point(values, n_windows):
    line = np.array(values)
    chosen = axes.extremes(line, n_windows)
    assert line[chosen].max() == line.max()
    assert line[chosen].min() == line.min()
    assert np.all(np.diff(chosen) > 0)
    assert chosen.size <= max(2 * n_windows, 1)


@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e5), st.integers(2, 10))
def test_ticks_are_round_lie_within_and_are_about_as_many_as_asked(low, width, wanted):
    high = low + width
    found = axes.ticks(low, high, wanted)
    assert all(low - 1e-6 * width <= tick <= high + 1e-6 * width for tick in found)
    assert 0 <= len(found) <= wanted + 1


def test_a_figure_is_well_formed_and_escapes_what_it_is_told():
    drawn = spectrum.figure(WAVE, make_spectrum(), LINES, FULL, 'a "label" & <more>')
    root = ET.fromstring(drawn)
    assert root.findtext("title") == 'a "label" & <more>'
    assert "Hα <b>" in [text.text for text in root.iter("text")]
    assert not [each for each in root.iter() if "style" in each.attrib]


def test_a_masked_stretch_is_a_gap_not_a_line():
    drawn = spectrum.figure(WAVE, make_spectrum(), (), spectrum.Regions(), "x")
    data = next(e for e in ET.fromstring(drawn).iter("path") if e.attrib["class"] == "data")
    assert data.attrib["d"].count("M") == 2


def boxes(drawn: str, kind: str) -> list[tuple[float, float]]:
    """Left edges and widths of the boxes of a kind of region."""
    paths = [e for e in ET.fromstring(drawn).iter("path") if e.attrib["class"] == kind]
    found = [re.findall(r"M([\d.]+) [\d.]+v[\d.]+h([\d.]+)", path.attrib["d"]) for path in paths]
    return [(float(left), float(width)) for each in found for left, width in each]


def test_regions_of_a_figure_lie_where_the_data_say():
    drawn = spectrum.figure(WAVE, make_spectrum(), LINES, FULL, "x")
    scale = axes.Scale(WAVE[0], WAVE[-1], spectrum.LEFT, spectrum.RIGHT)
    half = (WAVE[1] - WAVE[0]) / 2

    def place(first, last):
        low, high = scale.at(WAVE[first] - half), scale.at(WAVE[last] + half)
        return pytest.approx((low, high - low), abs=0.11)

    assert boxes(drawn, "masked") == [place(40, 59)]
    assert boxes(drawn, "overlap") == [place(430, 445), place(800, 829)]
    assert boxes(drawn, "magnified") == [place(720, 768)]
    (window,) = boxes(drawn, "window")
    assert window == pytest.approx((scale.at(6500), scale.at(6600) - scale.at(6500)), abs=0.11)


def test_a_hatch_is_defined_where_it_is_used_and_once():
    drawn = spectrum.figure(WAVE, make_spectrum(), LINES, FULL, "x")
    inset = spectrum.inset(WAVE, make_spectrum(), spectrum.Regions(magnified=(30, 78)), "x")
    assert drawn.count(f'id="{spectrum.HATCH}"') == 1
    assert f"url(#{spectrum.HATCH})" in inset
    assert f'id="{spectrum.HATCH}"' not in inset


def test_a_single_masked_bin_is_wide_enough_to_be_seen():
    known = make_spectrum()
    known.ivar[:] = 1.0
    known.ivar[500] = 0
    drawn = spectrum.figure(WAVE, known, LINES, FULL, "x")
    assert [width for _, width in boxes(drawn, "masked")] == [spectrum.LEAST_WIDTH]


def test_an_inset_draws_every_bin_that_it_shows_and_no_other():
    drawn = spectrum.inset(WAVE, make_spectrum(), FULL, "x")
    data = next(e for e in ET.fromstring(drawn).iter("path") if e.attrib["class"] == "data")
    (points,) = svg_paths.runs(data.attrib["d"])
    assert len(points) == 768 - 720 + 1
    assert points[0][0] >= spectrum.INSET_LEFT
    assert points[-1][0] <= spectrum.INSET_WIDTH


def test_a_spectrum_without_any_information_still_draws():
    nothing = np.zeros(1000)
    empty = ObjectSpectrum(nothing, nothing, nothing, nothing, 1.0)
    ET.fromstring(spectrum.figure(WAVE, empty, LINES, spectrum.Regions(), "x"))
    assert spark.spark_text(empty) == " " * 60


def test_a_line_of_one_bin_survives_in_the_small_spectrum():
    narrow = make_spectrum()
    narrow.flux[500] = 1.0
    text = spark.spark_text(narrow)
    assert len(text) == 60
    assert text.count(chr(spark.FIRST_CHARACTER + spark.N_LEVELS - 1)) == 1


def test_an_svg_line_breaks_where_there_is_no_number():
    path = svg.line(np.arange(4.0), np.array([1, np.nan, 2, 3]))
    assert path == "M0 1M2 2l1 1"


@given(st.lists(st.floats(-999, 999, width=32), min_size=1, max_size=60))
def test_an_svg_line_of_relative_steps_does_not_drift(values):
    y = np.array(values)
    x = np.linspace(62, 714, y.size)

    (drawn,) = svg_paths.runs(svg.line(x, y))

    assert np.abs(drawn - np.stack([x, y], axis=1)).max() <= 0.05 + 1e-9


def test_the_interactive_template_is_the_same_bytes_every_time_and_needs_no_eval():
    first = interactive.spectrum_template(WAVE, LINES)
    assert first == interactive.spectrum_template(WAVE, LINES)
    assert "CustomJS" not in first
    assert json.loads(first)["document"]["version"] in interactive.SCRIPT


def test_a_threshold_parts_the_bars_into_ordinary_and_outliers():
    bins = tuple(ScoreBin(i / 10, (i + 1) / 10, 100 - i) for i in range(10))
    root = ET.fromstring(statistics.score_histogram(bins, 0.7, "t", "l"))
    bars = {
        e.attrib["class"]: e.attrib["d"].count("M")
        for e in root.iter("path")
        if "bar" in e.attrib["class"]
    }
    assert bars == {"bar": 7, "bar bar-outlier": 3}


@given(st.floats(0.001, 1000), st.floats(0.001, 1000))
def test_the_maps_frame_holds_all_points_with_one_scale_and_square_bins(width, height):
    x, y = np.array([0.0, width, width / 2]), np.array([0.0, height, height / 3])
    low_x, high_x, low_y, high_y = statistics.map_extent(x, y)
    assert low_x <= 0
    assert width <= high_x
    assert low_y <= 0
    assert height <= high_y
    rows = statistics.MAP_BINS * (high_y - low_y) / (high_x - low_x)
    assert rows == pytest.approx(round(rows))
    assert 0.5 <= (high_y - low_y) / (high_x - low_x) <= 1 + 1e-9


@pytest.mark.parametrize("n_points", [1, 500])
def test_the_map_draws_a_mark_per_outlier(n_points):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, n_points))
    extent = statistics.map_extent(x, y)
    counts = statistics.map_counts([(x[:200], y[:200]), (x[200:], y[200:])], extent)
    assert counts.sum() == n_points
    drawn = ET.fromstring(
        statistics.latent_map(counts, {"artefact": (x[:3], y[:3])}, extent, "map")
    )
    shapes = {e.attrib["id"]: e[0].attrib["d"] for e in drawn.iter("marker")}
    assert shapes == {"mark-artefact": "M0 0" + statistics.MARKS["artefact"]}
    places = next(e for e in drawn.iter("path") if "marker-mid" in e.attrib).attrib["d"]
    assert len(places.strip("Mh0").split()) == 2 * min(3, n_points)


def test_departures_are_found_strongest_first_with_their_sign_and_extent():
    sigmas = np.zeros(1000)
    sigmas[100:111] = 20 * np.exp(-0.5 * ((np.arange(11) - 5) / 2) ** 2)
    sigmas[500] = -40
    sigmas[700] = 6
    sigmas[800] = 4  # what noise does among a thousand bins
    found = departures(sigmas)
    assert [each.peak for each in found] == [500, 105, 700]
    assert [round(each.sigma) for each in found] == [-40, 20, 6]
    assert (found[0].first, found[0].last) == (500, 500)
    assert found[1].first < 103
    assert found[1].last > 107
    for each in found:
        low, high = each.around(1000)
        assert low <= each.first <= each.last <= high
        assert high - low >= 48


@given(st.lists(st.one_of(st.floats(-300, 300), st.just(np.nan)), min_size=3, max_size=300))
def test_the_first_departure_is_the_largest_residual_and_windows_are_apart(values):
    sigmas = np.array(values)
    found = departures(sigmas)
    if not np.isfinite(sigmas).any() or np.nanmax(np.abs(sigmas)) == 0:
        assert found == ()
    else:
        assert abs(found[0].sigma) == np.nanmax(np.abs(sigmas))
    heights = [abs(each.sigma) for each in found]
    assert heights == sorted(heights, reverse=True)
    bins = [at for each in found for at in range(each.first, each.last + 1)]
    assert len(bins) == len(set(bins))
    low, high = magnified(found, sigmas.size)
    assert 0 <= low <= high < sigmas.size


@given(st.sets(st.integers(0, 60), min_size=1))
def test_runs_hold_exactly_the_numbers_that_are_given(numbers):
    found = axes.runs(np.array(sorted(numbers)))
    assert {at for first, last in found for at in range(first, last + 1)} == numbers
    assert all(b[0] - a[1] > 1 for a, b in itertools.pairwise(found))


def test_where_there_is_not_room_for_all_names_the_best_known_line_has_its_own():
    crowded = (
        Line("nii_6550", "[N II] 6550", 6549.9, "emission", major=True, source=""),
        Line("halpha", "Hα", 6564.6, "both", major=True, source=""),
        Line("nii_6585", "[N II] 6585", 6585.3, "emission", major=True, source=""),
        Line("hbeta", "Hβ", 4862.7, "both", major=True, source=""),
    )
    drawn = ET.fromstring(spectrum.figure(WAVE, make_spectrum(), crowded, FULL, "x"))
    names = [e.text for e in drawn.iter("text") if "line-name" in e.attrib["class"]]
    assert names == ["Hα", "Hβ"]
