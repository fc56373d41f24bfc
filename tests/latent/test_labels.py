"""Which columns dimensions are compared with, and of what they tell: by their UCDs alone."""

import numpy as np
import pytest

from catalog import surveys
from catalog.errors import RecipeError
from catalog.latent import labels
from catalog.recipe.sections import SurveySection
from catalog.spectra import Column, Origins
from catalog.store import columns as dictionary


def text(*values):
    return np.array(values, dtype=object)


def kinds(columns):
    return {column.name: labels.kind_of(column) for column in columns}


def test_of_the_columns_of_every_survey_these_are_labels():
    found = {name: kind for name, kind in kinds(dictionary.SPECTRA).items() if kind}
    assert found == {
        "ra": "observing", "dec": "observing", "z": "physics", "spec_class": "physics",
        "subclass": "physics", "snr": "observing", "coverage": "observing",
    }  # fmt: skip


def test_columns_of_surveys_are_told_apart_without_naming_a_survey():
    columns = [
        column
        for name in ("desi", "sdss", "miles")
        for column in surveys.load(SurveySection(name=name, folder="x", files=("x",))).columns
    ]
    found = kinds(columns)
    assert {n for n, kind in found.items() if kind == "observing"} >= {
        "fibre", "petal", "night", "tile", "plate", "mjd", "n_exposures", "exposure_time",
        "healpix",
    }  # fmt: skip
    assert {n for n, kind in found.items() if kind == "physics"} >= {
        "teff", "log_g", "fe_h", "flux_r", "ebv",
    }  # fmt: skip
    assert found["desi_name"] == found["program"] == ""


@pytest.mark.parametrize(
    ("ucd", "kind"),
    [
        ("stat.error;src.redshift", ""), ("meta.code.qual", ""), ("", "physics"),
        ("spect.dopplerVeloc", "physics"), ("pos.parallax", "physics"), ("time.period", ""),
        ("obs.airMass", "observing"), ("observer", ""), ("stat.snr", "observing"),
        ("phys.mass;obs", "observing"),
    ],
)  # fmt: skip
def test_a_ucd_says_the_kind(ucd, kind):
    assert labels.kind_of(Column("x", "", ucd=ucd)) == kind


def test_a_recipe_may_name_labels_and_is_told_what_there_is():
    columns = [Column("teff", "", ucd="phys.temperature"), Column("note", "", ucd="meta.note")]
    chosen = labels.choose(columns, ["night"], ("night", "note"))
    assert [column.name for column in chosen] == ["night", "note"]
    assert [c.name for c in labels.choose(columns, ["night"], ())] == ["teff", "night"]
    with pytest.raises(RecipeError) as fault:
        labels.choose(columns, ["night"], ("teff", "mass"))
    assert fault.value.found == "mass"
    assert "night" in fault.value.wanted


def made(name, values, ucd="phys", null=""):
    [label] = labels.labels_of([Column(name, "What it is; more.", ucd=ucd, null=null)],
                               {name: values}) or [None]  # fmt: skip
    return label


def test_numbers_are_numbers_and_what_is_missing_is_not_known():
    found = made("teff", np.array([1.0, np.nan, np.inf, 3.0]))
    assert not found.discrete
    assert np.isfinite(found.value).tolist() == [True, False, False, True]
    assert found.title == "What it is"
    fibre = made("fibre", np.array([-1, *range(100)]), ucd="meta.id;instr")
    assert (fibre.kind, fibre.discrete) == ("observing", False)
    assert np.isnan(fibre.value[0])


def test_few_whole_numbers_and_text_are_classes_and_small_ones_are_not_known():
    petal = made("petal", np.repeat([-1, 0, 1, 2], [5, 20, 20, 3]), ucd="instr")
    assert petal.discrete
    assert petal.classes == ("0", "1")
    assert np.isnan(petal.value[[0, -1]]).all()
    kind = made("spec_class", np.repeat(text("QSO", "", "STAR"), [12, 5, 30]))
    assert kind.classes == ("QSO", "STAR")
    assert kind.title == "Spectral class"
    assert np.bincount(kind.value[np.isfinite(kind.value)].astype(int)).tolist() == [12, 30]
    assert made("binary", np.arange(60) % 2 == 0).classes == ("False", "True")


def test_what_is_the_same_for_all_is_no_label():
    assert made("z", np.zeros(50)) is None
    assert made("spec_class", np.full(50, "STAR", object)) is None
    assert made("subclass", np.full(50, "", object)) is None


def test_groups_in_which_spectra_were_taken_become_columns():
    origins = Origins(
        row=np.array([0, 0, 2, 3, 1]),
        kind=text("exposure", "exposure", "exposure", "night", "exposure"),
        name=text("101", "102", "103", "20260101", "104"),
    )
    table = labels.columns_of(origins, 4, ["exposure", "night"])
    assert table["exposure"].tolist() == ["101", "104", "103", ""]
    assert table["night"].tolist() == ["", "", "", "20260101"]


def test_names_of_groups_that_are_numbers_are_in_their_order():
    names = np.array([str(i) for i in range(1, 60)] + [""], object)
    found = made("exposure", names, ucd="meta.id;obs")
    assert not found.discrete
    assert found.value[:-1].tolist() == list(range(1, 60))
    assert np.isnan(found.value[-1])
