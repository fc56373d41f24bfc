"""Spectra of the small catalogue's objects, and why each is there."""

from typing import Any

import numpy as np
from tests.site.objects_fixture import CATEGORIES, N_BINS, insert_rows, target

SENTENCES = {
    "line_strength": "Its Hα line is 14 times stronger than in the galaxies most like it.",
    "broad_lines": "Its Hβ line is 5,200 km/s wide, ten times wider than the model expects.",
    "blend": "A second set of absorption lines lies at another redshift.",
    "unexplained": "A broad bump near 5,400 Å belongs to no line we know.",
    "arm_step": "The flux jumps by a third at 5,780 Å, where two arms meet.",
    "sky_residual": "Narrow spikes stand at the wavelengths of night-sky lines.",
}
WINDOWS = {
    "line_strength": (6535.0, 6600.0),
    "broad_lines": (4780.0, 4940.0),
    "blend": (3900.0, 4000.0),
    "unexplained": (5300.0, 5500.0),
    "arm_step": (5700.0, 5800.0),
    "sky_residual": (7200.0, 7300.0),
}
# Arms, bluest first, and the bins that two of them share; the redder reads a tenth higher.
OVERLAPS = ((("b", 1, 1.0), ("r", 2, 1.1), range(430, 446)),
            (("r", 2, 1.0), ("z", 3, 1.1), range(800, 830)))  # fmt: skip
WAVE = np.linspace(3600, 7556, N_BINS)


def galaxy(wave: Any, rng: Any, category: str) -> tuple[Any, Any, Any]:
    """Flux, ivar and reconstruction of unit norm."""
    slope, break_ = rng.uniform(-0.5, 1.0), rng.uniform(0.1, 0.5)
    continuum = (wave / 5500) ** -slope * (1 - break_ / (1 + np.exp((wave - 4000) / 20)))
    for at, depth, width in (
        (3934.8, 0.4, 9),
        (3969.6, 0.4, 9),
        (5176.7, 0.2, 20),
        (5895.6, 0.15, 7),
    ):
        continuum = continuum * (1 - depth * np.exp(-0.5 * ((wave - at) / width) ** 2))
    strength = rng.uniform(0, 0.6)
    emission = sum(
        a * strength * np.exp(-0.5 * ((wave - at) / 5) ** 2)
        for at, a in (
            (3728.5, 0.8),
            (4862.7, 0.5),
            (4960.3, 0.3),
            (5008.2, 0.9),
            (6564.6, 1.6),
            (6585.3, 0.6),
        )
    )
    recon = continuum + emission
    low, high = WINDOWS[category]
    middle = (low + high) / 2
    odd = {
        "line_strength": 5.0 * np.exp(-0.5 * ((wave - 6564.6) / 6) ** 2),
        "broad_lines": 0.8 * np.exp(-0.5 * ((wave - 4862.7) / 40) ** 2)
        + 1.6 * np.exp(-0.5 * ((wave - 6564.6) / 55) ** 2),
        "blend": -0.3 * np.exp(-0.5 * ((wave - middle) / 30) ** 2),
        "unexplained": 0.5 * np.exp(-0.5 * ((wave - 5400) / 90) ** 2),
        "arm_step": np.where(wave > 5750, 0.3, 0.0),
        "sky_residual": 1.5 * (np.sin(wave / 7) > 0.97) * (wave > 6800),
    }[category]
    sigma = 0.06 + 0.03 * np.exp(-(wave - wave[0]) / 300)
    flux = recon + odd + rng.normal(0, sigma)
    ivar = 1 / sigma**2
    norm = np.linalg.norm(flux)
    flux, recon, ivar = flux / norm, recon / norm, ivar * norm**2
    ivar[rng.integers(100, 900) :][:12] = 0
    return flux, ivar, recon


def add_spectra(database: Any, rng: Any, n_published: int) -> None:
    """Draw spectra and give reasons; the object of rank 10 has none."""
    for i in range(n_published):
        category = CATEGORIES[i % 6][0]
        flux, ivar, recon = galaxy(WAVE, rng, category)
        shapes = [each.tolist() for each in (flux, ivar, recon, recon)]
        values = [target(i), *shapes, 180.0]
        database.execute("INSERT INTO object_spectra VALUES (?, ?, ?, ?, ?, ?)", values)
        _add_arms(database, target(i), flux, ivar)
        low, high = WINDOWS[category]
        if i != 9:
            database.execute(
                "INSERT INTO reasons VALUES (?, 1, ?, ?, ?, 14.2, 'times', 38.0, 0.92, ?, ?)",
                [target(i), category, CATEGORIES[i % 6][2], SENTENCES[category], low, high],
            )
            database.execute(
                "INSERT INTO reasons VALUES (?, 2, 'unexplained', 'unexplained', "
                "'The rest of the misfit is spread over the whole spectrum.', "
                "NULL, '', 2.1, 0.05, NULL, NULL)",
                [target(i)],
            )


def _add_arms(database: Any, target: str, flux: Any, ivar: Any) -> None:
    values = [
        [target, position, arm, at, flux[at] * factor, ivar[at] / 2]
        for *arms, bins in OVERLAPS
        for arm, position, factor in arms
        for at in bins
        if ivar[at] > 0
    ]
    insert_rows(database, "arm_overlaps", values)


def add_evidence(database: Any, n_published: int) -> None:
    """What templates and native pixels say: a suggestion for every other object."""
    quantities = [
        ["tio5", 1, "TiO5", "", "Mean flux in 7127-7137 Å over that in 7044-7048 Å."],
        ["sky_lines", 2, "Residual at sky lines", "σ", "Median over the lines of the night sky."],
    ]
    database.executemany("INSERT INTO measures VALUES (?, ?, ?, ?, ?)", quantities)
    for i in range(n_published):
        rows = [
            [target(i), 1, "quasar", "QSO", 2.0431, 1.12, 3.46, i % 2 == 0],
            [target(i), 2, "m_star", "STAR", 0.0001, 3.5, 3.46, False],
        ]
        database.executemany("INSERT INTO alternatives VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        values = [[target(i), "tio5", 0.42, 0.013], [target(i), "sky_lines", -0.3, None]]
        database.executemany("INSERT INTO object_measures VALUES (?, ?, ?, ?)", values)
