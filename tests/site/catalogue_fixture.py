"""A small catalogue made straight from schema.sql: 60 outliers of 2,000, some of them hostile."""

import itertools
import json
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from tests.site.latent_fixture import add_latent

from catalog.designation import acronym, designation, slug_of

SCHEMA = Path(__file__).parents[2] / "src" / "catalog" / "store" / "schema.sql"
HOSTILE = "<script>alert(1)</script>"
HOSTILE_CLASS = '"><img src=x onerror=alert(2)>'
LONG_ID = "39089837596371002"
N_SCORED, N_PUBLISHED, N_BINS = 2_000, 60, 1_000
N_LATENT = 10
# name, title, role, the paper's name and sign
SCORES = (
    ("misfit", "misfit", "ranking", "", 1),
    ("arm_step", "arm step", "ranking", "", 1),
    ("weighted_mse", "weighted squared error", "paper", "weighted MSE", 1),
    ("lof", "local outlier factor", "paper", "NOF", -1),
    ("chi2", "reduced χ²", "further", "", 1),
    ("pca_chi2", "χ² of ten principal components", "baseline", "", 1),
    ("pca_lof", "local outlier factor of ten principal components", "baseline", "", 1),
)
KINDS = ("arm_step", "blend", "broad_lines", "line_strength", "sky_residual")
SNR_GROUPS = ("5-10", "10-20", "20-40", ">40")
METRICS = ("auprc", "precision_at_100", "precision_at_1_percent", "recall_at_fpr_1e-3",
           "recall_at_fpr_1e-2", "median_percentile")  # fmt: skip
STANDING_PETAL = "0"
COMBINED_AUPRC, BASELINE_AUPRC, WON_BY_BASELINE = 0.83, 0.61, "blend"

LINES = (
    ("oii", "[O II]", 3728.5, True),
    ("ca_k", "Ca K", 3934.8, True),
    ("ca_h", "Ca H", 3969.6, False),
    ("hdelta", "Hδ", 4102.9, False),
    ("hgamma", "Hγ", 4341.7, True),
    ("hbeta", "Hβ", 4862.7, True),
    ("oiii_4960", "[O III]", 4960.3, True),
    ("oiii_5008", "[O III]", 5008.2, True),
    ("mg_b", "Mg b", 5176.7, True),
    ("na_d", "Na D", 5895.6, True),
    ("oi", "[O I]", 6302.0, False),
    ("nii", "[N II]", 6585.3, False),
    ("halpha", "Hα", 6564.6, True),
    ("sii", "[S II]", 6718.3, True),
)
CATEGORIES = (
    (
        "line_strength",
        "Extreme emission line",
        "astrophysical",
        "A known line is far stronger or weaker than in the spectra most like it.",
    ),
    (
        "broad_lines",
        "Broad lines",
        "astrophysical",
        "Lines thousands of km/s wide, as of gas near a black hole.",
    ),
    (
        "blend",
        "Two objects in one fibre",
        "astrophysical",
        "The light of two objects, at two redshifts, in one spectrum.",
    ),
    ("unexplained", "Unexplained", "unexplained", "No rule accounts for the misfit."),
    (
        "arm_step",
        "Step between arms",
        "artefact",
        "The flux jumps where two arms of the spectrograph meet.",
    ),
    ("sky_residual", "Sky residual", "artefact", "Night-sky lines were not subtracted cleanly."),
)
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


# Target, position, verdict, category, comment, by, date.
VERDICTS = [
    ["39627830000000000", 1, "artefact", "sky_residual", "Sits on a sky line.", "A. Rossi",
     "2026-03-09"],
    ["39627830000000000", 2, "astrophysical", "line_strength", "", "B. Chen", "2026-04-01"],
    ["39627830000000001", 1, "astrophysical", "", "", "A. Rossi", ""],
    [HOSTILE, 1, "ordinary", "", f"=1+1\n{HOSTILE}", HOSTILE, "2026-01-01"],
]  # fmt: skip


def _galaxy(wave: Any, rng: Any, category: str) -> tuple[Any, Any, Any]:
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


def _columns(database: Any) -> None:
    plain = [
        (
            "target_id",
            "VARCHAR",
            "",
            "meta.id;meta.main",
            None,
            "Identifier that the survey gives, as text.",
        ),
        ("ra", "DOUBLE", "deg", "pos.eq.ra;meta.main", 6, "Right ascension, ICRS."),
        ("dec", "DOUBLE", "deg", "pos.eq.dec;meta.main", 6, "Declination, ICRS."),
        ("z", "DOUBLE", "", "src.redshift", 5, "Redshift."),
        ("snr", "DOUBLE", "", "stat.snr", 2, "Median signal-to-noise ratio per bin."),
        *(
            (f"score_{s}", "DOUBLE", "", "stat.value", 4, f"Score {s}; higher is more unusual.")
            for s, *_ in SCORES
        ),
        ("p", "DOUBLE", "", "stat.probability", None, "Probability that one is this unusual."),
        ("p_extrapolated", "BOOLEAN", "", "meta.code", None, "True where a fitted tail gave p."),
        ("q", "DOUBLE", "", "stat.probability", None, "False-discovery rate if cut here."),
        (
            "teff",
            "DOUBLE",
            "K",
            "phys.temperature.effective",
            0,
            "Effective temperature, from the survey.",
        ),
        ("program", "VARCHAR", "", "meta.note", None, "Observing programme."),
    ]
    database.executemany(
        "INSERT INTO columns VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            [i, n, t, u, ucd, d, text, "not given by the survey"]
            for i, (n, t, u, ucd, d, text) in enumerate(plain)
        ],
    )


def _tables(database: Any, rng: Any, *, simulated: bool, n_published: int) -> None:
    recipe = {
        "site": {
            "cutouts": "link",
            "cutout_layer": "ls-dr9",
            "repository": "https://example.org/repo",
        }
    }
    database.execute(
        "INSERT INTO release VALUES (?, ?, ?, ?, ?, 7, '0.1.0', 6, ?, 0.02, 2100, 100, ?, ?, ?)",
        [
            "test",
            "Test Atlas",
            "",
            simulated,
            acronym("PSA", simulated=simulated),
            json.dumps(recipe),
            N_SCORED,
            n_published,
            n_published,
        ],
    )
    database.execute("INSERT INTO changes VALUES (1, 'The first release.')")
    database.execute(
        "INSERT INTO citation VALUES ('1.0', '2026-11-21', '10.5281/zenodo.1234567', "
        "'10.5281/zenodo.1234566', 'CC-BY-4.0', 'Zenodo', 'astronomy,spectroscopy', '', '', "
        "'https://example.org/repo')"
    )
    database.execute(
        "INSERT INTO authors VALUES (1, 'Rossi', 'Ada', '0000-0002-1825-0097', 'Observatory'), "
        "(2, 'The Test Collaboration', '', '', '')"
    )
    database.execute(
        f"INSERT INTO provenance VALUES ('{'c3' * 32}', '{'d4' * 20}', false, '{'e5' * 32}', "
        "'3.11.7', 'Linux x86_64')"
    )
    database.execute("INSERT INTO environment VALUES ('numpy', '2.4.6'), ('torch', '2.13.0')")
    database.execute(
        "INSERT INTO surveys VALUES ('desi', 'DESI', 'https://data.desi.lbl.gov', "
        "'DESI Collaboration (2024)', 'This research used data obtained with the Dark Energy "
        "Spectroscopic Instrument.', '10⁻¹⁷ erg s⁻¹ cm⁻² Å⁻¹', 'CC-BY-4.0', 'edr', "
        "'https://www.legacysurvey.org/viewer/desi-spectrum/{release}/targetid{target_id}', "
        "2100, 2000)"
    )
    database.execute(
        f"INSERT INTO inputs VALUES ('desi', 'coadd-sv3-1.fits', '{'a1' * 32}', 'sv3-1', "
        "'https://data.desi.lbl.gov/coadd-sv3-1.fits')"
    )
    database.executemany(
        "INSERT INTO quality_flags VALUES (?, ?, ?, ?)",
        [[1, "SKY", "The fibre was pointed at blank sky.", 60], [256, "LOW_SNR", "Too noisy.", 40]],
    )
    for position, (score, title, role, paper, sign) in enumerate(SCORES, 1):
        raw = {"weighted_mse": 42.0, "lof": 7.0}.get(score, 11.5)
        database.execute(
            "INSERT INTO scores VALUES (?, ?, ?, ?, ?, 'How far it lies from what is ordinary.', "
            "'Nicolaou et al. (2025)', false, 3.1, 20, ?, ?, ?, ?)",
            [score, title, f"score_{score}", role, position, paper, sign, raw, 11.0 + position / 5],
        )
        counts, edges = np.histogram(rng.normal(0.2, 0.15, N_SCORED), 40)
        rows = [[score, i, edges[i], edges[i + 1], int(counts[i])] for i in range(40)]
        database.executemany("INSERT INTO score_histograms VALUES (?, ?, ?, ?, ?)", rows)
        database.executemany(
            "INSERT INTO score_percentiles VALUES (?, ?, ?)",
            [[score, q, round(1.2 + q / 50, 3)] for q in (1.0, 10.0, 50.0, 90.0, 99.0)],
        )
        for cls, n in (("GALAXY", 1800), ("QSO", 150), ("STAR", 50)):
            database.execute(
                "INSERT INTO class_scores VALUES (?, ?, ?, ?, ?)",
                [score, cls, n, 1.31, 1.12],
            )
    database.execute(
        f"INSERT INTO model VALUES ('mlp_vae', 10, 3000000, 3, '{'b2' * 32}', true, "
        "'Simulated training set', true, 1500, 500, '{}')"
    )
    database.executemany(
        "INSERT INTO training VALUES (?, ?, ?, ?, ?, ?, 0.001)",
        [
            # Towards the end the network overfits: the last epoch is not the best.
            [k, e, e // 25, 900 + fall, 920 + fall + 9 * max(0, e - 28) + 4 * k, 1.0 + fall / 600]
            for k in range(3)
            for e in range(1, 31)
            for fall in (600 * np.exp(-e / 6),)
        ],
    )
    database.execute(
        "INSERT INTO grid SELECT i, 3600 + i * 3956.0 / 999 FROM range(?) t(i)", [N_BINS]
    )
    database.executemany(
        "INSERT INTO lines VALUES (?, ?, ?, 'both', ?, 'NIST')", [list(line) for line in LINES]
    )
    n_of = {
        name: sum(i % 6 == k for i in range(n_published)) for k, (name, *_) in enumerate(CATEGORIES)
    }
    database.executemany(
        "INSERT INTO categories VALUES (?, ?, ?, ?, ?, ?)",
        [[n, t, v, d, i, n_of[n]] for i, (n, t, v, d) in enumerate(CATEGORIES)],
    )
    _columns(database)


def _target(i: int) -> str:
    if i >= N_SCORED:  # spread as real DESI identifiers are: release, brick, object
        brick = 320_000 + i * 7_919 % 340_000
        return str((9_010 << 42) + (brick << 22) + i * 104_729 % 8_000)
    return {3: HOSTILE, 5: LONG_ID}.get(i, f"3962783{i:010d}")


def slug_by_id(target_id: str) -> str:
    """Address of the page of one of the first published objects, by its survey's identifier."""
    return next(slug_at(i) for i in range(N_PUBLISHED) if _target(i) == target_id)


NAMELESS = 3  # published by what its survey calls it, which is hostile
NOWHERE = 4  # without a position


def position_of(i: int) -> tuple[float, float]:
    """Right ascension and declination of the object of rank i + 1: spread, and known to tests."""
    return i * 137.50776405003785 % 360, (i * 74.16407864998738 + 31.4) % 120 - 60


def name_of(i: int, *, simulated: bool = False) -> str:
    """Designation of the object of rank i + 1; empty where it has none."""
    nameless = i in {NAMELESS, NOWHERE}
    return "" if nameless else designation(*position_of(i), acronym("PSA", simulated=simulated))


def slug_at(i: int) -> str:
    """Address of the page of the object of rank i + 1."""
    if i == NAMELESS:
        return "desi-script-alert-1-script"
    return slug_of(name_of(i)) if name_of(i) else f"desi-{_target(i)}"


def _spectrum_row(
    rng: Any, i: int, n_published: int, n_scored: int, *, simulated: bool
) -> list[Any]:
    published = i < n_published
    category = CATEGORIES[i % 6] if published else ("", "", "", "")
    ra, dec = (None, None) if i == NOWHERE else position_of(i)
    x, y = rng.normal(0, 10, 2) + (30 if i % 3 == 0 else -10)
    percentile = 100.0 * (1 - (i + 1) / max(N_SCORED, n_scored))
    spec_class = HOSTILE_CLASS if i == 3 else ("GALAXY", "GALAXY", "QSO", "STAR")[i % 4]
    row = [
        _target(i),
        name_of(i, simulated=simulated),
        "desi",
        "sv3-1",
        ra,
        dec,
        None if i == 6 else float(rng.uniform(0.01, 0.5)),
        None if i == 6 else 2e-5,
        0,
        spec_class,
        "",
        0,
        float(rng.lognormal(1.6, 0.5)),
        0.98,
        i == 7,
        i % 3,
        i + 1,
        percentile,
        min(1.0, (i + 1) ** 2 * 1e-8),
        i < 3,
        (i + 1) * 1e-4,
        published,
        category[2],
        category[0],
        slug_at(i) if published else "",
        float(x),
        float(y),
        rng.normal(0, 1, N_LATENT).tolist(),
    ]
    for k in range(len(SCORES)):
        missing = i == 8 and SCORES[k][0] in {"lof", "arm_step"}
        own = percentile if i < N_SCORED else 100.0 * float(rng.beta(8, 1))
        value = [9.0 / (i + 1) + 1.2, i + 1, own, (i + 1) / N_SCORED]
        row += [None] * 4 if missing else value
    return [*row, 5772.0 if i % 4 == 3 else None, "bright"]


BENCHMARKED = {"combined": COMBINED_AUPRC, "misfit": 0.7, "arm_step": 0.2, "weighted_mse": 0.22,
               "lof": 0.05, "chi2": 0.66, "pca_chi2": BASELINE_AUPRC, "pca_lof": 0.27}  # fmt: skip


def _benchmark_scores(rng: Any) -> list[list[Any]]:
    """Results in which the combined p wins on every kind but one."""
    rows = []
    cells = itertools.product(BENCHMARKED, ("all", *KINDS), ("all", *SNR_GROUPS), METRICS)
    for score, kind, group, metric in cells:
        value = BENCHMARKED[score] * (0.9 if group == "5-10" else 1.0)
        if kind != "all":
            value = float(np.clip(BENCHMARKED[score] + rng.normal(0, 0.02), 0, 1))
        if (score, kind) == ("pca_chi2", WON_BY_BASELINE):
            value = 0.95
        factor = 100 if metric == "median_percentile" else 1
        ends = [max(0.0, value - 0.03), min(1.0, value + 0.03)]
        rows.append([score, kind, group, metric, *(factor * each for each in (value, *ends)), 12])
    return rows


def _evidence(database: Any, n_published: int) -> None:
    """What templates and native pixels say: a suggestion for every other object."""
    quantities = [
        ["tio5", 1, "TiO5", "", "Mean flux in 7127-7137 Å over that in 7044-7048 Å."],
        ["sky_lines", 2, "Residual at sky lines", "σ", "Median over the lines of the night sky."],
    ]
    database.executemany("INSERT INTO measures VALUES (?, ?, ?, ?, ?)", quantities)
    for i in range(n_published):
        rows = [
            [_target(i), 1, "quasar", "QSO", 2.0431, 1.12, 3.46, i % 2 == 0],
            [_target(i), 2, "m_star", "STAR", 0.0001, 3.5, 3.46, False],
        ]
        database.executemany("INSERT INTO alternatives VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        values = [[_target(i), "tio5", 0.42, 0.013], [_target(i), "sky_lines", -0.3, None]]
        database.executemany("INSERT INTO object_measures VALUES (?, ?, ?, ?)", values)


def _benchmark(database: Any, rng: Any, *, simulated: bool) -> None:
    """Fill every table of the benchmark."""
    database.execute("INSERT INTO benchmark VALUES (3, 0.01, 5940, 60, ?, 7)", [simulated])
    database.executemany(
        "INSERT INTO benchmark_scores VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _benchmark_scores(rng)
    )
    for other in ("pca_chi2", "pca_lof", "weighted_mse", "lof"):
        gain = COMBINED_AUPRC - BENCHMARKED[other]
        database.execute(
            "INSERT INTO benchmark_differences VALUES ('combined', ?, ?, ?, ?)",
            [other, gain, gain - 0.04, gain + 0.04],
        )
    for stratum in ("all", *map(str, range(1, 11))):
        edges = [None, None] if stratum == "all" else [4.0 * int(stratum), 4.0 * int(stratum) + 4]
        value = 0.0101 if stratum == "all" else 0.008 + 0.0005 * int(stratum)
        database.execute(
            "INSERT INTO benchmark_calibration VALUES "
            "('combined', 'flagged_fraction', ?, ?, ?, ?, ?, ?, 594)",
            [stratum, *edges, value, value - 0.004, value + 0.004],
        )
    for quantity, value in (("abs_spearman_with_snr", 0.02), ("false_discovery_rate", 0.09)):
        database.execute(
            "INSERT INTO benchmark_calibration VALUES "
            "('combined', ?, 'all', NULL, NULL, ?, NULL, NULL, 55)",
            [quantity, value],
        )
    for score, value in BENCHMARKED.items():
        database.execute(
            "INSERT INTO benchmark_classes VALUES ('QSO', ?, 'auprc', ?, NULL, NULL, 150)",
            [score, value],
        )
    database.executemany(
        "INSERT INTO benchmark_kinds VALUES (?, ?)",
        [[kind, "Height over the noise of one bin."] for kind in KINDS],
    )
    said = [
        ["blend", "bad_region", 3],
        ["blend", "-", 1],
        ["spike", "bad_region", 6],
        ["", "agn", 2],
    ]
    database.executemany("INSERT INTO benchmark_reasons VALUES (?, ?, ?)", said)
    for category, n in (("bad_region", 9), ("all", 10)):
        for metric, value in (("precision", 0.92), ("recall", 0.81), ("f1", 0.86)):
            row = [category, metric, value, value - 0.05, value + 0.05, n]
            database.execute("INSERT INTO benchmark_labels VALUES (?, ?, ?, ?, ?, ?)", row)
    database.execute(
        "INSERT INTO benchmark_labels VALUES "
        "('bad_region', 'false_positive_rate', 0.005, NULL, NULL, 200)"
    )
    database.executemany(
        "INSERT INTO stage_costs VALUES (?, ?, ?, ?, 4)",
        [["read", 1, 2.5, 310.0], ["train", 2, 205.0, 900.0], ["score", 3, 3_720.0, 1_200.0]],
    )


def _nearby(database: Any, rng: Any, n_published: int, n_scored: int) -> None:
    """Neighbours of every object, and artefacts that gather on the first petal."""
    near: list[list[Any]] = []
    spectra: list[list[Any]] = []
    for i in range(n_published):
        ordinary = [n_published + (3 * i + j) % max(1, n_scored - n_published) for j in range(3)]
        unusual = [(i + j) % n_published for j in (1, 2, 3)][: n_published - 1]
        for kind, others in (("ordinary", ordinary), ("unusual", unusual)):
            near += [
                [_target(i), kind, place, _target(other), 0.5 * place + 0.01 * i]
                for place, other in enumerate(others, 1)
            ]
    wave = np.linspace(3600, 7556, N_BINS)
    for name in sorted({row[3] for row in near if row[1] == "ordinary"}):
        flux, ivar, _ = _galaxy(wave, rng, "unexplained")
        known = (ivar > 0).reshape(-1, 4).sum(axis=1)
        total = (flux * (ivar > 0)).reshape(-1, 4).sum(axis=1)
        mean = np.divide(total, known, out=np.full(known.size, np.nan), where=known > 0)
        spectra.append([name, mean.tolist()])
    database.executemany("INSERT INTO neighbours VALUES (?, ?, ?, ?, ?)", near)
    database.executemany("INSERT INTO neighbour_spectra VALUES (?, ?)", spectra)
    taken = [
        [_target(i), kind, name]
        for i in range(n_published)
        for kind, name in (("fibre", str(i)), ("petal", str(i % 2)), ("tile", "9"))
    ]
    database.executemany("INSERT INTO origins VALUES (?, ?, ?)", taken)
    artefacts = [i for i in range(n_published) if CATEGORIES[i % 6][2] == "artefact"]
    groups = [["fibre", str(i), "", 20, int(i in artefacts), 0.2, 0.4, 1.0, False]
              for i in range(n_published)]  # fmt: skip
    for name, p in (("0", 1e-4), ("1", 0.9)):
        n = sum(i % 2 == int(name) for i in artefacts)
        groups.append(["petal", name, "", n_scored // 2, n, 10.0, p, p, name == STANDING_PETAL])
    database.executemany("INSERT INTO origin_groups VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", groups)


# Arms, bluest first, and the bins that two of them share; the redder reads a tenth higher.
OVERLAPS = ((("b", 1, 1.0), ("r", 2, 1.1), range(430, 446)),
            (("r", 2, 1.0), ("z", 3, 1.1), range(800, 830)))  # fmt: skip


def _insert_arms(database: Any, target: str, flux: Any, ivar: Any) -> None:
    values = [
        [target, position, arm, at, flux[at] * factor, ivar[at] / 2]
        for *arms, bins in OVERLAPS
        for arm, position, factor in arms
        for at in bins
        if ivar[at] > 0
    ]
    columns = pa.table(
        {f"c{i}": list(column) for i, column in enumerate(zip(*values, strict=True))}
    )
    database.register("arms_made", pa.table(columns))
    database.execute("INSERT INTO arm_overlaps SELECT * FROM arms_made")
    database.unregister("arms_made")


def make_catalogue(  # noqa: PLR0913 - what tests vary
    path: Path,
    *,
    simulated: bool = False,
    n_published: int = N_PUBLISHED,
    n_scored: int = N_SCORED,
    benchmark: bool = True,
    n_full: int | None = None,
    latent: bool = False,
) -> Path:
    """Write the catalogue; the same arguments give the same content.

    Of many published objects only the first `n_full` need spectra, reasons and neighbours: the
    others are quick to make, and enough for pages that list them.
    """
    n_full = n_published if n_full is None else n_full
    rng = np.random.default_rng(11)
    database = duckdb.connect(str(path))
    database.execute(SCHEMA.read_text(encoding="utf-8"))
    for score, *_ in SCORES:
        database.execute(f"ALTER TABLE spectra ADD COLUMN score_{score} DOUBLE")
        database.execute(f"ALTER TABLE spectra ADD COLUMN rank_{score} BIGINT")
        database.execute(f"ALTER TABLE spectra ADD COLUMN percentile_{score} DOUBLE")
        database.execute(f"ALTER TABLE spectra ADD COLUMN p_{score} DOUBLE")
    database.execute("ALTER TABLE spectra ADD COLUMN teff DOUBLE")
    database.execute("ALTER TABLE spectra ADD COLUMN program VARCHAR")
    _tables(database, rng, simulated=simulated, n_published=n_published)
    if benchmark:
        _benchmark(database, np.random.default_rng(5), simulated=simulated)
    rows = [
        _spectrum_row(rng, i, n_published, n_scored, simulated=simulated) for i in range(n_scored)
    ]
    names = [f"c{i}" for i in range(len(rows[0]))]
    columns = pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    database.register("rows_made", columns)
    database.execute("BEGIN")
    database.execute("INSERT INTO spectra SELECT * FROM rows_made")
    wave = np.linspace(3600, 7556, N_BINS)
    for i in range(n_full):
        category = CATEGORIES[i % 6][0]
        flux, ivar, recon = _galaxy(wave, rng, category)
        shapes = [each.tolist() for each in (flux, ivar, recon, recon)]
        values = [_target(i), *shapes, 180.0]
        database.execute("INSERT INTO object_spectra VALUES (?, ?, ?, ?, ?, ?)", values)
        _insert_arms(database, _target(i), flux, ivar)
        low, high = WINDOWS[category]
        if i != 9:
            database.execute(
                "INSERT INTO reasons VALUES (?, 1, ?, ?, ?, 14.2, 'times', 38.0, 0.92, ?, ?)",
                [_target(i), category, CATEGORIES[i % 6][2], SENTENCES[category], low, high],
            )
            database.execute(
                "INSERT INTO reasons VALUES (?, 2, 'unexplained', 'unexplained', "
                "'The rest of the misfit is spread over the whole spectrum.', "
                "NULL, '', 2.1, 0.05, NULL, NULL)",
                [_target(i)],
            )
    _evidence(database, n_full)
    database.executemany("INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, 'v.csv')", VERDICTS)
    _nearby(database, np.random.default_rng(6), n_full, n_scored)
    if latent:
        add_latent(database, N_LATENT, wave)
    database.execute("COMMIT")
    database.close()
    return path
