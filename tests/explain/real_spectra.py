"""Real spectra given their reasons by the stages' own functions, without a build."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from catalog import basis, simulate, tables
from catalog.basis import Basis
from catalog.expected import expected
from catalog.explain import Outliers, explain, lines
from catalog.measures import Expected, Native, measure_all, sky_lines
from catalog.preprocess import grid, infill
from catalog.preprocess.infill import Infill
from catalog.preprocess.rest_frame import Limits, bin_spectra
from catalog.spectra import Arm, Array, Float, RestSpectra, Spectra
from catalog.stages import compare as stage
from catalog.surveys import Survey, desi
from catalog.templates import compare

GRID = grid.linear(3600.0, 7556.0, 1000)
BIN_VALID_MIN = 0.5
LIMITS = Limits(z_min=-0.01, z_max=0.65, snr_min=0.0, coverage_min=0.6)
"""The simulated galaxies reach to z = 0.6."""
N_COMPONENTS, TRIM = 10, 0.02
"""As the recipe's defaults."""


@dataclass(frozen=True)
class Model:
    """What galaxies and stars look like, learnt from simulated ones, and how common each is."""

    infill: Infill
    basis: Basis
    share: dict[str, float]


def learn(folder: Path, n_spectra: int) -> Model:
    """Simulate a release in a folder and fit the linear models to it."""
    simulate.write_release(folder, n_spectra, 5, resolution=False)
    parts: list[tables.Table] = []
    for shard in desi.SURVEY.discover(sorted(folder.rglob("coadd-*.fits"))):
        spectra = desi.read(shard, ())
        binned = bin_spectra(spectra, GRID, BIN_VALID_MIN, LIMITS)
        known = {"flux": binned.flux, "ivar": binned.ivar, "spec_class": spectra.spec_class}
        parts.append(tables.take(known, binned.quality == 0))
    sample = tables.concatenate(parts)
    filling = infill.fit(sample["flux"], sample["ivar"], N_COMPONENTS)
    flux, ivar, _ = _unit(filling, sample["flux"], sample["ivar"])
    classes, counts = np.unique(sample["spec_class"].astype(str), return_counts=True)
    share = {str(name): float(n / counts.sum()) for name, n in zip(classes, counts, strict=True)}
    return Model(filling, basis.fit(flux, ivar, N_COMPONENTS, TRIM), share)


def _unit(filling: Infill, flux: Float, ivar: Float) -> tuple[Float, Float, Float]:
    unit, norm = infill.unit_norm(filling.fill(flux, ivar))
    return unit.astype(np.float32), (ivar * norm[:, None] ** 2).astype(np.float32), norm


def taken(spectra: Spectra, rows: Array) -> Spectra:
    """Some of the spectra."""
    columns = ("target_id", "ra", "dec", "z", "z_err", "z_warn", "spec_class", "subclass")
    return replace(
        spectra,
        **{name: getattr(spectra, name)[rows] for name in (*columns, "quality")},
        arms=tuple(Arm(a.name, a.wave, a.flux[rows], a.ivar[rows]) for a in spectra.arms),
        extras={name: column[rows] for name, column in spectra.extras.items()},
    )


def scored(spectra: Spectra) -> Spectra:
    """Those that a recipe with these limits would score."""
    binned = bin_spectra(spectra, GRID, BIN_VALID_MIN, LIMITS)
    return taken(spectra, np.flatnonzero(binned.quality == 0))


def mistaken(spectra: Spectra) -> Spectra:
    """As a pipeline might have it that takes them for galaxies at z = 0.25."""
    n_rows = len(spectra)
    return replace(
        spectra,
        z=np.full(n_rows, 0.25),
        z_warn=np.zeros(n_rows, np.int64),
        spec_class=np.full(n_rows, "GALAXY", object),
    )


def outliers(survey: Survey, spectra: Spectra, model: Model) -> Outliers:
    """What reason tests see of scored spectra; the steps of the stages measure to explain."""
    binned = bin_spectra(spectra, GRID, BIN_VALID_MIN, LIMITS)
    flux, ivar, norm = _unit(model.infill, binned.flux, binned.ivar)
    drawn = model.basis.reconstruct(model.basis.coefficients(flux, ivar))
    native = Native(spectra.arms, spectra.z, survey.arm_joins, Expected(GRID.wave, drawn))
    said: tables.Table = {
        "z": spectra.z,
        "spec_class": spectra.spec_class,
        "z_warn": spectra.z_warn,
        **spectra.extras,
    }
    found = compare(spectra.arms, spectra.z, spectra.spec_class)
    ordinary = expected(model.basis, flux, ivar)
    return Outliers(
        rest=RestSpectra(spectra.target_id, GRID.wave, flux, ivar),
        expected=ordinary.flux,
        scatter=ordinary.scatter,
        z=spectra.z,
        spec_class=spectra.spec_class,
        class_fraction=np.array([model.share.get(str(c), 0.0) for c in spectra.spec_class]),
        snr=binned.snr,
        coverage=binned.coverage,
        norm=norm,
        arm_joins=survey.arm_joins,
        lines=lines.load(),
        sky_waves=np.array(sky_lines.LINES),
        measures=measure_all(native),
        alternatives=replace(
            found, votes=stage._votes(spectra.arms, found, said), warned=stage._warned(said)
        ),
    )


@dataclass(frozen=True)
class Explained:
    """One spectrum: what was said of it, its native S/N per pixel, and its reasons in order."""

    spec_class: str
    subclass: str
    z: float
    snr: float
    reasons: dict[str, tuple[float, str]]
    """Value and sentence, by category."""


def explained(survey: Survey, spectra: Spectra, model: Model) -> dict[str, Explained]:
    """Give every spectrum its reasons, by its identifier."""
    batch = outliers(survey, spectra, model)
    rows = explain(batch)
    found = {}
    for i, name in enumerate(spectra.target_id):
        mine = tables.take(rows, rows["target_id"] == name)
        mine = tables.take(mine, np.argsort(mine["position"]))
        listed = zip(mine["category"], mine["value"], mine["sentence"], strict=True)
        found[str(name)] = Explained(
            spec_class=str(spectra.spec_class[i]),
            subclass=str(spectra.subclass[i]),
            z=float(spectra.z[i]),
            snr=median_snr(spectra)[i],
            reasons={str(c): (float(value), str(text)) for c, value, text in listed},
        )
    return found


def median_snr(spectra: Spectra) -> list[float]:
    """Median signal-to-noise ratio per pixel of each spectrum."""
    flux, ivar = (np.hstack([getattr(a, key) for a in spectra.arms]) for key in ("flux", "ivar"))
    return [
        float(np.median((x * np.sqrt(i))[i > 0])) if (i > 0).any() else 0.0
        for x, i in zip(flux, ivar, strict=True)
    ]
