"""The recipes that are shipped, and what the tests make of them."""

from dataclasses import replace

import pytest
from tests.pipeline import shipped_recipes
from tests.pipeline.shipped_recipes import FEEDS, NAMES

from catalog import recipe as recipes


def test_of_every_recipe_it_is_said_what_it_is_built_from():
    assert set(NAMES) == set(FEEDS)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_built_is_a_whole_recipe_and_says_what_is_simulated(tmp_path, name):
    changed = recipes.load(shipped_recipes.write(name, tmp_path))
    assert changed.release.name == name
    assert changed.release.simulated == FEEDS[name].simulated


def test_a_change_of_what_a_recipe_says_no_more_is_a_fault(tmp_path, monkeypatch):
    older = replace(FEEDS["miles"], changes=(("epochs = 61", "epochs = 2"),))
    monkeypatch.setitem(FEEDS, "miles", older)
    with pytest.raises(AssertionError, match=r"0 times in miles\.toml: epochs = 61"):
        shipped_recipes.write("miles", tmp_path)
