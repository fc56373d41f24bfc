"""Outliers and lists of known objects -> which of them are known, and as what."""

from functools import partial

import numpy as np

from catalog import tables
from catalog.known.answers import Answers, Match
from catalog.known.looking_up import Asking, Looked, in_table
from catalog.known.tap import TapService
from catalog.recipe.publication import KnownSection
from catalog.release import sweep, writing
from catalog.site.sky_links import survey_page
from catalog.spectra import Float
from catalog.stages import Build, Counts, Report, Stage, Task, positions, unanswered
from catalog.tables import Table
from catalog.web import Manners, Visitor

KIND = "known"
MANNERS = Manners(pause_s=1.0, attempts=4, timeout_s=180.0, back_off_s=2.0)
"""A service takes its time over a query of hundreds of positions."""

SOURCES: dict[str, type] = {
    "name": object, "position": int, "date": object, "radius_arcsec": float, "url": object,
    "n_asked": int, "n_known": int,
}  # fmt: skip
KNOWN: dict[str, type] = {
    "target_id": object, "source": object, "position": int, "identifier": object, "kind": object,
    "z": float, "separation_arcsec": float, "address": object,
}  # fmt: skip
UNASKED: dict[str, type] = {"target_id": object, "source": object}
TABLES = {"known_sources": SOURCES, "known": KNOWN, "known_unasked": UNASKED}
"""What the stage leaves: tables of the catalogue, and the kinds of their columns."""


def _tasks(build: Build) -> list[Task]:
    layout, sections = build.layout, _sections(build)
    outputs = tuple(layout.known(name) for name in TABLES)
    run = partial(_known, build)
    if not sections:
        return [Task(KIND, (), outputs, [], run)]
    files = tuple(build.recipe_folder / each.table for each in sections if each.table)
    inputs = (layout.index, layout.ranking, *build.shards("read"), *files)
    settings = [each.model_dump(mode="json", exclude={"batch"}) for each in sections]
    return [
        Task(KIND, inputs, outputs, settings, run, partial(unanswered.is_due, build, KIND)),
    ]


def _sections(build: Build) -> tuple[KnownSection, ...]:
    """Give the lists to look into: none for simulated objects, where there is nothing."""
    return () if build.recipe.release.simulated else build.recipe.known


def _known(build: Build, report: Report) -> Counts:
    sections = _sections(build)
    rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in TABLES}
    n_now, n_unasked = 0, 0
    if sections:
        outliers = positions.outliers(build, published=False)
        names = [str(each) for each in outliers["target_id"]]
        for position, section in enumerate(sections, start=1):
            looked, n_asked = _look_up(build, section, outliers["ra"], outliers["dec"], report)
            _add(rows, section, position, names, looked)
            n_now += n_asked
        n_unasked = len(rows["known_unasked"])
        unanswered.note(build, KIND, n_unasked)
    for name, kinds in TABLES.items():
        with writing(build.layout.known(name)) as temporary:
            tables.write(temporary, _table(rows[name], kinds))
    report(1, 1)
    known = {row[0] for row in rows["known"]}
    return {"known": len(known), "positions_asked_for_now": n_now, "not_answered": n_unasked}


def _look_up(
    build: Build, section: KnownSection, ra: Float, dec: Float, report: Report
) -> tuple[Looked, int]:
    """Look into one list, and count the positions that were asked for just now."""
    if section.table:
        return in_table(section, build.recipe_folder, ra, dec), 0
    with Visitor(MANNERS) as visitor:
        sweep(build.layout.cache(KIND), unanswered.DAY_S)
        answers = Answers(build.layout.cache(KIND), section)
        asking = Asking(section, TapService(section, visitor), answers, unanswered.today())
        looked = asking.look_up(ra, dec, report, again=build.ask_again)
    return looked, asking.n_asked_now


def _add(
    rows: dict[str, list[tuple[object, ...]]],
    section: KnownSection,
    position: int,
    names: list[str],
    looked: Looked,
) -> None:
    """Add what one list has to the rows of the tables."""
    n_known = sum(1 for matches in looked.matches if matches)
    source = (section.name, position, looked.date, section.radius_arcsec, section.tap)
    rows["known_sources"].append((*source, sum(looked.asked), n_known))
    for target, asked, matches in zip(names, looked.asked, looked.matches, strict=True):
        if not asked:
            rows["known_unasked"].append((target, section.name))
        rows["known"] += [
            (target, section.name, place, *_cells(one, section))
            for place, one in enumerate(matches, start=1)
        ]


def _cells(one: Match, section: KnownSection) -> tuple[object, ...]:
    address = survey_page(section.address, {"identifier": one.identifier})
    return one.identifier, one.kind, one.z, one.separation_arcsec, address


def _table(rows: list[tuple[object, ...]], kinds: dict[str, type]) -> Table:
    return {
        name: np.array([row[at] for row in rows], kind)
        for at, (name, kind) in enumerate(kinds.items())
    }


def load(build: Build) -> dict[str, Table]:
    """Give the catalogue's tables of what is known: `known_sources`, `known`, `known_unasked`."""
    return {name: tables.read(build.layout.known(name)) for name in TABLES}


STAGE = Stage(
    name="known",
    title="what is known already",
    tasks=_tasks,
    code=(
        "stages/known.py",
        "stages/positions.py",
        "known",
        "plain_text.py",
        "site/sky_links.py",
    ),
)
