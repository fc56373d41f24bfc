"""Training spectra -> a model; or a checkpoint, verified and never trained further."""

import shutil
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np

from catalog import tables
from catalog.errors import ModelError
from catalog.preprocess import grid
from catalog.recipe import Recipe
from catalog.release import writing
from catalog.spectra import Float
from catalog.stages import Build, Counts, Report, Stage, Task

WEIGHTS, CARD = "weights.safetensors", "model.json"


def _tasks(build: Build) -> list[Task]:
    layout, section = build.layout, build.recipe.model
    outputs = (layout.weights, layout.model_card)
    inputs: tuple[Path, ...]
    pre = build.recipe.preprocess
    settings = [section.model_dump(), build.recipe.release.seed, pre.model_dump()]
    if section.checkpoint:
        folder = build.recipe_folder / section.checkpoint
        inputs = (folder / WEIGHTS, folder / CARD)
        return [Task("train", inputs, outputs, settings, partial(_load, build, folder))]
    inputs = (layout.index, *build.shards("rest"))
    settings.append([build.recipe.release.name, build.recipe.release.simulated])
    return [Task("train", inputs, outputs, settings, partial(_train, build))]


def _rest_wave(recipe: Recipe) -> Float:
    section = recipe.preprocess
    return grid.linear(section.wave_min, section.wave_max, section.n_bins).wave


def _load(build: Build, folder: Path, report: Report) -> Counts:
    from catalog.model import checkpoint  # noqa: PLC0415 - torch takes seconds to import
    from catalog.model.networks import Shape  # noqa: PLC0415

    section, wave = build.recipe.model, _rest_wave(build.recipe)
    found = checkpoint.sha256(folder / WEIGHTS)
    if found != section.checkpoint_sha256:
        raise ModelError(
            "the checkpoint is not the one that the recipe names",
            where=folder / WEIGHTS,
            wanted=f"sha256 {section.checkpoint_sha256}",
            found=f"sha256 {found}",
            todo="fetch the checkpoint again, or correct model.checkpoint_sha256",
        )
    _, card = checkpoint.load(folder / WEIGHTS, folder / CARD)
    shape = Shape(wave.size, section.n_latent, section.hidden, section.dropout)
    checkpoint.verify(card, section.kind, shape, wave, folder)
    for name, target in ((WEIGHTS, build.layout.weights), (CARD, build.layout.model_card)):
        with writing(target) as temporary:
            shutil.copyfile(folder / name, temporary)
    report(1, 1)
    return {"epochs": 0, "trained_on": card.n_train}


def _train(build: Build, report: Report) -> Counts:
    from catalog.model import checkpoint, train  # noqa: PLC0415 - torch takes seconds to import
    from catalog.model.networks import Shape  # noqa: PLC0415

    section, wave = build.recipe.model, _rest_wave(build.recipe)
    training, validation = (_load_split(build, name) for name in ("train", "validation"))
    if not len(validation[0]):
        validation = training  # a single spectrum: nothing can be held out
    shape = Shape(wave.size, section.n_latent, section.hidden, section.dropout)
    settings = train.Settings(
        epochs=section.epochs,
        batch_size=section.batch_size,
        learning_rate=section.learning_rate,
        patience=section.patience,
        beta=section.beta,
        seed=build.recipe.release.seed,
        device=build.device,
    )
    train.start(settings.seed)
    network = checkpoint.build(section.kind, shape)
    history = train.train(network, training, validation, settings, report)
    card = checkpoint.Card(
        kind=section.kind,
        shape=shape,
        wave=wave,
        trained_on=build.recipe.release.name,
        trained_on_simulated=build.recipe.release.simulated,
        n_train=len(training[0]),
        n_validation=len(validation[0]),
        settings=section.model_dump(mode="json"),
        history=[asdict(epoch) for epoch in history],
    )
    checkpoint.save(network, card, build.layout.weights, build.layout.model_card)
    best = min(history, key=lambda epoch: epoch.loss_validation)
    return {
        "epochs": len(history),
        "train": card.n_train,
        "validation": card.n_validation,
        "chi2_validation": round(best.chi2_validation, 4),
    }


def _load_split(build: Build, name: str) -> tuple[Float, Float]:
    """Flux and ivar of one side of the split, from all shards, in one allocation each."""
    index = tables.read(build.layout.index, ["target_id", "shard", "split"])
    wanted = index["split"] == name
    n_bins = build.recipe.preprocess.n_bins
    flux = np.empty((int(wanted.sum()), n_bins), np.float32)
    ivar = np.empty_like(flux)
    place = 0
    for shard in build.shard_names:
        mine = (index["shard"] == shard) & (index["split"] != "")
        rows = np.flatnonzero(wanted[mine])
        if not rows.size:
            continue
        table = tables.read(build.layout.shard("rest", shard), ["flux", "ivar"])
        flux[place : place + rows.size] = table["flux"][rows]
        ivar[place : place + rows.size] = table["ivar"][rows]
        place += rows.size
    return flux, ivar


STAGE = Stage(
    name="train",
    title="the autoencoder",
    tasks=_tasks,
    code=("stages/train.py", "model"),
)
