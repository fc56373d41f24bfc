"""What a latent space means, made up: every latent table of a catalogue of `catalogue_fixture`.

Dimension 1 tells of the temperature, 2 of the class, 3 of nothing that anybody measured, 4 of the
fibre; the rest is not used. Dimensions 1 and 2 leak into each other. Some texts are hostile.
"""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

HOSTILE_TITLE = "Temperature <script>alert(3)</script>"
HOSTILE_TRACK = '"><img src=x onerror=alert(4)>'
N_INFORMATIVE = 4
LEAKING = (1, 2)
UNEXPLAINED, OBSERVING = 3, 4
ESTIMATORS = ("histogram", "neighbours", "mixture")
STEPS = (-4, -2, 0, 2, 4)  # deviations from the mean
OUTSIDE = 3.0  # deviations
N_TOKENS = 8
# name, title, unit, kind, discrete
LABELS = (
    ("teff", HOSTILE_TITLE, "K", "physics", False),
    ("spec_class", "Class", "", "physics", True),
    ("fibre", "Fibre", "", "observing", True),
    ("snr", "Signal-to-noise ratio", "", "observing", False),
)
TOLD = {(1, "teff"): 0.85, (2, "spec_class"): 0.6, (1, "spec_class"): 0.2, (4, "fibre"): 0.4}
FEATURES = (("continuum_blue", "Blue continuum", ""), ("halpha", "Hα", "Å"))

Array = NDArray[np.float64]


def components(n_latent: int, wave: Array) -> tuple[Array, Array]:
    """Mean spectrum (L,) and what a unit of each dimension adds to it, (D, L)."""
    t = (wave - wave[0]) / (wave[-1] - wave[0])
    mean = 1.0 - 0.5 * t - 0.3 * np.exp(-0.5 * ((wave - 5176.7) / 20) ** 2)
    shapes = [np.cos(np.pi * (k + 1) * t) / (k + 2) for k in range(n_latent)]
    shapes[0] = shapes[0] + np.exp(-0.5 * ((wave - 6564.6) / 8) ** 2)
    scale = 1 / np.linalg.norm(mean)
    used = np.where(np.arange(n_latent) < N_INFORMATIVE, 0.15, 0.002)
    return mean * scale, np.array(shapes) * scale * used[:, None]


def network(n_latent: int, wave: Array) -> tuple[list[list[dict[str, Any]]], list[Array]]:
    """Chains of steps as the table `decoder` has them, and their arrays in order."""
    mean, shapes = components(n_latent, wave)
    rng = np.random.default_rng(3)
    hidden = 6
    arrays = [
        shapes.T, mean,
        rng.normal(0, 0.5, (hidden, n_latent)), np.zeros(hidden),
        rng.normal(0, 1e-3, (wave.size, hidden)), np.zeros(wave.size),
    ]  # fmt: skip
    layers = [
        {"kind": "linear", "settings": {}, "arrays": {"weight": list(w.shape), "bias": [b.size]}}
        for w, b in zip(arrays[::2], arrays[1::2], strict=True)
    ]
    relu = {"kind": "relu", "settings": {}, "arrays": {}}
    return [[layers[0]], [layers[1], relu, layers[2]]], arrays


def decoded(latent: Array, wave: Array) -> Array:
    """What that network makes of a point (D,), (L,)."""
    _, (straight, mean, inner, inner_bias, outer, outer_bias) = network(latent.size, wave)
    hidden = np.maximum(inner @ latent + inner_bias, 0)
    result: Array = straight @ latent + mean + outer @ hidden + outer_bias
    return result


def _insert(database: Any, table: str, rows: list[list[Any]]) -> None:
    marks = ", ".join("?" * len(rows[0]))
    database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _moments(database: Any, n_latent: int) -> tuple[Array, Array]:
    latents = database.execute("SELECT latent FROM spectra WHERE latent IS NOT NULL").fetchall()
    points = np.array([row[0] for row in latents], np.float64)[:, :n_latent]
    return points.mean(axis=0), points.std(axis=0)


def _dimensions(database: Any, mean: Array, deviation: Array) -> None:
    labels = {1: "teff", 2: "spec_class"}
    rows: list[list[Any]] = []
    for d, (m, s) in enumerate(zip(mean, deviation, strict=True), 1):
        used = d <= N_INFORMATIVE
        rows.append([
            d, 0.67 * s if used else 0.004, None if d == mean.size else (1.9 if used else 0.002),
            m, s, m - 2.6 * s, m + 2.6 * s, used, labels.get(d, ""),
            "fibre" if d == OBSERVING else "",
        ])  # fmt: skip
    _insert(database, "latent_dimensions", rows)


def _information(database: Any, n_latent: int) -> None:
    rows = [[name, i, *rest, 1_900] for i, (name, *rest) in enumerate(LABELS, 1)]
    _insert(database, "latent_labels", rows)
    cells: list[list[Any]] = []
    for estimator in ESTIMATORS:
        for d in range(1, n_latent + 1):
            for name, *_ in LABELS:
                told = TOLD.get((d, name), 0.0)
                value = told + 0.012 + 0.001 * d
                error = 0.02 if estimator == "mixture" else None
                tested = [0.01, 0.03, 0.005, 0.02] if told else [0.01, 0.03, 0.4, 0.6]
                shown = [value, error, *tested] if estimator != "mixture" else [
                    value, error, None, None, None, None]  # fmt: skip
                cells.append([d, name, estimator, *shown, told > 0, 1_900])
    _insert(database, "latent_information", cells)
    pairs = [(a, b) for a in range(1, N_INFORMATIVE + 1) for b in range(a + 1, N_INFORMATIVE + 1)]
    _insert(database, "latent_leakage", [
        [a, b, 0.21 if (a, b) == LEAKING else 0.01, 0.03, 0.5 if (a, b) == LEAKING else 0.02,
         (a, b) == LEAKING]
        for a, b in pairs
    ])  # fmt: skip


def _classes(database: Any) -> None:
    classes = database.execute(
        "SELECT spec_class, count(*) FROM spectra WHERE rank IS NOT NULL GROUP BY 1 ORDER BY 1"
    ).fetchall()
    n_all = sum(n for _, n in classes)
    separation: list[list[Any]] = []
    for name, n in [("all", n_all), *classes]:
        separation.append(["spec_class", name, "purity", 0.81, 0.78, 0.84, n / n_all / 2, n])
        separation.append(["spec_class", name, "silhouette", 0.32, None, None, 0.0, n])
    _insert(database, "class_separation", separation)
    common: list[list[Any]] = [
        ["spec_class", name, n, n_all, n / n_all, 0.8 * n / n_all, min(1.0, 1.25 * n / n_all),
         None, None, None, None]
        for name, n in classes
    ]  # fmt: skip
    share = 10 / n_all
    common.append(["category", "line_strength", 10, n_all, share, 0.5 * share, 1.8 * share,
                   0.8, share / 0.8, 0.6 * share, 2.4 * share])  # fmt: skip
    _insert(database, "prevalence", common)


def _traversals(database: Any, mean: Array, deviation: Array, wave: Array) -> None:
    rows: list[list[Any]] = []
    for d in range(mean.size):
        for step, by in enumerate(STEPS, -(len(STEPS) // 2)):
            point = mean.copy()
            point[d] += by * deviation[d]
            flux = decoded(point, wave).tolist()
            rows.append([d + 1, step, point[d], abs(by) > OUTSIDE, flux])
    _insert(database, "traversals", rows)
    _insert(database, "traversal_features", [
        [name, i, title, unit, f"How strong {HOSTILE_TRACK} is."]
        for i, (name, title, unit) in enumerate(FEATURES, 1)
    ])  # fmt: skip
    changes = [
        [d + 1, name, None if d == 5 else 1.2 - d, (1, -1, 0)[d % 3]]
        for d in range(mean.size)
        for name, *_ in FEATURES
    ]
    _insert(database, "traversal_changes", changes)


def _tracks(database: Any, mean: Array, deviation: Array, wave: Array) -> None:
    ranked = "SELECT target_id FROM spectra WHERE rank IS NOT NULL ORDER BY rank"
    targets = [row[0] for row in database.execute(ranked).fetchall()]
    rows = [
        ["B", 1, "Blue", 1, 2, 0.3, "GALAXY", "halpha"],
        ["S-2", 2, HOSTILE_TRACK, 1, 3, 0.3, "", ""],
    ]
    _insert(database, "tracks", rows)
    for name, other in (("B", 1), ("S-2", 2)):
        for position in range(1, 4):
            point = mean.copy()
            point[[0, other]] += (position - 2) * deviation[[0, other]]
            target, flux = targets[3 * position % len(targets)], decoded(point, wave).tolist()
            found = [True, target, 2.4, 0, None, flux] if position == 3 else [
                False, target, 0.05, 12, flux, flux]  # fmt: skip
            at = [float(point[0]), float(point[other])]
            _insert(database, "track_points", [[name, position, *at, *found]])


def _attention(database: Any, wave: Array) -> None:
    edges = np.linspace(wave[0], wave[-1], N_TOKENS + 1)
    _insert(database, "attention_patches", [
        [i, edges[i], edges[i + 1], 1 / N_TOKENS, 0.5 / N_TOKENS, 1.5 / N_TOKENS]
        for i in range(N_TOKENS)
    ])  # fmt: skip
    rng = np.random.default_rng(8)
    for (target,) in database.execute("SELECT target_id FROM object_spectra ORDER BY 1").fetchall():
        weight = rng.dirichlet(np.full(N_TOKENS, 0.5), N_TOKENS)
        _insert(database, "attention", [[target, weight.ravel().tolist()]])


def _sweep(database: Any, wave: Array) -> None:
    rng = np.random.default_rng(4)
    target, flux = database.execute(
        "SELECT target_id, flux FROM object_spectra ORDER BY target_id LIMIT 1"
    ).fetchone()
    for n_latent in (4, 8):
        for beta in (0.0, 0.1, 1.0):
            variational = beta > 0
            n_informative = n_latent if beta < 1 else N_INFORMATIVE
            chosen = (n_latent, beta) == (8, 1.0)
            found = [n_informative, n_informative // 3, 1.1 + beta / 10, 12.5, chosen]
            _insert(database, "sweep", [[n_latent, variational, beta, *found]])
            _insert(database, "sweep_dimensions", [
                [n_latent, variational, beta, d + 1, 0.6 if d < n_informative else 0.003,
                 1.5 if variational else None, d < n_informative]
                for d in range(n_latent)
            ])  # fmt: skip
            recon = np.array(flux) + rng.normal(0, 1e-4, wave.size)
            _insert(database, "sweep_examples",
                    [[n_latent, variational, beta, target, flux, recon.tolist()]])  # fmt: skip


def add_latent(database: Any, n_latent: int, wave: Array) -> None:
    """Fill every latent table of an open catalogue that has its spectra already."""
    mean, deviation = _moments(database, n_latent)
    _dimensions(database, mean, deviation)
    _information(database, n_latent)
    _classes(database)
    _traversals(database, mean, deviation, wave)
    _tracks(database, mean, deviation, wave)
    _attention(database, wave)
    _sweep(database, wave)
    chains, arrays = network(n_latent, wave)
    weights = np.concatenate([each.ravel() for each in arrays])
    _insert(database, "decoder", [[json.dumps(chains), weights.tolist()]])
