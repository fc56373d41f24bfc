"""Every outlier is compared with templates, and the catalogue gets its best alternatives."""

import numpy as np
import pytest

from catalog import tables, workspace
from catalog.errors import ReleaseError
from catalog.stages import Build, compare
from catalog.templates import library


@pytest.fixture(scope="module")
def work(tiny_build) -> Build:
    """A small release."""
    return workspace.open_build(tiny_build / "build/tiny.toml", out=tiny_build / "out", jobs=1)


def _outliers(work: Build) -> set[str]:
    ranking = tables.read(work.layout.ranking, ["target_id", "outlier"])
    return set(ranking["target_id"][ranking["outlier"]])


def test_outliers_are_compared_and_nothing_else(work):
    compared = [
        target
        for name in work.shard_names
        for target in tables.read(work.layout.shard("compare", name), ["target_id"])["target_id"]
    ]
    assert len(compared) == len(set(compared))
    assert set(compared) == _outliers(work)


def test_alternatives_come_back_in_the_order_that_they_are_asked_for(work):
    for name in work.shard_names:
        path = work.layout.shard("compare", name)
        table = tables.read(path)
        found = compare.load(work, name, table["target_id"][::-1])
        assert found.families == library.names()
        assert np.array_equal(found.chi2, table["chi2"][::-1], equal_nan=True)
        assert found.warned is not None
        assert found.votes is not None
        assert len(found) == len(table["target_id"])


def test_who_was_not_compared_is_named(work):
    with pytest.raises(ReleaseError, match="none for 17 and 1 others"):
        compare.load(work, work.shard_names[0], np.array(["17", "18"], object))


def test_the_catalogue_gets_the_best_three_that_are_another_object(work):
    rows = compare.rows(work)
    targets = set(rows["target_id"])
    assert targets <= _outliers(work)
    for target in targets:
        mine = rows["target_id"] == target
        assert rows["position"][mine].tolist() == list(range(1, mine.sum() + 1))
        assert mine.sum() <= 3
        assert (np.diff(rows["chi2"][mine]) >= 0).all()
        better = rows["chi2"][mine] < rows["chi2_survey"][mine]
        assert not (rows["suggested"][mine] & ~better).any()
