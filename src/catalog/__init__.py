"""Peculiar Spectra: from a spectroscopic survey to an atlas of its strangest objects."""

import os

__version__ = "0.1.0"

# OpenMP's threads, those of torch, scikit-learn and openTSNE, wait for each other in a busy loop.
# With another program on the same cores training takes ten times as long, and a map forty times; a
# short loop costs nothing when alone. Each library reads this when it loads.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
