"""The verbs below `catalog latent`: what a finished release says of its latent space."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from catalog.store.read import Catalogue

FOLDER = click.Path(path_type=Path, file_okay=False)
RECIPE = click.Path(path_type=Path, dir_okay=False)
RELEASES = "Folder that holds releases; `out/` beside the recipe, or `build/out/` here."


@click.group()
def latent() -> None:
    """Say what a finished release's latent space means.

    RELEASE is a release's name, its recipe, or a catalog.duckdb.
    """


def release_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every verb that reads a finished release."""
    command = click.option("--out", type=FOLDER, help=RELEASES)(command)
    return click.argument("release")(command)


@contextmanager
def catalogue(release: str, out: Path | None) -> Iterator["Catalogue"]:
    """Open the catalogue of a release."""
    from catalog import workspace
    from catalog.store.read import Catalogue

    with Catalogue(workspace.database(release, out)) as opened:
        yield opened


def print_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under a header, aligned: numbers to the right, text to the left."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]
    right = [
        all(isinstance(value, int | float | None) for value in column)
        for column in zip(*rows, strict=True)
    ] or [False] * len(header)
    for line in (list(header), *cells):
        placed = [
            text.rjust(width) if to_right else text.ljust(width)
            for text, width, to_right in zip(line, widths, right, strict=True)
        ]
        click.echo("  ".join(placed).rstrip())


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


@latent.command()
@release_options
def dimensions(release: str, out: Path | None) -> None:
    """Print how much each dimension is used, and what it tells most of."""
    with catalogue(release, out) as opened:
        rows = opened.latent_dimensions()
    header = ("dimension", "MAD", "KL", "informative", "label", "observing", "low", "high")
    print_table(
        header,
        [
            (d.dimension, d.mad, d.kl, d.informative, d.label, d.observing, d.low, d.high)
            for d in rows
        ],
    )


@latent.command()
@release_options
@click.option("--estimator", default="neighbours", show_default=True,
              type=click.Choice(["histogram", "neighbours", "mixture"]))  # fmt: skip
def information(release: str, out: Path | None, estimator: str) -> None:
    """Print the mutual information of dimensions and labels, and of dimensions among them, nat."""
    import numpy as np

    from catalog.latent import leakage

    with catalogue(release, out) as opened:
        rows = opened.latent_information(estimator)
        shared = opened.latent_leakage()
    header = ("dimension", "label", "nat", "error", "chance", "95 %", "p", "q", "significant", "n")
    print_table(
        header,
        [
            (r.dimension, r.label, r.value, r.error, r.null_mean, r.null_high, r.p, r.q,
             r.significant, r.n)
            for r in sorted(rows, key=lambda r: -r.value)
        ],
    )  # fmt: skip
    click.echo("")
    print_table(
        ("dimension", "dimension", "nat", "chance, 95 %", "correlation", "significant"),
        [
            (r.dimension_a, r.dimension_b, r.information, r.null_high, r.correlation, r.significant)
            for r in shared
        ],
    )
    if shared:
        value = leakage.disentanglement(np.array([r.information for r in shared]))
        click.echo(f"\ndisentanglement: {value:.3f} (1: no dimension tells of another)")


@latent.command()
@release_options
def separation(release: str, out: Path | None) -> None:
    """Print how far classes lie apart, of which training knew nothing."""
    with catalogue(release, out) as opened:
        rows = opened.class_separation()
    print_table(
        ("label", "class", "metric", "value", "low", "high", "chance", "n"),
        [(r.label, r.name, r.metric, r.value, r.low, r.high, r.chance, r.n) for r in rows],
    )


@latent.command()
@release_options
def prevalence(release: str, out: Path | None) -> None:
    """Print how common kinds of object are, with 95 % intervals."""
    with catalogue(release, out) as opened:
        rows = opened.prevalence()
    print_table(
        ("kind", "name", "n", "of", "fraction", "low", "high", "recall", "corrected", "low",
         "high"),
        [
            (r.kind, r.name, r.n, r.n_scored, r.fraction, r.low, r.high, r.recall, r.corrected,
             r.corrected_low, r.corrected_high)
            for r in rows
        ],
    )  # fmt: skip


SIGNS = {1: "up", -1: "down", 0: "none"}


@latent.command()
@release_options
def traverse(release: str, out: Path | None) -> None:
    """Print what rises and falls along each dimension, towards its higher values."""
    with catalogue(release, out) as opened:
        features = opened.traversal_features()
        changes = {(r.dimension, r.feature): r for r in opened.traversal_changes()}
    dimensions = sorted({dimension for dimension, _ in changes})
    rows = []
    for feature in features:
        found = [changes.get((d, feature.name)) for d in dimensions]
        signs = [None if r is None or r.change is None else SIGNS[r.sign] for r in found]
        rows.append((f"{feature.name} [{feature.unit}]" if feature.unit else feature.name, *signs))
    print_table(("feature", *(str(d) for d in dimensions)), rows)


def _points(_context: click.Context, _option: click.Parameter, text: str) -> Any:
    """Read `0.1,0.2 0.3,0.4` as pairs of numbers."""
    try:
        pairs = [tuple(float(number) for number in pair.split(",")) for pair in text.split()]
    except ValueError as fault:
        raise click.BadParameter("points are pairs of numbers: 0.1,0.2 0.3,0.4") from fault
    if len(pairs) < 2 or any(len(pair) != 2 for pair in pairs):
        raise click.BadParameter("a track has two points or more: 0.1,0.2 0.3,0.4")
    return tuple(pairs)


@latent.command()
@click.argument("recipe", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--across", type=click.IntRange(1), required=True, help="First dimension.")
@click.option("--up", type=click.IntRange(1), required=True, help="Second dimension.")
@click.option("--points", required=True, callback=_points, metavar='"A,B A,B ..."',
              help="Points of the pair in order, in units of the latents.")  # fmt: skip
@click.option("--radius", type=click.FloatRange(min=0.0, min_open=True), default=0.25,
              show_default=True, help="Spectra within it are stacked.")  # fmt: skip
@click.option("--class", "spec_class", default="", help="Only spectra of this class count.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
              help="CSV to write: wavelengths, stacks and nearest spectra.")  # fmt: skip
@click.option("--out", type=FOLDER, help="As for `build`.")
@click.option("--data", type=FOLDER, envvar="CATALOG_DATA", help="As for `build`.")
def track(recipe: Path, output: Path | None, **asked: Any) -> None:
    """Print which real spectra lie along points in a pair of latent dimensions.

    RECIPE is that of a release which is built as far as the stage `encode`.
    """
    from catalog import workspace
    from catalog.recipe.latent import TrackSection
    from catalog.stages import tracks

    work = workspace.open_build(recipe, out=asked.pop("out"), data=asked.pop("data"))
    most = work.recipe.model.n_latent
    if max(asked["across"], asked["up"]) > most:
        raise click.UsageError(f"the model has {most} dimensions")
    if asked["across"] == asked["up"]:
        raise click.UsageError("--across and --up are the same dimension")
    section = TrackSection(name="asked", title="asked", **asked)
    found = tracks.follow(work, [section], lambda _done, _all: None)["track_points"]
    columns = ("position", "a", "b", "target_id", "distance", "n_stacked")
    rows = list(zip(*(found[name].tolist() for name in columns), strict=True))
    print_table(("point", "across", "up", "nearest", "distance", "in the stack"), rows)
    if output is not None:
        tracks.write_spectra(work, output, found)
        click.echo(f"{output}: {len(rows)} stacks and nearest spectra")
