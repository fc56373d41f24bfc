"""Every artefact -> the catalogue, one DuckDB file, and its downloads."""

from dataclasses import asdict
from functools import partial
from pathlib import Path

from catalog import citing, surveys, tables
from catalog.explain import summarise
from catalog.spectra import Column
from catalog.stages import (
    Build,
    Counts,
    Report,
    Stage,
    Task,
    arms,
    benchmark,
    compare,
    cutouts,
    known,
    measure,
    neighbours,
    origins,
    provenance,
    release_tables,
    statistics,
    verdicts,
    versions,
)
from catalog.stages.catalogue_rows import duplicate_rows, object_rows, spectra_rows
from catalog.stages.score import chosen
from catalog.store import export, write
from catalog.verdicts.writing import write as write_verdicts


def _tasks(build: Build) -> list[Task]:
    layout = build.layout
    kinds = (
        "read", "origins", "rest", "encode", "measure", "compare", "explain", "expected", "arms",
    )  # fmt: skip
    shards = [p for kind in kinds for p in build.shards(kind)]
    inputs = (
        *(file for entry in build.inputs for file in entry.shard.files),
        layout.index,
        layout.cutouts,
        *(layout.known(name) for name in known.TABLES),
        *build.models,
        layout.ranking,
        layout.latent_map,
        layout.neighbours,
        *shards,
        *(path for name in benchmark.TABLES if (path := layout.benchmark(name)).exists()),
        *build.verdict_files,
        *versions.file(build),
    )
    settings = [build.recipe.model_dump(mode="json"), asdict(provenance.code())]
    outputs = (layout.database, layout.downloads)
    return [Task("store", inputs, outputs, settings, partial(_store, build))]


def _store(build: Build, report: Report) -> Counts:
    reasons = tables.concatenate([tables.read(path) for path in build.shards("explain")])
    judged = summarise(reasons)
    before = versions.read(build)
    spectra = spectra_rows(build, judged, versions.kept(before))
    duplicates = duplicate_rows(build)
    published = spectra["target_id"][spectra["slug"] != ""]
    said, n_said = verdicts.load(build, spectra["target_id"])
    content = {
        **release_tables.load(build, spectra, duplicates),
        "scores": statistics.scores(spectra, chosen(build), build.recipe.scores),
        "score_percentiles": statistics.percentiles(spectra, chosen(build)),
        "score_histograms": statistics.histograms(spectra, chosen(build)),
        "class_scores": statistics.by_class(spectra, chosen(build)),
        "spectra": spectra,
        "duplicates": duplicates,
        "object_spectra": object_rows(build, published),
        "arm_overlaps": arms.load(build),
        **cutouts.load(build),
        **known.load(build),
        "reasons": reasons,
        "alternatives": compare.rows(build),
        **measure.load(build, judged["target_id"]),
        **neighbours.load(build, published),
        **origins.load(build, judged),
        "verdicts": said,
        **benchmark.load(build),
    }
    content |= versions.load(before, content)
    report(1, 2)
    write.write(build.layout.database, content, survey_columns(build))
    also = (*_verdict_file(build, said), *versions.write_list(build))
    files = export.export(
        build.layout.database,
        build.layout.downloads,
        also,
        model=build.models,
        last=partial(citing.write, build.layout.database),
    )
    report(2, 2)
    release = content["release"]
    names = ("n_read", "n_flagged", "n_scored", "n_outliers", "n_published")
    counts: Counts = {name.removeprefix("n_"): int(release[name][0]) for name in names}
    return {**counts, **n_said, "files": len(files)}


def _verdict_file(build: Build, said: tables.Table) -> tuple[Path, ...]:
    """Write what people said in the format that it is read in; no file where nobody said a word."""
    path = build.layout.downloads / "verdicts.csv"
    if not len(said["target_id"]):
        path.unlink(missing_ok=True)
        return ()
    write_verdicts(path, said)
    return (path,)


def survey_columns(build: Build) -> list[Column]:
    """Columns that the recipe's surveys add, each once, in the order of the recipe."""
    found: dict[str, Column] = {}
    for section in build.recipe.surveys:
        for column in surveys.load(section).columns:
            found.setdefault(column.name, column)
    return list(found.values())


STAGE = Stage(
    name="store",
    title="the catalogue and its downloads",
    tasks=_tasks,
    code=(
        "stages",
        "store",
        "measures",
        "origins",
        "templates",
        "explain/categories.toml",
        "explain/lines.csv",
        "surveys",
        "verdicts",
        "versions",
        "citing",
    ),
)
