"""Preprocessed spectra and the models -> latents and reconstructions, one file per shard.

A spectrum's reconstruction, and all that follows from it, comes from the model of its own fold,
which was trained on the other folds. Its latents are given by every fold's model, since isolation
has to be seen in one model's space; the published ones are the first model's.
"""

from dataclasses import fields, replace
from functools import partial

import numpy as np

from catalog import tables
from catalog.preprocess import grid
from catalog.release import writing
from catalog.spectra import Array, Encodings, RestSpectra
from catalog.stages import Build, Counts, Report, Stage, Task, spectra_of

PARTS = ("recon", "scatter", "log_likelihood")


def _tasks(build: Build) -> list[Task]:
    layout = build.layout
    return [
        Task(
            name=f"encode/{name}",
            inputs=(layout.shard("rest", name), layout.index, *build.models),
            outputs=(layout.shard("encode", name),),
            settings=[],
            run=partial(_encode, build, name),
        )
        for name in build.shard_names
    ]


def _encode(build: Build, name: str, report: Report) -> Counts:
    from catalog.model import checkpoint, encode  # noqa: PLC0415 - torch takes seconds to import

    layout = build.layout
    table = tables.read(layout.shard("rest", name), ["target_id", "flux", "ivar"])
    fold, n_bins = spectra_of.scored_rows(layout, name)["fold"], table["flux"].shape[1]
    result: tables.Table = {
        "target_id": table["target_id"],
        "recon": np.zeros((len(fold), n_bins), np.float32),
        "scatter": np.zeros((len(fold), n_bins), np.float32),
        "log_likelihood": np.zeros(len(fold), np.float32),
    }
    for k in build.folds:
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
    per_spectrum = [each.name for each in fields(Encodings) if each.name != "wave"]
    return replace(encodings, **{name: getattr(encodings, name)[rows] for name in per_spectrum})


STAGE = Stage(
    name="encode",
    title="latents and reconstructions",
    tasks=_tasks,
    code=("stages/encode.py", "stages/spectra_of.py", "model"),
)
