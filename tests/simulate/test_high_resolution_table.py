"""The table of simulated spectra is one that the recipe beside it describes, and is marked."""

from pathlib import Path

import numpy as np
import pytest

from catalog import tables, workspace
from catalog.errors import RecipeError
from catalog.simulate import high_resolution, high_resolution_table
from catalog.stages.read import open_shard

RECIPE = Path(__file__).parents[2] / "build" / "high-resolution.toml"


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    high_resolution_table.write(folder / "high-resolution", 5, 4096, 2)
    return folder


def test_the_recipe_reads_back_what_was_drawn(data):
    work = workspace.open_build(RECIPE, data=data)
    drawn = high_resolution.draw(5, 4096, 2)

    _, spectra = open_shard(work, work.inputs[0])

    [arm] = spectra.arms
    np.testing.assert_allclose(arm.wave, drawn.wave)
    assert arm.flux.tobytes() == drawn.flux.tobytes()
    for name, label in drawn.labels.items():
        np.testing.assert_array_equal(spectra.extras[name], label)


def test_the_truth_lies_beside_it(data):
    truth = tables.read(data / "high-resolution" / high_resolution_table.TRUTH)
    factors = high_resolution.draw(5, 4096, 2).factors

    for name, factor in factors.items():
        np.testing.assert_array_equal(truth[name], factor)


def test_it_is_never_taken_for_real(data, tmp_path):
    recipe = tmp_path / "real.toml"
    recipe.write_text(RECIPE.read_text().replace("simulated = true", "simulated = false"))

    with pytest.raises(RecipeError, match="holds simulated spectra"):
        workspace.open_build(recipe, data=data)


def test_the_same_arguments_write_the_same_bytes(data, tmp_path):
    high_resolution_table.write(tmp_path, 5, 4096, 2)

    for name in (high_resolution_table.FILE, high_resolution_table.TRUTH):
        again = (tmp_path / name).read_bytes()
        assert again == (data / "high-resolution" / name).read_bytes()
