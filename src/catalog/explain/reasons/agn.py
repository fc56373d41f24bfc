"""A quasar, by the survey where few of the scored spectra are quasars, or by templates."""

from dataclasses import replace

import numpy as np

from catalog.explain import alternative, sentences, whole
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope
from catalog.templates import reclassed


def measure(batch: Outliers) -> Evidence:
    """Take the survey's class where it is rare, or a quasar that templates find where it says else.

    The value is the share of the scored spectra that the survey calls quasars, %, or the
    redshift that templates find.
    """
    best = alternative.best_of(batch)
    elsewhere = best.suggested & (best.spec_class == "QSO")
    found = elsewhere | reclassed(batch.alternatives, batch.z, batch.spec_class)
    rare = whole.of_rare_class(batch, "QSO") & ~best.suggested
    holds = rare | found
    source = sentences.texts(found, "Templates of {} identify it".format, best.title)
    source[rare] = "The survey classifies it"
    share = sentences.texts(rare, whole.rarity, batch.class_fraction)
    unit = np.where(found, "", "%").astype(object)
    value = np.where(found, best.z, 100 * batch.class_fraction)
    told = whole.evidence(holds, value, unit, source=source, share=share)
    return replace(told, explained=np.where(found, best.share, 1.0), identified=elsewhere)


REASON = ReasonTest("agn", Scope.CLASS, ("source", "share"), measure)
