"""Outliers -> what templates of other classes and redshifts make of them, one file per shard."""

from dataclasses import replace
from functools import partial

import numpy as np

from catalog import tables
from catalog.errors import ReleaseError
from catalog.explain import lines
from catalog.release import writing
from catalog.spectra import Arm, Array, Text
from catalog.stages import Build, Counts, Input, Report, Stage, Task, spectra_of
from catalog.stages.read import open_shard, planted
from catalog.templates import (
    Alternatives,
    Foreground,
    SecondRedshift,
    Votes,
    compare,
    favoured,
    is_other,
    library,
    observed,
    suggested,
)
from catalog.templates.peaks import votes

SURE = 40.0
"""A survey's Δχ² to its own second-best redshift below which it is not sure."""
N_LISTED = 3
"""Alternatives of each outlier in the catalogue."""


def _tasks(build: Build) -> list[Task]:
    layout = build.layout
    return [
        Task(
            name=f"compare/{entry.shard.name}",
            inputs=(
                *entry.shard.files, *planted(build), layout.index, layout.ranking,
                layout.shard("read", entry.shard.name),
            ),
            outputs=(layout.shard("compare", entry.shard.name),),
            settings=entry.reading,
            run=partial(_compare, build, entry),
        )
        for entry in build.inputs
    ]  # fmt: skip


def _compare(build: Build, entry: Input, report: Report) -> Counts:
    layout, name = build.layout, entry.shard.name
    wanted = spectra_of.to_explain(build).astype(str)
    rows = spectra_of.scored_rows(layout, name)["row"]
    said = spectra_of.scored(layout, name, _columns(build, name))
    mine = np.isin(said["target_id"].astype(str), wanted)
    said, rows = tables.take(said, mine), rows[mine]
    arms: tuple[Arm, ...] = ()
    if rows.size:
        _, spectra = open_shard(build, entry)
        arms = tuple(Arm(a.name, a.wave, a.flux[rows], a.ivar[rows]) for a in spectra.arms)
    found = compare(arms, said["z"], said["spec_class"])
    found = replace(found, votes=_votes(arms, found, said), warned=_warned(said))
    with writing(layout.shard("compare", name)) as temporary:
        tables.write(temporary, {"target_id": said["target_id"], **_columns_of(found)})
    report(1, 1)
    better = suggested(found, said["z"], said["spec_class"]).any(axis=1)
    return {"outliers": len(found), "another_redshift": int(better.sum())}


def _columns(build: Build, name: str) -> list[str]:
    known = tables.columns(build.layout.shard("read", name))
    return ["target_id", "z", "spec_class", "z_warn"] + ["delta_chi2"] * ("delta_chi2" in known)


def _votes(arms: tuple[Arm, ...], found: Alternatives, said: tables.Table) -> Votes:
    """Emission peaks at the best alternative's redshift and at the survey's."""
    best = favoured(found)
    z = np.take_along_axis(found.z, best[:, None], axis=1)[:, 0]
    emission = [line for line in lines.load() if line.kind != "absorption" and line.major]
    return votes(observed(arms), z, said["z"], emission)


def _warned(said: tables.Table) -> Array:
    """Whether the survey flags its redshift, or has another that fits nearly as well, (N,)."""
    warned: Array = said["z_warn"] > 0
    if "delta_chi2" in said:
        warned |= said["delta_chi2"] < SURE
    return warned


def _columns_of(found: Alternatives) -> tables.Table:
    second, front, vote = found.second, found.foreground, found.votes
    columns = {
        "z": found.z,
        "chi2": found.chi2,
        "chi2_survey": found.chi2_survey,
        "n_bins": found.n_bins,
        "alike": found.alike,
        "warned": found.warned,
        "second_z": second.z if second else None,
        "second_gain": second.gain if second else None,
        "second_n_lines": second.n_lines if second else None,
        "front_gain": front.gain if front else None,
        "front_share": front.share if front else None,
        "matched": vote.matched if vote else None,
        "matched_survey": vote.matched_survey if vote else None,
        "matched_lines": vote.names if vote else None,
    }
    return {name: column for name, column in columns.items() if column is not None}


def load(build: Build, name: str, target_ids: Text) -> Alternatives:
    """Read one shard's alternatives back, of the named outliers and in their order.

    Raises
    ------
    ReleaseError
        If one of them was not compared.
    """
    path = build.layout.shard("compare", name)
    table = tables.read(path)
    place = {str(target): row for row, target in enumerate(table["target_id"])}
    missing = [str(target) for target in target_ids if str(target) not in place]
    if missing:
        raise ReleaseError(
            "an outlier was not compared with templates",
            where=path,
            wanted="a row for every outlier of the shard",
            found=f"none for {missing[0]}" + f" and {len(missing) - 1} others" * bool(missing[1:]),
            todo="delete the file and build again",
        )
    rows = np.array([place[str(target)] for target in target_ids], np.int64)
    return _alternatives(tables.take(table, rows))


def _alternatives(table: tables.Table) -> Alternatives:
    names = library.names()
    return Alternatives(
        families=names,
        classes=tuple(library.family(each).spec_class for each in names),
        z=table["z"],
        chi2=table["chi2"],
        chi2_survey=table["chi2_survey"],
        n_bins=table["n_bins"],
        alike=table["alike"],
        second=SecondRedshift(table["second_z"], table["second_gain"], table["second_n_lines"]),
        foreground=Foreground(table["front_gain"], table["front_share"]),
        votes=Votes(table["matched"], table["matched_survey"], table["matched_lines"]),
        warned=table["warned"],
    )


def rows(build: Build) -> tables.Table:
    """Rows of the catalogue's table `alternatives`: the best three of every outlier."""
    names = ("target_id", "position", "family", "spec_class", "z", "chi2", "chi2_survey")
    listed: list[tuple[object, ...]] = []
    for shard in build.shard_names:
        table = tables.read(build.layout.shard("compare", shard))
        said = spectra_of.scored(build.layout, shard, ["target_id", "z", "spec_class"])
        order = {str(target): row for row, target in enumerate(said["target_id"])}
        at = np.array([order[str(target)] for target in table["target_id"]], np.int64)
        listed += _listed(table["target_id"], _alternatives(table), tables.take(said, at))
    columns = list(zip(*listed, strict=True)) if listed else [()] * (len(names) + 1)
    kinds = (object, np.int64, object, object, np.float64, np.float64, np.float64, bool)
    return {
        name: np.array(column, kind)
        for name, column, kind in zip((*names, "suggested"), columns, kinds, strict=True)
    }


def _listed(target_ids: Text, found: Alternatives, said: tables.Table) -> list[tuple[object, ...]]:
    better = suggested(found, said["z"], said["spec_class"])
    other = is_other(found, said["z"], said["spec_class"]) & np.isfinite(found.chi2)
    n_bins = np.maximum(found.n_bins, 1)
    listed: list[tuple[object, ...]] = []
    for i, target in enumerate(target_ids):
        if not np.isfinite(found.chi2_survey[i]):
            continue
        order = [int(f) for f in np.argsort(found.chi2[i], kind="stable") if other[i, f]]
        for position, f in enumerate(order[:N_LISTED], start=1):
            listed.append(
                (
                    str(target), position, found.families[f], found.classes[f],
                    float(found.z[i, f]), float(found.chi2[i, f] / n_bins[i]),
                    float(found.chi2_survey[i] / n_bins[i]), bool(better[i, f]),
                )
            )  # fmt: skip
    return listed


STAGE = Stage(
    name="compare",
    title="templates of other classes and redshifts",
    tasks=_tasks,
    code=(
        "stages/compare.py", "stages/spectra_of.py", "templates", "simulate", "surveys",
        "explain/lines.csv",
    ),
    parallel=True,
)  # fmt: skip
