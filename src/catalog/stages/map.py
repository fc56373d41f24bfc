"""All latents -> positions on the two-dimensional map."""

from functools import partial

from catalog import tables
from catalog.release import writing
from catalog.stages import Build, Counts, Report, Stage, Task


def _tasks(build: Build) -> list[Task]:
    settings = [build.recipe.map.model_dump(), build.recipe.release.seed]
    inputs = build.shards("encode")
    return [Task("map", inputs, (build.layout.latent_map,), settings, partial(_map, build))]


def _map(build: Build, report: Report) -> Counts:
    from catalog.latent import map as latent_map  # noqa: PLC0415 - openTSNE takes a second to import

    parts = [tables.read(path, ["target_id", "latent_0"]) for path in build.shards("encode")]
    table = tables.concatenate(parts)
    section = build.recipe.map
    position = latent_map.layout(
        table["latent_0"], section.sample, section.perplexity, build.recipe.release.seed
    )
    with writing(build.layout.latent_map) as temporary:
        tables.write(
            temporary,
            {"target_id": table["target_id"], "map_x": position[:, 0], "map_y": position[:, 1]},
        )
    report(1, 1)
    return {"spectra": len(position)}


STAGE = Stage(name="map", title="the latent map", tasks=_tasks, code=("stages/map.py", "latent"))
