"""The survey calls it a star, and few of the scored spectra are stars."""

from catalog.explain import sentences, whole
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope


def measure(batch: Outliers) -> Evidence:
    """Take the survey's class where it is rare; the value is its share of the scored spectra, %."""
    holds = whole.of_rare_class(batch, "STAR")
    share = sentences.texts(holds, sentences.rarity, batch.class_fraction)
    return whole.evidence(holds, 100 * batch.class_fraction, "%", share=share)


REASON = ReasonTest("star", Scope.OBJECT, ("share",), measure)
