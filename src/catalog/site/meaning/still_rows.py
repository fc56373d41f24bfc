"""The decoder without a script: a picture of each dimension in use, from its traversal."""

from dataclasses import dataclass

from markupsafe import Markup

from catalog.site.atlas import Atlas
from catalog.site.plots.stills import still

MOST = 8
"""Pictures: those of the dimensions that move most."""


@dataclass(frozen=True)
class Still:
    """A dimension's low end, mean and high end."""

    dimension: int
    picture: Markup


def stills_of(atlas: Atlas) -> tuple[Still, ...]:
    """Draw the dimensions in use; nothing where no traversals were made."""
    used = sorted((each for each in atlas.dimensions if each.informative), key=lambda d: -d.mad)
    drawn = [_still(atlas, each.dimension) for each in used[:MOST]]
    return tuple(each for each in drawn if each is not None)


def _still(atlas: Atlas, dimension: int) -> Still | None:
    rows = atlas.catalogue.traversal(dimension)
    steps = [row for row in rows if not row.outside or row.step == 0]
    if not steps:
        return None
    mean = min(steps, key=lambda row: abs(row.step))
    label = f"Dimension {dimension} from {steps[0].value:.2f} to {steps[-1].value:.2f}"
    ends = (steps[0].flux, mean.flux, steps[-1].flux)
    return Still(dimension, still(atlas.wave, *ends, label))
