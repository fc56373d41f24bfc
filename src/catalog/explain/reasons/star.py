"""A star, by the survey where few of the scored spectra are stars, or by templates."""

from dataclasses import replace

import numpy as np

from catalog.explain import alternative, sentences, whole
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope
from catalog.spectra import Float
from catalog.templates import in_front

MIN_STEP_SIGMA = 4.0


def measure(batch: Outliers) -> Evidence:
    """Take the survey's class where it is rare, or a star that templates find where it says else.

    That may be all of the spectrum or a star in front of the survey's object. The value is the
    share of the scored spectra that the survey calls stars, %; or the star's share of the light, %,
    where templates find it.
    """
    best = alternative.best_of(batch)
    found = best.suggested & (best.spec_class == "STAR")
    # A step between the arms bends a spectrum as a hot star in front would.
    stepped = np.abs(batch.measure("arm_step_sigma")) > MIN_STEP_SIGMA
    front = in_front(batch.alternatives) & ~best.suggested & ~stepped
    rare = whole.of_rare_class(batch, "STAR") & ~best.suggested
    source = sentences.texts(found, "Templates of {} identify it".format, best.title)
    source[rare] = "The survey classifies it"
    source[front] = "Templates identify part of its light"
    light = _light(batch)
    part = sentences.texts(front, "{:.0f} % of the light".format, 100 * light)
    share = sentences.texts(rare, whole.rarity, batch.class_fraction)
    share[front] = sentences.texts(front, ", in front of another object ({})".format, part)[front]
    value = np.where(rare, 100 * batch.class_fraction, 100 * light)
    holds = rare | found | front
    told = whole.evidence(holds, value, "%", source=source, share=share)
    explained = np.select([found, front], [best.share, _explained(batch)], 1.0)
    return replace(told, explained=explained, identified=found | front)


def _explained(batch: Outliers) -> Float:
    """Fraction of the survey's excess χ² that a star in front takes away, (N,)."""
    front, compared = batch.alternatives.foreground, batch.alternatives
    if front is None:
        return np.ones(len(batch))
    excess = np.maximum(np.nan_to_num(compared.chi2_survey) - compared.n_bins, 1.0)
    return np.clip(np.nan_to_num(front.gain) / excess, 0.0, 1.0)


def _light(batch: Outliers) -> Float:
    front = batch.alternatives.foreground
    return np.ones(len(batch)) if front is None else front.share


REASON = ReasonTest("star", Scope.CLASS, ("source", "share"), measure)
