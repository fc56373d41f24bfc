"""Which kind of object at which redshift fits a spectrum best, whatever its survey says.

A survey's own fit sometimes takes a quasar for a galaxy, or a star for either. Templates of every
kind are fitted at every redshift to the survey's own pixels, in the observed frame, over the same
bins, so that their χ² can be compared. What comes out is a suggestion: it never replaces the
survey's redshift and class.
"""

from catalog.templates.alternatives import Alternatives, Foreground, SecondRedshift, Votes
from catalog.templates.compare import compare, observed
from catalog.templates.suggest import (
    blended,
    favoured,
    gain,
    in_front,
    is_other,
    reclassed,
    share,
    suggested,
)

__all__ = [
    "Alternatives",
    "Foreground",
    "SecondRedshift",
    "Votes",
    "blended",
    "compare",
    "favoured",
    "gain",
    "in_front",
    "is_other",
    "observed",
    "reclassed",
    "share",
    "suggested",
]
