"""Trains at the length of a HARPS spectrum; writes the peak of its memory in MiB. For a test."""

import resource
import sys
import time
from pathlib import Path

import numpy as np
import torch

from catalog import disk
from catalog.basis import Basis
from catalog.model import checkpoint, train
from catalog.model.networks import Shape

N_BINS, BATCH = 327_680, 32
CHANNELS = (16, 16, 16, 32, 32, 32, 64, 64, 64, 128, 128, 128, 256, 512)
"""Of the HARPS paper's encoder."""


def main(folder: Path, n_latent: int) -> None:
    """One epoch of one batch of 32, the spectra in a mapped file."""
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    flux, ivar = (disk.mapped(folder, (BATCH, N_BINS)) for _ in range(2))
    mean = np.full(N_BINS, N_BINS**-0.5, np.float32)
    for row in range(BATCH):
        flux[row] = mean * (1 + 0.02 * rng.normal(size=N_BINS))
        ivar[row] = N_BINS / 0.02**2
    components = rng.normal(size=(10, N_BINS)).astype(np.float32) * N_BINS**-0.5
    scatter = np.full(N_BINS, 1e-4 / N_BINS, np.float32)
    linear = Basis(mean, components, np.full(10, 1e-4, np.float32), scatter, BATCH)
    settings = train.Settings(
        epochs=1, batch_size=BATCH, learning_rate=1e-3, schedule="one_cycle", patience=5,
        beta=1.0, warm_up=0, trim=0.0, refits=0, seed=1, device="cpu",
    )  # fmt: skip
    train.start(1)
    network = checkpoint.build("conv_vae", Shape(N_BINS, n_latent, CHANNELS, 0.0))
    started = time.perf_counter()
    held_out = (flux[:2], ivar[:2])
    train.train(network, linear, (flux, ivar), held_out, settings, lambda *_: None)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{peak:.0f} {seconds:.1f}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
