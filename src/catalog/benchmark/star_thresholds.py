"""Thresholds that tell kinds of stars, fitted on template stars seen as a survey sees them.

Every kind has criteria: on which side of a threshold a measure must lie. A threshold is such that
`KEPT` of the kind's own templates meet it, or halfway between them and what is ordinary, whichever
lets more in. The first criterion decides, and must be met by some standard deviations; its
threshold is made stricter until no group of ordinary spectra meets all criteria at more than
`FALSE_POSITIVE_RATE`.

`write()` makes `explain/thresholds.toml` anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catalog import registry
from catalog.explain import stars
from catalog.explain.stars import ABOVE, BELOW, Criterion
from catalog.measures import ERROR, PACKAGE, Measure, Native
from catalog.release import writing
from catalog.simulate import anomalies, observing
from catalog.simulate.population import Kind, Population
from catalog.spectra import Array, Float, Text

FALSE_POSITIVE_RATE = 0.005
"""Of each group of ordinary spectra: A stars, F to K stars, galaxies (z = 0 to 0.6), quasars
(z = 0.3 to 3)."""
KEPT = 0.95
"""Fraction of a kind's templates that meets each criterion alone."""
N_TEMPLATES = 16_000
SEED = 20_261
ORDINARY = ("a_star", "fgk_star", "galaxy", "quasar")
SNR = (2.0, 150.0)
"""Median signal-to-noise ratio per native pixel of the r arm: uniform in its logarithm."""
BATCH = 400
SIGMA = 3.0
"""σ by which the deciding measure must lie beyond its threshold."""

CRITERIA: Mapping[str, tuple[tuple[str, str], ...]] = {
    "m_star": (
        ("tio_6158", BELOW), ("tio5", BELOW), ("cah2", BELOW), ("blue_colour", BELOW),
        ("c2_5165_shade", ABOVE),
    ),
    "carbon_star": (
        ("c2_5165_edge", BELOW), ("c2_5636_edge", BELOW), ("c2_5165_shade", BELOW),
        ("c2_5165", BELOW), ("tio5", ABOVE),
    ),
    "white_dwarf": (
        ("hbeta_wings", BELOW), ("hgamma_wings", BELOW), ("blue_colour", ABOVE), ("ca_k", ABOVE),
    ),
    "hot_star": (
        ("ew_he_i", BELOW), ("ew_he_i_4473", BELOW), ("ew_he_i_5877", BELOW),
        ("blue_colour", ABOVE), ("hbeta_wings", ABOVE), ("ca_k", ABOVE),
    ),
    "cataclysmic_variable": (
        ("ew_halpha", ABOVE), ("ew_hbeta", ABOVE), ("ew_halpha_flanks", ABOVE),
        ("ew_helium", ABOVE), ("ew_o_iii_5008", BELOW),
    ),
}  # fmt: skip
"""The measures that tell each kind, the deciding one first, and on which side of a threshold."""

# Share of the templates: what is observed, and what is planted in its place.
_MIX: tuple[tuple[Kind, str, float], ...] = (
    (Kind.STAR, "", 0.42),
    (Kind.QUIESCENT, "", 0.09),
    (Kind.STAR_FORMING, "", 0.14),
    (Kind.ACTIVE, "", 0.05),
    (Kind.BROAD_LINE, "", 0.02),
    (Kind.QUASAR, "", 0.08),
    (Kind.QUIESCENT, anomalies.WHITE_DWARF, 0.06),
    (Kind.QUIESCENT, anomalies.CARBON_STAR, 0.07),
    (Kind.QUIESCENT, anomalies.CATACLYSMIC, 0.07),
)
_STARS = {
    "m_star": (0.0, 3875.0), "fgk_star": (4050.0, 7000.0), "a_star": (7000.0, 9800.0),
    "hot_star": (11_000.0, np.inf),
}  # fmt: skip
"""K: effective temperatures of single stars; an M0 dwarf has 3,850 K (Pecaut & Mamajek 2013, ApJS
208, 9). What lies between is neither, and is left out."""
_WEAKER = (0.5, 1.0)
"""Factor on a disc's lines: those that are planted to be found are among the strongest."""
_PLANTED = {
    anomalies.WHITE_DWARF: "white_dwarf",
    anomalies.CARBON_STAR: "carbon_star",
    anomalies.CATACLYSMIC: "cataclysmic_variable",
}


@dataclass(frozen=True)
class Templates:
    """N observed templates: kind of star, one of `ORDINARY` or empty; S/N; and measures."""

    kind: Text
    snr: Float
    measures: Mapping[str, Float]


@dataclass(frozen=True)
class Fitted:
    """Criteria of one kind; what share of its templates and of ordinary spectra meets them."""

    criteria: tuple[Criterion, ...]
    recall: float
    false_positives: float


def draw(n_templates: int, seed: int) -> Templates:
    """Observe templates of every kind, and measure them as a survey's spectra are measured."""
    kinds: list[Text] = []
    snr: list[Float] = []
    measured: list[dict[str, Float]] = []
    streams = np.random.SeedSequence(seed).spawn(-(-n_templates // BATCH))
    for i, stream in enumerate(streams):
        rng = np.random.default_rng(stream)
        people = _people(min(BATCH, n_templates - i * BATCH), rng)
        seen = observing.observe(people, np.zeros(len(people), dtype=bool), rng)
        kinds.append(_labels(people, seen.parameters["teff"]))
        snr.append(people.snr)
        measured.append(_measured(Native(seen.arms, people.z, ())))
    together = {name: np.concatenate([m[name] for m in measured]) for name in measured[0]}
    return Templates(np.concatenate(kinds), np.concatenate(snr), together)


def _people(n_rows: int, rng: np.random.Generator) -> Population:
    """Who is observed: the mix, at redshifts and signal-to-noise ratios of wide range."""
    row = rng.choice(len(_MIX), n_rows, p=[share for _, _, share in _MIX])
    kind = np.array([_MIX[r][0].value for r in row], dtype=object)
    anomaly = np.array([_MIX[r][1] for r in row], dtype=object)
    strength = np.array([anomalies.draw_strength(a, rng) if a else 0.0 for a in anomaly])
    discs = anomaly == anomalies.CATACLYSMIC
    strength[discs] *= rng.uniform(*_WEAKER, discs.sum())
    z = rng.uniform(0.0, 0.6, n_rows)
    z = np.where(kind == Kind.QUASAR, rng.uniform(0.3, 3.0, n_rows), z)
    z = np.where(kind == Kind.STAR, rng.normal(0, 90, n_rows) / 299_792.458, z)
    snr = np.exp(rng.uniform(np.log(SNR[0]), np.log(SNR[1]), n_rows))
    ebv = np.clip(rng.lognormal(np.log(0.04), 0.8, n_rows), 0.004, 0.5)
    return Population(kind, anomaly, strength, z, snr, np.ones(n_rows, dtype=bool), ebv)


def _labels(people: Population, teff: Float) -> Text:
    """Kind of star of each row, one of `ORDINARY`, or empty."""
    label = np.where(people.kind == Kind.QUASAR, "quasar", "galaxy").astype(object)
    star = people.kind == Kind.STAR
    label[star] = ""
    for kind, (low, high) in _STARS.items():
        label[star & (teff >= low) & (teff < high)] = kind
    for anomaly, kind in _PLANTED.items():
        label[people.anomaly == anomaly] = kind
    return label


def _measured(native: Native) -> dict[str, Float]:
    """Give the measures that criteria use."""
    found: dict[str, Float] = {}
    for name in ("bands", "star_lines"):
        found |= registry.load(PACKAGE, name, Measure).of(native)
    return found


def fit(templates: Templates) -> dict[str, Fitted]:
    """Fit the thresholds of every kind."""
    return {kind: _fit_kind(templates, kind, plan) for kind, plan in CRITERIA.items()}


def _fit_kind(templates: Templates, kind: str, plan: tuple[tuple[str, str], ...]) -> Fitted:
    measures = templates.measures
    generous = [Criterion(q, side, _generous(templates, kind, q, side), 0.0) for q, side in plan]
    rest = tuple(generous[1:])
    passing = stars.meets(rest, measures)
    groups = [templates.kind == group for group in ORDINARY]
    limits = [
        _strictest(plan[0], measures, passing & group, int(FALSE_POSITIVE_RATE * group.sum()))
        for group in groups
    ]
    wanted = min if plan[0][1] == BELOW else max
    threshold = _rounded(wanted(*limits, generous[0].threshold), plan[0][1])
    criteria = (Criterion(*plan[0], threshold, SIGMA), *rest)
    met = stars.meets(criteria, measures)
    worst = max(float(met[group].mean()) for group in groups)
    return Fitted(criteria, float(met[templates.kind == kind].mean()), worst)


def _generous(templates: Templates, kind: str, quantity: str, side: str) -> float:
    """Threshold that nearly all of a kind meet, or halfway to what is ordinary, if that is more so.

    From the clearer half of the templates, whose values are not those of noise.
    """
    values = templates.measures[quantity]
    clear = templates.snr > np.sqrt(SNR[0] * SNR[1])
    own = values[clear & (templates.kind == kind)]
    ordinary = values[clear & np.isin(templates.kind.astype(str), ORDINARY)]
    kept = np.nanquantile(own, KEPT if side == BELOW else 1 - KEPT)
    halfway = (np.nanmedian(own) + np.nanmedian(ordinary)) / 2
    return _rounded(float(max(kept, halfway) if side == BELOW else min(kept, halfway)), side)


def _strictest(
    first: tuple[str, str], measures: Mapping[str, Float], passing: Array, n_allowed: int
) -> float:
    """Threshold that no more than so many of the passing spectra lie beyond by `SIGMA`."""
    quantity, side = first
    sign = 1.0 if side == BELOW else -1.0
    reach = sign * measures[quantity][passing] + SIGMA * measures[quantity + ERROR][passing]
    reach = np.sort(reach[np.isfinite(reach)])
    if reach.size <= n_allowed:
        return np.inf * sign
    return sign * float(reach[n_allowed])


def _rounded(value: float, side: str) -> float:
    """Three figures, to the stricter side: what templates cannot tell is not written down."""
    if value == 0 or not np.isfinite(value):
        return value
    unit = 10.0 ** (np.floor(np.log10(abs(value))) - 2)
    whole = np.floor(value / unit) if side == BELOW else np.ceil(value / unit)
    return float(f"{whole * unit:.3g}")


def text_of(fitted: Mapping[str, Fitted]) -> str:
    """Write the thresholds as TOML."""
    lines = [
        "# Thresholds of measures that tell kinds of stars, fitted on template stars: made by",
        "# catalog.benchmark.star_thresholds.write(), not by hand. The first criterion of a kind",
        "# decides, and must be met by `sigma` standard deviations. Recall is of the kind's own",
        "# templates, false positives of the worst of the groups of ordinary spectra, at",
        f"# signal-to-noise ratios per pixel of {SNR[0]:g} to {SNR[1]:g}.",
    ]
    for kind, result in fitted.items():
        rates = f"recall {result.recall:.3f}, false positives {result.false_positives:.4f}"
        lines += ["", f"[{kind}] # {rates}", "criteria = ["]
        lines += [
            f'  {{ quantity = "{c.quantity}", side = "{c.side}", threshold = {c.threshold!r}, '
            f"sigma = {c.sigma!r} }},"
            for c in result.criteria
        ]
        lines += ["]"]
    return "\n".join(lines) + "\n"


def write(path: Path = stars.PATH, n_templates: int = N_TEMPLATES, seed: int = SEED) -> None:
    """Fit the thresholds anew and write them."""
    text = text_of(fit(draw(n_templates, seed)))
    with writing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
