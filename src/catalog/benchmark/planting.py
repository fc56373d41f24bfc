"""Which spectra of a release become anomalies in a benchmark round, and how they are changed."""

import hashlib
from dataclasses import replace

import numpy as np

from catalog import tables
from catalog.benchmark import snr_groups
from catalog.errors import RecipeError
from catalog.simulate import (
    BAL_QUASAR,
    CATALOGUED_STARS,
    HOST_REDSHIFTS,
    KINDS,
    WRONG_REDSHIFT,
    draw_strength,
    inject,
)
from catalog.spectra import Arm, Array, Float, Spectra
from catalog.tables import Table

HOST_CLASS = "GALAXY"
LOWEST_HOST_REDSHIFT = 0.03
"""As for the simulator's hosts: below it, a star with the host's redshift is an ordinary star."""
STELLAR_VELOCITY = 90 / 299_792.458
"""Scatter of the redshifts that the catalogue gives to stars, 90 km/s."""


def plan(candidates: Table, prevalence: float, seed: int, round_number: int) -> Table:
    """Choose the hosts of one round, what is planted into each, and what the catalogue then says.

    Hosts are galaxies at z ≥ 0.03 with S/N ≥ 5. Kinds get equal shares (to within one), and so do
    the S/N groups, overall and within each kind, as far as there are galaxies in each group. The
    plan depends on which candidates there are, not on their order.

    Parameters
    ----------
    candidates : Table
        `target_id` (text, each once), `snr`, `spec_class`, `z` of the N spectra that are good and
        have nothing planted yet.
    prevalence : float
        Fraction of the N candidates that become anomalies.
    seed, round_number : int
        Non-negative.

    Returns
    -------
    Table
        Sorted by `target_id`: `target_id`, `kind`, `strength` (for a wrong redshift, catalogue
        minus true), and the catalogue's new `z`, `spec_class` and `subclass`.

    Raises
    ------
    RecipeError
        If a candidate is listed twice, or there are fewer hosts than the prevalence asks for.
    """
    _refuse_copies(candidates)
    rng = np.random.default_rng([seed, round_number])
    hosts = _hosts(candidates)
    wanted = round(prevalence * len(candidates["target_id"]))
    _check_number(wanted, len(hosts["target_id"]))
    chosen = tables.take(hosts, _choose(snr_groups.group_of(hosts["snr"]), wanted, rng))
    # The chosen come group by group. Dealing the kinds in turn gives every group, and the whole,
    # equal shares of each kind; the random order decides who gets one more.
    order = rng.permutation(np.array(list(KINDS), dtype=object))
    kind = np.resize(order, wanted)
    bounds = float(hosts["z"].min()), float(hosts["z"].max())
    entries = [_entry(k, z, bounds, rng) for k, z in zip(kind, chosen["z"].tolist(), strict=True)]
    strength, z, spec_class, subclass = zip(*entries, strict=True)
    planned = {
        "target_id": chosen["target_id"],
        "kind": kind,
        "strength": np.array(strength),
        "z": np.array(z),
        "spec_class": np.array(spec_class, dtype=object),
        "subclass": np.array(subclass, dtype=object),
    }
    return tables.take(planned, np.argsort(planned["target_id"].astype(str)))


def plant(spectra: Spectra, plan: Table, seed: int, round_number: int) -> Spectra:
    """Put a round's anomalies into one shard's spectra, before any preprocessing.

    Good rows of planned targets get new flux, ivar, redshift and class; a target with several good
    rows gets the same anomaly in each. All other rows keep their bytes. What is planted into a
    spectrum depends on the seed, the round and its target, not on its neighbours in the file.

    Parameters
    ----------
    spectra : Spectra
        As the survey's reader gives them; not modified.
    plan : Table
        From the function `plan`; targets that are not in this shard are left alone.
    seed, round_number : int
        As given to the function `plan`.
    """
    place = {target: i for i, target in enumerate(plan["target_id"])}
    good = np.flatnonzero(spectra.quality == 0)
    rows = [(int(row), place[spectra.target_id[row]]) for row in good
            if spectra.target_id[row] in place]  # fmt: skip
    if not rows:
        return spectra
    arms = tuple(replace(arm, flux=arm.flux.copy(), ivar=arm.ivar.copy()) for arm in spectra.arms)
    z = spectra.z.copy()
    spec_class, subclass = spectra.spec_class.copy(), spectra.subclass.copy()
    for row, i in rows:
        if plan["kind"][i] != WRONG_REDSHIFT:
            _inject(arms, row, tables.take(plan, np.array([i])), seed, round_number)
        z[row] = plan["z"][i]
        if spec_class[row] != plan["spec_class"][i]:
            spec_class[row], subclass[row] = plan["spec_class"][i], plan["subclass"][i]
    return replace(spectra, arms=arms, z=z, spec_class=spec_class, subclass=subclass)


def _refuse_copies(candidates: Table) -> None:
    names, count = np.unique(candidates["target_id"].astype(str), return_counts=True)
    if (count > 1).any():
        raise RecipeError(
            "a candidate is listed twice",
            where="candidates for planting",
            wanted="each target_id once",
            found=f"{names[np.argmax(count)]!r} {count.max()} times",
            todo="give one spectrum of each target",
        )


def _check_number(wanted: int, available: int) -> None:
    if not 1 <= wanted <= available:
        raise RecipeError(
            "a benchmark round cannot be planted",
            where="benchmark prevalence",
            wanted=f"from 1 to {available} anomalies, as {available} spectra can be hosts "
            f"({HOST_CLASS}, z ≥ {LOWEST_HOST_REDSHIFT}, S/N ≥ {snr_groups.EDGES[0]:g})",
            found=f"{wanted}, from the prevalence and the number of candidates",
            todo="change the prevalence, or use a larger release with more galaxies",
        )


def _hosts(candidates: Table) -> Table:
    """Candidates that can be hosts, sorted by target."""
    suits = (candidates["spec_class"] == HOST_CLASS) & (candidates["z"] >= LOWEST_HOST_REDSHIFT)
    suits &= snr_groups.group_of(candidates["snr"]) >= 0
    hosts = tables.take(candidates, suits)
    return tables.take(hosts, np.argsort(hosts["target_id"].astype(str)))


def _choose(group: Array, wanted: int, rng: np.random.Generator) -> Array:
    """Draw rows without replacement, group after group, from groups (N,) as evenly as they go."""
    members = [rng.permutation(np.flatnonzero(group == g)) for g in range(len(snr_groups.GROUPS))]
    share = [0] * len(members)
    for _ in range(wanted):
        open_groups = [g for g, rows in enumerate(members) if share[g] < rows.size]
        share[min(open_groups, key=share.__getitem__)] += 1
    return np.concatenate([rows[:n] for rows, n in zip(members, share, strict=True)])


def _entry(
    kind: str, z: float, bounds: tuple[float, float], rng: np.random.Generator
) -> tuple[float, float, str, str]:
    """Draw a strength, and what the catalogue says: z, class, subclass (as the simulator's)."""
    strength = draw_strength(kind, rng)
    if kind == WRONG_REDSHIFT:
        wrong = _wrong_redshift(z, strength, bounds)
        return wrong - z, wrong, HOST_CLASS, ""
    if kind in CATALOGUED_STARS:
        # Positive, since a recipe that selects z ≥ 0 would flag half of them.
        return strength, abs(rng.normal(0, STELLAR_VELOCITY)), "STAR", CATALOGUED_STARS[kind]
    if kind in HOST_REDSHIFTS:
        z = rng.uniform(*HOST_REDSHIFTS[kind])
    return strength, z, "QSO" if kind == BAL_QUASAR else HOST_CLASS, ""


def _wrong_redshift(z: float, error: float, bounds: tuple[float, float]) -> float:
    """Shift a redshift by the error, or by its opposite where that leaves the hosts' range.

    Where both leave it, take the farther end: a planted spectrum must stay in the selection.
    """
    for wrong in (z + error, z - error):
        if bounds[0] <= wrong <= bounds[1]:
            return wrong
    return max(bounds, key=lambda end: abs(end - z))


def _inject(arms: tuple[Arm, ...], row: int, planned: Table, seed: int, round_number: int) -> None:
    """Plant the one planned anomaly into one row of arms that are ours to change."""
    one = tuple(
        replace(arm, flux=arm.flux[row : row + 1], ivar=arm.ivar[row : row + 1]) for arm in arms
    )
    rng = _stream(seed, round_number, planned["target_id"][0])
    # A kind that needs the host's redshift leaves it as it is, so the plan's z is the host's.
    z: Float = planned["z"]
    changed, _ = inject(one, z, planned["kind"][0], planned["strength"], rng)
    for arm, new in zip(arms, changed, strict=True):
        arm.flux[row], arm.ivar[row] = new.flux[0], new.ivar[0]


def _stream(seed: int, round_number: int, target_id: str) -> np.random.Generator:
    digest = hashlib.blake2b(target_id.encode(), digest_size=16).digest()
    words = np.frombuffer(digest, dtype="<u4").tolist()
    return np.random.default_rng([seed, round_number, *words])
