"""Evidence that concerns a whole spectrum and is read off the survey, not measured in a window."""

import numpy as np

from catalog.explain import sentences
from catalog.explain.evidence import Evidence, Mask, Outliers
from catalog.spectra import Float, Text

RARE = 0.1
"""A class with less than this fraction of the scored spectra is one the model has hardly learnt."""


def evidence(holds: Mask, value: Float, unit: str | Text, **fields: Text) -> Evidence:
    """Evidence without a window or a significance, which accounts for the whole spectrum."""
    n = holds.size
    return Evidence(
        holds=holds,
        value=value,
        unit=np.full(n, unit, dtype=object),
        significance=np.full(n, np.nan),
        explained=np.ones(n),
        wave_low=np.full(n, np.nan),
        wave_high=np.full(n, np.nan),
        fields=fields,
    )


def of_rare_class(batch: Outliers, spec_class: str) -> Mask:
    """Whether the survey gives a class, and few of the scored spectra share it (N,)."""
    holds: Mask = (batch.spec_class == spec_class) & (batch.class_fraction < RARE)
    return holds


def rarity(class_fraction: float) -> str:
    """Write how rare a class is, and what follows from it."""
    return (
        f", a class that only {sentences.rarity(class_fraction)} of the spectra scored here have: "
        "the model has seen few like it"
    )
