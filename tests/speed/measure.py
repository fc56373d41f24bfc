"""Speed against what others would use, as ratios in one run: `make speed`. Not a test.

A timing in seconds says more about the machine than about the code; a ratio to a reference that ran
beside it, in turns, does not.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import spectres
import torch
from sklearn.neighbors import LocalOutlierFactor
from tests.site.catalogue_fixture import make_catalogue

from catalog import basis
from catalog.model import checkpoint, train
from catalog.model.loss import kl_divergence, log_likelihood
from catalog.model.networks import Shape
from catalog.preprocess import grid
from catalog.preprocess.resample import resample
from catalog.scores._isolation import local_outlier_factor
from catalog.site.render import render

N_LOF = 208_000
PIXELS, BINS = 7781, 1000
N_PAGES = 2_000


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _ratio(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> float:
    """Median over rounds of the reference's time over ours, run in turns."""
    return statistics.median(_seconds(theirs) / _seconds(ours) for _ in range(rounds))


def resampling() -> float:
    """Speed per spectrum over that of SpectRes."""
    rng = np.random.default_rng(0)
    wave = 3600 + 0.8 * np.arange(PIXELS)
    flux, ivar = rng.normal(1, 0.1, (256, PIXELS)), np.full((256, PIXELS), 100.0)
    rest = grid.linear(3620, 7556, BINS)
    edges = np.broadcast_to(rest.edges, (256, BINS + 1))
    few = 8

    def theirs() -> object:
        return [spectres.spectres(rest.wave, wave, f, spec_errs=f) for f in flux[:few]]

    def ours() -> object:
        return resample(wave, flux, ivar, edges, 0.5)

    return _ratio(ours, theirs, 3) * len(flux) / few


def epoch() -> float:
    """Time of a training epoch over that of a bare loop over the same network and data."""
    rng = np.random.default_rng(0)
    flux = rng.normal(0.03, 0.003, (8192, BINS)).astype(np.float32)
    ivar = np.full(flux.shape, 1e5, np.float32)
    linear = basis.fit(flux[:2000], ivar[:2000], 10, 0.02)
    shape = Shape(BINS, 10, (256, 256), 0.0)
    settings = train.Settings(
        epochs=4, batch_size=256, learning_rate=1e-3, schedule="one_cycle", patience=5, beta=1.0,
        warm_up=0, trim=0.0, refits=0, seed=1, device="cpu",
    )  # fmt: skip

    def ours() -> None:
        network = checkpoint.build("residual_vae", shape)
        train.train(
            network, linear, (flux, ivar), (flux[:64], ivar[:64]), settings, lambda *_: None
        )

    def bare() -> None:
        network = checkpoint.build("residual_vae", shape)
        network.begin(linear)
        x, w = torch.from_numpy(flux), torch.from_numpy(ivar)
        prepared = network.prepare(x, w)
        optimiser = torch.optim.Adam(network.parameters(), lr=1e-3)
        for _ in range(settings.epochs):
            for rows in torch.randperm(len(x)).split(settings.batch_size):
                optimiser.zero_grad(set_to_none=True)
                mean, log_variance = network.encode(x[rows], prepared[rows])
                latent = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
                recon, scatter = network.decode(latent)
                likelihood = log_likelihood(x[rows], w[rows], recon, scatter)
                loss = (kl_divergence(mean, log_variance) - likelihood).mean()
                loss.backward()
                optimiser.step()

    return 1 / _ratio(ours, bare, 3)


def isolation(n_spectra: int) -> float:
    """Speed of the local outlier factor over scikit-learn's with two processes."""
    rng = np.random.default_rng(0)
    latent = rng.normal(size=(n_spectra, 10)) @ rng.normal(size=(10, 10))
    theirs = LocalOutlierFactor(n_neighbors=20, n_jobs=2)
    return _ratio(lambda: local_outlier_factor(latent, 20), lambda: theirs.fit(latent), 1)


def pages(n_objects: int, jobs: int) -> tuple[float, float]:
    """Objects per second of a first rendering of a site, and of a second with nothing changed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = make_catalogue(
            folder / "catalog.duckdb", n_published=n_objects, n_scored=n_objects
        )

        def once() -> float:
            taken = _seconds(lambda: render(database, folder, folder / "site", jobs=jobs))
            return n_objects / taken

        return once(), once()


def main() -> None:
    n_lof = int(sys.argv[1]) if len(sys.argv) > 1 else N_LOF
    drawn, kept = pages(N_PAGES, 2)
    lines = [
        f"resampling: {resampling():.0f} x SpectRes per spectrum (wanted: 100 or more)",
        f"training epoch: {epoch():.2f} x the time of a bare loop (wanted: 1.1 or less)",
        f"local outlier factor of {n_lof:,}: {isolation(n_lof):.1f} x scikit-learn (wanted: 2.5)",
        f"object pages, two processes: {drawn:.0f} per second (wanted: 100); unchanged, {kept:.0f}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
