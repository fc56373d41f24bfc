import re
from dataclasses import replace

import numpy as np
import pytest

from catalog import tables
from catalog.explain import categories, explain, judge, summarise, whole
from catalog.explain.evidence import ReasonTest, Scope
from catalog.explain.judge import COLUMNS


@pytest.fixture
def mixed(make, line, wave, ordinary):
    """Six outliers, each odd in its own way; the last one in none that a test knows."""
    added = np.stack(
        [
            13 * 0.6 * line(6564.6, 470),
            0.5 * line(6564.6, 5000),
            0.2 * ordinary * (wave > 5255),
            0 * wave,
            0.1 * np.sin(wave / 40),
            0.15 * np.sin(wave / 20),
        ]
    )
    classes = np.array(["GALAXY"] * 4 + ["STAR", "GALAXY"], dtype=object)
    share = np.where(classes == "STAR", 0.015, 0.97)
    stepped = np.arange(6) == 2
    measures = {
        "arm_step": np.where(stepped, 0.18, np.nan),
        "arm_step_sigma": np.where(stepped, 20.0, np.nan),
        "arm_step_wave": np.full(6, 5780.0),
    }
    return make(added, spec_class=classes, class_fraction=share, measures=measures)


def test_each_object_gets_the_category_of_what_was_planted(mixed):
    found = summarise(explain(mixed))
    assert found["category"].tolist() == [
        "extreme_emission_line",
        "broad_line",
        "arm_discontinuity",
        "isolated",
        "star",
        "unexplained",
    ]
    assert found["target_id"].tolist() == mixed.rest.target_id.tolist()
    assert found["verdict"][2] == "artefact"


def test_sentences_read_as_a_person_would_say_them(mixed):
    table = explain(mixed)
    first = table["sentence"][table["position"] == 1]
    assert re.fullmatch(
        r"Hα is 1[34](\.\d)? times stronger than expected \(\d+ σ\)\. "
        r"That explains (more than 99|100) % of the misfit\.",
        first[0],
    )
    assert re.match(r"Hα has a component [45],\d00 km/s wide \(FWHM; ", first[1])
    assert first[2].startswith("The flux jumps by ")
    assert "at 5,255 Å in the rest frame" in first[2]
    assert first[4].startswith(
        "The survey classifies it as a star, a class that only 1.5 % of the spectra"
    )
    assert first[5].startswith("No test explains more than half of the misfit, which is ")


def test_every_object_has_reasons_numbered_from_one_strongest_first(mixed):
    table = explain(mixed)
    for target in mixed.rest.target_id:
        rows = table["target_id"] == target
        assert table["position"][rows].tolist() == list(range(1, rows.sum() + 1))
        explained = table["explained"][rows & (table["category"] != "unexplained")]
        assert (np.diff(explained) <= 1e-6).all()


def test_unexplained_means_that_no_reason_explains_more_than_half(mixed):
    table = explain(mixed)
    for target in mixed.rest.target_id:
        rows = table["target_id"] == target
        best = np.nanmax(np.append(table["explained"][rows], 0.0))
        assert (table["category"][rows][0] == "unexplained") == (best <= 0.5)


def test_the_unexplained_window_lies_where_the_misfit_is(make, wave):
    batch = make(np.where((wave > 6010) & (wave < 6035), 0.9, 0.0)[None])  # too short for a run
    table = explain(batch)
    assert table["category"][0] == "unexplained"
    assert table["wave_low"][0] <= 6015
    assert table["wave_high"][0] >= 6030
    assert table["wave_high"][0] - table["wave_low"][0] <= 100


def test_no_sentence_has_an_unfilled_field(mixed):
    assert not any(
        "{" in text or "  " in text or "nan" in text for text in explain(mixed)["sentence"]
    )


def test_the_same_outliers_give_the_same_table(make, line, wave):
    added = np.stack([3 * line(6302, 470), 0.5 * line(4862.7, 6000), 0.1 * np.sin(wave / 40)])
    first, second = explain(make(added)), explain(make(added))
    for name in COLUMNS:
        np.testing.assert_array_equal(first[name], second[name])


def test_no_outliers_give_an_empty_table_with_the_same_columns(make, wave, tmp_path):
    table = explain(make(np.zeros((0, wave.size))))
    assert list(table) == list(COLUMNS)
    assert {len(column) for column in table.values()} == {0}
    assert len(summarise(table)["target_id"]) == 0
    tables.write(tmp_path / "empty.parquet", table)


def test_the_table_survives_being_written(mixed, tmp_path):
    table = explain(mixed)
    tables.write(tmp_path / "reasons.parquet", table)
    again = tables.read(tmp_path / "reasons.parquet")
    assert list(again) == list(COLUMNS)
    assert again["sentence"].tolist() == table["sentence"].tolist()
    np.testing.assert_array_equal(again["explained"], table["explained"])


def test_the_explained_fraction_is_the_formula_of_its_definition(make, line, wave):
    batch = make((3 * line(6302, 470))[None])
    window = (np.abs(wave - 6302) < 20)[None]
    chi2 = batch.rest.ivar.astype(float) * (batch.rest.flux.astype(float) - batch.expected) ** 2
    outside = max(0.0, chi2[~window].sum() - (~window).sum())
    wanted = 1 - outside / (chi2.sum() - chi2.size)
    assert batch.explained_within(window)[0] == pytest.approx(wanted)


def _judged(make, monkeypatch, *tests):
    """Explain one spectrum by made-up tests, each (category, scope, explained, flags)."""

    def test(category, scope, explained, **flags):
        def measure(batch):
            found = whole.evidence(np.ones(len(batch), bool), np.zeros(len(batch)), "")
            return replace(found, explained=np.full(len(batch), explained))

        return ReasonTest(category, scope, (), measure, **flags)

    made = tuple(test(*args, **flags) for *args, flags in tests)
    monkeypatch.setattr(judge, "reason_tests", lambda _: made)
    known = [replace(each, sentence="It is so.") for each in categories.load()]
    monkeypatch.setattr(categories, "load", lambda: tuple(known))
    table = explain(make(np.zeros((1, 1000))))
    return list(zip(table["category"], table["explained"], strict=True))


def test_what_an_object_is_comes_before_what_it_shows_where_both_explain_enough(make, monkeypatch):
    found = _judged(
        make, monkeypatch,
        ("extreme_emission_line", Scope.FEATURE, 1.0, {}),
        ("cataclysmic_variable", Scope.IDENTITY, 0.8, {}),
    )  # fmt: skip
    assert found == [("cataclysmic_variable", 0.8), ("extreme_emission_line", 1.0)]


def test_what_an_object_is_does_not_lead_where_it_explains_too_little(make, monkeypatch):
    found = _judged(
        make, monkeypatch,
        ("bad_region", Scope.FEATURE, 0.9, {}),
        ("cataclysmic_variable", Scope.IDENTITY, 0.3, {}),
    )  # fmt: skip
    assert [category for category, _ in found] == ["bad_region", "cataclysmic_variable"]


def test_lines_at_a_wrong_redshift_are_not_named(make, monkeypatch):
    tests = [
        ("broad_line", Scope.FEATURE, 0.9, {"at_redshift": True}),
        ("sky_residuals", Scope.FEATURE, 0.2, {}),
    ]
    wrong = ("wrong_redshift", Scope.IDENTITY, 0.9, {"moves": True})
    found = [category for category, _ in _judged(make, monkeypatch, *tests, wrong)]
    assert found == ["wrong_redshift", "sky_residuals"]
    doubtful = ("wrong_redshift", Scope.IDENTITY, 0.4, {"moves": True})
    found = [category for category, _ in _judged(make, monkeypatch, *tests, doubtful)]
    assert found == ["broad_line", "wrong_redshift", "sky_residuals"]


def test_class_and_shape_get_what_the_others_leave(make, monkeypatch):
    found = _judged(
        make, monkeypatch,
        ("bad_region", Scope.FEATURE, 0.7, {}),
        ("star", Scope.CLASS, 1.0, {}),
        ("continuum_misfit", Scope.SHAPE, 1.0, {}),
    )  # fmt: skip
    assert [category for category, _ in found] == ["bad_region", "star", "continuum_misfit"]
    assert [share for _, share in found] == pytest.approx([0.7, 0.3, 0.3])
