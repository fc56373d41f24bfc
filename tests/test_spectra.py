"""Joining arms."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.spectra import QUALITY_MEANING, Arm, Quality, coadd


def _arm(name: str, first: int, length: int, n_rows: int, seed: int) -> Arm:
    random = np.random.default_rng(seed)
    ivar = random.uniform(0.1, 9, (n_rows, length)).astype(np.float32)
    ivar[random.uniform(size=ivar.shape) < 0.3] = 0
    flux = random.normal(5, 3, (n_rows, length)).astype(np.float32)
    # The last digits differ between arms, as in DESI's files.
    wave = 3600 + 0.8 * np.arange(first, first + length) + 1e-9 * seed
    return Arm(name, wave, flux, ivar)


def _slowly(arms: tuple[Arm, ...]) -> dict[float, list[tuple[float, float]]]:
    """Mean and summed ivar per pixel and row, one number at a time."""
    pixels: dict[float, list[list[tuple[float, float]]]] = {}
    for arm in arms:
        for i, wave in enumerate(arm.wave):
            rows = pixels.setdefault(round(float(wave), 3), [[] for _ in arm.flux])
            for row, pair in enumerate(zip(arm.flux[:, i], arm.ivar[:, i], strict=True)):
                rows[row].append((float(pair[0]), float(pair[1])))
    out = {}
    for wave, rows in sorted(pixels.items()):
        sums = [(sum(f * w for f, w in row), sum(w for _, w in row)) for row in rows]
        out[wave] = [(total / weight if weight else 0.0, weight) for total, weight in sums]
    return out


@settings(max_examples=60, deadline=None)
@given(
    first=st.lists(st.integers(0, 30), min_size=2, max_size=3),
    length=st.integers(1, 20),
    n_rows=st.integers(1, 4),
    seed=st.integers(0, 10_000),
)
def test_arms_join_to_the_weighted_mean_of_each_pixel(
    first: list[int], length: int, n_rows: int, seed: int
) -> None:
    arms = tuple(
        _arm(name, start, length, n_rows, seed + i)
        for i, (name, start) in enumerate(zip("brz", first, strict=False))
    )
    joined, slow = coadd(arms), _slowly(arms)
    np.testing.assert_allclose(joined.wave, list(slow), rtol=0, atol=1e-3)
    expected = np.array(list(slow.values()))
    np.testing.assert_allclose(joined.flux.T, expected[:, :, 0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(joined.ivar.T, expected[:, :, 1], rtol=1e-5)
    assert joined.flux.dtype == joined.ivar.dtype == np.float32


@settings(max_examples=30, deadline=None)
@given(st.permutations([0, 1, 2]))
def test_the_order_of_the_arms_does_not_matter(order: list[int]) -> None:
    arms = [_arm(name, 8 * i, 12, 2, i) for i, name in enumerate("brz")]
    one, other = coadd(tuple(arms)), coadd(tuple(arms[i] for i in order))
    np.testing.assert_allclose(one.flux, other.flux, rtol=1e-6)
    np.testing.assert_allclose(one.ivar, other.ivar, rtol=1e-6)


def test_one_arm_is_given_back_as_it_is() -> None:
    arm = _arm("b", 0, 9, 2, 1)
    assert coadd((arm,)) is arm


def test_a_pixel_that_one_arm_masks_is_the_other_arms() -> None:
    wave = np.array([1.0, 2.0])

    def arm(flux: float, ivar: list[float]) -> Arm:
        pixels: npt.NDArray[np.float32] = np.array([[flux, flux]], np.float32)
        return Arm("x", wave, pixels, np.array([ivar], np.float32))

    joined = coadd((arm(9.0, [0.0, 3.0]), arm(5.0, [2.0, 1.0])))
    assert joined.flux.tolist() == [[5.0, 8.0]]
    assert joined.ivar.tolist() == [[2.0, 4.0]]


def test_a_pixel_that_every_arm_masks_has_flux_and_ivar_0() -> None:
    arm = Arm("x", np.array([1.0]), np.full((1, 1), 7, np.float32), np.zeros((1, 1), np.float32))
    joined = coadd((arm, arm))
    assert joined.flux.tolist() == joined.ivar.tolist() == [[0.0]]


def test_every_quality_flag_is_one_bit_with_a_meaning() -> None:
    flags = [flag for flag in Quality if flag is not Quality.GOOD]
    assert set(QUALITY_MEANING) == set(flags)
    assert [flag.value.bit_count() for flag in flags] == [1] * len(flags)


@pytest.mark.parametrize("length", [2, 3])
def test_arms_that_do_not_overlap_stand_side_by_side(length: int) -> None:
    arms = (_arm("b", 0, length, 1, 1), _arm("z", 100, length, 1, 2))
    joined = coadd(arms)
    assert joined.wave.size == 2 * length
    np.testing.assert_array_equal(joined.ivar, np.hstack([arm.ivar for arm in arms]))
