"""What must be true of a catalogue beyond its schema: counts agree, and nothing points nowhere."""

from dataclasses import dataclass

import duckdb

from catalog.errors import StoreError


@dataclass(frozen=True)
class Check:
    """A promise, and the query that finds what breaks it: rows of one text each."""

    promise: str
    broken: str


def _count(column: str, counted: str) -> Check:
    """`release.<column>` is what a query counts."""
    return Check(
        f"release.{column} is the number of rows that it counts",
        f"SELECT 'release.{column} is ' || {column} || ', counted ' || ({counted}) FROM release "  # noqa: S608 - made of this module's own constants
        f"WHERE {column} <> ({counted})",
    )


CHECKS: tuple[Check, ...] = (
    Check(
        "the tables release, model, citation and provenance have one row each",
        "SELECT name || ' has ' || n || ' rows' FROM ("
        "SELECT 'release' AS name, count(*) AS n FROM release UNION ALL "
        "SELECT 'citation', count(*) FROM citation UNION ALL "
        "SELECT 'provenance', count(*) FROM provenance UNION ALL "
        "SELECT 'model', count(*) FROM model) WHERE n <> 1",
    ),
    Check(
        "the table benchmark has one row, or none where no benchmark was run",
        "SELECT 'benchmark has ' || n || ' rows' FROM (SELECT count(*) AS n FROM benchmark) "
        "WHERE n > 1 OR (n = 0 AND EXISTS (FROM benchmark_scores))",
    ),
    Check(
        "every score has a role that is known",
        "SELECT name || ' has the role ' || role FROM scores "
        "WHERE role NOT IN ('ranking', 'paper', 'further', 'baseline')",
    ),
    _count("n_read", "(SELECT count(*) FROM spectra) + (SELECT count(*) FROM duplicates)"),
    _count("n_read", "n_scored + n_flagged"),
    _count("n_scored", "SELECT count(*) FROM spectra WHERE quality = 0"),
    _count("n_outliers", "SELECT count(*) FROM spectra WHERE outlier"),
    _count("n_published", "SELECT count(*) FROM object_spectra"),
    Check(
        "a spectrum has a rank if, and only if, its quality is 0",
        "SELECT target_id FROM spectra WHERE (quality = 0) <> (rank IS NOT NULL)",
    ),
    Check(
        "a spectrum has p and q, from 0 to 1, if, and only if, it has a rank",
        "SELECT target_id FROM spectra WHERE (rank IS NOT NULL) <> coalesce(p BETWEEN 0 AND 1, "
        "false) OR (rank IS NOT NULL) <> coalesce(q BETWEEN 0 AND 1, false)",
    ),
    Check(
        "a fold is one of model.n_folds, and only scored spectra have one",
        "SELECT target_id FROM spectra WHERE fold < 0 OR fold >= (SELECT n_folds FROM model) "
        "OR (fold IS NOT NULL AND rank IS NULL)",
    ),
    Check(
        "the spectra with a page are those in object_spectra",
        "SELECT target_id FROM (SELECT target_id FROM spectra WHERE slug <> '') AS pages "
        "FULL JOIN object_spectra AS published USING (target_id) "
        "WHERE pages.target_id IS NULL OR published.target_id IS NULL",
    ),
    Check(
        "no two spectra share a name",
        "SELECT name FROM spectra WHERE name <> '' GROUP BY name HAVING count(*) > 1",
    ),
    Check(
        "no withdrawn object has a name or an address that a spectrum with a page has",
        "SELECT withdrawn.slug FROM withdrawn JOIN spectra ON spectra.slug = withdrawn.slug "
        "OR (spectra.slug <> '' AND spectra.name <> '' AND spectra.name = withdrawn.name)",
    ),
    Check(
        "what lists know, and images, are of outliers, and each list is in known_sources",
        "SELECT target_id FROM (SELECT target_id, source FROM known UNION ALL "
        "SELECT target_id, NULL FROM cutouts) LEFT JOIN spectra USING (target_id) "
        "WHERE NOT coalesce(outlier, false) "
        "OR (source IS NOT NULL AND source NOT IN (SELECT name FROM known_sources))",
    ),
    Check(
        "no two spectra share a page's address",
        "SELECT slug FROM spectra WHERE slug <> '' GROUP BY slug HAVING count(*) > 1",
    ),
    Check(
        "every outlier has a reason, and nothing else has",
        "SELECT target_id FROM (SELECT target_id FROM spectra WHERE outlier) AS outliers "
        "FULL JOIN (SELECT DISTINCT target_id FROM reasons) AS given USING (target_id) "
        "WHERE outliers.target_id IS NULL OR given.target_id IS NULL",
    ),
    Check(
        "an outlier's reasons are numbered 1, 2, 3",
        "SELECT target_id FROM reasons GROUP BY target_id "
        "HAVING min(position) <> 1 OR max(position) <> count(*)",
    ),
    Check(
        "an outlier's category and verdict are those of its first reason",
        "SELECT target_id FROM spectra JOIN reasons USING (target_id) WHERE position = 1 "
        "AND (spectra.category <> reasons.category OR spectra.verdict <> reasons.verdict)",
    ),
    Check(
        "every reason's category is in categories, with its verdict",
        "SELECT DISTINCT reasons.category FROM reasons LEFT JOIN categories "
        "ON categories.name = reasons.category AND categories.verdict = reasons.verdict "
        "WHERE categories.name IS NULL",
    ),
    Check(
        "published spectra have one value per bin of the grid",
        "SELECT target_id FROM object_spectra WHERE len(flux) <> (SELECT count(*) FROM grid) "
        "OR len(ivar) <> len(flux) OR len(recon) <> len(flux) OR len(expected) <> len(flux)",
    ),
    Check(
        "arms overlap in bins of the grid, in published objects, in twos or more",
        "SELECT target_id FROM arm_overlaps LEFT JOIN object_spectra USING (target_id) "
        "WHERE object_spectra.target_id IS NULL OR bin NOT IN (SELECT bin FROM grid) "
        "UNION ALL SELECT target_id FROM arm_overlaps GROUP BY target_id, bin HAVING count(*) < 2",
    ),
    Check(
        "latent vectors have model.n_latent values",
        "SELECT target_id FROM spectra WHERE len(latent) <> (SELECT n_latent FROM model)",
    ),
    Check(
        "neighbours are scored spectra, and none is its own neighbour",
        "SELECT neighbour FROM neighbours LEFT JOIN spectra ON spectra.target_id = neighbour "
        "WHERE spectra.rank IS NULL OR neighbour = neighbours.target_id",
    ),
    Check(
        "only outliers have neighbours; an ordinary one is no outlier itself, an unusual one is",
        "SELECT neighbours.target_id FROM neighbours "
        "LEFT JOIN spectra AS own ON own.target_id = neighbours.target_id "
        "LEFT JOIN spectra AS other ON other.target_id = neighbour "
        "WHERE NOT coalesce(own.outlier, false) "
        "OR kind <> CASE WHEN other.outlier THEN 'unusual' ELSE 'ordinary' END",
    ),
    Check(
        "a spectrum's neighbours are numbered 1, 2, 3, nearest first",
        "SELECT target_id FROM (SELECT target_id, position, "
        "row_number() OVER (PARTITION BY target_id, kind ORDER BY distance, position) AS place "
        "FROM neighbours) WHERE position <> place",
    ),
    Check(
        "every neighbour of a published object has a spectrum",
        "SELECT neighbour FROM neighbours JOIN object_spectra USING (target_id) "
        "WHERE neighbour NOT IN (SELECT target_id FROM object_spectra) "
        "AND neighbour NOT IN (SELECT target_id FROM neighbour_spectra)",
    ),
    Check(
        "neighbours' spectra have one value per four bins of the grid",
        "SELECT target_id FROM neighbour_spectra "
        "WHERE len(flux) <> (SELECT ceil(count(*) / 4) FROM grid)",
    ),
    Check(
        "only outliers are in origins",
        "SELECT target_id FROM origins LEFT JOIN spectra USING (target_id) "
        "WHERE NOT coalesce(outlier, false)",
    ),
    Check(
        "a group has as many artefacts as origins and spectra say",
        "SELECT kind || ' ' || name || ' ' || category FROM "
        "(SELECT kind, name, category, n_artefacts AS said FROM origin_groups) "
        "FULL JOIN (SELECT kind, name, given AS category, count(*) AS counted FROM origins "
        "JOIN (SELECT target_id, unnest([category, '']) AS given FROM spectra "
        "WHERE verdict = 'artefact') USING (target_id) GROUP BY ALL) "
        "USING (kind, name, category) WHERE coalesce(said, 0) <> coalesce(counted, 0)",
    ),
    Check(
        "a group has no more artefacts than spectra, and its numbers are probabilities",
        "SELECT kind || ' ' || name FROM origin_groups WHERE n_artefacts > n_scored "
        "OR NOT (p BETWEEN 0 AND 1) OR NOT (q BETWEEN 0 AND 1) OR q < p",
    ),
    Check(
        "people's verdicts are on targets of this release, one per person, in known words",
        "SELECT verdicts.target_id || ' by ' || verdicts.by "
        "FROM verdicts LEFT JOIN spectra USING (target_id) WHERE spectra.target_id IS NULL "
        "OR verdicts.verdict NOT IN ('artefact', 'astrophysical', 'unexplained', 'ordinary') "
        "OR verdicts.category NOT IN (SELECT name FROM categories UNION ALL SELECT '') "
        "UNION ALL SELECT target_id || ' by ' || verdicts.by FROM verdicts "
        "GROUP BY target_id, verdicts.by HAVING count(*) > 1",
    ),
    Check(
        "every spectrum's survey is in surveys",
        "SELECT DISTINCT survey FROM spectra WHERE survey NOT IN (SELECT name FROM surveys)",
    ),
)
SHOWN = 3


def check(connection: duckdb.DuckDBPyConnection, where: str) -> None:
    """Verify every promise.

    Raises
    ------
    StoreError
        At the first promise that is broken, naming up to three of the rows that break it.
    """
    for promise in CHECKS:
        rows = connection.execute(
            f"SELECT * FROM ({promise.broken}) ORDER BY 1"  # noqa: S608 - made of this module's own constants
        ).fetchall()
        if rows:
            some = ", ".join(str(row[0]) for row in rows[:SHOWN])
            more = f" and {len(rows) - SHOWN:,} more" if len(rows) > SHOWN else ""
            raise StoreError(
                "the catalogue's tables do not agree",
                where=where,
                wanted=promise.promise,
                found=some + more,
                todo="build the release again from the first stage; if it persists, report it",
            )
