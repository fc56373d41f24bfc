"""Spectra and artefacts counted per group, shard by shard: nothing but the counts is kept."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from catalog.spectra import Array, Origins, Text

ALL = ""
"""The category of all artefacts together."""


@dataclass
class Tally:
    """Counts over all shards that were added.

    Attributes
    ----------
    spectra
        Scored spectra per kind and group.
    artefacts
        Artefacts per kind, group and category, and under `ALL`.
    told, artefacts_told
        Spectra per kind, and artefacts per kind and category, of which the survey tells the kind:
        each once, in however many groups it is.
    """

    spectra: Counter[tuple[str, str]] = field(default_factory=Counter)
    artefacts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    artefacts_told: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, origins: Origins, scored: Array, category: Text) -> None:
        """Count one shard.

        Parameters
        ----------
        origins : Origins
            Memberships of the shard's N spectra.
        scored : ndarray of bool, shape (N,)
            Spectra that count: of a target that was read twice only one is scored.
        category : ndarray of object, shape (N,)
            Category of the spectra that are artefacts; empty for all others.
        """
        counts = scored[origins.row]
        row, kind, name = (
            column[counts].tolist() for column in (origins.row, origins.kind, origins.name)
        )
        self.spectra.update(zip(kind, name, strict=True))
        self.told.update(each for each, _ in set(zip(kind, row, strict=True)))
        strange = np.flatnonzero(category[np.array(row, np.int64)] != ALL).tolist()
        once = {(kind[i], row[i]) for i in strange}
        self.artefacts.update((kind[i], name[i], ALL) for i in strange)
        self.artefacts.update((kind[i], name[i], category[row[i]]) for i in strange)
        self.artefacts_told.update((each, ALL) for each, _ in once)
        self.artefacts_told.update((each, category[place]) for each, place in once)
