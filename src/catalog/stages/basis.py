"""Spectra outside a fold -> linear models of them: of all, and of each class that has enough."""

from functools import partial
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from catalog import basis, registry
from catalog.basis import Basis
from catalog.recipe.sections import ModelSection
from catalog.release import writing
from catalog.spectra import Float
from catalog.stages import Build, Counts, Report, Stage, Task, spectra_of

SAMPLE = 30_000
"""Spectra that a linear model is fitted on at most: more change it by less than its scatter."""
MOST_NUMBERS = 100_000_000
"""Numbers in those spectra's flux at most: 30,000 spectra of 3,300 bins, or 320 of 312,000. The fit
holds some nine times as many bytes as this takes in single precision."""
LEAST = 50
"""Spectra that a class needs for a linear model of its own."""
COMPONENTS = 10
"""Components of the linear model of all classes, or as many as the autoencoder's latents."""
ALL = "all"
PARTS = ("mean", "components", "variances", "scatter", "n_spectra")


def _tasks(build: Build) -> list[Task]:
    recipe, layout = build.recipe, build.layout
    settings = [
        recipe.model.kind,
        recipe.model.n_latent,
        recipe.model.trim,
        recipe.scores.class_components,
    ]
    inputs = (layout.index, *build.shards("rest"))
    return [
        Task(
            name=f"basis/fold-{fold}",
            inputs=inputs,
            outputs=(layout.basis(fold),),
            settings=[*settings, recipe.release.seed, build.trial.held_out],
            run=partial(_fit, build, fold),
        )
        for fold in build.folds
    ]


def _fit(build: Build, fold: int, report: Report) -> Counts:
    recipe = build.recipe
    outside = spectra_of.outside(build, fold)
    most = min(SAMPLE, max(LEAST, MOST_NUMBERS // recipe.preprocess.n_bins))
    sample = spectra_of.some(outside, most, recipe.release.seed)
    spectra = spectra_of.gather(build, sample)
    trim = recipe.model.trim
    groups = spectra["spec_class"].astype(str)
    n_all = _n_components(recipe.model)
    everything = basis.fit(spectra["flux"], spectra["ivar"], n_all, trim)
    bases = {ALL: basis.padded(everything, n_all)}
    for name in np.unique(groups):
        mine = groups == name
        if mine.sum() >= LEAST:
            n_components = min(recipe.scores.class_components, int(mine.sum()) // 10)
            flux, ivar = spectra["flux"][mine], spectra["ivar"][mine]
            bases[f"class:{name}"] = basis.fit(flux, ivar, n_components, trim)
    _save(build.layout.basis(fold), bases)
    report(1, 1)
    return {"spectra": len(groups), "classes": len(bases) - 1}


def _n_components(section: ModelSection) -> int:
    """Components of the linear model of all classes: what the network needs, and the baseline's."""
    from catalog.model.networks import Network  # noqa: PLC0415 - torch takes seconds to import

    kind = registry.load("catalog.model.networks", section.kind, Network)
    return max(COMPONENTS, section.n_latent) if kind.linear else COMPONENTS


def _save(path: Path, bases: dict[str, Basis]) -> None:
    arrays = {
        f"{name}/{part}": np.ascontiguousarray(getattr(each, part))
        for name, each in bases.items()
        for part in PARTS
    }
    with writing(path) as temporary:
        save_file(arrays, temporary)


def load(path: Path) -> tuple[Basis, dict[str, Basis]]:
    """Read a fold's linear models: of all classes, and by class."""
    arrays = load_file(path)
    names = sorted({name.rsplit("/", 1)[0] for name in arrays})
    bases = {name: _basis(arrays, name) for name in names}
    by_class = {n.removeprefix("class:"): b for n, b in bases.items() if n.startswith("class:")}
    return bases[ALL], by_class


def _basis(arrays: dict[str, Float], name: str) -> Basis:
    mean, components, variances, scatter, n_spectra = (arrays[f"{name}/{p}"] for p in PARTS)
    return Basis(mean, components, variances, scatter, int(n_spectra.item()))


STAGE = Stage(
    name="basis",
    title="linear models of the spectra",
    tasks=_tasks,
    code=(
        "stages/basis.py",
        "stages/spectra_of.py",
        "basis.py",
        "principal.py",
        "model/networks",
    ),
    parallel=True,
)
