"""What the small catalogue says of its release: survey, scores, model, lines, columns."""

import json
from typing import Any

import numpy as np
from tests.site.objects_fixture import CATEGORIES, N_BINS, N_SCORED, SCORES

from catalog.designation import acronym

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


def add_release(database: Any, rng: Any, *, simulated: bool, n_published: int) -> None:
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
