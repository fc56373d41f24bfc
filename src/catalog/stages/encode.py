"""Preprocessed spectra and the models -> latents and reconstructions, one file per shard.

A spectrum's reconstruction, and all that follows from it, comes from the model of its own fold,
which was trained on the other folds. Its latents are given by every fold's model, since isolation
has to be seen in one model's space; the published ones are the first model's.
"""

from functools import partial

import numpy as np

from catalog import tables
from catalog.preprocess import grid
from catalog.release import writing
from catalog.spectra import Array, Encodings, RestSpectra
from catalog.stages import Build, Counts, Report, Stage, Task

PARTS = ("recon", "scatter", "log_likelihood")


def _tasks(build: Build) -> list[Task]:
    layout = build.layout
    folds = range(build.recipe.model.folds)
    models = [path for k in folds for path in (layout.weights(k), layout.model_card(k))]
    return [
        Task(
            name=f"encode/{name}",
            inputs=(layout.shard("rest", name), layout.index, *models),
            outputs=(layout.shard("encode", name),),
            settings=[],
            run=partial(_encode, build, name),
        )
        for name in build.shard_names
    ]


def folds_of(build: Build, name: str) -> Array:
    """Fold (n,) of each scored spectrum of a shard."""
    index = tables.read(build.layout.index, ["shard", "fold"])
    fold: Array = index["fold"][(index["shard"] == name) & (index["fold"] >= 0)]
    return fold


def _encode(build: Build, name: str, report: Report) -> Counts:
    from catalog.model import checkpoint, encode  # noqa: PLC0415 - torch takes seconds to import

    layout, n_folds = build.layout, build.recipe.model.folds
    table = tables.read(layout.shard("rest", name), ["target_id", "flux", "ivar"])
    fold, n_bins = folds_of(build, name), table["flux"].shape[1]
    result: tables.Table = {
        "target_id": table["target_id"],
        "recon": np.zeros((len(fold), n_bins), np.float32),
        "scatter": np.zeros((len(fold), n_bins), np.float32),
        "log_likelihood": np.zeros(len(fold), np.float32),
    }
    for k in range(n_folds):
        network, card = checkpoint.load(layout.weights(k), layout.model_card(k))
        spectra = RestSpectra(table["target_id"], card.wave, table["flux"], table["ivar"])
        latent, deviation = encode.latents(network, spectra, build.device)
        result[f"latent_{k}"], result[f"latent_sd_{k}"] = latent, deviation
        mine = np.flatnonzero(fold == k)
        own = RestSpectra(
            table["target_id"][mine], card.wave, table["flux"][mine], table["ivar"][mine]
        )
        found = encode.encode(network, own, build.device)
        for part in PARTS:
            result[part][mine] = getattr(found, part)
    with writing(layout.shard("encode", name)) as temporary:
        tables.write(temporary, result)
    report(1, 1)
    return {"spectra": len(fold)}


def load(build: Build, name: str) -> Encodings:
    """Read one shard's encodings back, with the spectra they belong to.

    Latents are the first model's: one space for all.
    """
    section = build.recipe.preprocess
    wave = grid.linear(section.wave_min, section.wave_max, section.n_bins).wave
    rest = tables.read(build.layout.shard("rest", name), ["flux", "ivar"])
    columns = ["target_id", "latent_0", "latent_sd_0", *PARTS]
    encoded = tables.read(build.layout.shard("encode", name), columns)
    return Encodings(
        target_id=encoded["target_id"],
        wave=wave,
        flux=rest["flux"],
        ivar=rest["ivar"],
        latent=encoded["latent_0"],
        latent_sd=encoded["latent_sd_0"],
        recon=encoded["recon"],
        scatter=encoded["scatter"],
        log_likelihood=encoded["log_likelihood"],
    )


def take(encodings: Encodings, rows: Array) -> Encodings:
    """Rows of encodings; the grid is shared."""
    return Encodings(
        target_id=encodings.target_id[rows],
        wave=encodings.wave,
        flux=encodings.flux[rows],
        ivar=encodings.ivar[rows],
        latent=encodings.latent[rows],
        latent_sd=encodings.latent_sd[rows],
        recon=encodings.recon[rows],
        scatter=encodings.scatter[rows],
        log_likelihood=encodings.log_likelihood[rows],
    )


STAGE = Stage(
    name="encode",
    title="latents and reconstructions",
    tasks=_tasks,
    code=("stages/encode.py", "model"),
)
