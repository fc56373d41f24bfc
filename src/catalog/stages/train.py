"""Spectra outside a fold -> a model; or checkpoints, verified and never trained further."""

import shutil
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from catalog import tables
from catalog.basis import Basis
from catalog.errors import ModelError
from catalog.preprocess import grid
from catalog.recipe import Recipe
from catalog.recipe.sections import ModelSection
from catalog.release import writing
from catalog.spectra import Float
from catalog.stages import Build, Counts, Report, Stage, Task, balance, basis, spectra_of

if TYPE_CHECKING:
    from catalog.model.networks import Autoencoder, Shape
    from catalog.model.train import Epoch

HELD_OUT = 4_000
"""Held-out spectra that training looks at, at most."""
SIZES = ("n_latent", "hidden", "dropout", "variational", "patch", "heads")
"""What of the recipe's section shapes the network; the rest is how it is trained."""


def _tasks(build: Build) -> list[Task]:
    return [_task(build, fold) for fold in build.folds]


def _task(build: Build, fold: int) -> Task:
    layout, section = build.layout, build.recipe.model
    outputs = (layout.weights(fold), layout.model_card(fold))
    pre = build.recipe.preprocess
    settings = [section.model_dump(), build.recipe.release.seed, pre.model_dump()]
    name = f"train/fold-{fold}"
    if section.checkpoint:
        folder = build.recipe_folder / section.checkpoint
        # All cards: the recipe names the digest of the whole set.
        cards = tuple(folder / layout.model_card(k).name for k in build.folds)
        inputs = (folder / layout.weights(fold).name, *cards)
        return Task(name, inputs, outputs, settings, partial(_load, build, fold, folder))
    settings.append([build.recipe.release.name, build.recipe.release.simulated])
    settings.append(build.trial.held_out)
    shards = (*build.shards("rest"), *(build.shards("read") if section.balance_by else ()))
    inputs = (layout.index, layout.basis(fold), *shards)
    return Task(name, inputs, outputs, settings, partial(_train, build, fold))


def _rest_wave(recipe: Recipe) -> Float:
    section = recipe.preprocess
    return grid.linear(section.wave_min, section.wave_max, section.n_bins).wave


def _shape(section: ModelSection, wave: Float) -> "Shape":
    from catalog.model.networks import Shape  # noqa: PLC0415 - torch takes seconds to import

    return Shape(n_bins=wave.size, **{key: getattr(section, key) for key in SIZES})


def _load(build: Build, fold: int, folder: Path, report: Report) -> Counts:
    from catalog.model import checkpoint  # noqa: PLC0415 - torch takes seconds to import

    section, layout = build.recipe.model, build.layout
    cards = [folder / layout.model_card(k).name for k in build.folds]
    found = checkpoint.digest(cards)
    if found != section.checkpoint_sha256:
        raise ModelError(
            "the checkpoint is not the one that the recipe names",
            where=folder,
            wanted=f"model cards with digest {section.checkpoint_sha256}",
            found=f"digest {found}",
            todo="fetch the checkpoint again, or correct model.checkpoint_sha256",
        )
    targets = (layout.weights(fold), layout.model_card(fold))
    sources = [folder / target.name for target in targets]
    _, card = checkpoint.load(sources[0], sources[1])
    wave = _rest_wave(build.recipe)
    shape = _shape(section, wave)
    checkpoint.verify(card, section.kind, shape, wave, section.folds, folder)
    for source, target in zip(sources, targets, strict=True):
        with writing(target) as temporary:
            shutil.copyfile(source, temporary)
    report(1, 1)
    return {"epochs": 0, "trained_on": card.n_train}


def _train(build: Build, fold: int, report: Report) -> Counts:
    from catalog.model import checkpoint  # noqa: PLC0415 - torch takes seconds to import

    recipe, section = build.recipe, build.recipe.model
    sides = gather(build, fold)
    linear, _ = basis.load(build.layout.basis(fold))
    network, history = fit(build, section, fold, sides, linear, report)
    card = checkpoint.Card(
        kind=section.kind,
        shape=network.shape,
        wave=_rest_wave(recipe),
        fold=fold,
        n_folds=section.folds,
        trained_on=recipe.release.name,
        trained_on_simulated=recipe.release.simulated,
        n_train=len(sides.known["flux"]),
        n_validation=len(sides.held_out["flux"]),
        settings=section.model_dump(mode="json"),
        history=[asdict(epoch) for epoch in history],
    )
    checkpoint.save(network, card, build.layout.weights(fold), build.layout.model_card(fold))
    return {"epochs": len(history), "trained_on": card.n_train, "held_out": card.n_validation}


def fit(
    build: Build, section: ModelSection, fold: int, sides: "Sides", linear: Basis, report: Report
) -> tuple["Autoencoder", "list[Epoch]"]:
    """Train the model of a section on one side of a fold; gives it, and how its training went."""
    from catalog.model import checkpoint, train  # noqa: PLC0415 - torch takes seconds to import

    plain = section.model_dump(exclude={*SIZES, "kind", "folds", "balance_by"})
    plain = {k: v for k, v in plain.items() if not k.startswith("checkpoint")}
    seed = build.recipe.release.seed + fold
    settings = train.Settings(**plain, seed=seed, device=build.device)
    train.start(settings.seed)
    network = checkpoint.build(section.kind, _shape(section, _rest_wave(build.recipe)))
    training = (sides.known["flux"], sides.known["ivar"])
    validation = (sides.held_out["flux"], sides.held_out["ivar"])
    history = train.train(
        network, linear, training, validation, settings, report, weights=sides.weights
    )
    return network, history


@dataclass(frozen=True)
class Sides:
    """Spectra to train on, spectra to watch, and how often each of the first is drawn.

    `weights` is None where each is drawn once an epoch.
    """

    known: tables.Table
    held_out: tables.Table
    weights: Float | None


def gather(build: Build, fold: int) -> Sides:
    """Give spectra outside a fold, to train on, and a sample of those in it, to watch.

    A single spectrum has nobody to be held out from, and is on both sides.
    """
    index = tables.read(build.layout.index, ["fold"])["fold"]
    inside, outside = index == fold, spectra_of.outside(build, fold)
    if not outside.any():
        outside = inside
    if not inside.any():
        inside = outside
    watched = spectra_of.some(inside, HELD_OUT, build.recipe.release.seed)
    column = build.recipe.model.balance_by
    return Sides(
        spectra_of.gather(build, outside),
        spectra_of.gather(build, watched),
        balance.weights(build, outside, column) if column else None,
    )


STAGE = Stage(
    name="train",
    title="the autoencoders",
    tasks=_tasks,
    code=(
        "stages/train.py",
        "stages/balance.py",
        "stages/spectra_of.py",
        "model",
        "basis.py",
        "principal.py",
    ),
)
