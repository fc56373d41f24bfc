"""The stage that tells what each arm alone saw, where two of them look."""

from typing import Any

import duckdb
import numpy as np
import pytest

from catalog import workspace
from catalog.preprocess import grid
from catalog.preprocess.resample import resample
from catalog.stages.read import open_shard


@pytest.fixture(scope="module")
def built(tiny_build):
    """A tiny release and its catalogue."""
    work = workspace.open_build(tiny_build / "build/tiny.toml", out=tiny_build / "out", jobs=1)
    with duckdb.connect(str(work.layout.database), read_only=True) as connection:
        yield work, connection


def _rows(connection, query, *values):
    return connection.execute(query, list(values)).fetchall()


def test_only_published_objects_have_arms_and_each_bin_has_two_or_more(built):
    _, connection = built

    strangers = _rows(
        connection,
        "SELECT target_id FROM arm_overlaps ANTI JOIN object_spectra USING (target_id)",
    )
    alone = _rows(
        connection, "SELECT target_id FROM arm_overlaps GROUP BY target_id, bin HAVING count(*) < 2"
    )

    assert _rows(connection, "SELECT count(*) FROM arm_overlaps")[0][0] > 20
    assert strangers == alone == []


def test_an_arm_is_what_resampling_its_own_pixels_gives(built):
    work, connection = built
    spectra: dict[tuple[str, float], Any] = {}
    for entry in work.inputs:
        survey = open_shard(work, entry)[1]
        for row, target in enumerate(survey.target_id):
            spectra.setdefault((target, round(float(survey.z[row]), 9)), (survey, row))
    section = work.recipe.preprocess
    rest_grid = grid.linear(section.wave_min, section.wave_max, section.n_bins)
    checked = 0
    for target, z, arm, norm in _rows(
        connection,
        "SELECT DISTINCT target_id, z, arm, norm FROM arm_overlaps "
        "JOIN spectra USING (target_id) JOIN object_spectra USING (target_id)",
    ):
        survey, row = spectra[target, round(z, 9)]
        own = next(each for each in survey.arms if each.name == arm)
        rows = _rows(
            connection,
            "SELECT bin, flux, ivar FROM arm_overlaps WHERE target_id = ? AND arm = ?",
            target, arm,
        )  # fmt: skip
        bins, flux, ivar = (np.array(column) for column in zip(*rows, strict=True))
        expected = resample(
            own.wave, own.flux[[row]], own.ivar[[row]], rest_grid.edges[None] * (1 + z),
            section.bin_valid_min,
        )  # fmt: skip
        np.testing.assert_allclose(flux * norm, expected[0][0, bins], rtol=2e-5)
        np.testing.assert_allclose(ivar / norm**2, expected[1][0, bins], rtol=2e-5)
        checked += 1
    assert checked >= 4


def test_arms_are_numbered_from_the_blue(built):
    _, connection = built
    found = _rows(connection, "SELECT DISTINCT arm, position FROM arm_overlaps ORDER BY position")
    assert found == [("b", 1), ("r", 2), ("z", 3)][: len(found)]
