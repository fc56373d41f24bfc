"""A grid too coarse for lines gives fewer reasons, never a fault."""

import numpy as np
import pytest
from tests.explain.conftest import no_alternatives

from catalog.explain import Outliers, explain, lines
from catalog.spectra import RestSpectra


@pytest.mark.parametrize("n_bins", [16, 25, 40, 80, 160, 300], ids=lambda n: f"{n} bins")
def test_any_grid_that_a_recipe_allows_is_explained(n_bins):
    n_rows = 4
    rng = np.random.default_rng(n_bins)
    recon = np.full((n_rows, n_bins), n_bins**-0.5)
    flux = recon * (1 + rng.normal(0, 0.05, recon.shape))
    flux[0] += recon[0] * np.linspace(-0.5, 0.5, n_bins)
    flux[1, n_bins // 2] *= 30
    nothing = np.full(n_rows, np.nan)
    batch = Outliers(
        rest=RestSpectra(
            target_id=np.array([str(i) for i in range(n_rows)], object),
            wave=np.linspace(3600, 7556, n_bins),
            flux=flux.astype(np.float32),
            ivar=np.full(flux.shape, n_bins / 0.05**2, np.float32),
        ),
        expected=recon.astype(np.float32),
        scatter=np.zeros(flux.shape, np.float32),
        z=np.full(n_rows, 0.1),
        spec_class=np.full(n_rows, "GALAXY", object),
        class_fraction=np.ones(n_rows),
        snr=np.full(n_rows, 20.0),
        coverage=np.ones(n_rows),
        norm=np.ones(n_rows),
        arm_joins=((5760.0, 5800.0), (7520.0, 7620.0)),
        lines=lines.load(),
        sky_waves=np.array([5578.89, 6302.05]),
        measures={"arm_step": nothing, "arm_step_sigma": nothing, "arm_step_wave": nothing},
        alternatives=no_alternatives(n_rows),
    )

    reasons = explain(batch)

    assert set(reasons["target_id"]) == {"0", "1", "2", "3"}
    assert np.isfinite(reasons["explained"][reasons["category"] != "unexplained"]).all()
