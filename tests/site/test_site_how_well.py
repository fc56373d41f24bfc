import dataclasses
import re
from xml.etree import ElementTree as ET

import duckdb
import pytest
from tests.site.benchmark_fixture import (
    BASELINE_AUPRC,
    COMBINED_AUPRC,
    KINDS,
    METRICS,
    SNR_GROUPS,
    WON_BY_BASELINE,
)
from tests.site.catalogue_fixture import make_catalogue

from catalog.site import findings
from catalog.site.evidence import Evidence
from catalog.site.plots import benchmark as plots
from catalog.site.plots.statistics import BOTTOM, TOP
from catalog.site.render import render
from catalog.site.words import ROLES
from catalog.store.benchmark_records import ALL, COMBINED, CalibrationResult, Difference, Measured
from catalog.store.read import Catalogue


@pytest.fixture
def evidence(database):
    with Catalogue(database) as catalogue:
        results = catalogue.benchmark()
        assert results is not None
        return Evidence(results, catalogue.scores())


def words(page: str) -> str:
    return " ".join(re.sub("<[^>]+>", "", page).replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.fixture(scope="module")
def page(site):
    return (site / "how-well" / "index.html").read_text()


def test_the_page_says_what_is_found_first_what_is_gained_and_where_a_simpler_method_wins(page):
    told = words(page)
    found = COMBINED_AUPRC  # the fixture gives every measure the same value
    gain = COMBINED_AUPRC - BASELINE_AUPRC
    assert f"{100 * found:.0f} % (80 to 86 %) are among the first 1 % of the list" in told
    assert f"has {BASELINE_AUPRC}: a gain of {gain:.2f} (95 % interval 0.18 to 0.26)" in told
    assert f"On 1 of the {len(KINDS)} kinds a simpler method" in told
    assert f"does better: {WON_BY_BASELINE}." in told
    assert "0.95 (0.92 to 0.98)" in told


def test_every_number_of_the_benchmark_is_in_the_full_table(page, database):
    with Catalogue(database) as catalogue:
        results = catalogue.benchmark()
    assert results is not None
    full = page[page.index('id="everything"') :]
    rows = re.findall(r"<tr><th scope=.row.>.*?</tr>", full, re.DOTALL)
    n_scores = len({each.score for each in results.scores})
    assert len(rows) == n_scores * (1 + len(KINDS) + len(SNR_GROUPS))
    assert all(row.count("<td") == 1 + len(METRICS) for row in rows)


def test_the_confusion_of_reasons_is_told_by_share_of_each_kind_and_by_category(page):
    told = words(page)
    assert "Over 10 planted spectra, the mean F1 of the categories is 0.86 (0.81 to 0.91)" in told
    figure = page[page.index('id="reasons"') :]
    pictures = [ET.fromstring(e) for e in re.findall(r"<svg.*?</svg>", figure, re.DOTALL)]
    numbers = next(e for e in pictures if e.attrib.get("role") == "img")[1].text or ""
    assert "blend: " in numbers
    assert "not scored 0.25" in numbers
    assert "nothing (ordinary spectra): " in numbers
    row = re.findall(r"<tr><th scope=.row.>.*?</tr>", figure, re.DOTALL)[0]
    for value in ("0.92 (0.87 to 0.97)", "0.81 (0.76 to 0.86)", "0.5 % of 200"):
        assert value in words(row)


def test_every_figure_has_a_title_and_tells_its_numbers(page):
    figures = [ET.fromstring(each) for each in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]
    pictures = [each for each in figures if each.attrib.get("role") == "img"]
    assert len(pictures) == 5
    for each in pictures:
        assert [child.tag for child in each[:2]] == ["title", "desc"]
        assert re.search(r"\d", each[1].text or "")
    assert f"combined p: {COMBINED_AUPRC}" in (pictures[0][1].text or "")


def test_every_table_has_a_caption(page):
    assert page.count("<table") == page.count("<caption>") >= 6


def test_the_contrast_of_the_papers_two_lists_is_told_raw_and_calibrated(page):
    told = words(page)
    assert "medians of 42.0 and 7.0, not within a factor of 2" in told
    assert "medians of 11.6 and 11.8, within a factor of 2" in told


def test_a_release_without_a_benchmark_says_so_and_how_to_make_one(tmp_path):
    path = make_catalogue(tmp_path / "c.duckdb", n_published=2, n_scored=20, benchmark=False)
    render(path, tmp_path / "none", tmp_path / "site")
    page = (tmp_path / "site/how-well/index.html").read_text()
    assert "no benchmark was run" in page
    assert "catalog benchmark &lt;recipe&gt;" in page
    assert "42.0" in page  # what needs no benchmark is there
    assert 'id="how"' not in page
    assert "planted on purpose" not in (tmp_path / "site/index.html").read_text()


def test_the_page_tells_simulated_spectra_from_real_ones(tmp_path, page):
    path = make_catalogue(tmp_path / "c.duckdb", n_published=2, n_scored=20, simulated=True)
    render(path, tmp_path / "none", tmp_path / "site")
    simulated = words((tmp_path / "site/how-well/index.html").read_text())
    assert "The spectra are simulated." in simulated
    assert "The spectra are real." in words(page)


def test_results_that_are_only_in_part_there_still_make_a_page(tmp_path):
    path = make_catalogue(tmp_path / "c.duckdb", n_published=2, n_scored=20)
    writable = duckdb.connect(str(path))
    for table in ("scores", "differences", "calibration", "classes", "kinds"):
        writable.execute(f"DELETE FROM benchmark_{table}")
    writable.close()
    render(path, tmp_path / "none", tmp_path / "site")
    assert "How it was done" in (tmp_path / "site/how-well/index.html").read_text()


def test_scores_come_by_role_and_the_best_simpler_method_is_the_one_with_the_highest_mean(evidence):
    assert evidence.scores[0] == COMBINED
    roles = [evidence.role(name) for name in evidence.scores]
    assert roles == sorted(roles, key=["combined", "ranking", "paper", "further", "baseline"].index)
    assert evidence.best_baseline == "pca_chi2"
    assert "pca_lof" not in evidence.compared
    assert evidence.snr_groups == SNR_GROUPS


def test_a_score_that_the_release_does_not_publish_keeps_its_name(evidence):
    assert (evidence.role("pca_99"), evidence.title("pca_99")) == ("baseline", "pca 99")


def test_a_difference_that_was_taken_the_other_way_round_changes_its_sign(evidence):
    turned = [Difference(-0.2, -0.3, -0.1, "pca_chi2", COMBINED)]
    changed = Evidence(dataclasses.replace(evidence.results, differences=tuple(turned)), ())
    assert changed.gain("pca_chi2") == Difference(0.2, 0.1, 0.3, COMBINED, "pca_chi2")
    assert changed.gain("chi2") is None


@pytest.mark.parametrize(
    ("measured", "told"),
    [
        ((0.2, 0.1, 0.3), "a gain of 0.20 (95 % interval 0.10 to 0.30)"),
        ((-0.2, -0.3, -0.1), "a loss of 0.20 (95 % interval 0.10 to 0.30)"),
        ((0.1, -0.1, 0.3), "a gain of 0.10 that may be chance (95 % interval −0.10 to 0.30)"),
        ((0.1, None, None), "a gain of 0.10, with no interval known"),
    ],
)
def test_a_gain_a_loss_and_what_may_be_chance_are_told_apart(measured, told):
    value, low, high = measured
    assert findings._difference(Difference(value, low, high, "a", "b")) == told


def test_where_nothing_simpler_wins_the_page_says_so(evidence):
    kept = tuple(each for each in evidence.results.scores if each.kind != WON_BY_BASELINE)
    without = Evidence(dataclasses.replace(evidence.results, scores=kept), ())
    assert without.better("baseline") == ()
    assert "On none of the 4 kinds" in findings.summary(without)[-1]


def test_the_share_found_first_is_counted_per_planted_spectrum_not_per_listed_one(evidence):
    rare = dataclasses.replace(evidence.results.run, prevalence=0.02)
    half = Evidence(dataclasses.replace(evidence.results, run=rare), ())
    assert "42 % (40 to 43 %)" in findings.found_first(half)


def test_marks_of_the_roles_differ_in_shape():
    assert len(set(plots.MARKS.values())) == len(plots.MARKS) == len(ROLES)
    assert set(plots.MARKS) == set(ROLES)


def test_a_dot_lies_where_its_number_is_and_an_unknown_interval_draws_no_line():
    rows = [
        plots.Dot("a", "combined", Measured(0.0, 0.0, 0.5)),
        plots.Dot("b", "paper", Measured(1.0, None, None)),
    ]
    root = ET.fromstring(plots.dots(rows, "t", "l"))
    drawn = [each.attrib for each in root.iter("path")]
    starts = {
        each["class"]: float(each["d"][1:].split()[0]) for each in drawn if "dot" in each["class"]
    }
    axis = next(each["d"] for each in drawn if each["class"] == "axis")
    left, right = (float(each) for each in re.findall(r"M([\d.]+).*H([\d.]+)", axis)[0])
    assert starts == {"dot combined": left, "dot paper": right}
    assert [each["class"] for each in drawn if "whisker" in each["class"]] == ["whisker combined"]


def test_the_heat_map_is_as_deep_as_its_numbers_and_empty_where_there_is_none():
    row = plots.HeatRow("k", (0.0, 0.55, 1.0, None))
    root = ET.fromstring(plots.heat_map(list("abcd"), [row], "l"))
    assert [each.attrib["class"] for each in root.iter("rect")] == [
        "heat heat-0",
        "heat heat-5",
        "heat heat-9",
    ]
    strong = [each.text for each in root.iter("text") if "strong" in each.attrib["class"]]
    assert strong == ["1.00"]


def test_the_calibration_figure_holds_every_interval_however_wide():
    deciles = [
        CalibrationResult(0.0, 0.0, 1.0, 20, COMBINED, "flagged_fraction", "1", 4.0, 8.0),
        CalibrationResult(0.1, None, None, 20, COMBINED, "flagged_fraction", "2", 8.0, None),
    ]
    root = ET.fromstring(plots.calibration(deciles, "l"))
    whiskers = [e.attrib["d"] for e in root.iter("path") if "whisker" in e.attrib["class"]]
    ends = [float(each) for each in re.findall(r"M[\d.]+ ([\d.]+)V([\d.]+)", whiskers[0])[0]]
    assert len(whiskers) == 1
    assert TOP <= min(ends) < max(ends) <= BOTTOM


def test_measures_over_all_kinds_are_found_by_default(evidence):
    found = evidence.measure(COMBINED, "auprc")
    assert found is not None
    assert (found.kind, found.snr_group, found.value) == (ALL, ALL, COMBINED_AUPRC)
