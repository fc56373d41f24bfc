"""Templates of another class, or at another redshift, fit far better than the survey's answer."""

import numpy as np

from catalog.explain import alternative, sentences
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope


def measure(batch: Outliers) -> Evidence:
    """Take the best alternative where it is beyond doubt; the value is its redshift.

    The significance is the square root of the gain in χ², for as many bins as have errors of their
    own; the explained fraction, that of the survey's excess χ² which the alternative takes away.
    """
    best = alternative.best_of(batch)
    holds = best.suggested
    warned = batch.alternatives.warned
    doubt = np.zeros(len(batch), bool) if warned is None else warned.astype(bool)
    return Evidence(
        holds=holds,
        value=best.z,
        unit=np.full(len(batch), "", dtype=object),
        significance=best.significance,
        explained=best.share,
        wave_low=np.full(len(batch), np.nan),
        wave_high=np.full(len(batch), np.nan),
        fields={
            "kind": np.where(holds, best.title, "").astype(object),
            "z": sentences.texts(holds, alternative.redshift, best.z),
            "said": sentences.texts(holds, alternative.answer, batch.spec_class, batch.z),
            "gain": sentences.texts(holds, alternative.whole, best.gain),
            "lines": sentences.texts(holds, alternative.lined_up, best.lines),
            "doubt": sentences.texts(holds, alternative.doubt, doubt),
        },
    )


REASON = ReasonTest(
    "wrong_redshift",
    Scope.IDENTITY,
    ("kind", "z", "said", "gain", "lines", "doubt"),
    measure,
    moves=True,
)
