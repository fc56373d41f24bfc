"""Artefacts of all shards, joined by target: the rows of the catalogue's largest tables."""

from collections.abc import Mapping

import numpy as np

from catalog import designation, tables
from catalog.stages import Build
from catalog.tables import Column, Table


def spectra_rows(
    build: Build, verdicts: Table, kept: Mapping[tuple[str, str], str] | None = None
) -> Table:
    """Give the table `spectra`: every target that was read, one row each.

    Not-scored rows have NaN scores, rank -1 and empty text: the store writes them as null.
    `kept` are names that earlier releases gave, by survey and identifier.
    """
    index = tables.read(build.layout.index)
    table = _read_rows(build, index)
    ranking = tables.read(build.layout.ranking)
    places = _places(ranking["target_id"], table["target_id"])
    for name in _score_columns(ranking):
        table[name] = _spread(ranking[name], places)
    table["outlier"] = _spread(ranking["outlier"], places).astype(bool)
    latent_map = tables.read(build.layout.latent_map)
    on_map = _places(latent_map["target_id"], table["target_id"])
    for name in ("map_x", "map_y"):
        table[name] = _spread(latent_map[name], on_map)
    encoded = [tables.read(path, ["target_id", "latent_0"]) for path in build.shards("encode")]
    latents = tables.concatenate(encoded)
    table["latent"] = _spread(
        latents["latent_0"], _places(latents["target_id"], table["target_id"])
    )
    judged = _places(verdicts["target_id"], table["target_id"])
    for name in ("verdict", "category"):
        table[name] = _spread(verdicts[name], judged)
    table["name"] = _names(build, table, kept or {})
    table["slug"] = _slugs(table, build.recipe.site.n_objects)
    return table


def _names(build: Build, table: Table, kept: Mapping[tuple[str, str], str]) -> Column:
    release = build.recipe.release
    first = designation.acronym(release.acronym, simulated=release.simulated)
    keys = list(zip(table["survey"], table["target_id"], strict=True))
    positions = zip(table["ra"].tolist(), table["dec"].tolist(), strict=True)
    return np.array(designation.assign(keys, positions, first, kept), dtype=object)


def _read_rows(build: Build, index: Table) -> Table:
    """Columns that the read stage left, of rows that the index keeps, without their spectra."""
    parts: list[Table] = []
    for path, name in zip(build.shards("read"), build.shard_names, strict=True):
        columns = [c for c in tables.columns(path) if c not in {"flux", "ivar"}]
        mine = index["shard"] == name
        kept = np.flatnonzero(index["kept"][mine])
        part = tables.take(tables.read(path, columns), kept)
        for column in ("quality", "fold", "shard"):
            part[column] = index[column][mine][kept]
        parts.append(part)
    return _stack(parts)


def _stack(parts: list[Table]) -> Table:
    """Stack tables of several surveys; a column that one of them lacks is empty there."""
    names = dict.fromkeys(name for part in parts for name in part)
    kinds = {name: next(p[name].dtype for p in parts if name in p) for name in names}
    for part in parts:
        n_rows = len(part["target_id"])
        for name in names:
            if name not in part:
                part[name] = np.full(n_rows, _nothing(kinds[name]), kinds[name])
    return {name: np.concatenate([part[name] for part in parts]) for name in names}


def _nothing(kind: np.dtype[np.generic]) -> object:
    return {"O": "", "f": np.nan, "i": -1, "b": False}[kind.kind]


def _score_columns(ranking: Table) -> list[str]:
    parts = ("score_", "rank", "percentile", "p_")
    return [n for n in ranking if n.startswith(parts) or n in {"p", "q"}]


def _places(known: Column, wanted: Column) -> Column:
    """Where each wanted target stands among the known ones; -1 where it does not."""
    place = {target: i for i, target in enumerate(known)}
    return np.array([place.get(target, -1) for target in wanted], np.int64)


def _spread(column: Column, places: Column) -> Column:
    """Values of a column at places; where there is none, what stands for nothing."""
    shape = (places.size, *column.shape[1:])
    result = np.full(shape, _nothing(column.dtype), column.dtype)
    result[places >= 0] = column[places[places >= 0]]
    return result


def duplicate_rows(build: Build) -> Table:
    """Give the table `duplicates`: further spectra of targets that have a row in `spectra`."""
    index = tables.read(build.layout.index)
    columns = ("target_id", "survey", "shard", "row", "quality", "snr")
    return tables.take({name: index[name] for name in columns}, ~index["kept"])


def object_rows(build: Build, published: Column) -> Table:
    """Give the table `object_spectra`: the published objects' spectra and reconstructions."""
    wanted = set(published)
    parts: list[Table] = []
    for name in build.shard_names:
        target_id = tables.read(build.layout.shard("rest", name), ["target_id"])["target_id"]
        rows = np.array([i for i, target in enumerate(target_id) if target in wanted], np.int64)
        if rows.size:
            rest = tables.take(tables.read(build.layout.shard("rest", name)), rows)
            encoded = tables.read(build.layout.shard("encode", name), ["recon"])
            drawn = tables.read(build.layout.shard("expected", name))
            expected = drawn["expected"][_places(drawn["target_id"], rest["target_id"])]
            parts.append({**rest, "recon": encoded["recon"][rows], "expected": expected})
    return tables.concatenate(parts)


def _slugs(table: Table, n_objects: int) -> Column:
    """Page addresses of the outliers that get a page; empty for all other spectra."""
    published = table["outlier"] & (table["rank"] > 0) & (table["rank"] <= n_objects)
    columns = ("name", "survey", "target_id")
    rows = zip(*(table[column] for column in columns), published, strict=True)
    return np.array([slug(n, s, t) if shown else "" for n, s, t, shown in rows], dtype=object)


def slug(name: str, survey: str, target_id: str) -> str:
    """Address of an object: from its name or, without one, from what its survey calls it.

    Letters, digits, dots and hyphens only, and never shared.
    """
    if name:
        return designation.slug_of(name)
    return f"{survey}-{designation.identifier_slug(target_id)}"
