"""The decoder in the visitor's hands: a slider per latent dimension, and the spectrum it makes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.site.atlas import Atlas
from catalog.site.meaning.decoder_files import decoder_files
from catalog.site.meaning.dimension_rows import label_titles
from catalog.site.meaning.occupied import occupied_of
from catalog.site.meaning.still_rows import Still, stills_of
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.store.latent_records import LatentDimension
from catalog.store.records import Outlier

STEPS = 200
"""Steps of a slider, from end to end."""


@dataclass(frozen=True)
class Slider:
    """One dimension: its ends, its mean, and what it tells most of, or empty."""

    dimension: int
    low: str
    high: str
    mean: str
    step: str
    told: str


@dataclass(frozen=True)
class DecoderContext:
    """Everything that `decoder.html` shows."""

    frame: Frame
    used: tuple[Slider, ...]
    others: tuple[Slider, ...]
    wave_low: float
    wave_high: float
    n_scored: int
    stills: tuple[Still, ...]
    has_traversals: bool


def _slider(each: LatentDimension, titles: dict[str, str]) -> Slider:
    spread = max(each.high - each.low, 1e-3)
    step = float(f"{spread / STEPS:.1g}")
    low, high = (step * round(end / step) for end in (each.mean - spread, each.mean + spread))
    if each.high > each.low:
        low, high = step * (each.low // step), step * -(-each.high // step)
    return Slider(
        dimension=each.dimension,
        low=f"{low:.6g}",
        high=f"{high:.6g}",
        mean=f"{step * round(each.mean / step):.6g}",
        step=f"{step:g}",
        told=titles.get(each.label, ""),
    )


def _sheets(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Sheet]:  # noqa: ARG001
    decoder = atlas.catalogue.decoder() if atlas.has_decoder else None
    if decoder is None:
        return
    path = "latent/decoder/index.html"
    titles = label_titles(atlas.catalogue.latent_labels())
    used = sorted((each for each in atlas.dimensions if each.informative), key=lambda d: -d.mad)
    context = DecoderContext(
        frame=frame(atlas, path, "Decoder", "Move a latent dimension and see the spectrum change."),
        used=tuple(_slider(each, titles) for each in used),
        others=tuple(_slider(each, titles) for each in atlas.dimensions if not each.informative),
        wave_low=float(atlas.wave[0]),
        wave_high=float(atlas.wave[-1]),
        n_scored=atlas.release.n_scored,
        stills=stills_of(atlas),
        has_traversals=bool(atlas.catalogue.traversal_features()),
    )
    yield Sheet(path, context, decoder_files(atlas, decoder, occupied_of(atlas)))


PAGE = Page("decoder.html", DecoderContext, _sheets)
