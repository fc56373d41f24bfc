"""The loss's terms against torch.distributions."""

import torch
from torch.distributions import Normal, kl_divergence

from catalog.model import loss


def _batch(n: int = 7, n_bins: int = 50):
    generator = torch.Generator().manual_seed(3)
    flux = torch.randn(n, n_bins, generator=generator, dtype=torch.float64)
    recon = flux + 0.3 * torch.randn(n, n_bins, generator=generator, dtype=torch.float64)
    ivar = torch.rand(n, n_bins, generator=generator, dtype=torch.float64) * 20 + 0.1
    return flux, ivar, recon, torch.randn(n, n_bins, generator=generator, dtype=torch.float64) - 2


def test_log_likelihood_is_that_of_a_gaussian_whose_variances_add():
    flux, ivar, recon, log_variance = _batch()
    scale = (1 / ivar + log_variance.exp()).sqrt()

    expected = Normal(recon, scale).log_prob(flux).sum(dim=1)

    assert torch.allclose(loss.log_likelihood(flux, ivar, recon, log_variance), expected, 1e-10)


def test_without_scatter_it_is_the_papers_weighted_square_up_to_a_constant():
    flux, ivar, recon, _ = _batch()
    none = torch.full_like(flux, -80.0)

    first = loss.log_likelihood(flux, ivar, recon, none)
    second = loss.log_likelihood(flux, ivar, recon + 0.1, none)

    expected = -0.5 * (ivar * ((flux - recon) ** 2 - (flux - recon - 0.1) ** 2)).sum(dim=1)
    assert torch.allclose(first - second, expected, 1e-9)


def test_masked_bins_change_nothing_and_carry_no_gradient():
    flux, ivar, recon, log_variance = _batch()
    ivar[:, 10:20] = 0
    recon.requires_grad_()
    before = loss.log_likelihood(flux, ivar, recon, log_variance)
    before.sum().backward()

    flux[:, 10:20] = 1e6
    after = loss.log_likelihood(flux, ivar, recon, log_variance)

    assert torch.equal(before, after)
    assert recon.grad is not None
    assert not recon.grad[:, 10:20].any()


def test_kl_divergence_is_the_closed_form():
    generator = torch.Generator().manual_seed(1)
    mean = torch.randn(9, 5, generator=generator, dtype=torch.float64)
    log_variance = torch.randn(9, 5, generator=generator, dtype=torch.float64)
    q = Normal(mean, (0.5 * log_variance).exp())

    expected = kl_divergence(q, Normal(torch.zeros_like(mean), torch.ones_like(mean))).sum(dim=1)

    assert torch.allclose(loss.kl_divergence(mean, log_variance), expected, 1e-12)


def test_chi2_counts_masked_bins_in_its_denominator_as_the_paper_does():
    flux = torch.ones(1, 10)
    ivar = torch.tensor([[4.0] * 5 + [0.0] * 5])

    assert loss.chi2_per_bin(flux, ivar, torch.zeros(1, 10)).item() == 2.0
