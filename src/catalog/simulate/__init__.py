"""Simulated releases: DESI-format test data with planted anomalies and their truth table.

Spectra come from formulae and line lists alone. What comes out is for testing what finds anomalies,
with the truth at hand; it is marked as simulated and says nothing about the sky.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from catalog import __version__, tables, workers
from catalog.errors import RecipeError, ReleaseError
from catalog.release import writing
from catalog.simulate import anomalies, desi_format, footprint, shard
from catalog.simulate.anomalies import (
    BAL_QUASAR,
    CATALOGUED_STARS,
    HOST_REDSHIFTS,
    INJECTABLE,
    KINDS,
    WRONG_REDSHIFT,
    draw_strength,
    inject,
)
from catalog.spectra import Text
from catalog.tables import Table

__all__ = [
    "BAL_QUASAR",
    "CATALOGUED_STARS",
    "HOST_REDSHIFTS",
    "INJECTABLE",
    "KINDS",
    "TRUTH",
    "WRONG_REDSHIFT",
    "draw_strength",
    "inject",
    "write_release",
]

TRUTH = "truth.parquet"
MARK = "SIMULATED"
SPECTRA_PER_PIXEL = 350
SURVEYS = ("sv1", "sv2", "sv3", "main", "special")
PROGRAMS = ("bright", "dark", "backup", "other")


def write_release(  # noqa: PLR0913 the public signature; what is rarely given is by keyword
    folder: Path,
    n_spectra: int,
    seed: int,
    *,
    survey: str = "sv3",
    program: str = "bright",
    anomaly_fraction: float = 0.02,
    resolution: bool = True,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, int | float]:
    """Write a simulated release: coadd and redrock files, `truth.parquet`, and a mark.

    The bytes depend on the arguments before `jobs`, and on nothing else. Running it again in the
    same folder writes the same files again.

    Parameters
    ----------
    folder : Path
        Where `healpix/`, `truth.parquet` and `SIMULATED` go.
    n_spectra : int
        Number of rows, sky fibres and dead fibres included.
    seed : int
        Non-negative.
    survey, program : str
        As in DESI's paths; the columns with target bits follow the survey.
    anomaly_fraction : float
        Fraction of rows with a planted anomaly, in equal shares of `KINDS`.
    resolution : bool
        Whether to write the RESOLUTION images, as real files have them: 0.35 MB a spectrum.
    jobs : int
        Number of processes.
    progress : callable, optional
        Called with the number of spectra written and `n_spectra`.

    Returns
    -------
    dict
        `spectra`, `shards`, `snr_median`, the catalogue's `GALAXY`, `QSO`, `STAR`, and one
        `anomaly_<kind>` for each kind.

    Raises
    ------
    RecipeError
        If an argument is out of range.
    ReleaseError
        If the folder holds files of another release, or cannot be written.
    """
    _check(n_spectra, seed, survey, program, anomaly_fraction, jobs)
    plans = _plan(folder, n_spectra, seed, (survey, program), anomaly_fraction, resolution)
    _refuse_other_files(folder, plans)
    with writing(folder / MARK) as temporary:
        temporary.write_text(_mark(n_spectra, seed, anomaly_fraction), encoding="utf-8")
    truth = tables.concatenate([*_reported(_build(plans, jobs), n_spectra, progress)])
    with writing(folder / TRUTH) as temporary:
        tables.write(temporary, truth)
    return _counts(truth, len(plans))


def _check(
    n_spectra: int, seed: int, survey: str, program: str, anomaly_fraction: float, jobs: int
) -> None:
    faults = [
        (n_spectra < 1, "n_spectra", "at least 1", n_spectra),
        (seed < 0, "seed", "at least 0", seed),
        (survey not in SURVEYS, "survey", "one of " + ", ".join(SURVEYS), survey),
        (program not in PROGRAMS, "program", "one of " + ", ".join(PROGRAMS), program),
        (not 0 <= anomaly_fraction <= 1, "anomaly_fraction", "from 0 to 1", anomaly_fraction),
        (jobs < 1, "jobs", "at least 1", jobs),
    ]
    for is_wrong, name, wanted, found in faults:
        if is_wrong:
            raise RecipeError(
                "a release cannot be simulated so", where=name, wanted=wanted, found=repr(found)
            )


def _plan(
    folder: Path,
    n_spectra: int,
    seed: int,
    place: tuple[str, str],
    anomaly_fraction: float,
    resolution: bool,
) -> list[shard.ShardPlan]:
    """Share the rows among pixels and the anomalies among the rows; one random stream per pixel."""
    known = footprint.pixels()
    n_shards = min(-(-n_spectra // SPECTRA_PER_PIXEL), len(known))
    root = np.random.SeedSequence(seed)
    planning, *streams = root.spawn(n_shards + 1)
    rng = np.random.default_rng(planning)
    pixels = np.sort(rng.choice(known, n_shards, replace=False))
    planted = np.full(n_spectra, "", dtype=object)
    odd = rng.permutation(n_spectra)[: round(anomaly_fraction * n_spectra)]
    kinds = rng.permutation(list(KINDS))
    planted[odd] = np.resize(np.asarray(kinds, dtype=object), odd.size)
    parts: list[Text] = np.array_split(planted, n_shards)
    return [
        shard.ShardPlan(folder, *place, int(pixel), part, stream, resolution)
        for pixel, part, stream in zip(pixels, parts, streams, strict=True)
    ]


def _refuse_other_files(folder: Path, plans: list[shard.ShardPlan]) -> None:
    """Old shards among new ones would be read as part of the release, without a truth."""
    ours = {
        folder / desi_format.file_name(product, plan.survey, plan.program, plan.pixel)
        for plan in plans
        for product in ("coadd", "redrock")
    }
    others = sorted(set((folder / "healpix").rglob("*.fits")) - ours)
    if others:
        raise ReleaseError(
            "the folder holds other spectra",
            where=folder,
            wanted="an empty folder, or the same simulated release",
            found=f"{len(others)} other files, such as {others[0].relative_to(folder)}",
            todo="name another folder, or remove this one",
        )


def _build(plans: list[shard.ShardPlan], jobs: int) -> Iterator[Table]:
    if jobs == 1 or len(plans) == 1:
        yield from map(shard.build, plans)
        return
    with workers.pool(min(jobs, len(plans))) as executor:
        yield from executor.map(shard.build, plans)


def _reported(
    parts: Iterable[Table], n_spectra: int, progress: Callable[[int, int], None] | None
) -> Iterator[Table]:
    """Hand on shards' truth tables, telling how many of the spectra they make up."""
    done = 0
    for part in parts:
        done += len(part["target_id"])
        if progress is not None:
            progress(done, n_spectra)
        yield part


def _mark(n_spectra: int, seed: int, anomaly_fraction: float) -> str:
    return (
        "These are simulated spectra, not observations.\n"
        "They were made from formulae and line lists to test software, in DESI's file format;\n"
        "no result from them says anything about the sky.\n\n"
        f"made by: peculiar-spectra {__version__}\n"
        f"seed: {seed}\nspectra: {n_spectra}\nanomaly fraction: {anomaly_fraction}\n"
        f"kinds of anomaly: {', '.join(anomalies.KINDS)}\n"
    )


def _counts(truth: Table, n_shards: int) -> dict[str, int | float]:
    counts: dict[str, int | float] = {
        "spectra": len(truth["target_id"]),
        "shards": n_shards,
        "snr_median": round(float(np.nanmedian(truth["snr"])), 3),
    }
    for name in ("GALAXY", "QSO", "STAR"):
        counts[name] = int((truth["spec_class"] == name).sum())
    for kind in KINDS:
        counts[f"anomaly_{kind}"] = int((truth["anomaly"] == kind).sum())
    return counts
