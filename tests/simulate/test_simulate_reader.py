"""The DESI reader takes simulated files for what they imitate, and the simulator for its word."""

import numpy as np
from astropy.io import fits

from catalog.spectra import Quality
from catalog.surveys import desi


def test_redshift_class_and_flux_come_back_through_the_reader(release):
    place = {target: i for i, target in enumerate(release.truth["target_id"])}
    seen = 0
    for shard in desi.SURVEY.discover(release.coadds):
        spectra = desi.SURVEY.read(shard, ())
        known = (spectra.quality & Quality.NO_REDSHIFT) == 0
        rows = np.array([place[target] for target in spectra.target_id])
        assert np.array_equal(spectra.z[known], release.truth["z"][rows][known])
        written = release.truth["spec_class"][rows][known]
        assert (spectra.spec_class[known] == written).all()
        with fits.open(shard.files[0]) as hdus:
            for arm in spectra.arms:
                flux = hdus[f"{arm.name.upper()}_FLUX"].data
                good = arm.ivar > 0
                assert np.array_equal(arm.flux[good], flux[good])
        seen += len(spectra)

    assert seen == len(release.truth["target_id"]) == 700


def test_bright_galaxy_targets_are_the_ones_the_reader_selects(release):
    place = {target: i for i, target in enumerate(release.truth["target_id"])}
    for shard in desi.SURVEY.discover(release.coadds):
        spectra = desi.SURVEY.read(shard, ("bgs",))
        object_rows = (spectra.quality & Quality.SKY) == 0
        selected = (spectra.quality & Quality.NOT_TARGETED) == 0
        bgs = release.truth["bgs"][[place[target] for target in spectra.target_id]]
        assert np.array_equal(selected[object_rows], bgs[object_rows])


def test_every_simulated_spectrum_of_a_good_fibre_says_where_it_was_taken(release):
    for shard in desi.SURVEY.discover(release.coadds):
        spectra = desi.SURVEY.read(shard, ())
        origins = spectra.origins
        good = np.flatnonzero(spectra.quality == 0)
        for kind, column in (("fibre", "fibre"), ("petal", "petal"), ("tile", "tile"),
                             ("night", "night"), ("exposure", None)):  # fmt: skip
            mine = origins.kind == kind
            rows, names = origins.row[mine], origins.name[mine]
            assert np.array_equal(rows[np.isin(rows, good)], good)
            if column is not None:
                told = spectra.extras[column][rows]
                assert np.array_equal(
                    names[np.isin(rows, good)], told[np.isin(rows, good)].astype(str)
                )
