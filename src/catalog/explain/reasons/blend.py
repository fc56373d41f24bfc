"""Emission lines at a second redshift, on top of the survey's object."""

import numpy as np

from catalog.explain import alternative, sentences
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope
from catalog.templates import blended

MIN_SHARE = 0.1
"""Of the excess χ²: beside extreme lines, what templates miss of them looks like weak ones."""


def measure(batch: Outliers) -> Evidence:
    """Take a second redshift where it explains the spectrum better than any other single one.

    The value is the second redshift; the significance is the square root of what its lines lower
    χ² by; the explained fraction, that of the excess χ² of the survey's answer.
    """
    found, second = batch.alternatives, batch.alternatives.second
    n_rows = len(batch)
    nothing = np.full(n_rows, np.nan)
    z, gain = (second.z, second.gain) if second else (nothing, np.zeros(n_rows))
    n_lines = second.n_lines if second else np.zeros(n_rows, np.int64)
    alike = np.ones(n_rows) if found.alike is None else found.alike
    noise = np.minimum(found.n_bins, np.nan_to_num(found.chi2_survey, nan=np.inf) - gain)
    excess = np.maximum(found.chi2_survey - noise, 1.0)
    explained = np.clip(np.nan_to_num(gain / excess), 0.0, 1.0)
    holds = blended(found) & (explained > MIN_SHARE)
    return Evidence(
        holds=holds,
        value=z,
        unit=np.full(n_rows, "", dtype=object),
        significance=np.sqrt(gain / alike),
        explained=explained,
        wave_low=nothing,
        wave_high=nothing,
        fields={
            "z": sentences.texts(holds, alternative.redshift, z),
            "groups": sentences.texts(holds, str, n_lines),
            "said": sentences.texts(holds, alternative.answer, batch.spec_class, batch.z),
        },
    )


REASON = ReasonTest("blend", Scope.FEATURE, ("z", "groups", "said"), measure)
