"""Lines that open the release's files, with the names and addresses of this very release."""

from collections.abc import Callable
from dataclasses import dataclass

_GALAXIES = """\
SELECT name, z, snr, category, p FROM spectra
WHERE outlier AND spec_class = 'GALAXY' AND snr > 5 AND verdict <> 'artefact'
ORDER BY rank LIMIT 20"""
_MISFIT = """\
SELECT name, reasons.category, sentence, significance, explained
FROM spectra JOIN reasons USING (target_id)
WHERE position = 1 AND significance > 10 AND explained > 0.5
ORDER BY significance DESC LIMIT 20"""
_CONE = """\
SELECT name, target_id, rank, degrees(2 * asin(sqrt(
    sin(radians(dec - ({dec:.6f})) / 2) ** 2 + cos(radians(dec))
    * cos(radians({dec:.6f})) * sin(radians(ra - {ra:.6f}) / 2) ** 2
))) AS away FROM spectra WHERE away < 0.5 ORDER BY away"""
_CLASSES = """\
SELECT spec_class, count(*) AS scored, sum(outlier::INT) AS outliers,
    round(100 * avg(outlier::INT), 2) AS per_cent
FROM spectra WHERE rank IS NOT NULL GROUP BY spec_class ORDER BY per_cent DESC"""
_SPECTRUM = """\
SELECT wave_rest, norm * flux[bin + 1] AS flux, norm * recon[bin + 1] AS recon,
    ivar[bin + 1] / norm ** 2 AS ivar
FROM object_spectra, grid
WHERE target_id = '{}' ORDER BY bin"""
_COUNTS = """\
    SELECT verdict, category, count(*) AS n, round(median(snr), 1) AS snr
    FROM '{}outliers.parquet' GROUP BY ALL ORDER BY n DESC
"""


@dataclass(frozen=True)
class Snippet:
    """A few lines to copy: what they do, in which language, and the file or folder they open."""

    title: str
    language: str
    code: str
    needs: str = ""


@dataclass(frozen=True)
class Place:
    """Where things are: folder of the files, the site, and one object as an example.

    `files` and `site` end in a slash, or are empty where the site does not know its own address.
    """

    files: str
    site: str
    slug: str
    target_id: str
    ra: float
    dec: float


def _python(at: Place) -> list[Snippet]:
    return [
        Snippet(
            "pandas: the outliers, or every spectrum that was read",
            "Python",
            "import pandas\n\n"
            f'outliers = pandas.read_parquet("{at.files}outliers.parquet")\n'
            'print(outliers[["name", "z", "snr", "category", "p"]].head())',
            "outliers.parquet",
        ),
        Snippet(
            "Astropy: with units, from FITS or VOTable",
            "Python",
            "from astropy.table import Table\n\n"
            f'outliers = Table.read("{at.files}outliers.vot", format="votable")\n'
            'print(outliers["name", "ra", "dec", "z"][:5])',
            "outliers.vot",
        ),
        Snippet(
            "DuckDB: ask the file where it lies; only what the answer needs is read",
            "Python",
            f'import duckdb\n\nprint(duckdb.sql("""\n{_COUNTS.format(at.files)}"""))',
            "outliers.parquet",
        ),
        Snippet(
            "LSDB: match another catalogue with all spectra, part of the sky by part",
            "Python",
            "import lsdb\n\n"
            f'atlas = lsdb.open_catalog("{at.files}hats")\n'
            'other = lsdb.open_catalog("https://data.lsdb.io/hats/gaia_dr3")\n'
            "matched = atlas.crossmatch(other, radius_arcsec=1).compute()",
            "hats/hats.properties",
        ),
        Snippet(
            "All spectra and reconstructions at once",
            "Python",
            "from astropy.io import fits\n\n"
            f'with fits.open("{at.files}object_spectra.fits") as spectra:\n'
            '    wave = spectra["WAVELENGTH"].data\n'
            '    objects = spectra["OBJECTS"].data\n'
            '    flux = spectra["FLUX"].data * objects["norm"][:, None]\n'
            "print(flux.shape)",
            "object_spectra.fits",
        ),
    ]  # fmt: skip


def _tools(at: Place) -> list[Snippet]:
    return [
        Snippet(
            "TOPCAT: the table, with units and descriptions",
            "shell",
            f"topcat -f votable {at.files}outliers.vot",
            "outliers.vot",
        ),
        Snippet(
            "STILTS: match a list of your own within 2 arcsec",
            "shell",
            f"stilts tskymatch2 in1={at.files}outliers.vot in2=mine.csv ifmt2=csv \\\n"
            "  ra1=ra dec1=dec ra2=ra dec2=dec error=2 out=matched.vot",
            "outliers.vot",
        ),
        Snippet(
            "Whether everything arrived whole",
            "shell",
            "sha256sum --check --ignore-missing SHA256SUMS",
            "SHA256SUMS",
        ),
    ]


def _questions(at: Place) -> list[Snippet]:
    """Give questions that people ask of such a catalogue, in the SQL of `catalog.duckdb`."""
    asked = {
        "Which bright galaxies are unusual, and not for reasons of the instrument?": _GALAXIES,
        "What explains most of the misfit, and how surely?": _MISFIT,
        "What lies within half a degree of a position?": _CONE.format(ra=at.ra, dec=at.dec),
        "Which classes have more outliers than their share?": _CLASSES,
        "One spectrum, in the survey's unit of flux": _SPECTRUM.format(_quoted(at.target_id)),
    }
    return [Snippet(title, "SQL", code, "catalog.duckdb") for title, code in asked.items()]


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def attached(at: Place) -> str:
    """Give the line that opens the database in DuckDB."""
    return f"ATTACH '{at.files}catalog.duckdb' AS atlas (READ_ONLY); USE atlas;"


def _objects(at: Place) -> list[Snippet]:
    where = at.site or "http://127.0.0.1:8000/"
    page = f"{where}objects/{at.slug}/"
    made = [
        Snippet(
            "Every object: name, identifier, address, rank, category",
            "Python",
            "import json\nfrom urllib.request import urlopen\n\nimport pandas\n\n"
            f'index = json.load(urlopen("{where}api/index.json"))\n'
            'objects = pandas.DataFrame(index["columns"])\n'
            'objects["category"] = objects["category"].map(dict(enumerate(index["categories"])))\n'
            "print(objects.head())",
        ),
        Snippet(
            "One object: what is known of it",
            "Python",
            "import json\nfrom urllib.request import urlopen\n\n"
            f'found = json.load(urlopen("{page}object.json"))\n'
            'print(found["name"], found["verdict"], [r["sentence"] for r in found["reasons"]])',
        ),
    ]
    if at.site:
        made.append(
            Snippet(
                "What belongs to it, by DataLink",
                "Python",
                "import pyvo\n\n"
                "links = pyvo.dal.adhoc.DatalinkResults.from_result_url(\n"
                f'    "{page}datalink.xml")\n'
                "print([(link.semantics, link.access_url) for link in links])",
            )
        )
    return made


SECTIONS: tuple[tuple[str, Callable[[Place], list[Snippet]]], ...] = (
    ("Python", _python),
    ("SQL", _questions),
    ("TOPCAT and the command line", _tools),
    ("Single objects", _objects),
)
"""Headings of the page, and what stands below them."""
