"""What every network in the folder must do, and what training promises."""

import numpy as np
import pytest
import torch
from tests.model.spectra_made import (
    SHAPE,
    as_rest,
    bump,
    linear,
    settings,
    shifted,
    spectra,
    trained,
    with_strange,
)
from torch.distributions import Normal

from catalog import registry
from catalog.basis import padded
from catalog.errors import ModelError
from catalog.model import batches, checkpoint, encode, loss, train
from catalog.model.networks import Network, Shape

KINDS = registry.names("catalog.model.networks")


def is_trained(kind: str) -> bool:
    """Whether a kind of network has anything to train."""
    return bool([*checkpoint.build(kind, SHAPE).parameters()])


def misfit(network, flux, ivar):
    """Reduced χ² (N,) at the latent mean, noise and scatter in the variance."""
    found = encode.encode(network, as_rest(flux, ivar), "cpu")
    variance = np.where(ivar > 0, 1 / np.maximum(ivar, 1e-30), np.inf) + found.scatter
    return (found.resid**2 / variance).sum(axis=1) / (ivar > 0).sum(axis=1)


@pytest.fixture(params=KINDS)
def network(request):
    torch.manual_seed(5)
    built = registry.load("catalog.model.networks", request.param, Network).build(SHAPE)
    built.begin(linear(spectra(300)))
    return built.eval()


@pytest.fixture
def untrained():
    """The default network as it begins, and its linear model."""
    fitted = linear(spectra(300))
    begun = checkpoint.build("residual_vae", SHAPE).eval()
    begun.begin(fitted)
    return begun, fitted


def _encoded(network, flux, ivar):
    x, w = torch.from_numpy(flux), torch.from_numpy(ivar)
    return network.encode(x, network.prepare(x, w))


def test_shapes_are_as_promised(network):
    flux, ivar = (torch.from_numpy(a) for a in spectra(5))
    prepared = network.prepare(flux, ivar)
    mean, log_variance = network.encode(flux, prepared)
    recon, scatter = network.decode(mean)

    assert len(prepared) == 5
    assert mean.shape == log_variance.shape == (5, 3)
    assert recon.shape == scatter.shape == (5, 64)


def test_a_spectrum_is_encoded_alike_alone_and_in_a_batch(network):
    flux, ivar = spectra(6)

    together = encode.encode(network, as_rest(flux, ivar), "cpu")
    alone = [encode.encode(network, as_rest(flux[i : i + 1], ivar[i : i + 1]), "cpu")
             for i in range(6)]  # fmt: skip

    for part in ("latent", "latent_sd", "recon", "scatter", "log_likelihood"):
        rows = np.concatenate([getattr(each, part) for each in alone])
        np.testing.assert_allclose(getattr(together, part), rows, rtol=1e-4, atol=1e-5)


def test_more_spectra_than_a_batch_are_encoded_in_their_order(network, monkeypatch):
    flux, ivar = spectra(23)
    whole = encode.encode(network, as_rest(flux, ivar), "cpu")
    monkeypatch.setattr(batches, "TOGETHER", 5)

    parts = encode.encode(network, as_rest(flux, ivar), "cpu")
    latent, deviation = encode.latents(network, as_rest(flux, ivar), "cpu")

    np.testing.assert_allclose(parts.log_likelihood, whole.log_likelihood, rtol=1e-4)
    np.testing.assert_allclose(parts.recon, whole.recon, atol=1e-5)
    np.testing.assert_array_equal(latent, parts.latent)
    np.testing.assert_array_equal(deviation, parts.latent_sd)


def test_reconstruction_probability_is_the_mean_of_gaussians_over_draws(network):
    flux, ivar = spectra(4)
    ivar[:, 7:11] = 0
    found = encode.encode(network, as_rest(flux, ivar), "cpu").log_likelihood

    mean, log_variance = _encoded(network, flux, ivar)
    draws = torch.randn(encode.DRAWS, SHAPE.n_latent, generator=torch.Generator().manual_seed(0))
    good = torch.from_numpy(ivar[0] > 0)
    expected = torch.zeros(4)
    for draw in draws:
        recon, scatter = network.decode(mean + draw * (0.5 * log_variance).exp())
        scale = (1 / torch.from_numpy(ivar) + scatter.exp()).sqrt()[:, good]
        log_prob = Normal(recon[:, good], scale).log_prob(torch.from_numpy(flux)[:, good])
        expected += log_prob.mean(dim=1) / encode.DRAWS

    np.testing.assert_allclose(found, expected.detach().numpy(), rtol=1e-4)


def test_the_papers_layer_sizes():
    paper = Shape(1000, 10, (800, 600, 500, 300), 0.2)
    network = checkpoint.build("mlp_vae", paper)
    widths = [tuple(p.shape) for name, p in network.named_parameters() if "weight" in name]

    assert widths == [
        (800, 1000), (600, 800), (500, 600), (300, 500), (20, 300),
        (300, 10), (500, 300), (600, 500), (800, 600), (2000, 800),
    ]  # fmt: skip
    assert sum(isinstance(m, torch.nn.Dropout) and m.p == 0.2 for m in network.modules()) == 8


def test_no_spectra_encode_to_no_rows(network):
    empty = np.empty((0, 64), np.float32)

    encoded = encode.encode(network, as_rest(empty, empty), "cpu")

    assert encoded.latent.shape == (0, 3)
    assert encoded.recon.shape == (0, 64)
    assert encoded.log_likelihood.shape == (0,)


# The default network: a linear model that is corrected.


def test_the_default_begins_as_the_linear_model_exactly(untrained):
    network, fitted = untrained
    flux, ivar = spectra(100, 3)
    ivar[::2, 20:40] = 0

    found = encode.encode(network, as_rest(flux, ivar), "cpu")

    expected = fitted.reconstruct(fitted.coefficients(flux, ivar))
    np.testing.assert_allclose(found.recon, expected, atol=1e-5)
    np.testing.assert_allclose(found.scatter, np.broadcast_to(fitted.scatter, flux.shape), 1e-5)
    np.testing.assert_allclose(misfit(network, flux, ivar), fitted.chi2(flux, ivar), rtol=1e-3)


def test_its_latents_have_about_unit_variance_on_what_it_began_from(untrained):
    flux, ivar = spectra(300)
    latent = encode.encode(untrained[0], as_rest(flux, ivar), "cpu").latent

    assert np.abs(latent[:, :2].std(axis=0) - 1).max() < 0.1


def test_masked_bins_cannot_move_what_it_prepares(untrained):
    network, _ = untrained
    flux, ivar = (torch.from_numpy(a) for a in spectra(10, 3))
    ivar[:, 30:36] = 0
    before = network.prepare(flux, ivar)

    changed = flux.clone()
    changed[:, 30:36] = 1e3

    assert torch.equal(before, network.prepare(changed, ivar))


def test_a_spectrum_without_a_valid_bin_has_finite_latents(untrained):
    flux, ivar = spectra(2)
    found = encode.encode(untrained[0], as_rest(flux, 0 * ivar), "cpu")

    assert np.isfinite(found.latent).all()
    assert (found.log_likelihood == 0).all()


# Training.


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("mlp_vae", {"epochs": 50, "batch_size": 16}),
        ("residual_vae", {"epochs": 5, "schedule": "one_cycle"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_training_reaches_the_noise_on_held_out_spectra(kind, changes):
    _, history = trained(kind, **changes)

    assert history[0].loss_validation > history[-1].loss_validation
    assert min(epoch.chi2_validation for epoch in history) < 1.1


def test_training_draws_what_the_linear_model_cannot():
    known, held_out = shifted(1000), shifted(300, 1)
    fitted = linear(known)
    network, history = trained(
        "residual_vae", known, held_out,
        epochs=25, schedule="one_cycle", learning_rate=3e-3, warm_up=3,
    )  # fmt: skip

    found = encode.encode(network, as_rest(*held_out), "cpu")
    linear_resid = held_out[0] - fitted.reconstruct(fitted.coefficients(*held_out))
    assert (found.resid**2).mean() < 0.6 * (linear_resid**2).mean()
    assert history[-1].loss_validation < history[0].loss_validation


def _strange_misfit(trim: float) -> tuple[float, float]:
    known = with_strange(800, 20)
    network, _ = trained(
        "residual_vae", known, schedule="one_cycle", epochs=12, learning_rate=5e-3,
        trim=trim, refits=2,
    )  # fmt: skip
    found = misfit(network, *known)
    return float(np.median(found[:20])), float(np.median(found[20:]))


def test_trimmed_strange_spectra_are_not_learnt_and_stay_strange():
    trimmed, ordinary = _strange_misfit(0.03)
    learnt, _ = _strange_misfit(0.0)

    assert trimmed > 1.4 * learnt
    assert trimmed > 10 * ordinary
    assert 0.7 < ordinary < 1.2


def test_the_trimmed_spectra_cannot_change_the_weights():
    """Whatever a left-out spectrum holds, the others' network is the same."""
    flux, ivar = with_strange(400, 8)
    fitted = linear((flux[8:], ivar[8:]))
    found = []
    for height in (1.0, 2.0):
        changed = flux.copy()
        changed[:8] += (height * bump(-0.6)).astype(np.float32)
        train.start(1)
        network = checkpoint.build("residual_vae", SHAPE)
        chosen = settings(trim=8 / 400, epochs=2, schedule="one_cycle", beta=0.1)
        train.train(network, fitted, (changed, ivar), spectra(50, 2), chosen, lambda *_: None)
        found.append(network.state_dict())

    assert all(torch.equal(found[0][name], found[1][name]) for name in found[0])


@pytest.mark.parametrize("kind", KINDS)
def test_training_twice_gives_the_same_bytes(tmp_path, kind):
    from safetensors.torch import save

    first, second, other = (
        save(trained(kind, epochs=3, refits=1, trim=0.02, seed=seed)[0].state_dict())
        for seed in (4, 4, 5)
    )

    assert first == second
    assert (first != other) == is_trained(kind)  # principal components know no chance


def test_the_step_size_falls_on_a_plateau():
    _, history = trained(epochs=16, patience=0, learning_rate=0.02)

    rates = [epoch.learning_rate for epoch in history]
    assert rates[0] == 0.02
    assert min(rates) <= 0.002 + 1e-12


def test_with_a_plateau_the_best_epoch_is_kept():
    held_out = spectra(200, 1)
    network, history = trained(epochs=12, patience=1, learning_rate=0.02, held_out=held_out)
    flux, ivar = (torch.from_numpy(a) for a in held_out)

    with torch.no_grad():
        recon, _ = network.decode(network.encode(flux, network.prepare(flux, ivar))[0])
        chi2 = loss.chi2_per_bin(flux, ivar, recon).mean().item()

    best = min(history, key=lambda epoch: epoch.loss_validation)
    assert chi2 == pytest.approx(best.chi2_validation, rel=1e-4)
    assert best is not history[-1]


def test_in_one_cycle_the_step_size_rises_to_the_asked_and_falls():
    _, history = trained("residual_vae", epochs=20, schedule="one_cycle", learning_rate=4e-3)

    rates = np.array([epoch.learning_rate for epoch in history])
    peak = int(np.argmax(rates))
    assert rates.max() == pytest.approx(4e-3, rel=0.05)
    assert 2 < peak < 10
    assert (np.diff(rates[: peak + 1]) > 0).all()
    assert (np.diff(rates[peak:]) < 0).all()
    assert rates[-1] < 0.05 * rates.max()


def test_refits_are_shorter_gentler_and_numbered_on():
    _, history = trained(
        "residual_vae", epochs=9, schedule="plateau", learning_rate=3e-3, refits=2, trim=0.05
    )

    assert [epoch.epoch for epoch in history] == list(range(1, 16))
    assert [epoch.phase for epoch in history] == [0] * 9 + [1] * 3 + [2] * 3
    assert history[0].learning_rate == pytest.approx(3e-3)
    assert history[9].learning_rate == history[12].learning_rate == pytest.approx(1e-3)


def test_the_divergence_term_warms_up_over_the_first_epochs_alone(monkeypatch):
    seen = []
    plain = train._loss

    def spy(network, batch, beta):
        if network.training:
            seen.append(beta)
        return plain(network, batch, beta)

    monkeypatch.setattr(train, "_loss", spy)
    trained("residual_vae", spectra(64), epochs=6, warm_up=4, beta=2.0, refits=1)

    assert seen == [0.5, 1.0, 1.5, 2.0, 2.0, 2.0, 2.0, 2.0]


def test_progress_counts_the_epochs_of_all_phases():
    told = []
    network = checkpoint.build("residual_vae", SHAPE)
    known = spectra(64)
    chosen = settings(epochs=3, refits=2)
    train.train(
        network, linear(known), known, spectra(20, 1), chosen, lambda i, n: told.append((i, n))
    )

    assert told == [(i, 5) for i in range(1, 6)]


def test_a_diverging_loss_is_an_error_that_says_what_to_do():
    known = spectra(50)
    fitted = linear(known)
    known[0][3] = np.nan
    network = checkpoint.build("mlp_vae", SHAPE)

    with pytest.raises(ModelError, match=r"training diverged[\s\S]*learning_rate"):
        train.train(network, fitted, known, spectra(20), settings(epochs=1), lambda *_: None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [1, 2, 5], ids=lambda n: f"{n} spectra")
def test_fewer_spectra_than_latents_can_be_trained_on(kind, n):
    few = spectra(n)
    network = checkpoint.build(kind, Shape(64, 8, (8,), 0.0))
    history = train.train(
        network, padded(linear(few, 8), 8), few, few, settings(epochs=2, refits=1),
        lambda *_: None,
    )  # fmt: skip

    assert len(history) == (3 if is_trained(kind) else 0)
    assert np.isfinite(encode.encode(network, as_rest(*few), "cpu").recon).all()
