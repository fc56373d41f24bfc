"""The catalogue and its downloads -> the website."""

from functools import partial

from catalog.release import Layout
from catalog.site.render import render
from catalog.site.templating import folder
from catalog.stages import Build, Counts, Report, Stage, Task


def _tasks(build: Build) -> list[Task]:
    layout = build.layout
    inputs = (layout.database, layout.downloads, layout.cutouts, folder())
    return [Task("render", inputs, (layout.site,), [], partial(_render, layout, build.jobs))]


def _render(layout: Layout, jobs: int, report: Report) -> Counts:
    folders = (layout.database, layout.downloads, layout.site)
    return dict(render(*folders, cutouts=layout.cutouts, jobs=jobs, progress=report))


STAGE = Stage(
    name="render",
    title="the website",
    tasks=_tasks,
    code=(
        "stages/render.py",
        "site",
        "store",
        "verdicts",
        "citing",
        "cutouts",
    ),
)
