"""Local outlier factor of the latent means: the paper's second score, isolation."""

from catalog.scores import Population, Score
from catalog.scores._isolation import local_outlier_factor
from catalog.spectra import Float


def lof(population: Population) -> Float:
    """Local outlier factor of the wanted spectra's latent means among all, (W,).

    The paper's negative outlier factor is minus this.

    Notes
    -----
    Breunig et al. 2000, definitions 3-7; Nicolaou et al. 2025, section 5.2.2.
    """
    return local_outlier_factor(population.latent, population.neighbours)[population.wanted]


SCORE = Score(
    name="lof",
    title="Isolation",
    description="How much emptier the latent space is around a spectrum than around its nearest "
    "neighbours (local outlier factor). About 1 inside a population.",
    source="Breunig et al. 2000; Nicolaou et al. 2025, arXiv:2506.17376, section 5.2.2",
    paper_name="NOF",
    paper_sign=-1,
    of_population=lof,
)
