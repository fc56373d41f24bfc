"""DESI's own files: what is known of their rows."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from catalog.spectra import Quality, Spectra, coadd
from catalog.surveys import Shard
from catalog.surveys.desi import SURVEY

Q = Quality
STUCK = Q.DEAD_FIBRE | Q.BAD_FIBRE | Q.NO_REDSHIFT
N = Q.NO_REDSHIFT
LOST = Q.NO_REDSHIFT | Q.BAD_POSITION

FLAGS = {
    "desi-1-80693-thru20210204": [N, N, N, N, N],
    "desi-4-80613-thru20210324": [Q.GOOD],
    "desi-5-169-thru20210419": [STUCK, STUCK, STUCK, STUCK, N],
    "desi-main-dark-9144": [LOST, LOST],
    "desi-special-dark-27247": [Q.GOOD],
    "desi-sv3-dark-26065": [STUCK, STUCK, N, STUCK | Q.SKY, N],
    "desi-spectra-5-169-thru20210419": [STUCK, STUCK, STUCK, STUCK, N],
    "desi-spectra-sv3-dark-26065": [STUCK, STUCK, N, STUCK | Q.SKY, STUCK],
}


@pytest.fixture(scope="module")
def shards(realdata: Path) -> dict[str, Shard]:
    found = SURVEY.discover(sorted((realdata / "desi").glob("*.fits")))
    return {shard.name: shard for shard in found}


@pytest.fixture(scope="module")
def spectra(shards: dict[str, Shard]) -> dict[str, Spectra]:
    return {name: SURVEY.read(shard, ()) for name, shard in shards.items()}


def test_ten_files_make_eight_shards_two_of_them_pairs(shards: dict[str, Shard]) -> None:
    assert set(shards) == set(FLAGS)
    pairs = {name for name, shard in shards.items() if len(shard.files) == 2}
    assert pairs == {"desi-4-80613-thru20210324", "desi-special-dark-27247"}


@pytest.mark.parametrize("name", FLAGS)
def test_every_row_has_the_flags_its_columns_mean(name: str, spectra: dict[str, Spectra]) -> None:
    assert [Q(int(quality)) for quality in spectra[name].quality] == FLAGS[name]


def test_redshifts_are_those_of_redrock(spectra: dict[str, Spectra]) -> None:
    tile, pixel = spectra["desi-4-80613-thru20210324"], spectra["desi-special-dark-27247"]
    assert tile.target_id.tolist() == ["39633345008634465"]
    assert tile.z.tolist() == [0.36874355163716493]
    assert tile.z_err.tolist() == [1.1796156157675983e-06]
    assert tile.spec_class.tolist() == ["GALAXY"]
    assert pixel.target_id.tolist() == ["39089837499744649"]
    assert pixel.z.tolist() == [0.007269671851219614]
    assert pixel.extras["delta_chi2"].tolist() == [724.4759948265564]


def test_pixels_are_those_of_the_file_where_nothing_is_masked(
    spectra: dict[str, Spectra], realdata: Path
) -> None:
    arms = {arm.name: arm for arm in spectra["desi-4-80613-thru20210324"].arms}
    assert list(arms) == ["b", "r", "z"]
    with fits.open(realdata / "desi" / "coadd-4-80613-thru20210324.fits") as hdus:
        for name, arm in arms.items():
            np.testing.assert_array_equal(arm.wave, hdus[f"{name}_wavelength"].data)
            np.testing.assert_array_equal(arm.flux, hdus[f"{name}_flux"].data)
            np.testing.assert_array_equal(arm.ivar, hdus[f"{name}_ivar"].data)


def test_masked_pixels_carry_no_information(spectra: dict[str, Spectra]) -> None:
    second = [arm.ivar[1] for arm in spectra["desi-main-dark-9144"].arms]
    assert [int((ivar == 0).sum()) for ivar in second] == [1, 13, 9]


def test_the_arms_of_a_real_coadd_join_to_desis_7781_pixels(spectra: dict[str, Spectra]) -> None:
    joined = coadd(spectra["desi-4-80613-thru20210324"].arms)
    assert joined.wave.size == 7781
    np.testing.assert_allclose(np.diff(joined.wave), 0.8, atol=1e-6)


def test_a_compressed_mask_is_read_like_a_plain_one(spectra: dict[str, Spectra]) -> None:
    last = [arm.ivar[4] for arm in spectra["desi-spectra-5-169-thru20210419"].arms]
    assert [int((ivar == 0).sum()) for ivar in last] == [0, 4, 13]


def test_extras_are_found_in_every_place_a_release_keeps_them(spectra: dict[str, Spectra]) -> None:
    def row(shard: str, number: int = 0) -> dict[str, Any]:
        return {name: values[number] for name, values in spectra[shard].extras.items()}

    of_tile = row("desi-4-80613-thru20210324")
    assert of_tile["desi_name"] == "DESI J105.4897+56.6693"
    assert (of_tile["tile"], of_tile["petal"], of_tile["fibre"]) == (80613, 4, 2233)
    assert (of_tile["night"], of_tile["n_exposures"], of_tile["phase"]) == (20210324, 30, "sv1")
    of_pixel = row("desi-special-dark-27247")
    assert of_pixel["desi_name"] == "DESI J149.4654+01.7936"
    # The last of its twenty exposures; only EXP_FIBERMAP knows.
    assert (of_pixel["tile"], of_pixel["night"], of_pixel["healpix"]) == (83309, 20230414, 27247)
    assert (of_pixel["phase"], of_pixel["program"]) == ("special", "dark")
    assert np.isnan(of_pixel["flux_r"])  # no photometry: its FLUX_IVAR_R is 0
    bare = row("desi-main-dark-9144")
    assert bare["desi_name"] == ""
    assert (bare["fibre"], bare["tile"], bare["healpix"]) == (-1, -1, 9144)
    only_header = row("desi-1-80693-thru20210204")
    assert (only_header["tile"], only_header["night"]) == (80693, 20210204)


def test_a_name_computed_from_the_position_is_the_one_desi_gives(
    spectra: dict[str, Spectra],
) -> None:
    from catalog.surveys import _desi_extras

    pixel = spectra["desi-special-dark-27247"]
    given = pixel.extras["desi_name"].tolist()
    assert _desi_extras.names(pixel.ra, pixel.dec).tolist() == given


@pytest.mark.parametrize(
    ("target", "chosen"),
    [("bgs", [True]), ("mws", [False]), ("lrg", [False]), ("qso", [False]), ("elg", [False])],
)
def test_a_validation_phases_own_columns_tell_its_targets(
    shards: dict[str, Shard], target: str, chosen: list[bool]
) -> None:
    read = SURVEY.read(shards["desi-4-80613-thru20210324"], (target,))
    assert ((read.quality & Q.NOT_TARGETED.value) == 0).tolist() == chosen


def test_a_file_without_target_columns_has_no_targets_only_where_they_are_asked_for(
    shards: dict[str, Shard],
) -> None:
    bare = shards["desi-main-dark-9144"]
    assert (SURVEY.read(bare, ("bgs",)).quality & Q.NOT_TARGETED.value > 0).all()
    assert (SURVEY.read(bare, ()).quality & Q.NOT_TARGETED.value == 0).all()
