"""The files of a release: what each is, for what purpose, how to open it, how many rows it has.

The index beside the files and the page that offers them both read this.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from catalog.store.contents import ORDER

WHOLE = "The whole catalogue"
OUTLIERS = "The outliers"
SPECTRA = "The outliers' spectra"
MODEL = "Latents and model"
OBSERVATORY = "For the Virtual Observatory"
JOURNALS = "For journals and data centres"
MEASURED = "How well it works"
DICTIONARY = "Dictionary and checksums"
CITING = "Citing and provenance"

PANDAS = "pandas.read_parquet('{name}')"
PANDAS_CSV = "pandas.read_csv('{name}')"
TEXT_IDS = "pandas.read_csv('{name}', dtype={{'target_id': str}})"
"""Without it a reader takes identifiers for numbers, and loses their last digits."""
TABLE = "astropy.table.Table.read('{name}')"
VOTABLE = "astropy.table.Table.read('{name}', format='votable')"
CDS = "astropy.table.Table.read('{name}', readme='cds/ReadMe', format='ascii.cds')"

_PLACED = "spectra WHERE ra IS NOT NULL AND dec IS NOT NULL"


@dataclass(frozen=True)
class Offered:
    """A file, or with a pattern for a name several.

    `usage` is one line that opens it, with {name} for its own; `rows` is what follows FROM to count
    its rows, empty where it is no table; `link` names the file to open of a folder that is offered
    as one thing.
    """

    name: str
    group: str
    what: str
    usage: str = ""
    rows: str = ""
    link: str = ""

    @property
    def title(self) -> str:
        """What to call it: its name, or the folder's."""
        return self.name.removesuffix("*")

    def holds(self, path: str) -> bool:
        """Whether a file, by its path below the release's folder, is this one or one of these."""
        return fnmatchcase(path, self.name)


def _listing(name: str, group: str, what: str, rows: str, forms: str) -> tuple[Offered, ...]:
    """Give one table in several formats."""
    lines = {"parquet": PANDAS, "csv": TEXT_IDS, "vot": VOTABLE, "gz": VOTABLE, "fits": TABLE}
    return tuple(
        Offered(f"{name}.{form}", group, what, lines[form.rpartition(".")[2]], rows)
        for form in forms.split()
    )


def _benchmark() -> tuple[Offered, ...]:
    what = {
        "benchmark_scores": "How well each score finds planted anomalies, by kind and S/N",
        "benchmark_differences": "By how much one score finds more than another",
        "benchmark_calibration": "Whether p of clean spectra is uniform at every S/N",
        "benchmark_classes": "How well each score finds a class that the model never saw",
        "benchmark_reasons": "Which category was named first of what was planted",
        "benchmark_labels": "Precision, recall and F1 of each category",
        "benchmark_kinds": "What was planted, and what its strength means",
    }
    tables = [table for table in ORDER if table in what]
    return tuple(Offered(f"{t}.csv", MEASURED, what[t], PANDAS_CSV, t) for t in tables)


OFFERED: tuple[Offered, ...] = (
    Offered(
        "catalog.duckdb", WHOLE, "Everything, with every table; DuckDB 1.0 and later open it",
        'duckdb {name} "FROM spectra LIMIT 5"',
    ),
    *_listing(
        "spectra", WHOLE, "Every spectrum that was read, scored or not, ordered by identifier",
        "spectra", "parquet csv fits vot.gz",
    ),
    *_listing(
        "outliers", OUTLIERS, "The outliers, most unusual first", "spectra WHERE outlier",
        "parquet csv fits vot",
    ),
    Offered(
        "reasons.parquet", OUTLIERS,
        "Why each outlier is one: category, sentence, significance, share of the misfit",
        PANDAS, "reasons",
    ),
    Offered(
        "artefacts.csv", OUTLIERS,
        "The outliers that look like artefacts: why, where taken, observed wavelengths",
        TEXT_IDS, "spectra WHERE verdict = 'artefact'",
    ),
    Offered(
        "origin_groups.csv", OUTLIERS,
        "Artefacts per fibre, petal, exposure, tile and night, with their tests",
        PANDAS_CSV, "origin_groups",
    ),
    Offered(
        "verdicts.csv", OUTLIERS,
        "What people say of objects, in the format in which verdicts are sent",
        TEXT_IDS, "verdicts",
    ),
    Offered(
        "changes.csv", OUTLIERS, "Outliers that are new, gone or moved since the release before",
        TEXT_IDS, "differences",
    ),
    Offered(
        "object_spectra.parquet", SPECTRA,
        "Spectra and reconstructions of the objects that have a page, a row each",
        PANDAS, "object_spectra",
    ),
    Offered(
        "object_spectra.fits", SPECTRA,
        "These spectra as images, a row per object, with wavelengths and a table of the objects",
        "astropy.io.fits.info('{name}')", "object_spectra",
    ),
    Offered(
        "latents.parquet", MODEL, "Means of the latent variables of every scored spectrum",
        PANDAS, "spectra WHERE latent IS NOT NULL",
    ),
    Offered(
        "latents.fits", MODEL, "Means of the latent variables of every scored spectrum", TABLE,
        "spectra WHERE latent IS NOT NULL",
    ),
    Offered(
        "model/*.safetensors", MODEL, "Weights of the model that knows all folds but this one",
        "safetensors.numpy.load_file('{name}')",
    ),
    Offered("model/*.json", MODEL, "That model's shape, settings and training, as JSON"),
    Offered(
        "hats/*", OBSERVATORY,
        "The whole catalogue as HATS, cut by place on the sky, for cross-matches with LSDB, which "
        "opens the folder where it lies; spectra without a position are not in it",
        "lsdb.open_catalog('hats')", _PLACED, "hats/hats.properties",
    ),
    Offered(
        "footprint.moc.fits", OBSERVATORY,
        "Where on the sky spectra were scored: a MOC of order 8, cells of 13.7 arcmin",
        "mocpy.MOC.load('{name}', 'fits')",
    ),
    Offered(
        "footprint.moc.json", OBSERVATORY,
        "Where on the sky spectra were scored: a MOC of order 8, cells of 13.7 arcmin",
        "mocpy.MOC.load('{name}', 'json')",
    ),
    Offered("cds/ReadMe", JOURNALS, "What every byte of the tables for CDS means"),
    Offered(
        "cds/spectra.dat.gz", JOURNALS, "Every spectrum that was read, in columns of fixed width",
        CDS, "spectra",
    ),
    Offered(
        "cds/outliers.dat", JOURNALS, "The outliers, in columns of fixed width", CDS,
        "spectra WHERE outlier",
    ),
    Offered(
        "outliers.mrt", JOURNALS, "The outliers as a machine-readable table of the AAS",
        "astropy.table.Table.read('{name}', format='ascii.mrt')", "spectra WHERE outlier",
    ),
    *_benchmark(),
    Offered("README.txt", DICTIONARY, "What each file is, to keep beside them"),
    Offered(
        "columns.csv", DICTIONARY, "What each column means: unit, UCD, decimals, null",
        PANDAS_CSV, "columns",
    ),
    Offered(
        "SHA256SUMS", DICTIONARY, "Checksums of all the other files",
        "sha256sum --ignore-missing --check {name}",
    ),
    Offered("CITATION.cff", CITING, "How to cite the release, for GitHub and reference managers"),
    Offered("citation.bib", CITING, "BibTeX entry of the release"),
    Offered(".zenodo.json", CITING, "The release's record, as Zenodo takes it"),
    Offered("datacite.json", CITING, "The release's record, as a DOI is registered with"),
    Offered(
        "ro-crate-metadata.json", CITING,
        "From what, by what and how every file was made, as an RO-Crate",
    ),
    Offered("recipe.toml", CITING, "The recipe that the release was built from"),
    Offered(
        "MODEL_CARD.md", CITING,
        "The model: what it is for, what it was trained on, how well it does",
    ),
)  # fmt: skip


def find(path: str) -> Offered | None:
    """Tell what a file is by its path below the release's folder; None where it is none of ours."""
    return next((each for each in OFFERED if each.holds(path)), None)


def place(path: str) -> tuple[int, str]:
    """Give a key that sorts paths as a page would offer them; unknown ones come last."""
    known = [i for i, each in enumerate(OFFERED) if each.holds(path)]
    return (known[0] if known else len(OFFERED)), path


def in_order(folder: Path, files: Iterable[Path]) -> list[Path]:
    """Sort files below a folder as a page would offer them, each once."""
    return sorted(set(files), key=lambda file: place(file.relative_to(folder).as_posix()))
