"""Training is balanced by a column of the surveys': every value of it counts the same."""

import numpy as np
import pytest
from tests.pipeline import tiny_release

from catalog import pipeline, tables, workspace
from catalog.errors import RecipeError
from catalog.model import train
from catalog.stages import balance, spectra_of


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    folder = tmp_path_factory.mktemp("balance")
    tiny_release.write(folder)
    build = workspace.open_build(folder / "build/tiny.toml", out=folder / "out", jobs=1)
    stages = pipeline.stages_between("", "basis")
    assert [*pipeline.build(build, stages, force=False, progress=lambda *_: None)]
    return build


def test_every_class_weighs_the_same_in_the_order_of_what_is_gathered(work):
    outside = spectra_of.outside(work, 0)
    found = balance.weights(work, outside, "spec_class")

    classes = spectra_of.gather(work, outside)["spec_class"]
    names, counts = np.unique(classes.astype(str), return_counts=True)
    assert len(set(counts)) > 1
    shares = [found[classes == name].sum() / found.sum() for name in names]
    np.testing.assert_allclose(shares, 1 / len(names))
    assert found.mean() == pytest.approx(1.0)


def test_spectra_of_no_known_value_count_one_each(work, monkeypatch):
    values = np.array(["a", "a", "", "b", float("nan"), "a", "0", 0, None], object)
    monkeypatch.setattr(balance, "_values", lambda *_: values)

    found = balance.weights(work, np.ones(9, bool), "star")

    np.testing.assert_allclose(found / found[3], [1 / 3, 1 / 3, 1, 1, 1, 1 / 3, 0.5, 0.5, 1])


def test_a_column_that_no_survey_gives_is_an_error_that_names_the_nearest(work):
    with pytest.raises(RecipeError, match=r"balance_by[\s\S]*did you mean 'subclass'"):
        balance.weights(work, spectra_of.outside(work, 0), "sub_class")


def test_the_recipe_decides_whether_training_is_balanced(tmp_path, monkeypatch):
    seen = []
    plain = train.train

    def spy(*arguments, **changes):
        seen.append(changes["weights"])
        return plain(*arguments, **changes)

    monkeypatch.setattr(train, "train", spy)
    recipe = tiny_release.RECIPE.replace("[model]", '[model]\nbalance_by = "spec_class"')
    tiny_release.write(tmp_path, recipe=recipe)
    build = workspace.open_build(tmp_path / "build/tiny.toml", out=tmp_path / "out", jobs=1)
    stages = pipeline.stages_between("", "train")
    assert [*pipeline.build(build, stages, force=False, progress=lambda *_: None)]

    assert len(seen) == 2
    assert all(len(set(np.round(each, 9))) > 1 for each in seen)


def test_what_memory_should_not_hold_is_gathered_in_a_file_with_the_same_numbers(work, monkeypatch):
    outside = spectra_of.outside(work, 0)
    in_memory = spectra_of.gather(work, outside)
    monkeypatch.setattr(spectra_of, "IN_MEMORY", 0)

    in_file = spectra_of.gather(work, outside)

    assert isinstance(in_file["flux"], np.memmap)
    assert not isinstance(in_memory["flux"], np.memmap)
    assert in_file["flux"].tobytes() == in_memory["flux"].tobytes()
    assert in_file["ivar"].tobytes() == in_memory["ivar"].tobytes()
    assert tables.read(work.layout.index, ["fold"])["fold"].size == outside.size
