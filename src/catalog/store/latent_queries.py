"""Questions about the latent space: what its dimensions mean, and what lies along them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from catalog.store.latent_records import (
    AttentionPatch,
    ClassSeparation,
    Decoder,
    LatentDimension,
    LatentInformation,
    LatentLabel,
    LatentLeakage,
    Ordinary,
    Prevalence,
    SweepDimension,
    SweepExample,
    SweepRun,
    Track,
    TrackPoint,
    TraversalChange,
    TraversalFeature,
    TraversalStep,
)
from catalog.store.queries import Queries
from catalog.store.records import Float

Row = TypeVar("Row", TraversalStep, TrackPoint, SweepExample, Decoder, Ordinary)


def _numbers(cell: Any) -> Float | None:
    return None if cell is None else np.array(cell, np.float64)


def _with_numbers(row: Row, *names: str) -> Row:
    """Turn lists of numbers into arrays."""
    changes: dict[str, Any] = {name: _numbers(getattr(row, name)) for name in names}
    return replace(row, **changes)


class LatentQueries(Queries):
    """What a catalogue says of its latent space. All is empty where it was not asked."""

    def latent_dimensions(self) -> tuple[LatentDimension, ...]:
        """Give all dimensions, in their order."""
        return self._rows(LatentDimension, "FROM latent_dimensions ORDER BY dimension")

    def latent_labels(self) -> tuple[LatentLabel, ...]:
        """Give what dimensions are compared with, in order."""
        return self._rows(LatentLabel, "FROM latent_labels ORDER BY position")

    def latent_information(self, estimator: str) -> tuple[LatentInformation, ...]:
        """Give the mutual information of all pairs by one estimator."""
        return self._rows(
            LatentInformation,
            "FROM latent_information WHERE estimator = ? ORDER BY dimension, label",
            [estimator],
        )

    def latent_leakage(self) -> tuple[LatentLeakage, ...]:
        """Give what pairs of informative dimensions tell of each other."""
        return self._rows(LatentLeakage, "FROM latent_leakage ORDER BY dimension_a, dimension_b")

    def class_separation(self) -> tuple[ClassSeparation, ...]:
        """Give how far classes lie apart, the mean over classes first."""
        return self._rows(
            ClassSeparation,
            "FROM (SELECT * RENAME (class AS name) FROM class_separation) "
            "ORDER BY label, metric, name <> 'all', name",
        )

    def prevalence(self) -> tuple[Prevalence, ...]:
        """Give how common kinds are, the commonest of each kind first."""
        return self._rows(Prevalence, "FROM prevalence ORDER BY kind, fraction DESC, name")

    def traversed(self) -> tuple[int, ...]:
        """Give the dimensions that have a traversal, those of the widest spread first."""
        rows = self._query(
            "SELECT dimension FROM traversals GROUP BY dimension "
            "ORDER BY max(value) - min(value) DESC, dimension"
        )
        return tuple(int(dimension) for (dimension,) in rows)

    def traversal(self, dimension: int) -> tuple[TraversalStep, ...]:
        """Give the spectra along one dimension, in order."""
        rows = self._rows(
            TraversalStep, "FROM traversals WHERE dimension = ? ORDER BY step", [dimension]
        )
        return tuple(_with_numbers(row, "flux") for row in rows)

    def traversals(self) -> Iterator[TraversalStep]:
        """Give the spectra along all dimensions, in order; one dimension is held at a time."""
        for dimension in sorted(self.traversed()):
            yield from self.traversal(dimension)

    def traversal_features(self) -> tuple[TraversalFeature, ...]:
        """Give what is measured along traversals."""
        return self._rows(TraversalFeature, "FROM traversal_features ORDER BY position")

    def traversal_changes(self) -> tuple[TraversalChange, ...]:
        """Give what rises and falls along each dimension."""
        return self._rows(TraversalChange, "FROM traversal_changes ORDER BY dimension, feature")

    def tracks(self) -> tuple[Track, ...]:
        """Give the tracks, in the recipe's order."""
        return self._rows(Track, "FROM tracks ORDER BY position")

    def track_points(self, track: str) -> tuple[TrackPoint, ...]:
        """Give the points of one track, in order."""
        rows = self._rows(
            TrackPoint,
            "FROM track_points JOIN spectra USING (target_id) WHERE track = ? ORDER BY position",
            [track],
        )
        return tuple(_with_numbers(row, "stack", "nearest") for row in rows)

    def attention_patches(self) -> tuple[AttentionPatch, ...]:
        """Give the patches that the model attends to; none if it has no attention."""
        return self._rows(AttentionPatch, "FROM attention_patches ORDER BY position")

    def attention(self, target_ids: Sequence[str]) -> dict[str, Float]:
        """Give each object's attention (T, T); objects without are left out."""
        rows = self._query(
            "SELECT target_id, weight FROM attention WHERE list_contains(?, target_id) "
            "ORDER BY target_id",
            [list(target_ids)],
        )
        found = {target: np.array(weight, np.float64) for target, weight in rows}
        return {name: each.reshape(int(each.size**0.5), -1) for name, each in found.items()}

    def has_decoder(self) -> bool:
        """Tell whether there is a decoder for a browser, without reading it."""
        return bool(self._query("SELECT count(*) FROM decoder")[0][0])

    def decoder(self) -> Decoder | None:
        """Give the decoder for a browser; None where it is too large for one."""
        rows = self._rows(Decoder, "FROM decoder")
        return _with_numbers(rows[0], "weights") if rows else None

    def ordinary_sample(self, n: int) -> tuple[Ordinary, ...]:
        """Give at most n scored spectra that are no outliers, chosen by chance, always the same."""
        rows = self._rows(
            Ordinary,
            "FROM spectra WHERE rank IS NOT NULL AND NOT outlier AND latent IS NOT NULL "
            "ORDER BY md5(target_id), target_id LIMIT ?",
            [n],
        )
        return tuple(_with_numbers(row, "latent") for row in rows)

    def sweep(self) -> tuple[SweepRun, ...]:
        """Give the models of the sweep, plain ones first."""
        return self._rows(SweepRun, "FROM sweep ORDER BY variational, n_latent, beta")

    def sweep_dimensions(self) -> tuple[SweepDimension, ...]:
        """Give the dimensions of all models of the sweep."""
        return self._rows(
            SweepDimension,
            "FROM sweep_dimensions ORDER BY variational, n_latent, beta, dimension",
        )

    def sweep_examples(self) -> tuple[SweepExample, ...]:
        """Give one spectrum as each model of the sweep draws it."""
        rows = self._rows(SweepExample, "FROM sweep_examples ORDER BY variational, n_latent, beta")
        return tuple(_with_numbers(row, "flux", "recon") for row in rows)
