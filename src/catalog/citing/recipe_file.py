"""The recipe as a file that builds the release again: every default filled in."""

import json
from typing import Any

import tomli_w

from catalog.citing.work import Work


def _given(value: Any) -> Any:
    """Leave out what TOML has no word for: null."""
    if isinstance(value, dict):
        return {key: _given(part) for key, part in value.items() if part is not None}
    return [_given(part) for part in value] if isinstance(value, list) else value


def recipe_toml(work: Work) -> str:
    """Write the recipe, TOML; empty where the catalogue holds none that can be read."""
    try:
        recipe = json.loads(work.release.recipe)
    except ValueError:
        return ""
    return tomli_w.dumps(_given(recipe)) if isinstance(recipe, dict) and recipe else ""
