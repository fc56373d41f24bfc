"""The reader of MaStar's cluster means: the 65 real ones, and files made for the purpose."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from catalog.errors import RecipeError, SurveyError
from catalog.spectra import Quality, Spectra
from catalog.surveys.mastarhc import SURVEY


def mean(folder: Path, number: str = "07", ivar: Any = None, **header: Any) -> Path:
    flux = np.random.default_rng(3).uniform(1, 2, 60)
    primary = fits.PrimaryHDU(flux)
    words = {"CTYPE1": "WAVE-LOG", "CRPIX1": 1, "CRVAL1": 3.5601, "CDELT1": 1e-4} | header
    primary.header.update({name: word for name, word in words.items() if word is not None})
    weights = fits.ImageHDU(np.full(flux.size, 9.0) if ivar is None else ivar, name="IVAR")
    path = folder / f"MaStarHC_{number}.fits"
    fits.HDUList([primary, weights]).writeto(path)
    return path


def read(*paths: Path) -> Spectra:
    (shard,) = SURVEY.discover(sorted(paths))
    return SURVEY.read(shard, ())


def test_all_65_real_means_are_as_their_headers_say(realdata):
    paths = sorted((realdata / "mastar").glob("MaStarHC_*.fits.gz"))
    spectra = read(*paths)
    assert len(spectra) == 65
    assert spectra.target_id[0] == "HC00"
    assert (spectra.quality == 0).all()
    assert set(spectra.subclass) == {"mean of a cluster of stars"}
    assert np.isnan(spectra.ra).all()
    (arm,) = spectra.arms
    for row, path in enumerate(paths):
        with fits.open(path) as hdus:
            header = hdus[0].header
            place = np.log10(arm.wave) - header["CRVAL1"]
            np.testing.assert_allclose(place / header["CDELT1"], np.arange(4538), atol=1e-6)
            np.testing.assert_array_equal(arm.flux[row], hdus[0].data.astype("f4"))
            np.testing.assert_array_equal(arm.ivar[row], hdus[1].data.astype("f4"))


def test_real_means_have_their_lines_at_vacuum_wavelengths(realdata):
    """Hα, Hβ and Ca II K of the metal-rich means lie where vacuum puts them, to half a pixel."""
    spectra = read(*sorted((realdata / "mastar").glob("MaStarHC_*.fits.gz")))
    (arm,) = spectra.arms
    for line, reach in ((6564.6, 20), (4862.7, 15)):
        near = np.abs(arm.wave - line) < reach
        depth = np.clip(1 - arm.flux[:, near] / np.median(arm.flux[:, near], axis=1)[:, None], 0, 1)
        deep = depth.max(axis=1) > 0.2
        centre = (depth[deep] * arm.wave[near]).sum(axis=1) / depth[deep].sum(axis=1)
        assert deep.sum() > 10
        assert abs(np.median(centre) - line) < 0.75


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"CTYPE1": "WAVE"}, "CTYPE1 = 'WAVE'"),
        ({"CRVAL1": None}, "None"),
        ({"CDELT1": -1e-4}, "increasing"),
        ({"CRVAL1": 3600.0}, "increasing"),
        ({"ivar": np.ones(7)}, "shape (7,)"),
    ],
)
def test_a_mean_that_is_not_as_promised_is_refused(changed, found, tmp_path):
    with pytest.raises(SurveyError, match=re.escape(found)):
        read(mean(tmp_path, **changed))


def test_means_of_different_grids_are_refused(tmp_path):
    with pytest.raises(SurveyError, match="MaStarHC_07"):
        read(mean(tmp_path), mean(tmp_path, "08", CRVAL1=3.5602))


def test_a_mean_without_weights_is_flagged_and_bad_pixels_have_none(tmp_path):
    ivar = np.full(60, 9.0)
    ivar[[5, 6, 7]] = -1, np.nan, 0
    spectra = read(mean(tmp_path, ivar=ivar), mean(tmp_path, "08", ivar=np.zeros(60)))
    assert spectra.quality.tolist() == [0, Quality.DEAD_FIBRE.value]
    assert np.flatnonzero(spectra.arms[0].ivar[0] == 0).tolist() == [5, 6, 7]


def test_a_mean_that_comes_twice_is_refused(tmp_path):
    path = mean(tmp_path)
    with pytest.raises(SurveyError, match="HC07 already"):
        SURVEY.discover([path, path.with_name(path.name + ".gz")])


def test_nothing_is_no_shard():
    assert SURVEY.discover([]) == ()


def test_target_classes_are_refused(tmp_path):
    (shard,) = SURVEY.discover([mean(tmp_path)])
    with pytest.raises(RecipeError, match="bgs"):
        SURVEY.read(shard, ("bgs",))
