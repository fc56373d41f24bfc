"""The latents, the preprocessed spectra and the recipe's tracks -> what lies along each track."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from catalog import tables
from catalog.latent import tracks
from catalog.preprocess import grid
from catalog.recipe.latent import TrackSection
from catalog.release import writing
from catalog.spectra import Array, Float, Text
from catalog.stages import Build, Counts, Report, Stage, Task, spectra_of
from catalog.tables import Table

TABLES = ("tracks", "track_points")
FEWEST = len(tracks.QUANTILES)
"""Spectra that a track needs: one for each point."""


@dataclass(frozen=True)
class _Scored:
    """All scored spectra in the order of the shards, and how many are in each shard."""

    target_id: Text
    latent: Float
    spec_class: Text
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class _Path:
    """A track with its pair (from 0), its points (P, 2), and rows of `_Scored` near each."""

    section: TrackSection
    pair: tuple[int, int]
    points: Float
    found: tracks.Found


def _tasks(build: Build) -> list[Task]:
    if not build.recipe.tracks:
        return []
    layout = build.layout
    shards = [path for kind in ("read", "rest", "encode") for path in build.shards(kind)]
    made = (layout.traverse("traversals"), layout.traverse("traversal_changes"))
    outputs = tuple(layout.tracks(name) for name in TABLES)
    settings = [track.model_dump(mode="json") for track in build.recipe.tracks]
    inputs = (layout.index, *made, *shards)
    return [Task("tracks", inputs, outputs, settings, partial(_tracks, build))]


def _tracks(build: Build, report: Report) -> Counts:
    content = follow(build, build.recipe.tracks, report)
    for name, table in content.items():
        with writing(build.layout.tracks(name)) as temporary:
            tables.write(temporary, table)
    n_drawn = len(content["tracks"]["name"])
    return {
        "tracks": n_drawn,
        "not_drawn": len(build.recipe.tracks) - n_drawn,
        "spectra_stacked": int(content["track_points"]["n_stacked"].sum()),
    }


def follow(build: Build, sections: Sequence[TrackSection], report: Report) -> dict[str, Table]:
    """Give the tables `tracks` and `track_points` of some tracks, from a build's artefacts.

    A track is left out where its class has next to no spectra, or where fewer than two dimensions
    of this model change its feature: no recipe can know that before.
    """
    scored = _scored(build)
    slopes = _Slopes(build) if any(each.along for each in sections) else None
    paths = [path for each in sections if (path := _path(scored, each, slopes)) is not None]
    stacks, nearest = _spectra(build, scored, paths, report)
    return {"tracks": _table(paths), "track_points": _points(scored, paths, stacks, nearest)}


def _scored(build: Build) -> _Scored:
    parts = [tables.read(path, ["target_id", "latent_0"]) for path in build.shards("encode")]
    for part, name in zip(parts, build.shard_names, strict=True):
        part["spec_class"] = spectra_of.scored(build.layout, name, ["spec_class"])["spec_class"]
    whole = tables.concatenate(parts)
    sizes = tuple(len(part["target_id"]) for part in parts)
    return _Scored(whole["target_id"], whole["latent_0"], whole["spec_class"], sizes)


def _path(scored: _Scored, section: TrackSection, slopes: "_Slopes | None") -> _Path | None:
    wanted = section.spec_class
    rows = np.flatnonzero(scored.spec_class == wanted) if wanted else np.arange(len(scored.latent))
    if rows.size < FEWEST:
        return None
    if slopes is not None and section.along:
        steep = slopes.of(section.along)
        if np.count_nonzero(steep) < 2:
            return None
        pair, points = tracks.along(scored.latent[rows], steep)
    else:
        pair, points = (section.across - 1, section.up - 1), np.array(section.points)
    latent = scored.latent[rows][:, list(pair)].astype(np.float64)
    near = tracks.find(latent, scored.target_id[rows], points, section.radius)
    within = tuple(rows[each] for each in near.within)
    return _Path(section, pair, points, tracks.Found(rows[near.nearest], near.distance, within))


class _Slopes:
    """How much of each feature a unit of each dimension brings, from the traversals."""

    def __init__(self, build: Build) -> None:
        self._n_latent = build.recipe.model.n_latent
        self._changes = tables.read(build.layout.traverse("traversal_changes"))
        columns = ["dimension", "value", "outside"]
        steps = tables.read(build.layout.traverse("traversals"), columns)
        self._reach = np.zeros(self._n_latent)
        for dimension in np.unique(steps["dimension"]):
            inside = (steps["dimension"] == dimension) & ~steps["outside"]
            chosen = inside if inside.sum() > 1 else steps["dimension"] == dimension
            self._reach[dimension - 1] = np.ptp(steps["value"][chosen])

    def of(self, feature: str) -> Float:
        """Give the slopes of one feature, (D,)."""
        mine = self._changes["feature"] == feature
        change = np.full(self._n_latent, np.nan)
        change[self._changes["dimension"][mine] - 1] = self._changes["change"][mine]
        return tracks.slope(change, self._reach)


def _spectra(
    build: Build, scored: _Scored, paths: Sequence[_Path], report: Report
) -> tuple[Float, Float]:
    """Stacks and nearest spectra of all points of all tracks, (P, L) each; a shard at a time."""
    nearest_rows = np.array([row for path in paths for row in path.found.nearest], np.int64)
    within = [rows for path in paths for rows in path.found.within]
    n_bins = build.recipe.preprocess.n_bins
    stacks = tracks.Stacks(len(within), n_bins)
    nearest = np.empty((len(within), n_bins), np.float32)
    wanted = np.concatenate([nearest_rows, *within])
    start = 0
    for done, (name, size) in enumerate(zip(build.shard_names, scored.sizes, strict=True), 1):
        if ((wanted >= start) & (wanted < start + size)).any():
            rest = tables.read(build.layout.shard("rest", name), ["flux", "ivar"])
            for point, rows in enumerate(within):
                here = _part(rows, start, size)
                if here.size:
                    stacks.add(point, rest["flux"][here], rest["ivar"][here])
            mine = np.flatnonzero((nearest_rows >= start) & (nearest_rows < start + size))
            nearest[mine] = rest["flux"][nearest_rows[mine] - start]
        start += size
        report(done, len(build.shard_names))
    return stacks.means(), nearest


def _part(rows: Array, start: int, size: int) -> Array:
    """Rows that are in a shard, counted from its first."""
    here: Array = rows[(rows >= start) & (rows < start + size)] - start
    return here


def _table(paths: Sequence[_Path]) -> Table:
    sections = [path.section for path in paths]
    text = ("name", "title", "spec_class", "along")
    columns: Table = {
        field: np.array([getattr(each, field) for each in sections], dtype=object) for field in text
    }
    return {
        **columns,
        "position": np.arange(1, len(paths) + 1),
        "dimension_a": np.array([path.pair[0] + 1 for path in paths], np.int64),
        "dimension_b": np.array([path.pair[1] + 1 for path in paths], np.int64),
        "radius": np.array([each.radius for each in sections], np.float64),
    }


def _points(scored: _Scored, paths: Sequence[_Path], stacks: Float, nearest: Float) -> Table:
    names = [path.section.name for path in paths for _ in path.points]
    places = [place for path in paths for place in range(1, len(path.points) + 1)]
    points = np.array([point for path in paths for point in path.points]).reshape(-1, 2)
    found = [path.found for path in paths]
    n_stacked = np.array([rows.size for each in found for rows in each.within], np.int64)
    near = np.array([row for each in found for row in each.nearest], np.int64)
    return {
        "track": np.array(names, dtype=object),
        "position": np.array(places, np.int64),
        "a": points[:, 0],
        "b": points[:, 1],
        "outside": n_stacked == 0,
        "target_id": scored.target_id[near],
        "distance": np.array([away for each in found for away in each.distance], np.float64),
        "n_stacked": n_stacked,
        "stack": stacks,
        "nearest": nearest,
    }


def write_spectra(build: Build, path: Path, points: Table) -> None:
    """Write the stack of and the spectrum nearest to each point as CSV, a row per wavelength.

    An empty cell is in the stack of a point that has no spectra within its radius.
    """
    section = build.recipe.preprocess
    wave = grid.linear(section.wave_min, section.wave_max, section.n_bins).wave
    number = points["position"].tolist()
    kinds = ("stack", "nearest")
    header = ["wave_rest", *(f"{kind}_{i}" for i in number for kind in kinds)]
    columns = [wave, *(points[kind][i] for i in range(len(number)) for kind in kinds)]
    with writing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        for cells in zip(*columns, strict=True):
            writer.writerow(["" if np.isnan(cell) else f"{cell:.8g}" for cell in cells])


def load(build: Build) -> dict[str, Table]:
    """Give the tables `tracks` and `track_points`; none where the recipe has no tracks."""
    if not build.recipe.tracks:
        return {}
    return {name: tables.read(build.layout.tracks(name)) for name in TABLES}


STAGE = Stage(
    name="tracks",
    title="real spectra along the recipe's tracks",
    tasks=_tasks,
    code=("stages/tracks.py", "stages/spectra_of.py", "latent"),
)
