"""Band indices of stars: mean flux in a band over that beside it, in the observed frame.

Stars are at rest to within their velocities of some hundred km/s, whatever redshift the survey
gives them; so is a star that was taken for a galaxy. The molecular and atomic indices and the
windows at hydrogen's lines are those of PyHammer (Kesseli et al. 2017, ApJS 230, 16; Roulston et
al. 2020, ApJS 249, 34), who took CaH and TiO5 from Reid, Hawley & Gizis 1995 (AJ 110, 1838). The
others are ours. Wavelengths are in vacuum.
"""

from dataclasses import dataclass

from catalog.measures import ERROR, Measure, Native, Quantity
from catalog.measures import _ratios as ratios
from catalog.measures._ratios import Parts
from catalog.spectra import Float


@dataclass(frozen=True)
class Index:
    """A ratio of mean fluxes, `above` over `below`, and what it tells of a star."""

    name: str
    title: str
    above: Parts
    below: Parts
    meaning: str


def _one(low: float, high: float) -> Parts:
    return ((1.0, low, high),)


def _two(*window: float) -> Parts:
    return (0.5, window[0], window[1]), (0.5, window[2], window[3])


_CAH = _one(7043.94, 7047.94)
INDICES: tuple[Index, ...] = (
    Index("c2_4382", "C₂ 4382", _one(4350, 4380), _one(4450, 4600), "Low in carbon stars."),
    Index("c2_4737", "C₂ 4737", _one(4650, 4730), _one(4750, 4850), "Low in carbon stars."),
    Index("c2_5165", "C₂ 5165", _one(5028, 5165), _one(5210, 5380), "Low in carbon stars."),
    Index("c2_5636", "C₂ 5636", _one(5400, 5630), _one(5650, 5800), "Low in carbon stars."),
    Index(
        "c2_5165_edge", "Edge of C₂ 5165", _one(5135, 5162), _one(5192, 5215),
        "Low where the band ends sharply at its red head, as C₂ does; TiO's 5167 begins there.",
    ),
    Index(
        "c2_5636_edge", "Edge of C₂ 5636", _one(5605, 5632), _one(5645, 5672),
        "Low where the band ends sharply at its red head, as C₂ does.",
    ),
    Index(
        "c2_5165_shade", "Shading of C₂ 5165", _one(5135, 5162), _one(5030, 5057),
        "Low where the band is deepest at its red head and shades to the blue, as C₂ does.",
    ),
    Index("cn_6926", "CN 6926", _one(6935, 7035), _one(6850, 6900), "Low in carbon stars."),
    Index("cn_7872", "CN 7872", _one(7850, 8050), _one(7650, 7820), "Low in carbon stars."),
    Index("cah2", "CaH2", _one(6815.86, 6847.87), _CAH, "Low in M dwarfs."),
    Index("cah3", "CaH3", _one(6961.92, 6991.93), _CAH, "Low in M dwarfs."),
    Index("tio5", "TiO5", _one(7127.96, 7136.97), _CAH, "Low in M stars, the more the cooler."),
    Index(
        "tio_7053", "TiO 7053", _one(7058, 7160), _one(6992, 7038),
        "Low in M stars: TiO5 with wider windows, which noise and a line in one of them move less.",
    ),
    Index("tio_6158", "TiO 6158", _one(6165, 6270), _one(6080, 6150), "Low in M stars."),
    Index("tio8", "TiO8", _one(8402.31, 8417.31), _one(8457.32, 8472.33), "High in late M stars."),
    Index(
        "tio8440", "TiO 8440", _one(8442.32, 8472.33), _one(8402.31, 8422.31), "Low in M stars."
    ),
    Index("vo7434", "VO 7434", _one(7432.05, 7472.06), _one(7552.08, 7572.08), "Low in late M."),
    Index(
        "vo7445", "VO 7445", ((0.5625, 7352.02, 7402.04), (0.4375, 7512.07, 7562.08)),
        _one(7422.04, 7472.06), "High in late M stars.",
    ),
    Index(
        "vo7912", "VO 7912", _one(7902.17, 7982.20), _one(8102.23, 8152.24), "Low in late M stars."
    ),
    Index(
        "na_d", "Na D", _one(5881.63, 5906.64), _one(5911.64, 5936.64),
        "Low in cool dwarfs, and where interstellar gas lies in front.",
    ),
    Index("mg_i", "Mg b", _one(5154.14, 5194.15), _one(5101.42, 5151.43), "Low in G and K stars."),
    Index("ca_k", "Ca II K", _one(3924.81, 3944.82), _one(3944.82, 3954.82), "Low below 9,000 K."),
    Index("hbeta_broad", "Hβ", _one(4823, 4900), _one(4945, 4980), "Low in white dwarfs."),
    Index("halpha_broad", "Hα", _one(6519, 6609), _one(6645, 6700), "Low in white dwarfs."),
    Index("hgamma_broad", "Hγ", _one(4290, 4405), _one(4430, 4460), "Low in white dwarfs."),
    Index(
        "hbeta_wings", "Wings of Hβ", _two(4817.7, 4840.7, 4884.7, 4907.7),
        _two(4745, 4780, 4945, 4980),
        "Flux 22-45 Å from Hβ: low where pressure makes the line as broad as in white dwarfs.",
    ),
    Index(
        "hgamma_wings", "Wings of Hγ", _two(4296.7, 4319.7, 4363.7, 4386.7),
        _two(4220, 4255, 4430, 4460),
        "Flux 22-45 Å from Hγ: low where pressure makes the line as broad as in white dwarfs.",
    ),
    Index(
        "hdelta_wings", "Wings of Hδ", _two(4057.9, 4080.9, 4124.9, 4147.9),
        _two(4020, 4045, 4200, 4240),
        "Flux 22-45 Å from Hδ: low where pressure makes the line as broad as in white dwarfs.",
    ),
    Index(
        "balmer_jump", "Balmer jump", _one(3610, 3680), _one(4020, 4060),
        "Low in A stars; near 1 in white dwarfs, whose pressure dissolves the jump.",
    ),
    Index(
        "blue_colour", "Blue colour", _one(4180, 4280), _one(6000, 6150),
        "Flux in the blue over that in the red: high in hot stars.",
    ),
    Index(
        "red_colour", "Red colour", _one(8150, 8250), _one(6000, 6150),
        "Flux in the far red over that in the red: high in cool stars.",
    ),
)  # fmt: skip


def of(native: Native) -> dict[str, Float]:
    """Every index, with the standard deviation that the pixels' errors give it."""
    wanted = [window for i in INDICES for window in ratios.windows_of(i.above, i.below)]
    known = ratios.means(native.arms, wanted)
    found: dict[str, Float] = {}
    for index in INDICES:
        found[index.name], found[index.name + ERROR] = ratios.ratio(index.above, index.below, known)
    return found


def _words(parts: Parts) -> str:
    return " and ".join(f"{low:g}-{high:g}" for _, low, high in parts)


MEASURE = Measure(
    name="bands",
    quantities=tuple(
        Quantity(
            index.name,
            index.title,
            "",
            f"Mean flux in {_words(index.above)} Å over that in {_words(index.below)} Å, "
            f"observed frame. {index.meaning}",
        )
        for index in INDICES
    ),
    of=of,
)
