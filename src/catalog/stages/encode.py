"""Preprocessed spectra and the model -> latents and reconstructions, one file per shard."""

from functools import partial

import numpy as np

from catalog import tables
from catalog.preprocess import grid
from catalog.release import writing
from catalog.spectra import Encodings, RestSpectra
from catalog.stages import Build, Counts, Report, Stage, Task


def _tasks(build: Build) -> list[Task]:
    layout = build.layout
    return [
        Task(
            name=f"encode/{name}",
            inputs=(layout.shard("rest", name), layout.weights, layout.model_card),
            outputs=(layout.shard("encode", name),),
            settings=[],
            run=partial(_encode, build, name),
        )
        for name in build.shard_names
    ]


def _encode(build: Build, name: str, report: Report) -> Counts:
    from catalog.model import checkpoint, encode  # noqa: PLC0415 - torch takes seconds to import

    layout = build.layout
    network, card = checkpoint.load(layout.weights, layout.model_card)
    table = tables.read(layout.shard("rest", name), ["target_id", "flux", "ivar"])
    spectra = RestSpectra(table["target_id"], card.wave, table["flux"], table["ivar"])
    encodings = encode.encode(network, spectra, build.device)
    result: tables.Table = {
        "target_id": encodings.target_id,
        "latent": encodings.latent,
        "latent_sd": encodings.latent_sd,
        "recon": encodings.recon,
    }
    with writing(layout.shard("encode", name)) as temporary:
        tables.write(temporary, result)
    report(1, 1)
    return {"spectra": len(spectra)}


def load(build: Build, name: str) -> Encodings:
    """Read one shard's encodings back, with the spectra they belong to."""
    section = build.recipe.preprocess
    wave = grid.linear(section.wave_min, section.wave_max, section.n_bins).wave
    rest = tables.read(build.layout.shard("rest", name), ["flux", "ivar"])
    encoded = tables.read(build.layout.shard("encode", name))
    return Encodings(
        target_id=encoded["target_id"],
        wave=wave,
        flux=rest["flux"],
        ivar=rest["ivar"],
        latent=encoded["latent"],
        latent_sd=encoded["latent_sd"],
        recon=encoded["recon"],
    )


def take(encodings: Encodings, rows: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Encodings:
    """Rows of encodings; the grid is shared."""
    return Encodings(
        target_id=encodings.target_id[rows],
        wave=encodings.wave,
        flux=encodings.flux[rows],
        ivar=encodings.ivar[rows],
        latent=encodings.latent[rows],
        latent_sd=encodings.latent_sd[rows],
        recon=encodings.recon[rows],
    )


STAGE = Stage(
    name="encode",
    title="latents and reconstructions",
    tasks=_tasks,
    code=("stages/encode.py", "model"),
)
