import json
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.site.plots import axes, interactive, spark, spectrum, statistics, svg
from catalog.store.records import Line, ObjectSpectrum, ScoreBin

WAVE = np.linspace(3600, 7556, 1000)
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
    drawn = spectrum.figure(WAVE, make_spectrum(), LINES, (6500, 6600), 'a "label" & <more>')
    root = ET.fromstring(drawn)
    assert root.findtext("title") == 'a "label" & <more>'
    assert "Hα <b>" in [text.text for text in root.iter("text")]
    assert not [each for each in root.iter() if "style" in each.attrib]


def test_a_masked_stretch_is_a_gap_not_a_line():
    drawn = spectrum.figure(WAVE, make_spectrum(), (), None, "x")
    data = next(e for e in ET.fromstring(drawn).iter("path") if e.attrib["class"] == "data")
    assert data.attrib["d"].count("M") == 2


def test_a_spectrum_without_any_information_still_draws():
    nothing = np.zeros(1000)
    empty = ObjectSpectrum(nothing, nothing, nothing, nothing, 1.0)
    ET.fromstring(spectrum.figure(WAVE, empty, LINES, None, "x"))
    assert spark.spark_text(empty) == " " * 60


def test_a_line_of_one_bin_survives_in_the_small_spectrum():
    narrow = make_spectrum()
    narrow.flux[500] = 1.0
    text = spark.spark_text(narrow)
    assert len(text) == 60
    assert text.count(chr(spark.FIRST_CHARACTER + spark.N_LEVELS - 1)) == 1


def test_an_svg_line_breaks_where_there_is_no_number():
    path = svg.line(np.arange(4.0), np.array([1, np.nan, 2, 3]))
    assert path == "M0 1M2 2L3 3"


def test_the_interactive_template_is_the_same_bytes_every_time_and_needs_no_eval():
    first = interactive.spectrum_template(WAVE, LINES)
    assert first == interactive.spectrum_template(WAVE, LINES)
    assert "CustomJS" not in first
    assert json.loads(first)["item"]["doc"]["version"] in interactive.SCRIPT


def test_a_threshold_parts_the_bars_into_ordinary_and_outliers():
    bins = tuple(ScoreBin(i / 10, (i + 1) / 10, 100 - i) for i in range(10))
    root = ET.fromstring(statistics.score_histogram(bins, 10**0.7, "t", "l"))
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
    drawn = statistics.latent_map(x, y, {"artefact": (x[:3], y[:3])}, extent, "map")
    marks = next(
        e for e in ET.fromstring(drawn).iter("path") if e.attrib["class"] == "mark artefact"
    )
    assert marks.attrib["d"].count(statistics.MARKS["artefact"]) == min(3, n_points)
