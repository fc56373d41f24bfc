"""The decoder that visitors of the site run themselves: a table with one row, or with none."""

import numpy as np

from catalog import tables
from catalog.stages import Build


def load(build: Build) -> dict[str, tables.Table]:
    """Give the table `decoder`, of the model whose latent space the catalogue holds."""
    from catalog.model import exported  # noqa: PLC0415 - torch takes seconds to import

    layout = build.layout
    made = exported.of_checkpoint(layout.weights(0), layout.model_card(0))
    if made is None:
        return {}
    chains, weights = made
    return {"decoder": {"chains": np.array([chains], dtype=object), "weights": weights[None]}}
