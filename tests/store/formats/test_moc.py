"""The footprint holds every scored spectrum's position, and little else."""

import json

import numpy as np
import pytest
from astropy import units
from astropy.io import fits
from mocpy import MOC
from tests.store.conftest import EXTRA, catalogue_tables

from catalog.store.formats import moc
from catalog.store.source import opened
from catalog.store.write import write


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("release")
    write(root / "catalog.duckdb", catalogue_tables(), EXTRA)
    with opened(root / "catalog.duckdb") as source:
        moc.FORMAT.write(source, root)
    return root


@pytest.mark.parametrize("kind", ["fits", "json"])
def test_the_footprint_holds_scored_positions_only(folder, kind):
    footprint = MOC.load(folder / f"footprint.moc.{kind}", kind)
    ra, dec = np.array([[10.6847083, 0.0, 359.9999999, 1.5], [-0.5, 90.0, -90.0, 1.0]])
    inside = footprint.contains_lonlat(ra * units.deg, dec * units.deg)
    assert inside.tolist() == [True, True, True, False]
    assert footprint.sky_fraction == pytest.approx(3 / (12 * 4**8))


def test_both_files_say_their_order_and_the_fits_file_its_release(folder):
    assert list(json.loads((folder / "footprint.moc.json").read_text())) == ["8"]
    with fits.open(folder / "footprint.moc.fits") as hdus:
        hdus.verify("exception")
        header = hdus[1].header
    assert header["MOCVERS"] == "2.0"
    assert header["MOCORD_S"] == 8
    assert header["RELEASE"] == "test"
    assert header["SIMULATD"]
