"""The best alternative to the survey's class and redshift, and how sentences speak of it."""

from dataclasses import dataclass

import numpy as np

from catalog.explain.evidence import Mask, Outliers
from catalog.spectra import Float, Text
from catalog.templates import favoured, gain, library, share, suggested

CLASS_NAMES = {"GALAXY": "galaxy", "QSO": "quasar", "STAR": "star"}
MOST_LINES = 4
"""Lines that a sentence names."""


@dataclass(frozen=True)
class Alternative:
    """The best alternative of N outliers; every array has shape (N,).

    Attributes
    ----------
    suggested
        Whether it fits better beyond doubt. The other arrays mean little where not.
    spec_class, title
        Its class, and its family with an article: "a quasar".
    z
        Redshift.
    gain
        By how much it lowers χ².
    significance
        Standard deviations.
    share
        Fraction of the survey's excess χ² that it takes away.
    lines
        Labels of the emission lines that match there, joined by ", "; "" for none.
    """

    suggested: Mask
    spec_class: Text
    title: Text
    z: Float
    gain: Float
    significance: Float
    share: Float
    lines: Text


def best_of(batch: Outliers) -> Alternative:
    """Pick the family that each outlier is taken to be of; suggested where that is beyond doubt."""
    found = batch.alternatives
    index = favoured(found)
    rows = np.arange(len(batch))
    marked = suggested(found, batch.z, batch.spec_class)[rows, index]
    titles = np.array([library.family(name).title for name in found.families], dtype=object)
    lower = np.nan_to_num(gain(found)[rows, index], nan=0.0)
    alike = np.ones(len(batch)) if found.alike is None else found.alike
    no_lines = np.full(len(batch), "", dtype=object)
    return Alternative(
        suggested=marked,
        spec_class=np.array(found.classes, dtype=object)[index],
        title=titles[index],
        z=found.z[rows, index],
        gain=lower,
        significance=np.sqrt(np.maximum(lower / alike, 0.0)),
        share=share(found)[rows, index],
        lines=no_lines if found.votes is None else found.votes.names,
    )


def redshift(z: float) -> str:
    """Write a redshift: four decimals below 0.5, three above."""
    text = f"{abs(z):.4f}" if z < 0.5 else f"{z:.3f}"
    return f"\N{MINUS SIGN}{text}" if z < 0 and float(text) else text


def answer(spec_class: str, z: float) -> str:
    """Write the survey's answer: `galaxy at z = 0.2570`."""
    return f"{CLASS_NAMES.get(spec_class, 'answer')} at z = {redshift(z)}"


def whole(value: float) -> str:
    """Write a whole number in groups of thousands."""
    return f"{value:,.0f}"


def lined_up(names: str) -> str:
    """Write `; Mg II 2799, C III] 1909 and C IV 1549 line up`, or that one line alone is seen."""
    labels = names.split(", ") if names else []
    if not labels:
        return ""
    if len(labels) == 1:
        return f"; of its emission lines only {labels[0]} is seen"
    shown = labels[:MOST_LINES]
    if len(labels) > MOST_LINES:
        return f"; {', '.join(shown)} and others line up"
    return f"; {', '.join(shown[:-1])} and {shown[-1]} line up"


def doubt(warned: bool) -> str:
    """Write that the survey doubts its own redshift; nothing where it does not."""
    return ", and the survey itself is not sure of its redshift" if warned else ""
