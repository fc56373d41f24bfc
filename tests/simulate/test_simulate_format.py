"""Files are DESI's, to the name, type and unit, and give back what was put in."""

from typing import Any

import astropy.units as u
import numpy as np
import pytest
from astropy.io import fits
from astropy_healpix import HEALPix

from catalog.simulate import desi_columns, footprint, write_release
from catalog.simulate.desi_format import file_name

ARMS = {"B": (3600.0, 5800.0, 2751), "R": (5760.0, 7620.0, 2326), "Z": (7520.0, 9824.0, 2881)}


def _columns(hdu: Any) -> Any:
    return {c.name: (str(c.format), c.unit or "") for c in hdu.columns}


@pytest.mark.parametrize("hdu", ["FIBERMAP", "SCORES"])
def test_tables_of_a_coadd_have_fujis_columns_in_fujis_order(release, realdata, hdu):
    with (
        fits.open(realdata / "desi" / "coadd-sv3-dark-26065.fits") as real,
        fits.open(release.coadds[0]) as ours,
    ):
        wanted = [(c.name, str(c.format)) for c in real[hdu].columns]
        assert [(c.name, str(c.format)) for c in ours[hdu].columns] == wanted


def test_exposures_have_fujis_columns_and_the_later_coadd_flags(release, realdata):
    with (
        fits.open(realdata / "desi" / "coadd-sv3-dark-26065.fits") as real,
        fits.open(release.coadds[0]) as ours,
    ):
        wanted = {c.name: str(c.format) for c in real["EXP_FIBERMAP"].columns}
        found = {c.name: str(c.format) for c in ours["EXP_FIBERMAP"].columns}
        extra = {"IN_COADD_B", "IN_COADD_R", "IN_COADD_Z"}
        assert found == wanted | dict.fromkeys(extra, "L")


@pytest.mark.parametrize("product", ["coadd", "redrock"])
def test_formats_and_units_equal_those_of_a_later_release(release, realdata, product):
    real_path = realdata / "desi" / f"{product}-special-dark-27247.fits"
    ours_path = release.coadds[0]
    ours_path = ours_path.with_name(ours_path.name.replace("coadd", product))
    with fits.open(real_path) as real, fits.open(ours_path) as ours:
        for hdu in real:
            if not isinstance(hdu, fits.BinTableHDU):
                continue
            theirs, mine = _columns(hdu), _columns(ours[hdu.name])
            shared = theirs.keys() & mine.keys()
            assert len(shared) >= 0.75 * len(theirs)
            for name in shared:
                assert mine[name][0] == theirs[name][0], (hdu.name, name)
                # Real redrock files copy FIBERMAP without some of its units.
                assert theirs[name][1] in {"", mine[name][1]}, (hdu.name, name)


def test_images_have_desis_names_types_and_units(release, realdata):
    with (
        fits.open(realdata / "desi" / "coadd-special-dark-27247.fits") as real,
        fits.open(release.coadds[0]) as ours,
    ):
        missing = {h.name for h in real} - {h.name for h in ours}
        assert missing == {"B_RESOLUTION", "R_RESOLUTION", "Z_RESOLUTION"}  # by the fixture's wish
        for arm, (first, last, n_pixels) in ARMS.items():
            for part in ("WAVELENGTH", "FLUX", "IVAR", "MASK"):
                name = f"{arm}_{part}"
                assert ours[name].header["BITPIX"] == real[name].header["BITPIX"]
                assert ours[name].header.get("BUNIT") == real[name].header.get("BUNIT")
            wave = ours[f"{arm}_WAVELENGTH"].data
            np.testing.assert_allclose(wave, real[f"{arm}_WAVELENGTH"].data, atol=1e-6)
            assert (len(wave), wave[0]) == (n_pixels, first)
            assert wave[-1] == pytest.approx(last)


def test_a_release_has_all_hdus_of_a_real_one_in_their_order(realdata, tmp_path):
    write_release(tmp_path, 12, 1)
    with (
        fits.open(realdata / "desi" / "coadd-special-dark-27247.fits") as real,
        fits.open(next(tmp_path.rglob("coadd-*.fits"))) as ours,
    ):
        images = [h.name for h in real if h.name[:2] in {"B_", "R_", "Z_"}]
        assert {h.name for h in ours} == {h.name for h in real}
        assert [h.name for h in ours if h.name in images] == images
        for arm, (_, _, n_pixels) in ARMS.items():
            mine, theirs = ours[f"{arm}_RESOLUTION"], real[f"{arm}_RESOLUTION"]
            assert mine.data.shape == (12, *theirs.data.shape[1:]) == (12, 11, n_pixels)
            assert mine.header["BITPIX"] == theirs.header["BITPIX"]
            np.testing.assert_allclose(mine.data.sum(axis=1), 1, atol=1e-5)
            middle = theirs.data[0, :, n_pixels // 2]
            assert np.abs(mine.data[0, :, 0] - middle).max() < 0.08


def test_redrock_and_coadd_hold_the_same_targets_in_another_order(release):
    for path in release.coadds:
        with (
            fits.open(path) as coadd,
            fits.open(path.with_name(path.name.replace("coadd", "redrock"))) as redrock,
        ):
            here = coadd["FIBERMAP"].data["TARGETID"]
            there = redrock["REDSHIFTS"].data["TARGETID"]
            assert not np.array_equal(here, there)
            assert np.array_equal(np.sort(here), np.sort(there))
            assert np.array_equal(there, redrock["FIBERMAP"].data["TARGETID"])
            assert np.unique(here).size == here.size


def test_redshift_and_class_come_back_from_the_files(release):
    truth = release.truth
    at = {name: i for i, name in enumerate(truth["target_id"])}
    for path in release.coadds:
        with fits.open(path.with_name(path.name.replace("coadd", "redrock"))) as hdus:
            table = hdus["REDSHIFTS"].data
            rows = [at[str(t)] for t in table["TARGETID"]]
            np.testing.assert_array_equal(table["Z"], truth["z"][rows])
            assert list(table["SPECTYPE"]) == list(truth["spec_class"][rows])
            assert list(table["SUBTYPE"]) == list(truth["subclass"][rows])
            place = path.relative_to(release.folder).as_posix()
            assert set(truth["file"][rows]) == {place}


def test_signal_to_noise_and_fibre_magnitudes_follow_from_the_flux(release):
    t = release.truth
    with fits.open(release.coadds[0]) as hdus:
        fibermap, wave = hdus["FIBERMAP"].data, hdus["R_WAVELENGTH"].data
        flux, ivar = hdus["R_FLUX"].data.astype(float), hdus["R_IVAR"].data
        at = {name: i for i, name in enumerate(t["target_id"])}
        rows = np.array([at[str(x)] for x in fibermap["TARGETID"]])
        good = (ivar > 0).any(axis=1) & (t["anomaly"][rows] == "") & (t["snr"][rows] > 10)
        band = (wave > 5650) & (wave < 7150)
        kept = (ivar[good] > 0)[:, band]
        density = (flux[good][:, band] * kept).sum(axis=1) / kept.sum(axis=1) * 1e-17
        pivot2 = wave[band].mean() / (1 / wave[band]).mean()
        nanomaggy = density * pivot2 / 2.99792458e18 / 3.631e-29
        ratio = nanomaggy / fibermap["FIBERFLUX_R"][good]
        assert np.abs(np.median(ratio) - 1) < 0.03
        snr = hdus["SCORES"].data["MEDIAN_COADD_SNR_R"]
        np.testing.assert_allclose(snr, np.median(flux * np.sqrt(ivar), axis=1), rtol=1e-4)


def test_masked_pixels_carry_no_flux_and_no_ivar(release):
    with fits.open(release.coadds[0]) as hdus:
        live = (hdus["R_IVAR"].data > 0).any(axis=1)
        for arm in ARMS:
            mask = hdus[f"{arm}_MASK"].data[live] != 0
            assert 0.0005 < mask.mean() < 0.005
            assert (hdus[f"{arm}_IVAR"].data[live][mask] == 0).all()
            assert (hdus[f"{arm}_FLUX"].data[live][mask] == 0).all()


def test_the_dirt_of_real_files_is_there(release):
    objtype, status, dead, negative = [], [], 0, 0
    for path in release.coadds:
        with fits.open(path) as hdus:
            fibermap = hdus["FIBERMAP"].data
            objtype += list(fibermap["OBJTYPE"])
            status += list(fibermap["COADD_FIBERSTATUS"])
            dead += int((hdus["B_IVAR"].data == 0).all(axis=1).sum())
            negative += int((fibermap["TARGETID"] < 0).sum())
    assert {"SKY", "TGT"} <= set(objtype)
    assert sum(s != 0 for s in status) >= 5
    assert dead >= 1
    assert negative >= 1


def test_targets_lie_in_their_files_pixel_and_have_large_identifiers(release):
    healpix = HEALPix(nside=64, order="nested")
    for path in release.coadds:
        with fits.open(path) as hdus:
            table, pixel = hdus["FIBERMAP"].data, hdus[0].header["HPXPIXEL"]
            found = healpix.lonlat_to_healpix(
                table["TARGET_RA"] * u.deg, table["TARGET_DEC"] * u.deg
            )
            assert (found == pixel).all()
            assert path == release.folder / file_name("coadd", "sv3", "bright", pixel)
            identifiers = table["TARGETID"][table["TARGETID"] > 0]
            assert (identifiers > 2**53).all()
            assert (
                identifiers >> 22 & (2**20 - 1) == table["BRICKID"][table["TARGETID"] > 0]
            ).all()


def test_bricks_and_identifiers_are_those_of_real_files(realdata):
    with fits.open(realdata / "desi" / "coadd-sv3-dark-26065.fits") as hdus:
        table = hdus["FIBERMAP"].data
        table = table[table["BRICKID"] > 0]
        brickid, name = footprint.bricks(table["TARGET_RA"], table["TARGET_DEC"])
        assert len(table) == 3
        np.testing.assert_array_equal(brickid, table["BRICKID"])
        assert list(name) == list(table["BRICKNAME"])
        made = footprint.target_ids(
            table["BRICK_OBJID"], brickid, table["RELEASE"], is_sky=table["OBJTYPE"] == "SKY"
        )
        np.testing.assert_array_equal(made[:1], table["TARGETID"][:1])
        assert (made >> 59 == table["TARGETID"] >> 59).all()


def test_target_bits_stand_in_the_surveys_own_columns(release, tmp_path):
    with fits.open(release.coadds[0]) as hdus:
        table = hdus["FIBERMAP"].data
        at = dict(zip(release.truth["target_id"], release.truth["bgs"], strict=True))
        bgs = np.array([at[str(t)] for t in table["TARGETID"]])
        np.testing.assert_array_equal(table["SV3_BGS_TARGET"] != 0, bgs)
        np.testing.assert_array_equal(table["SV3_DESI_TARGET"] >> 60 & 1, bgs)
    write_release(tmp_path, 12, 1, survey="main", program="dark")
    path = next(tmp_path.rglob("coadd-main-dark-*.fits"))
    with fits.open(path) as hdus:
        names = hdus["FIBERMAP"].columns.names
        assert not [name for name in names if name.startswith("SV")]
        assert (hdus["FIBERMAP"].data["BGS_TARGET"] != 0).any()
    assert desi_columns.targeting_prefix("main") == ""
