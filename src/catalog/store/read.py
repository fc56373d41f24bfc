"""The catalogue, read: the typed questions that the site asks of the DuckDB file.

Nothing else on the site's side touches DuckDB. What a table holds is said in `schema.sql`.
"""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from catalog.errors import StoreError
from catalog.store.benchmark_queries import BenchmarkQueries
from catalog.store.evidence_records import MeasuredQuantity
from catalog.store.latent_queries import LatentQueries
from catalog.store.map_queries import MapQueries
from catalog.store.nearby_records import GroupMember, OriginGroup, OriginKind
from catalog.store.object_queries import ObjectQueries
from catalog.store.queries import quoted, value
from catalog.store.records import (
    Category,
    ClassScore,
    Entry,
    Epoch,
    Flag,
    Float,
    Input,
    Line,
    Model,
    Outlier,
    Release,
    Score,
    ScoreBin,
    ScorePercentile,
    Standing,
    Survey,
)
from catalog.store.release_queries import ReleaseQueries

SCHEMA_VERSION = 6
PER_SCORE = ("score", "rank", "percentile", "p")
"""Columns of each score in `spectra`, in the order of the fields of `Standing`."""


class Catalogue(ObjectQueries, BenchmarkQueries, MapQueries, ReleaseQueries, LatentQueries):
    """A release's DuckDB file, opened for reading only. Use it in a `with` statement.

    Raises
    ------
    StoreError
        If the file is missing, is not DuckDB, or was written with another schema.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        found = self.release().schema_version
        if found != SCHEMA_VERSION:
            raise StoreError(
                "the catalogue has another schema",
                where=path,
                wanted=f"schema version {SCHEMA_VERSION}",
                found=str(found),
                todo="build the release again with this version of the software",
            )

    def release(self) -> Release:
        """Give the one row that describes the release."""
        return self._one(Release, "release")

    def model(self) -> Model:
        """Give the one row that describes the model."""
        return self._one(Model, "model")

    def changes(self) -> tuple[str, ...]:
        """Say what is new, one sentence each, newest first."""
        return tuple(
            str(row[0]) for row in self._query("SELECT sentence FROM changes ORDER BY position")
        )

    def surveys(self) -> tuple[Survey, ...]:
        """All surveys, by name."""
        return self._rows(Survey, "FROM surveys ORDER BY name")

    def inputs(self) -> tuple[Input, ...]:
        """Every survey file that was read, by name."""
        return self._rows(Input, "FROM inputs ORDER BY survey, file")

    def flags(self) -> tuple[Flag, ...]:
        """Give the quality bits, lowest first."""
        return self._rows(Flag, "FROM quality_flags ORDER BY bit")

    def columns(self) -> tuple[Entry, ...]:
        """Give the column dictionary, in column order."""
        return self._rows(Entry, "FROM columns ORDER BY position")

    def scores(self) -> tuple[Score, ...]:
        """All scores, in the order in which to show them."""
        return self._rows(Score, "FROM scores ORDER BY position, name")

    def score_histogram(self, score: str) -> tuple[ScoreBin, ...]:
        """Bins of one score, lowest first."""
        return self._rows(ScoreBin, "FROM score_histograms WHERE score = ? ORDER BY bin", [score])

    def score_percentiles(self) -> tuple[ScorePercentile, ...]:
        """Give the percentiles of all scores, each score's in order."""
        return self._rows(ScorePercentile, "FROM score_percentiles ORDER BY score, percentile")

    def class_scores(self) -> tuple[ClassScore, ...]:
        """Mean scores of every class, largest class first."""
        return self._rows(ClassScore, "FROM class_scores ORDER BY score, n DESC, spec_class")

    def training(self) -> tuple[Epoch, ...]:
        """Give the loss of every epoch; empty where a checkpoint was loaded without its history."""
        return self._rows(Epoch, "FROM training ORDER BY fold, epoch")

    def grid(self) -> Float:
        """Bin centres (L,), Å in vacuum, rest frame."""
        return self._array("SELECT wave_rest FROM grid ORDER BY bin")["wave_rest"]

    def lines(self) -> tuple[Line, ...]:
        """Spectral lines, bluest first."""
        return self._rows(Line, "FROM lines ORDER BY wave, name")

    def categories(self) -> tuple[Category, ...]:
        """All categories, in their own order."""
        return self._rows(Category, "FROM categories ORDER BY position, name")

    def snr_of_scored(self) -> Float:
        """Signal-to-noise ratios of all scored spectra, shape (n,)."""
        found = self._array("SELECT snr FROM spectra WHERE rank IS NOT NULL AND isfinite(snr)")
        return found["snr"]

    def snr_beyond(self, score: Score) -> Float:
        """Signal-to-noise ratios (n,) of the spectra at or above a score's threshold."""
        column = quoted(score.column)
        found = self._array(
            f"SELECT snr FROM spectra WHERE rank IS NOT NULL AND isfinite(snr) AND {column} >= ?",  # noqa: S608 - a quoted column name of this very file
            [score.threshold],
        )
        return found["snr"]

    def outliers(self) -> tuple[Outlier, ...]:
        """Every object with a page, most unusual first."""
        names = [score.name for score in self.scores()]
        plain = [f.name for f in fields(Outlier) if f.name not in {"scores", "extras"}]
        per_score = [f"{part}_{name}" for name in names for part in PER_SCORE]
        known = {*plain, *per_score, "shard", "quality", "fold", "outlier", "latent"}
        extras = [entry.name for entry in self.columns() if entry.name not in known]
        selected = ", ".join(quoted(name) for name in [*plain, *per_score, *extras])
        rows = self._query(
            f"SELECT {selected} FROM spectra WHERE slug <> '' ORDER BY rank NULLS LAST, target_id"  # noqa: S608 - quoted column names of this very file
        )
        return tuple(_outlier([value(cell) for cell in row], plain, names, extras) for row in rows)

    def latents(self, target_ids: Sequence[str]) -> Float:
        """Latent means (n, D) of the named targets, in that order; NaN where there are none."""
        rows = self._query(
            "SELECT target_id, latent FROM spectra "
            "WHERE latent IS NOT NULL AND target_id IN (SELECT unnest(?::VARCHAR[]))",
            [list(target_ids)],
        )
        latent = np.full((len(target_ids), self.model().n_latent), np.nan)
        place = {name: i for i, name in enumerate(target_ids)}
        for name, means in rows:
            latent[place[name]] = means
        return latent

    def measured_quantities(self) -> tuple[MeasuredQuantity, ...]:
        """Read what is measured on native pixels, in order."""
        return self._rows(MeasuredQuantity, "FROM measures ORDER BY position")

    def median_distance(self) -> float | None:
        """Median distance of the outliers to their nearest ordinary spectrum; None without any."""
        rows = self._query(
            "SELECT median(distance) FROM neighbours WHERE kind = 'ordinary' AND position = 1"
        )
        median: float | None = value(rows[0][0])
        return median

    def origin_kinds(self) -> tuple[OriginKind, ...]:
        """Give the kinds of groups that artefacts are counted by, fewest groups first."""
        rows = self._query(
            "SELECT kind, count(*) FILTER (category = ''), "
            "count(DISTINCT name) FILTER (stands_out), min(q) "
            "FROM origin_groups GROUP BY kind ORDER BY 2, kind"
        )
        return tuple(OriginKind(*row) for row in rows)

    def origin_groups(self, kind: str) -> tuple[OriginGroup, ...]:
        """All groups of one kind, for all artefacts together, by name."""
        return self._rows(
            OriginGroup,
            "FROM origin_groups WHERE kind = ? AND category = '' "
            "ORDER BY try_cast(name AS BIGINT), name",
            [kind],
        )

    def standing_groups(self) -> tuple[OriginGroup, ...]:
        """Give the groups that stand out, for all artefacts and by category, least likely first."""
        return self._rows(
            OriginGroup, "FROM origin_groups WHERE stands_out ORDER BY p, kind, name, category"
        )

    def standing_members(self) -> tuple[GroupMember, ...]:
        """Artefacts in the groups that stand out, most unusual first."""
        return self._rows(
            GroupMember,
            "FROM origins JOIN (SELECT target_id, verdict, category, rank, slug FROM spectra) "
            "USING (target_id) WHERE verdict = 'artefact' "
            "AND EXISTS (FROM origin_groups AS g WHERE g.kind = origins.kind "
            "AND g.name = origins.name AND stands_out) ORDER BY rank, target_id, kind, name",
        )


def _outlier(cells: list[Any], plain: list[str], scores: list[str], extras: list[str]) -> Outlier:
    """One row of `spectra`, in the order that `Catalogue.outliers` selects."""
    width = len(PER_SCORE)
    after_scores = len(plain) + width * len(scores)
    standings = {
        name: Standing(*cells[len(plain) + width * i : len(plain) + width * (i + 1)])
        for i, name in enumerate(scores)
    }
    return Outlier(
        **dict(zip(plain, cells[: len(plain)], strict=True)),
        scores=standings,
        extras=dict(zip(extras, cells[after_scores:], strict=True)),
    )
