"""Every artefact -> the catalogue, one DuckDB file, and its downloads."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path

from catalog import citing, tables
from catalog.explain import summarise
from catalog.stages import (
    Build,
    Counts,
    Report,
    Stage,
    Task,
    arms,
    attention,
    benchmark,
    compare,
    cutouts,
    decoder,
    known,
    meaning,
    measure,
    neighbours,
    origins,
    prevalence,
    provenance,
    release_tables,
    statistics,
    sweep,
    tracks,
    traverse,
    verdicts,
    versions,
)
from catalog.stages.catalogue_rows import duplicate_rows, object_rows, spectra_rows
from catalog.stages.score import chosen
from catalog.stages.survey_columns import survey_columns
from catalog.store import export, write
from catalog.verdicts.writing import write as write_verdicts
from catalog.versions import Key


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
        *(layout.meaning(name) for name in meaning.TABLES),
        *(layout.traverse(name) for name in traverse.TABLES),
        *(layout.tracks(name) for name in tracks.TABLES if build.recipe.tracks),
        *(layout.attention(name) for name in attention.TABLES),
        *shards,
        *(path for name in benchmark.TABLES if (path := layout.benchmark(name)).exists()),
        *(path for name in sweep.TABLES if (path := layout.sweep(name)).exists()),
        *build.verdict_files,
        *versions.file(build),
    )
    settings = [build.recipe.model_dump(mode="json"), asdict(provenance.code())]
    outputs = (layout.database, layout.downloads)
    return [Task("store", inputs, outputs, settings, partial(_store, build))]


def _store(build: Build, report: Report) -> Counts:
    before = versions.read(build)
    content, n_said = _content(build, versions.kept(before))
    content |= versions.load(before, content)
    report(1, 2)
    write.write(build.layout.database, content, survey_columns(build))
    also = (*_verdict_file(build, content["verdicts"]), *versions.write_list(build))
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


def _content(build: Build, kept: Mapping[Key, str]) -> tuple[dict[str, tables.Table], Counts]:
    """Give the catalogue's tables, and how many verdicts of people are among them."""
    reasons = tables.concatenate([tables.read(path) for path in build.shards("explain")])
    judged = summarise(reasons)
    spectra = spectra_rows(build, judged, kept)
    duplicates = duplicate_rows(build)
    measured = benchmark.load(build)
    published = spectra["target_id"][spectra["slug"] != ""]
    said, n_said = verdicts.load(build, spectra["target_id"])
    content = {
        **release_tables.load(build, spectra, duplicates),
        **_scores(build, spectra),
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
        **meaning.load(build),
        **traverse.load(build),
        **sweep.load(build),
        **tracks.load(build),
        **origins.load(build, judged),
        **attention.load(build),
        "verdicts": said,
        **decoder.load(build),
        **measured,
        **prevalence.load(build, spectra, measured),
    }
    return content, n_said


def _scores(build: Build, spectra: tables.Table) -> dict[str, tables.Table]:
    scores = chosen(build)
    return {
        "scores": statistics.scores(spectra, scores, build.recipe.scores),
        "score_percentiles": statistics.percentiles(spectra, scores),
        "score_histograms": statistics.histograms(spectra, scores),
        "class_scores": statistics.by_class(spectra, scores),
    }


def _verdict_file(build: Build, said: tables.Table) -> tuple[Path, ...]:
    """Write what people said in the format that it is read in; no file where nobody said a word."""
    path = build.layout.downloads / "verdicts.csv"
    if not len(said["target_id"]):
        path.unlink(missing_ok=True)
        return ()
    write_verdicts(path, said)
    return (path,)


STAGE = Stage(
    name="store",
    title="the catalogue and its downloads",
    tasks=_tasks,
    code=(
        "stages",
        "store",
        "measures",
        "model/exported.py",
        "model/networks",
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
