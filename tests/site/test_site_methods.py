"""What the page of methods tells of training, scores and classes."""

import re

import duckdb
from tests.site.catalogue_fixture import SCORES, make_catalogue

from catalog.site.pages import methods
from catalog.site.render import render
from catalog.site.words import significant
from catalog.store.read import Catalogue
from catalog.store.records import ClassScore


def test_methods_tell_the_error_of_the_best_epoch_of_the_last_phase_not_of_the_last_epoch(
    database, site
):
    with Catalogue(database) as catalogue:
        epochs = [each for each in catalogue.training() if each.phase == 1]
    best = min(epochs, key=lambda each: each.loss_validation)
    text = " ".join((site / "methods/index.html").read_text().split())

    assert best.epoch < 30
    assert f"on held-out spectra is {significant(best.chi2_validation)};" in text


def test_methods_draw_one_line_per_fold_and_say_how_p_is_made(site):
    text = (site / "methods/index.html").read_text()
    assert text.count('class="held-out"') == 3
    assert text.count('class="refit"') == 1
    assert "There are 3 of them" in text
    for told in ("Probability that one is this unusual.", "False-discovery rate if cut here."):
        assert told in text


def test_methods_show_the_papers_histograms_and_keep_the_others_folded(site):
    text = (site / "methods/index.html").read_text()
    folded = "".join(re.findall(r"<details>.*?</details>", text, re.DOTALL))
    papers = [role for _, _, role, *_ in SCORES].count("paper")
    assert text.count("Histogram of") == len(SCORES)
    assert folded.count("Histogram of") == len(SCORES) - papers


def test_the_table_of_classes_has_all_first_and_then_the_commonest():
    means = [ClassScore("s", name, n, 1.0, 1.0) for name, n in (("STAR", 5), ("all", 9), ("", 7))]
    assert [row.name for row in methods._class_rows(means)] == ["all", "unclassified", "star"]


def test_a_score_that_no_spectrum_has_leaves_no_page_without_words(tmp_path):
    path = make_catalogue(tmp_path / "c.duckdb", n_published=2, n_scored=600)
    writable = duckdb.connect(str(path))
    writable.execute(
        "UPDATE scores SET median_snr_top = NULL, median_snr_top_calibrated = NULL "
        "WHERE name = 'lof'"
    )
    writable.close()
    render(path, tmp_path / "none", tmp_path / "site")
    assert "not given" in (tmp_path / "site/how-well/index.html").read_text()
    assert "raw local outlier" not in (tmp_path / "site/index.html").read_text()
