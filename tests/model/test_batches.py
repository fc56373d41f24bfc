"""Spectra that pass through a network in parts, or lie in a file, give what they give at once."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.model.spectra_made import SHAPE, linear, settings, spectra

from catalog import disk
from catalog.errors import ReleaseError
from catalog.model import batches, checkpoint, train

GRADIENT_KINDS = ("conv_vae", "residual_vae")


def begun(kind: str = "conv_vae"):
    torch.manual_seed(3)
    network = checkpoint.build(kind, SHAPE)
    network.begin(linear(spectra(100)))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return network


def gradients(network, known, rows):
    network.zero_grad()
    torch.manual_seed(8)
    loss = train._gradients(network, known, rows, 2.0)
    return loss, [parameter.grad.clone() for parameter in network.parameters()]


@pytest.mark.parametrize("kind", GRADIENT_KINDS)
def test_the_gradient_of_a_batch_in_parts_is_that_of_the_batch(monkeypatch, kind):
    network, rows = begun(kind), torch.tensor([5, 1, 30, 7, 7, 12, 2])
    flux, ivar = spectra(40)
    known = batches.Spectra(network, flux, ivar, "cpu")
    loss, whole = gradients(network, known, rows)
    monkeypatch.setattr(batches, "BINS", 3 * SHAPE.n_bins)
    assert [len(batch) for batch in known.batches(rows)] == [3, 3, 1]

    loss_in_parts, parts = gradients(network, known, rows)

    torch.testing.assert_close(loss_in_parts, loss, rtol=1e-5, atol=0)
    for part, at_once in zip(parts, whole, strict=True):
        torch.testing.assert_close(part, at_once, rtol=1e-3, atol=1e-5 * float(at_once.abs().max()))


def test_however_long_spectra_are_as_many_bins_pass_together():
    assert batches.together(1000) == 1024
    assert batches.together(313_000) == 3
    assert batches.together(10**8) == 1
    for n_bins in (2000, 16_384, 327_680):
        assert batches.together(n_bins) * n_bins <= batches.BINS


def trained_on(training, **changes):
    train.start(4)
    network = checkpoint.build("conv_vae", SHAPE)
    chosen = settings(epochs=2, **changes)
    fitted = linear(spectra(100))
    train.train(network, fitted, training, spectra(20, 1), chosen, lambda *_: None)
    return network.state_dict()


def test_spectra_in_a_mapped_file_teach_the_same_as_in_memory(tmp_path):
    known = spectra(100)
    mapped = tuple(disk.mapped(tmp_path, each.shape) for each in known)
    for array, each in zip(mapped, known, strict=True):
        array[:] = each

    in_memory, in_file = trained_on(known), trained_on(mapped)

    assert all(torch.equal(in_memory[name], in_file[name]) for name in in_memory)


def test_a_mapped_file_has_no_name_and_leaves_nothing(tmp_path):
    array = disk.mapped(tmp_path, (3, 5))
    array[1, 2] = 4.0

    assert not list(tmp_path.iterdir())
    assert array.sum() == 4.0


def test_a_mapped_file_in_a_place_that_is_none_is_an_error_that_says_so(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(ReleaseError, match="output cannot be written"):
        disk.mapped(tmp_path / "file", (3, 5))


def test_what_is_prepared_anew_each_time_teaches_the_same(monkeypatch):
    known = spectra(100)
    kept = trained_on(known)
    monkeypatch.setattr(batches, "KEPT", 0)

    anew = trained_on(known)

    for name, tensor in kept.items():
        torch.testing.assert_close(anew[name], tensor, rtol=1e-3, atol=1e-4)


def test_nothing_is_copied_where_the_device_is_the_processor():
    flux, ivar = spectra(10)
    known = batches.Spectra(begun(), flux, ivar, "cpu")

    assert known.flux.data_ptr() == flux.ctypes.data
    assert known.ivar.data_ptr() == ivar.ctypes.data


def test_an_epoch_without_weights_is_every_kept_spectrum_once():
    kept = np.arange(50) % 5 != 0
    order = train._Order(kept, None, 1)

    first, second = order.draw(), order.draw()

    assert sorted(first.tolist()) == np.flatnonzero(kept).tolist()
    assert first.tolist() != second.tolist()


def test_spectra_are_drawn_as_often_as_their_weights_say_and_never_when_left_out():
    weights = np.repeat([0.1, 1.0], [100, 10])  # a star of a hundred spectra, and ten of one each
    kept = np.ones(110, bool)
    kept[105] = False
    order = train._Order(kept, weights, 3)

    drawn = np.bincount(torch.cat([order.draw() for _ in range(200)]).numpy(), minlength=110)

    assert len(order.draw()) == 109
    assert drawn[105] == 0
    expected = 200 * 109 * np.where(kept, weights, 0) / weights[kept].sum()
    assert abs(drawn[:100].sum() - expected[:100].sum()) < 5 * np.sqrt(expected[:100].sum())
    assert (np.abs(drawn - expected) < 6 * np.sqrt(expected + 1)).all()


def test_the_same_seed_draws_the_same():
    first, second = (train._Order(np.ones(20, bool), np.ones(20), 9).draw() for _ in range(2))

    assert torch.equal(first, second)


@pytest.mark.slow
@pytest.mark.alone
def test_a_batch_of_32_spectra_of_300000_pixels_trains_in_less_than_3_gigabytes(tmp_path):
    script = Path(__file__).with_name("full_length.py")

    done = subprocess.run(
        [sys.executable, script, tmp_path, "128"], capture_output=True, text=True, check=True
    )

    peak, _ = done.stdout.split()
    assert float(peak) < 3000
