"""Models of several betas and numbers of latents, and what their dimensions are used for.

Outside the release's own stages: a sweep is how its authors choose the two, as Sedaghat et al.
(2021), section 4.1, choose their λ: the smallest at which models of few and of many dimensions
agree on how many of them are informative. Each model is a task of its own; one that is finished is
not trained again.
"""

import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from catalog import basis as linear_models
from catalog import registry, tables
from catalog.latent import dispersion, leakage
from catalog.recipe.sections import ModelSection
from catalog.release import writing
from catalog.spectra import Array, Float, RestSpectra
from catalog.stages import Build, Counts, Report, Stage, Task, basis, train

if TYPE_CHECKING:
    from catalog.model.networks import Autoencoder

TABLES = ("sweep", "sweep_dimensions", "sweep_examples")
FOLD = 0
"""Models are those of the first fold, in whose latent space the catalogue's latents are."""
SAMPLE = 5_000
"""Spectra that a linear model with more components than the release's is fitted on, at most."""


@dataclass(frozen=True)
class Run:
    """One model of the sweep; a plain autoencoder has beta 0."""

    n_latent: int
    variational: bool
    beta: float

    @property
    def name(self) -> str:
        """Part of the names of its files."""
        return f"{self.n_latent}-{f'beta-{self.beta:g}' if self.variational else 'plain'}"


def runs(build: Build) -> tuple[Run, ...]:
    """Give the models that the recipe asks for, plain ones first."""
    section = build.recipe.sweep
    plain = [Run(n, False, 0.0) for n in sorted(set(section.n_latents))]
    betas = sorted(set(section.betas))
    return (
        *(plain if section.deterministic else ()),
        *(Run(n, True, beta) for beta in betas for n in sorted(set(section.n_latents))),
    )


def _tasks(build: Build) -> list[Task]:
    layout, recipe = build.layout, build.recipe
    shards = (*build.shards("rest"), *(build.shards("read") if recipe.model.balance_by else ()))
    settings = [
        recipe.model.model_dump(mode="json"),
        recipe.preprocess.model_dump(mode="json"),
        recipe.release.seed,
        recipe.latent.model_dump(mode="json", include={"informative_mad", "informative_kl"}),
        recipe.latent.permutations,
    ]
    return [
        Task(
            name=f"sweep/{run.name}",
            inputs=(layout.index, layout.basis(FOLD), *shards),
            outputs=tuple(_path(build, run, name) for name in TABLES),
            settings=[*settings, asdict(run)],
            run=partial(_run, build, run),
        )
        for run in runs(build)
    ]


def _path(build: Build, run: Run, table: str) -> Path:
    return build.layout.sweep(f"{run.name}/{table}")


def _run(build: Build, run: Run, report: Report) -> Counts:
    from catalog.model import train as training  # noqa: PLC0415 - torch takes seconds to import

    sides = train.gather(build, FOLD)
    section = build.recipe.model.model_copy(
        update={"n_latent": run.n_latent, "variational": run.variational, "beta": run.beta}
    )
    began = time.perf_counter()
    linear = _linear(build, section, sides)
    network, _ = train.fit(build, section, FOLD, sides, linear, report)
    seconds = time.perf_counter() - began
    held_out = (sides.held_out["flux"], sides.held_out["ivar"])
    chi2 = training.held_out_chi2(network, held_out, build.device)
    content = _measured(build, network, sides.held_out)
    one = {"chi2_validation": np.array([chi2]), "seconds": np.array([seconds])}
    content["sweep"] |= one
    for name in TABLES:
        n_rows = len(next(iter(content[name].values())))
        key = {column: np.full(n_rows, value) for column, value in asdict(run).items()}
        with writing(_path(build, run, name)) as temporary:
            tables.write(temporary, {**key, **content[name]})
    return {"models": 1, "informative": int(content["sweep"]["n_informative"][0])}


def _linear(build: Build, section: ModelSection, sides: train.Sides) -> linear_models.Basis:
    """Give the release's linear model, or one of as many components as a linear network needs."""
    from catalog.model.networks import Network  # noqa: PLC0415 - torch takes seconds to import

    known, _ = basis.load(build.layout.basis(FOLD))
    kind = registry.load("catalog.model.networks", section.kind, Network)
    if not kind.linear or len(known.components) >= section.n_latent:
        return known
    rows = slice(None, None, -(-len(sides.known["flux"]) // SAMPLE))
    flux, ivar = sides.known["flux"][rows], sides.known["ivar"][rows]
    fitted = linear_models.fit(flux, ivar, section.n_latent, section.trim)
    return linear_models.padded(fitted, section.n_latent)


def _measured(
    build: Build, network: "Autoencoder", spectra: tables.Table
) -> dict[str, tables.Table]:
    """Give what a model does with spectra that it has not seen: its dimensions, and an example."""
    from catalog.model import encode  # noqa: PLC0415 - torch takes seconds to import

    limits, seed = build.recipe.latent, build.recipe.release.seed
    latent, deviation = encode.latents(network, _rest(spectra, slice(None)), build.device)
    mad, kl = dispersion.dimensions(latent, deviation)
    used = dispersion.informative(mad, kl, (limits.informative_mad, limits.informative_kl))
    shuffled = latent[np.random.default_rng(seed).permutation(len(latent))]
    leaks = leakage.measure(shuffled, used, limits.permutations, seed)["significant"]
    brightest = int(np.argmax(_snr(spectra)))
    example = encode.encode(network, _rest(spectra, slice(brightest, brightest + 1)), build.device)
    return {
        "sweep": {
            "n_informative": np.array([int(used.sum())]),
            "n_leaking": np.array([int(leaks.sum())]),
        },
        "sweep_dimensions": {
            "dimension": np.arange(1, len(mad) + 1),
            "mad": mad,
            "kl": kl,
            "informative": used,
        },
        "sweep_examples": {
            "target_id": example.target_id,
            "flux": example.flux,
            "recon": example.recon,
        },
    }


def _rest(spectra: tables.Table, rows: slice) -> RestSpectra:
    nowhere = np.empty(0)  # a network knows bins, not wavelengths
    return RestSpectra(
        spectra["target_id"][rows], nowhere, spectra["flux"][rows], spectra["ivar"][rows]
    )


def _snr(spectra: tables.Table) -> Float:
    """Median signal-to-noise ratio per bin of each spectrum, (N,)."""
    pairs = zip(spectra["flux"], spectra["ivar"], strict=True)
    return np.array([np.median(flux * np.sqrt(ivar)) for flux, ivar in pairs])


def choose(n_informative: dict[float, list[int]]) -> float | None:
    """Give the smallest beta at which all sizes agree on the number of informative dimensions.

    None where they never do; that nothing is informative is no agreement, nor is one size's word.
    """
    agreed = [
        beta
        for beta, found in n_informative.items()
        if len(found) > 1 and len(set(found)) == 1 and found[0] > 0
    ]
    return min(agreed, default=None)


def measure(build: Build) -> None:
    """Put the models beside each other, and mark those of the chosen beta."""
    for name in TABLES:
        table = tables.concatenate([tables.read(_path(build, run, name)) for run in runs(build)])
        if name == "sweep":
            table["chosen"] = _chosen(table)
        with writing(build.layout.sweep(name)) as temporary:
            tables.write(temporary, table)


def _chosen(table: tables.Table) -> Array:
    of_beta: dict[float, list[int]] = {}
    columns = (table["variational"], table["beta"], table["n_informative"])
    for variational, beta, found in zip(*columns, strict=True):
        if variational:
            of_beta.setdefault(float(beta), []).append(int(found))
    chosen = choose(of_beta)
    beta = np.nan if chosen is None else chosen
    return np.asarray(table["variational"] & (table["beta"] == beta))


def told(build: Build) -> list[str]:
    """Give the sweep as lines of text: a model each, and the choice."""
    table = tables.read(build.layout.sweep("sweep"))
    lines = ["latents      beta  informative  leaking pairs  held-out chi2  seconds"]
    names = ("n_latent", "variational", "beta", "n_informative", "n_leaking", "chi2_validation")
    for n, variational, beta, used, leaking, chi2, seconds, chosen in zip(
        *(table[name] for name in (*names, "seconds", "chosen")), strict=True
    ):
        word = f"{beta:g}" if variational else "plain"
        mark = "  chosen" if chosen else ""
        lines.append(
            f"{n:7d} {word:>9s} {used:12d} {leaking:14d} {chi2:14.4g} {seconds:8.1f}{mark}"
        )
    found = table["beta"][table["chosen"]]
    lines.append(
        f"beta {found[0]:g} is the smallest at which all sizes agree"
        if found.size
        else "at no beta do all sizes agree on the number of informative dimensions"
    )
    return lines


def load(build: Build) -> dict[str, tables.Table]:
    """Read the sweep's tables; none where no sweep was run."""
    paths = {name: build.layout.sweep(name) for name in TABLES}
    if not all(path.exists() for path in paths.values()):
        return {}
    return {name: tables.read(path) for name, path in paths.items()}


STAGE = Stage(
    name="sweep",
    title="models of several betas and sizes",
    tasks=_tasks,
    code=(
        "stages/sweep.py", "stages/train.py", "stages/balance.py", "stages/spectra_of.py", "model",
        "basis.py", "principal.py", "latent/dispersion.py", "latent/leakage.py",
    ),
)  # fmt: skip
