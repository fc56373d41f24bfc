"""What each shipped recipe is built from in the tests, and the little that is changed in it.

Real files where there are some, else simulated ones in the survey's own format. A change is a text
of the recipe and what takes its place; all the rest is as shipped.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.pipeline import own_table

from catalog import simulate
from catalog.simulate import high_resolution_table

FOLDER = Path(__file__).parents[2] / "build"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))
N_SIMULATED = 160
Changes = tuple[tuple[str, str], ...]
Lay = Callable[[Path, Path], None]


@dataclass(frozen=True)
class Feed:
    """The files of a recipe, and what is changed in it.

    Attributes
    ----------
    lay : callable
        Puts the files below a data folder, given that folder and the folder of real spectra.
    changes : tuple of (str, str)
        Texts of the recipe, and what takes their places.
    simulated : bool
        Whether the site must say on every page that its spectra are simulated.
    has_latent_pages : bool
        Whether the spectra are enough for what the latent space means.
    """

    lay: Lay
    changes: Changes
    simulated: bool = False
    has_latent_pages: bool = True


def write(name: str, folder: Path, realdata: Path | None = None) -> Path:
    """Write a changed recipe below `folder/build`, its files below `folder/data`; gives the recipe.

    Without the folder of real spectra, no files. A change whose text is not in the recipe, or is
    there twice, is a fault of the test.
    """
    feed = FEEDS[name]
    text = (FOLDER / f"{name}.toml").read_text()
    for shipped, changed in feed.changes:
        assert text.count(shipped) == 1, f"{text.count(shipped)} times in {name}.toml: {shipped}"
        text = text.replace(shipped, changed)
    if realdata is not None:
        feed.lay(folder / "data", realdata)
    recipe = folder / "build" / f"{name}.toml"
    recipe.parent.mkdir(parents=True)
    recipe.write_text(text)
    return recipe


def _linked(folder: str, *patterns: str) -> Lay:
    """Lay links to real files, which stay where they are."""

    def lay(data: Path, realdata: Path) -> None:
        (data / folder).mkdir(parents=True)
        for pattern in patterns:
            for path in sorted((realdata / folder).glob(pattern)):
                (data / folder / path.name).symlink_to(path)

    return lay


def _plates(data: Path, realdata: Path) -> None:
    """Lay links to SDSS spectra below the numbers of their plates, as the archive has them."""
    for path in sorted((realdata / "sdss").glob("spec-*.fits")):
        place = data / "sdss/dr17/26/spectra/lite" / path.name.split("-")[1]
        place.mkdir(parents=True, exist_ok=True)
        (place / path.name).symlink_to(path)


def _simulated(folder: str, *surveys: str) -> Lay:
    """Lay simulated files of each of DESI's surveys, one beside the other, with their mark."""

    def lay(data: Path, _: Path) -> None:
        (data / folder / "healpix").mkdir(parents=True)
        for seed, survey in enumerate(surveys, start=1):
            made, number = data / "made", N_SIMULATED // len(surveys)
            simulate.write_release(made, number, seed, survey=survey, resolution=False)
            for part in (f"healpix/{survey}", simulate.MARK):
                (made / part).rename(data / folder / part)

    return lay


def _high_resolution(data: Path, _: Path) -> None:
    high_resolution_table.write(data / "high-resolution", N_SIMULATED, 4096, 1)


def _own_table(data: Path, _: Path) -> None:
    own_table.write(data / "my-table/galaxies.parquet")


def _small(outlier_fraction: float = 0.05) -> tuple[str, str]:
    """Make a model for a hundred spectra, of which more than one is to be an outlier."""
    return "n_bins = 1000", (
        f"n_bins = 1000\n\n[scores]\noutlier_fraction = {outlier_fraction}\n\n"
        "[model]\nhidden = [64, 32]\nepochs = 2\nbatch_size = 32\nrefits = 1"
    )


def _asked_of(*labels: str) -> tuple[str, str]:
    """Compare the dimensions with these labels alone: with all, it is the longest of all stages."""
    named = ", ".join(f'"{label}"' for label in labels)
    return "[site]", f"[latent]\nlabels = [{named}]\n\n[site]"


NOT_REAL = ('changes = ["First release."]', 'simulated = true\nchanges = ["First release."]')
MEANS = """[[surveys]]
name = "mastarhc"
folder = "mastar"
files = ["MaStarHC_*.fits.gz"]

"""
FEEDS = {
    "demo": Feed(
        _simulated("demo", "sv3"),
        (
            ("epochs = 30", "epochs = 2"),
            ("outlier_fraction = 0.02", "outlier_fraction = 0.05"),
            _asked_of("snr"),
        ),
        simulated=True,
    ),
    "desi-dr1": Feed(
        _simulated("desi/dr1", "main"), (NOT_REAL, _small(), _asked_of("snr")), simulated=True
    ),
    "desi-edr": Feed(
        _simulated("desi/edr", "sv1", "sv3"), (NOT_REAL, _small(), _asked_of("snr")), simulated=True
    ),
    "desi-edr-paper": Feed(
        _simulated("desi/edr", "sv1", "sv3"),
        (
            NOT_REAL,
            ("epochs = 50", "epochs = 1"),
            ("outlier_fraction = 0.01", "outlier_fraction = 0.05"),
            _asked_of("snr"),
        ),
        simulated=True,
    ),
    # A twentieth of the range, at the recipe's own resolution: with the detectors' gap, and where
    # both stars have orders of good light. Of two stars both have a page.
    "harps": Feed(
        _linked("harps", "*.fits"),
        (
            ("wave_min = 3785.9022", "wave_min = 5300.0"),
            ("wave_max = 6911.1943", "wave_max = 5450.0"),
            ("n_bins = 312447", "n_bins = 15000"),
            ("n_latent = 128", "n_latent = 8"),
            ("epochs = 30", "epochs = 2"),
            ("[sweep]", "outlier_fraction = 1.0\n\n[sweep]"),
        ),
        has_latent_pages=False,
    ),
    "high-resolution": Feed(
        _high_resolution,
        (
            ("epochs = 60", "epochs = 2"),
            ("[sweep]", "[scores]\noutlier_fraction = 0.05\n\n[sweep]"),
        ),
        simulated=True,
    ),
    "lamost": Feed(
        _linked("lamost", "spec-*.fits"), (("epochs = 100", "epochs = 2"), _asked_of("snr"))
    ),
    # Of the library there are a star's visits and the means of 65 clusters of stars; the means have
    # a reader of their own, and no star to balance by.
    "mastar": Feed(
        _linked("mastar", "mastar-LOG-*.fits.gz", "MaStarHC_*.fits.gz"),
        (
            (
                '"mastar-goodspec-v3_1_1-v1_7_7.fits*", "mastarall-v3_1_1-v1_7_7.fits*"',
                '"mastar-LOG-*.fits.gz"',
            ),
            (
                "[select]",
                MEANS + "[select]",
            ),
            ("n_bins = 3367", "n_bins = 1684"),
            ('balance_by = "star"', "epochs = 2"),
            ("outlier_fraction = 0.01", "outlier_fraction = 0.05"),
            ('labels = ["teff", "log_g", "fe_h", "heliov", "s2n"]', 'labels = ["snr"]'),
        ),
    ),
    "miles": Feed(
        _linked("miles", "*"),
        (("n_bins = 2100", "n_bins = 1050"), ("epochs = 60", "epochs = 2"), _asked_of("teff")),
    ),
    "miles-attention": Feed(
        _linked("miles", "MILES_params.db", "*0V.fits"),  # every tenth star
        (("n_bins = 2100", "n_bins = 1050"), ("epochs = 40", "epochs = 2"), _asked_of("teff")),
    ),
    "my-table": Feed(_own_table, (NOT_REAL, _small(), _asked_of("log_mass")), simulated=True),
    # Nearly all are quasars far beyond the recipe's redshifts, and faint: 24 of 47 are scored.
    "sdss-dr17": Feed(
        _plates,
        (
            ("z_min = -0.005", "z_min = 1.8"),
            ("z_max = 0.3", "z_max = 3.4"),
            ("snr_min = 5.0", "snr_min = 1.0"),
            ("wave_min = 3700.0", "wave_min = 1280.0"),
            ("wave_max = 7050.0", "wave_max = 2300.0"),
            _small(outlier_fraction=0.1),
        ),
        has_latent_pages=False,
    ),
}
"""By the recipe's name. Whoever adds a recipe says here what the tests build it from."""
