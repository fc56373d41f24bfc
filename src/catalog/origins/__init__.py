"""Where artefacts were taken: which fibres, petals, exposures, tiles and nights have too many."""

from catalog.origins.excess import FALSE_SHARE, LEAST_ARTEFACTS, find
from catalog.origins.tally import Tally

__all__ = ["FALSE_SHARE", "LEAST_ARTEFACTS", "Tally", "find"]
