"""Spectra, models and populations that every score can be tried on; truth is known."""

from dataclasses import dataclass, fields, replace

import numpy as np

from catalog.basis import Basis
from catalog.scores import Population, Sample, Score
from catalog.spectra import Encodings

N, L, D = 300, 200, 6
ODD = 17
WAVE = np.linspace(3600.0, 7556.0, L)
LINES = np.array([3728.5, 4862.7, 5008.2, 6564.6])
SHIFT = 0.1
"""ln((1 + z') / (1 + z)) of the odd spectrum, which is otherwise like all others."""


@dataclass(frozen=True)
class Model:
    """A template at any wavelength: a break, bands, emission lines, and ten smooth components."""

    scatter: float = 1e-9

    def mean(self, wave):
        flux = 0.6 + 0.4 / (1 + np.exp((4000 - wave) / 30))
        flux += 0.6 * sum(np.exp(-0.5 * ((wave - line) / 15) ** 2) for line in LINES)
        flux -= 0.3 * sum(np.exp(-0.5 * ((wave - band) / 40) ** 2) for band in (4300, 5175, 5890))
        return flux / np.sqrt(L)

    @property
    def basis(self) -> Basis:
        phase = (np.arange(L) + 0.5) / L
        rows = np.array([np.cos(np.pi * k * phase) for k in range(10)])
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return Basis(
            self.mean(WAVE).astype(np.float32),
            rows.astype(np.float32),
            np.full(10, 0.01, np.float32),
            np.full(L, self.scatter, np.float32),
            1000,
        )


def sample(snr: float = 25.0, seed: int = 11) -> Sample:
    """Noise about a reconstruction; spectrum `ODD` is odd in every way that a score looks for."""
    rng = np.random.default_rng(seed)
    basis = Model().basis
    recon = basis.reconstruct(rng.normal(0, 0.05, (N, 10)).astype(np.float32))
    flux = recon.copy()
    flux[ODD] = Model().mean(WAVE / np.exp(SHIFT))
    sigma = np.abs(recon) / snr + 1e-5
    flux += rng.normal(size=flux.shape) * sigma
    ivar = (1 / sigma**2).astype(np.float32)
    ivar[:, 5] = 0
    ivar[:, 100:103] = 0
    latent = rng.normal(size=(N, D))
    latent[ODD] = 8.0
    log_likelihood = rng.normal(3, 0.1, N)
    log_likelihood[ODD] = -5
    step = rng.normal(size=N)
    step[ODD] = -30
    encodings = Encodings(
        np.array([str(39627763589581458 + i) for i in range(N)], object),
        WAVE,
        flux.astype(np.float32),
        ivar,
        latent.astype(np.float32),
        np.full((N, D), 0.3, np.float32),
        recon.astype(np.float32),
        np.full((N, L), 1e-7, np.float32),
        log_likelihood.astype(np.float32),
    )
    spec_class = np.array(["GALAXY", "STAR"], object)[np.arange(N) % 7 // 6]
    measures = {"arm_step_sigma": step}
    classes = {"GALAXY": basis, "STAR": basis}
    return Sample(encodings, np.full(N, 0.1), spec_class, basis, classes, measures, LINES)


def population(n: int = N, seed: int = 11, wanted=None) -> Population:
    """Latents and coefficients of n spectra; `ODD` lies apart; the first half was trained on."""
    rng = np.random.default_rng(seed)
    latent, coefficients = rng.normal(size=(n, D)), rng.normal(size=(n, 12))
    latent_sd = 10 ** rng.uniform(-1.5, -0.5, (n, 1)) * np.ones(D)
    latent[ODD], coefficients[ODD], latent_sd[ODD] = 8.0, 8.0, 0.1
    trained = (np.arange(n) < n // 2) & (np.arange(n) != ODD)
    return Population(
        latent.astype(np.float32),
        latent_sd.astype(np.float32),
        coefficients.astype(np.float32),
        trained,
        np.ones(n, bool) if wanted is None else wanted,
        20,
        3,
    )


def rows_of(whole: Sample, rows) -> Sample:
    """The same sample with only these spectra, in this order."""
    encodings = whole.encodings
    per_spectrum = {
        field.name: getattr(encodings, field.name)[rows]
        for field in fields(Encodings)
        if field.name != "wave"
    }
    return replace(
        whole,
        encodings=replace(encodings, **per_spectrum),
        z=whole.z[rows],
        spec_class=whole.spec_class[rows],
        measures={name: value[rows] for name, value in whole.measures.items()},
    )


def compute(score: Score, whole: Sample | None = None, crowd: Population | None = None):
    """The score's values, of whichever it takes."""
    if score.of_spectra is not None:
        return score.of_spectra(sample() if whole is None else whole)
    assert score.of_population is not None
    return score.of_population(crowd or population())
