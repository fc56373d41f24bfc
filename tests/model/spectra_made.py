"""Unit-norm spectra of known factors, and networks trained on them in a second."""

import numpy as np

from catalog import basis
from catalog.model import checkpoint, train
from catalog.model.networks import Shape
from catalog.spectra import RestSpectra

N_BINS = 64
SHAPE = Shape(n_bins=N_BINS, n_latent=3, hidden=(48, 24), dropout=0.0)
WAVE = np.linspace(4000, 5000, N_BINS)
X = np.linspace(-1, 1, N_BINS)


def bump(centre, width: float = 0.05):
    """A line of peak 1."""
    return np.exp(-0.5 * ((X - centre) / width) ** 2)


def unit(truth, sigma: float, rng):
    """Noise added, and both brought to unit norm: flux and ivar (N, L)."""
    flux = truth + rng.normal(0, sigma, truth.shape)
    norm = np.linalg.norm(flux, axis=1, keepdims=True)
    ivar = np.broadcast_to((norm / sigma) ** 2, flux.shape)
    return (flux / norm).astype(np.float32), ivar.astype(np.float32)


def spectra(n: int, seed: int = 0):
    """Of two linear factors, S/N 20 per bin."""
    rng = np.random.default_rng(seed)
    slope, line = rng.normal(size=(2, n, 1))
    return unit(1 + 0.3 * slope * X + 0.2 * line * bump(0.0), 0.05, rng)


def shifted(n: int, seed: int = 0):
    """Of one factor that no linear model draws: where a line lies. S/N 50 per bin."""
    rng = np.random.default_rng(seed)
    return unit(1 + 0.8 * bump(rng.uniform(-0.5, 0.5, (n, 1)), 0.15), 0.02, rng)


def with_strange(n: int, n_strange: int, seed: int = 0):
    """Spectra of as many factors as `SHAPE` has latents; the first have a line of their own."""
    rng = np.random.default_rng(seed)
    slope, line, curve = rng.normal(size=(3, n, 1))
    truth = 1 + 0.3 * slope * X + 0.2 * line * bump(0.0) + 0.3 * curve * X**2
    truth[:n_strange] += rng.uniform(0.5, 1.5, (n_strange, 1)) * bump(0.6)
    return unit(truth, 0.05, rng)


def linear(known, n_components: int = SHAPE.n_latent, trim: float = 0.0):
    """The linear model of spectra, a pair of flux and ivar (N, L)."""
    flux, ivar = known
    return basis.fit(flux, ivar, n_components, trim)


def as_rest(flux, ivar) -> RestSpectra:
    return RestSpectra(np.array([str(i) for i in range(len(flux))], object), WAVE, flux, ivar)


def settings(**changes) -> train.Settings:
    base = {
        "epochs": 30,
        "batch_size": 64,
        "learning_rate": 1e-3,
        "schedule": "plateau",
        "patience": 5,
        "beta": 1.0,
        "warm_up": 0,
        "trim": 0.0,
        "refits": 0,
        "seed": 4,
        "device": "cpu",
    }
    return train.Settings(**{**base, **changes})


def trained(kind: str = "mlp_vae", training=None, held_out=None, **changes):
    """A network trained on `training`, watched on `held_out`, and its history."""
    chosen = settings(**changes)
    known = spectra(800) if training is None else training
    train.start(chosen.seed)
    network = checkpoint.build(kind, SHAPE)
    watched = spectra(200, 1) if held_out is None else held_out
    fitted = linear(known, trim=chosen.trim)
    history = train.train(network, fitted, known, watched, chosen, lambda *_: None)
    return network, history
