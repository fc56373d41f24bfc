"""Carbon's Swan bands at zero redshift: a carbon star."""

from catalog.explain import stars
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope


def measure(batch: Outliers) -> Evidence:
    """Find C2 bands with sharp red edges that shade to the blue, without titanium oxide.

    TiO's bands, which lie close by, shade to the red. The value is the flux blueward of the head at
    5165 Å over that redward of it.
    """
    return stars.evidence(batch, "carbon_star", {"edge": "c2_5165_edge", "tio5": "tio5"})


REASON = ReasonTest("carbon_star", Scope.IDENTITY, ("edge", "tio5"), measure)
