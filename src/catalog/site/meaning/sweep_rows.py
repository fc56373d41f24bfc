"""How beta and the number of latents were chosen: the models of the sweep, compared."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.site.plots import sweep as plot
from catalog.site.plots.axes import Float
from catalog.store.latent_records import SweepExample, SweepRun

ZOOMS = (0.08, 0.015)
"""Share of the spectrum that the two magnified views show, as in the HARPS paper's figure."""
LEAST_BINS = 24
SMOOTH = 51
"""Bins of the running mean from which a feature stands out."""
Key = tuple[int, bool, float]


@dataclass(frozen=True)
class SweepCell:
    """One model: informative dimensions, pairs that leak, error on held-out spectra."""

    n_informative: int
    n_leaking: int
    chi2: str
    chosen: bool


@dataclass(frozen=True)
class SweepLine:
    """The models of one number of latents, a cell per column; None where none was trained."""

    n_latent: int
    cells: tuple[SweepCell | None, ...]


@dataclass(frozen=True)
class Sweep:
    """The whole sweep: a table, and two figures."""

    sentence: str
    columns: tuple[str, ...]
    lines: tuple[SweepLine, ...]
    dispersions: Markup
    examples: Markup
    example_words: str


def sweep_of(atlas: Atlas) -> Sweep | None:
    """Describe the sweep; None where none was run."""
    runs = atlas.catalogue.sweep()
    if not runs:
        return None
    settings = sorted({(run.variational, run.beta) for run in runs})
    sizes = sorted({run.n_latent for run in runs})
    known = {_key(run): run for run in runs}
    examples, told = _examples(atlas)
    return Sweep(
        sentence=_sentence(runs),
        columns=tuple(_title(*each) for each in settings),
        lines=tuple(
            SweepLine(n, tuple(_cell(known.get((n, *each))) for each in settings)) for n in sizes
        ),
        dispersions=_dispersions(atlas, runs),
        examples=examples,
        example_words=told,
    )


def _key(run: SweepRun | SweepExample) -> Key:
    return run.n_latent, run.variational, run.beta


def _title(variational: bool, beta: float) -> str:
    return f"β = {beta:g}" if variational else "plain"


def _name(key: Key) -> str:
    return f"{key[0]} dimensions, {_title(key[1], key[2])}"


def _cell(run: SweepRun | None) -> SweepCell | None:
    if run is None:
        return None
    return SweepCell(
        run.n_informative, run.n_leaking, words.significant(run.chi2_validation), run.chosen
    )


def _sentence(runs: Sequence[SweepRun]) -> str:
    chosen = [run for run in runs if run.chosen]
    if not chosen:
        return (
            "At no β that was tried do models of all sizes agree on the number of informative "
            "dimensions."
        )
    run = chosen[0]
    sizes = len({run.n_latent for run in runs})
    agree = (
        f"all {sizes} sizes agree on {run.n_informative} informative dimensions"
        if sizes > 1
        else f"{run.n_informative} dimensions are informative"
    )
    return f"β = {run.beta:g} is the smallest at which {agree}."


def _dispersions(atlas: Atlas, runs: Sequence[SweepRun]) -> Markup:
    every = atlas.catalogue.sweep_dimensions()
    panels = []
    for run in runs:
        own = sorted(
            (d for d in every if (d.n_latent, d.variational, d.beta) == _key(run)),
            key=lambda d: -d.mad,
        )
        if own:
            bars = [(d.mad, d.informative) for d in own]
            panels.append(plot.Bars(_name(_key(run)), tuple(bars)))
    label = "Median absolute deviation of every dimension of every model, the largest first."
    return plot.dispersions(panels, label) if panels else Markup()


def _examples(atlas: Atlas) -> tuple[Markup, str]:
    """Draw one spectrum as each model rebuilds it: whole, and magnified twice."""
    found = atlas.catalogue.sweep_examples()
    if not found:
        return Markup(), ""
    windows = _windows(found[0].flux)
    rows = [plot.Rebuilt(_name(_key(each)), each.flux, each.recon) for each in found]
    wave = atlas.wave
    ends = [f"{wave[a]:,.0f}–{wave[b - 1]:,.0f} Å" for a, b in windows]
    label = f"One spectrum and what each model makes of it: {'; '.join(ends)}."
    target = found[0].target_id
    return plot.examples(wave, rows, windows, ends, label), f"The spectrum is that of {target}."


def _windows(flux: Float) -> list[tuple[int, int]]:
    """Give the whole range (first, last + 1), and two parts around the sharpest feature."""
    n = flux.size
    finite = np.nan_to_num(flux)
    width = min(SMOOTH, n // 2 * 2 - 1)
    smooth = np.convolve(np.pad(finite, width // 2, mode="edge"), np.ones(width) / width, "valid")
    inner = slice(n // 20, n - n // 20)
    peak = int(np.abs(finite - smooth[:n])[inner].argmax()) + n // 20
    found = [(0, n)]
    for share in ZOOMS:
        half = max(LEAST_BINS, round(share * n)) // 2
        first = min(max(0, peak - half), max(0, n - 2 * half))
        found.append((first, min(n, first + 2 * half)))
    return found
