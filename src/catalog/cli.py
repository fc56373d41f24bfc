"""The command `catalog`: its verbs, its logging, its exit codes. The only place that prints.

Exit codes: 0 done, 1 the data or the machine would not have it, 2 wrong usage or a wrong recipe.
"""

import logging
import os
import shlex
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import catalog
from catalog.cli_latent import FOLDER, RECIPE, latent
from catalog.cli_release import publish, rerank, serve, show
from catalog.errors import CatalogError

if TYPE_CHECKING:
    from catalog.pipeline import Outcome
    from catalog.stages import Build

log = logging.getLogger("catalog")

STAGE_NAMES = (
    "read", "index", "infill", "preprocess", "basis", "measure", "train", "encode",
    "score", "population", "rank", "map", "neighbours", "meaning", "traverse", "tracks", "compare",
    "explain", "attention", "arms", "cutouts", "known", "store", "render",
)  # fmt: skip
"""The stages' names, here again so that --help need not import them; a test holds them equal."""

_OPTIONS = (
    click.option("--out", type=FOLDER, help="Folder for releases; `out/` beside the recipe."),
    click.option(
        "--data", type=FOLDER, envvar="CATALOG_DATA", show_envvar=True,
        help="Folder of the surveys' folders; `../data` seen from the recipe.",
    ),
    click.option(
        "--device", default="auto", show_default=True,
        type=click.Choice(["auto", "cpu", "cuda", "mps"]), help="Where the network runs.",
    ),
    click.option(
        "--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, show_default="all cores",
        help="Worker processes for the stages that work shard by shard.",
    ),
    click.option("--force", is_flag=True, help="Do the work again although it is up to date."),
)  # fmt: skip


def _work_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every verb that works: where, how fast. None of them changes a result."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return click.argument("recipe", type=RECIPE)(command)


class _Stderr(logging.Handler):
    """Writes to whatever `sys.stderr` is now: while bars are drawn, lines must go above them.

    Not by `click.echo`, which looks through the bars' stand-in for the terminal itself.
    """

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr)


class _Group(click.Group):
    """Ends every failure the same way: its message on stderr, and its exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CatalogError as fault:
            click.echo(f"catalog: {fault}", err=True)
            ctx.exit(fault.exit_code)
        except KeyboardInterrupt:
            click.echo(
                "catalog: stopped; what is finished is kept, run it again to go on", err=True
            )
            ctx.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(catalog.__version__, prog_name="catalog")
@click.option("-q", "--quiet", is_flag=True, help="Only say what needs a person.")
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
def cli(*, quiet: bool, verbose: bool) -> None:
    """From a release of a spectroscopic survey to a public atlas of its strangest objects."""
    level = logging.WARNING if quiet else logging.DEBUG if verbose else logging.INFO
    log.handlers = [_Stderr()]
    log.setLevel(level)


@cli.command()
@_work_options
@click.option("--from", "first", type=click.Choice(STAGE_NAMES), help="First stage to run.")
@click.option("--to", "last", type=click.Choice(STAGE_NAMES), help="Last stage to run.")
def build(recipe: Path, first: str | None, last: str | None, *, force: bool, **where: Any) -> None:
    """Make a release: survey files in, website and catalogue files out."""
    _run(recipe, first or "", last or "", force=force, **where)


def _stage_verb(name: str) -> click.Command:
    def verb(recipe: Path, *, force: bool, **where: Any) -> None:
        _run(recipe, name, name, force=force, **where)

    return click.command(name, help=f"Run the stage `{name}` alone.")(_work_options(verb))


for _name in STAGE_NAMES:
    cli.add_command(_stage_verb(_name))


def _open(recipe: Path, device: str, **where: Any) -> "Build":
    from catalog import workspace

    if device == "auto":
        from catalog.model.device import best

        device = best()
    return workspace.open_build(recipe, device=device, **where)


def _run(recipe: Path, first: str, last: str, *, force: bool, **where: Any) -> None:
    from catalog import pipeline, terminal

    stages = pipeline.stages_between(first, last)
    if not stages:
        order = ", ".join(STAGE_NAMES)
        raise click.UsageError(f"--from {first} comes after --to {last}; the order is {order}")
    work = _open(recipe, **where)
    with terminal.stages() as progress:
        for outcome in pipeline.build(work, stages, force=force, progress=progress):
            log.info(_line(outcome))
    if stages[-1].name == "render":
        click.echo(f"site: {work.layout.site}")
        out = where.get("out")
        place = f" --out {shlex.quote(str(out))}" if out else ""
        click.echo(f"look: catalog serve {shlex.quote(str(recipe))}{place}")


def _line(outcome: "Outcome") -> str:
    """One line per stage, the same grammar for each."""
    name = outcome.stage.name
    counts = ", ".join(
        f"{count:,} {key.replace('_', ' ')}" for key, count in outcome.counts.items()
    )
    counts = counts or "nothing to do"
    if not outcome.n_done:
        return f"{name}: up to date ({counts})"
    shards = f"{outcome.n_done} of {outcome.n_tasks} tasks"
    return f"{name}: {counts} [{shards}, {outcome.seconds:.1f} s, {outcome.memory_mib:.0f} MiB]"


@cli.command()
@_work_options
def benchmark(recipe: Path, *, force: bool, **where: Any) -> None:
    """Plant anomalies, count how many are found, and show it on the release's site."""
    from catalog import pipeline, terminal

    work = _open(recipe, **where)
    with terminal.stages() as progress:
        for trial, outcome in pipeline.benchmark(work, force=force, progress=progress):
            log.info("%s%s", f"{trial}: " if trial else "", _line(outcome))
    click.echo(f"page: {work.layout.site / 'how-well' / 'index.html'}")


@cli.command()
@_work_options
def sweep(recipe: Path, *, force: bool, **where: Any) -> None:
    """Train models of several betas and sizes, and say which beta their sizes agree at."""
    from catalog import pipeline, terminal

    work = _open(recipe, **where)
    with terminal.stages() as progress:
        for outcome in pipeline.sweep(work, force=force, progress=progress):
            log.info(_line(outcome))
    for line in pipeline.swept(work):
        click.echo(line)


@cli.command()
@click.argument("recipe", type=RECIPE)
@click.option("--data", type=FOLDER, envvar="CATALOG_DATA", help="As for `build`; made if needed.")
@click.option("--dry-run", is_flag=True, help="Say how many files and bytes, and fetch none.")
@click.option("--jobs", type=click.IntRange(1, 16), default=4, show_default=True,
              help="Connections to the survey's server.")  # fmt: skip
@click.option("--mirror", default="", metavar="URL",
              help="A copy of the survey's files, in place of its own server.")  # fmt: skip
def fetch(recipe: Path, data: Path | None, jobs: int, mirror: str, *, dry_run: bool) -> None:
    """Download the survey files that a recipe names; goes on where it was stopped."""
    from catalog import recipe as recipes
    from catalog import terminal, workspace
    from catalog.fetch import errand

    wanted, folder = recipes.load(recipe), workspace.data_folder(recipe, data)
    workspace.require_real(wanted, folder)
    with errand.open_errand(wanted, folder, jobs=jobs, mirror=mirror) as work:
        for plan in work.plans:
            click.echo(errand.told(plan))
        if dry_run:
            return
        work.require_room()
        with terminal.transfer(work.n_bytes_left) as progress:
            done = work.run(progress)
    click.echo(f"{folder}: {done}")


@cli.command()
@click.argument("recipe", type=RECIPE)
@click.option("--data", type=FOLDER, envvar="CATALOG_DATA", help="As for `build`.")
def check(recipe: Path, data: Path | None) -> None:
    """Check a recipe and the files it names; does no work."""
    from catalog import workspace

    work = workspace.open_build(recipe, data=data)
    files = {file for entry in work.inputs for file in entry.shard.files}
    size = sum(file.stat().st_size for file in files)
    click.echo(f"{recipe}: good")
    click.echo(f"{len(files)} files in {len(work.inputs)} shards, {size / 1e6:,.1f} MB")


@cli.command()
@click.argument("recipe", type=RECIPE)
@click.option("--out", type=FOLDER, help="As for `build`.")
@click.option("--data", type=FOLDER, envvar="CATALOG_DATA", help="As for `build`.")
def status(recipe: Path, out: Path | None, data: Path | None) -> None:
    """Tell which stages are up to date, and what they counted."""
    import json

    from catalog import pipeline, workspace

    work = workspace.open_build(recipe, out=out, data=data)
    timings_file = work.layout.timings
    try:
        timings = json.loads(timings_file.read_text())
    except (OSError, ValueError):
        timings = {}
    for state in pipeline.status(work):
        done = state.n_current == state.n_tasks
        word = "current" if done else f"{state.n_current} of {state.n_tasks} current"
        spent = timings.get(state.stage.name, {})
        took = f"{spent['seconds']:8.1f} s {spent['peak_memory_mib']:6.0f} MiB" if spent else ""
        counts = ", ".join(f"{v:,} {k.replace('_', ' ')}" for k, v in state.counts.items())
        click.echo(f"{state.stage.name:10} {word:18} {took:21} {counts}")


@cli.command()
@click.argument("folder", type=FOLDER)
@click.option("--number", "n_spectra", type=click.IntRange(1), default=6000, show_default=True,
              help="Spectra to make.")  # fmt: skip
@click.option("--seed", type=int, default=20260101, show_default=True)
@click.option("--resolution/--no-resolution", default=True, show_default=True,
              help="Write the RESOLUTION images too: real files have them, nothing here reads "
              "them, and they take 0.35 MB a spectrum.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1,
              show_default="all cores")  # fmt: skip
@click.option("--format", "kind", type=click.Choice(["desi", "high-resolution"]), default="desi",
              show_default=True,
              help="`high-resolution`: a table for build/high-resolution.toml.")  # fmt: skip
@click.option("--pixels", type=click.IntRange(256), default=4096, show_default=True,
              help="Pixels of a high-resolution spectrum; 313000 are those of HARPS.")  # fmt: skip
def simulate(  # noqa: PLR0913 one argument per option
    folder: Path, n_spectra: int, seed: int, jobs: int, kind: str, pixels: int, *, resolution: bool
) -> None:
    """Write simulated spectra: a DESI-format release with planted anomalies, or a table of stars.

    The stars are high-resolution spectra with three planted factors and no anomalies.
    """
    from catalog import simulate as simulator
    from catalog import terminal
    from catalog.simulate import high_resolution_table

    if kind == "high-resolution":
        told = high_resolution_table.write(folder, n_spectra, pixels, seed)
        log.info("simulate: %s", ", ".join(f"{v:,} {k}" for k, v in told.items()))
        return
    with terminal.stages() as progress:
        counts = simulator.write_release(
            folder, n_spectra, seed, resolution=resolution, jobs=jobs,
            progress=lambda done, total: progress("simulate", done, total),
        )  # fmt: skip
    log.info("simulate: %s", ", ".join(f"{v:,} {k}" for k, v in counts.items()))


for _verb in (show, rerank, publish, serve, latent):
    cli.add_command(_verb)


def main() -> None:
    """Run the command; a polite kill ends it as Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    cli()
