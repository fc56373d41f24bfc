"""Outliers -> how much the model attends to each of their patches, and to those of ordinary ones.

Of the first fold's model, whose latents are the published ones. A model without attention leaves
empty tables.
"""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from catalog import tables
from catalog.release import writing
from catalog.spectra import Float
from catalog.stages import Build, Counts, Report, Stage, Task, spectra_of

if TYPE_CHECKING:
    from catalog.model.networks import Attentive

TABLES = ("attention_patches", "attention")
ORDINARY = 500
"""Spectra that are no outliers, which tell where the model usually looks."""
SPAN = (5.0, 50.0, 95.0)
"""Percentiles of what ordinary spectra get: the lowest, usual and highest that is told."""


def _tasks(build: Build) -> list[Task]:
    layout = build.layout
    inputs = (
        layout.weights(0),
        layout.model_card(0),
        layout.index,
        layout.ranking,
        *build.shards("rest"),
    )
    outputs = tuple(layout.attention(name) for name in TABLES)
    settings = [build.recipe.release.seed, build.recipe.site.n_objects]
    return [Task("attention", inputs, outputs, settings, partial(_attend, build))]


def _attend(build: Build, report: Report) -> Counts:
    from catalog.model import checkpoint  # noqa: PLC0415 - torch takes seconds to import
    from catalog.model.networks import Attentive  # noqa: PLC0415

    layout = build.layout
    network, card = checkpoint.load(layout.weights(0), layout.model_card(0))
    found = _look(build, network, card.wave) if isinstance(network, Attentive) else _nothing()
    for name in TABLES:
        with writing(layout.attention(name)) as temporary:
            tables.write(temporary, found[name])
    report(1, 1)
    return {"patches": len(found["attention_patches"]["position"]),
            "objects": len(found["attention"]["target_id"])}  # fmt: skip


def _look(build: Build, network: "Attentive", wave: Float) -> dict[str, tables.Table]:
    from catalog.model.attention import attention, patches  # noqa: PLC0415

    index = tables.read(build.layout.index, ["target_id", "fold"])
    ranking = tables.read(build.layout.ranking, ["target_id", "rank", "outlier"])
    published = ranking["outlier"] & (ranking["rank"] <= build.recipe.site.n_objects)
    scored = index["fold"] >= 0
    listed, shown = (
        scored & np.isin(index["target_id"].astype(str), ranking["target_id"][each].astype(str))
        for each in (ranking["outlier"], published)
    )
    ordinary = spectra_of.some(scored & ~listed, ORDINARY, build.recipe.release.seed)
    known, usual = (spectra_of.gather(build, each) for each in (shown, ordinary))
    if not ordinary.any():  # a release of outliers alone is compared with itself
        usual = known
    got = attention(network, usual["flux"], usual["ivar"], build.device).mean(axis=1)
    low, middle, high = np.percentile(got, SPAN, axis=0)
    weight = attention(network, known["flux"], known["ivar"], build.device)
    wave_low, wave_high = patches(network.shape, wave)
    return {
        "attention_patches": {
            "position": np.arange(wave_low.size),
            "wave_low": wave_low,
            "wave_high": wave_high,
            "usual": middle.astype(np.float64),
            "usual_low": low.astype(np.float64),
            "usual_high": high.astype(np.float64),
        },
        "attention": {
            "target_id": known["target_id"],
            "weight": weight.reshape(len(weight), -1),
        },
    }


def _nothing() -> dict[str, tables.Table]:
    numbers = ("wave_low", "wave_high", "usual", "usual_low", "usual_high")
    return {
        "attention_patches": {"position": np.arange(0), **{name: np.empty(0) for name in numbers}},
        "attention": {
            "target_id": np.empty(0, object),
            "weight": np.empty((0, 1), np.float32),
        },
    }


def load(build: Build) -> dict[str, tables.Table]:
    """Give the tables `attention_patches` and `attention`."""
    return {name: tables.read(build.layout.attention(name)) for name in TABLES}


STAGE = Stage(
    name="attention",
    title="where the model looks",
    tasks=_tasks,
    code=("stages/attention.py", "stages/spectra_of.py", "model"),
)
