"""Where the model looked in an object's spectrum: figures, words and numbers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from catalog.site.plots import attention as plots
from catalog.site.plots.axes import Float, runs
from catalog.store.latent_records import AttentionPatch

N_RANGES = 3
MOST = 0.25
"""Share of the patches that the named ranges may hold."""
ALIKE = 1.1
"""Times an even share that a patch gets at most where the model looks everywhere alike."""
ELSEWHERE = 0.25
"""Share of the patches with more or less than in nine of ten ordinary spectra, from which on the
model is said to look elsewhere: a tenth would be by chance."""


@dataclass(frozen=True)
class Attended:
    """How much the model attends to each patch of one spectrum: weights (T, T), rows sum to 1."""

    patches: tuple[AttentionPatch, ...]
    weight: Float

    @property
    def got(self) -> Float:
        """Attention that each patch gets, mean over all that attend, (T,); sums to 1."""
        mean: Float = self.weight.mean(axis=0)
        return mean

    @property
    def edges(self) -> Float:
        """Edges (T + 1,) of the patches, Å."""
        return np.array([*(each.wave_low for each in self.patches), self.patches[-1].wave_high])

    def of_patches(self, name: str) -> Float:
        """Give one number of every patch, (T,)."""
        return np.array([getattr(each, name) for each in self.patches])


@dataclass(frozen=True)
class Attention:
    """What the page shows of it."""

    most: str
    compared: str
    picture: Markup
    map: Markup
    n_patches: int
    width: str


def attention_of(attended: Attended | None, name: str) -> Attention | None:
    """Draw and tell it; None where the model has no attention."""
    if attended is None:
        return None
    n_patches, edges = len(attended.patches), attended.edges
    most, compared = _most(attended), _compared(attended)
    usual = [attended.of_patches(f"usual{each}") * n_patches for each in ("_low", "", "_high")]
    label = f"Attention over the spectrum of {name}. {most}"
    return Attention(
        most=most,
        compared=compared,
        picture=plots.profile(
            edges, attended.got * n_patches, (usual[0], usual[1], usual[2]), label
        ),
        map=plots.attention_map(
            edges, attended.weight * n_patches, f"Which part of {name} looks at which"
        ),
        n_patches=n_patches,
        width=f"{edges[1] - edges[0]:,.0f} Å",
    )


def _most(attended: Attended) -> str:
    """Name the three ranges that get most, or fewer where those would be much of the spectrum."""
    if attended.got.max() < ALIKE / attended.got.size:
        return "To place this spectrum in its latent space the model looked at all of it alike."
    order = np.argsort(-attended.got, kind="stable")
    chosen: list[int] = []
    for patch in order.tolist():
        chosen.append(patch)
        if len(runs(np.sort(chosen))) == N_RANGES or len(chosen) > MOST * order.size:
            break
    ranges = sorted(runs(np.sort(chosen)), key=lambda run: -_share(attended, run))
    told = [_range(attended, run) for run in ranges]
    share = sum(_share(attended, run) for run in ranges)
    return (
        f"To place this spectrum in its latent space the model looked most at {_listed(told)}: "
        f"{100 * share:.0f} % of its attention lies there, where {_even(attended, ranges):.0f} % "
        "would if it looked everywhere alike."
    )


def _compared(attended: Attended) -> str:
    """Say whether that is what it does with ordinary spectra."""
    got, usual = attended.got, attended.of_patches("usual")
    more, less = got > attended.of_patches("usual_high"), got < attended.of_patches("usual_low")
    beyond, n_patches = int((more | less).sum()), got.size
    if beyond <= ELSEWHERE * n_patches:
        return "That is about where it looks in an ordinary spectrum, too."
    # By what is moved, not by the ratio: a patch that gets next to nothing may get it tenfold.
    first = int(np.argmax(np.abs(got - usual)))
    told = "more" if got[first] > usual[first] else "less"
    return (
        f"That is not where it looks in an ordinary spectrum: {beyond} of {n_patches} patches get "
        "more or less attention than in nine of ten ordinary spectra, where chance would give "
        f"about {round(n_patches / 10)}. Most of all it looked {told} at "
        f"{_range(attended, (first, first))}, {_times(got[first] / usual[first])} the usual."
    )


def _times(ratio: float) -> str:
    return f"{ratio:.1f} times" if ratio >= 1 else f"{100 * ratio:.0f} % of"


def _share(attended: Attended, run: tuple[int, int]) -> float:
    return float(attended.got[run[0] : run[1] + 1].sum())


def _even(attended: Attended, ranges: Sequence[tuple[int, int]]) -> float:
    return 100 * sum(last - first + 1 for first, last in ranges) / len(attended.patches)


def _range(attended: Attended, run: tuple[int, int]) -> str:
    low, high = attended.patches[run[0]].wave_low, attended.patches[run[1]].wave_high
    return f"{low:,.0f}–{high:,.0f} Å"


def _listed(told: Sequence[str]) -> str:
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def attention_json(attended: Attended, target_id: str) -> str:
    """Write the weights for programs: `attention[i][j]` is how much patch i attends to patch j."""
    told = {
        "target_id": target_id,
        **{
            key: [float(f"{value:.6g}") for value in attended.of_patches(key).tolist()]
            for key in ("wave_low", "wave_high", "usual", "usual_low", "usual_high")
        },
        "attention": [[float(f"{value:.4g}") for value in row] for row in attended.weight.tolist()],
    }
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)
