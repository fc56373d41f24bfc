"""The latents and the first fold's model -> spectra along every dimension, and what changes there.

All is of the first fold's model, whose latent space the catalogue publishes.
"""

from functools import partial

import numpy as np

from catalog import tables
from catalog.explain import lines
from catalog.latent import features, traversal
from catalog.latent.occupied import occupied
from catalog.release import writing
from catalog.spectra import Float
from catalog.stages import Build, Counts, Report, Stage, Task

TABLES = ("traversals", "traversal_features", "traversal_changes")
MOST = 20_000_000
"""Numbers of flux that traversals may hold, 80 MB: enough for 2,000 dimensions of 1,000 bins, and
for the seven most used ones of 313,000."""


def _tasks(build: Build) -> list[Task]:
    layout = build.layout
    section = build.recipe.latent
    inputs = (layout.weights(0), layout.model_card(0), *build.shards("encode"))
    outputs = tuple(layout.traverse(name) for name in TABLES)
    settings = [section.traversal_sd, section.traversal_steps, build.recipe.release.seed]
    return [Task("traverse", inputs, outputs, settings, partial(_traverse, build))]


def _traverse(build: Build, report: Report) -> Counts:
    from catalog.model import checkpoint, decode  # noqa: PLC0415 - torch takes seconds to import

    layout, section = build.layout, build.recipe.latent
    latent = published_latents(build)["latent_0"]
    network, card = checkpoint.load(layout.weights(0), layout.model_card(0))
    region = occupied(latent, build.recipe.release.seed)
    most = max(1, MOST // (card.wave.size * section.traversal_steps))
    dimensions = traversal.most_used(latent, most)
    path = traversal.route(region, dimensions, section.traversal_sd, section.traversal_steps)
    flux = decode.decode(network, path.points, build.device)
    result = {
        "traversals": {
            "dimension": path.dimension,
            "step": path.step,
            "value": path.value,
            "outside": path.outside,
            "flux": flux,
        },
        "traversal_features": features.table(),
        "traversal_changes": _changes(path, card.wave, flux),
    }
    for name, table in result.items():
        with writing(layout.traverse(name)) as temporary:
            tables.write(temporary, table)
    report(1, 1)
    return {"dimensions": len(dimensions), "spectra_decoded": len(flux)}


def published_latents(build: Build) -> tables.Table:
    """Give target_id (N,) and latent means `latent_0` (N, D) of all that is scored."""
    parts = [tables.read(path, ["target_id", "latent_0"]) for path in build.shards("encode")]
    return tables.concatenate(parts)


def _changes(path: traversal.Route, wave: Float, flux: Float) -> tables.Table:
    named = {line.name: line.wave for line in lines.load()}
    reference = flux[path.step == 0][0]
    low, high = (
        features.measure(wave, flux[rows], reference, named) for rows in traversal.ends(path)
    )
    names = [each.name for each in features.FEATURES]
    dimensions = np.unique(path.dimension).tolist()
    return traversal.changes(dimensions, low, high, names, features.least(wave))


def load(build: Build) -> dict[str, tables.Table]:
    """Give the tables `traversals`, `traversal_features` and `traversal_changes`."""
    return {name: tables.read(build.layout.traverse(name)) for name in TABLES}


STAGE = Stage(
    name="traverse",
    title="spectra along the latent dimensions",
    tasks=_tasks,
    code=("stages/traverse.py", "latent", "model", "explain/lines.py", "explain/lines.csv"),
)
