"""Scores -> probabilities that an ordinary spectrum of its class and S/N scores as high.

Every model misses a bright spectrum by more of its noise than a faint one, and every latent space
scatters faint ones: a raw score asks first how bright a spectrum is. Here each score is compared
with those of spectra of like S/N and class (`standardise`) and its rank becomes a probability, in
the far tail by a fitted one (`tail`, `probability`); several scores are combined into one, which is
counted in its turn (`combination`).
"""

from catalog.calibrate.combination import combine, false_discovery_rate
from catalog.calibrate.probability import Calibrated, calibrate

__all__ = ["Calibrated", "calibrate", "combine", "false_discovery_rate"]
