"""The artefacts as tables that a survey's team can work with: what, where taken, at which Å."""

KINDS = ("fibre", "petal", "exposure", "tile", "night")
"""Kinds of group that the table of artefacts has a column for; several names are set apart by
blanks."""


def artefacts() -> str:
    """Give the query of `artefacts.csv`: every outlier that looks like one, strangest first.

    Wavelengths are observed ones: those of the window of the first reason, brought back from the
    rest frame by the survey's redshift.
    """
    names = ", ".join(
        f"string_agg(name, ' ' ORDER BY try_cast(name AS BIGINT), name) "
        f"FILTER (kind = '{kind}') AS {kind}s"
        for kind in KINDS
    )
    kinds = ", ".join(f"{kind}s" for kind in KINDS)
    waves = ", ".join(
        f"format('{{:.1f}}', wave_{end} * (1 + z)) AS wave_{end}_observed"
        for end in ("low", "high")
    )
    return (
        f"SELECT target_id, spectra.survey, rank, round(ra, 6) AS ra, round(dec, 6) AS dec, "  # noqa: S608 - made of this module's own constants
        f"reasons.category, sentence, {kinds}, {waves}, slug "
        "FROM spectra JOIN reasons USING (target_id) "
        f"LEFT JOIN (SELECT target_id, {names} FROM origins GROUP BY target_id) USING (target_id) "
        "WHERE position = 1 AND spectra.verdict = 'artefact' ORDER BY rank, target_id"
    )


def groups() -> str:
    """Give the query of `origin_groups.csv`: every group that was tested, least likely first."""
    return "SELECT * FROM origin_groups ORDER BY p, kind, name, category"
