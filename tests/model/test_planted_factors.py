"""The convolutional β-VAE finds what was planted into simulated high-resolution spectra."""

import numpy as np
import pytest
from sklearn.feature_selection import mutual_info_regression
from tests.model.spectra_made import as_rest, settings

from catalog import basis
from catalog.latent import dispersion
from catalog.model import checkpoint, encode, train
from catalog.model.networks import Shape
from catalog.simulate import high_resolution as simulated

N_BINS, N_TRAINING = 2048, 960


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_each_planted_factor_has_a_dimension_that_tells_what_its_label_can():
    drawn = simulated.draw(1200, N_BINS, 1)
    norm = np.linalg.norm(drawn.flux, axis=1, keepdims=True)
    flux, ivar = drawn.flux / norm, drawn.ivar * norm**2
    known, held_out = ((flux[part], ivar[part]) for part in np.split(np.arange(1200), [N_TRAINING]))
    train.start(4)
    network = checkpoint.build("conv_vae", Shape(N_BINS, 8, (8, 16, 32), 0.0))
    chosen = settings(
        epochs=30, batch_size=16, learning_rate=1e-2, schedule="one_cycle", beta=100.0, warm_up=5
    )

    train.train(network, basis.fit(*known, 10, 0.0), known, held_out, chosen, lambda *_: None)

    latent, deviation = encode.latents(network, as_rest(flux, ivar), "cpu")
    mad, kl = dispersion.dimensions(latent, deviation)
    used = np.flatnonzero(dispersion.informative(mad, kl, (0.1, 0.1)))
    told = {
        name: mutual_info_regression(latent[:, used], label, random_state=0)
        for name, label in drawn.labels.items()
    }
    assert len(used) == len(simulated.LABELS)
    assert {int(np.argmax(each)) for each in told.values()} == {0, 1, 2}
    for each in told.values():
        assert each.max() == pytest.approx(simulated.information(), abs=0.09)
