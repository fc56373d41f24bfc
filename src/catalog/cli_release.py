"""The verbs on a finished release: look a spectrum up, order objects, publish, serve."""

import logging
from pathlib import Path
from typing import Any

import click

from catalog.cli_latent import FOLDER, RECIPE, RELEASES

log = logging.getLogger("catalog")

HOST_NAMES = ("github-pages", "cloudflare-pages", "any")
"""As in `publish/hosts.py`; a test holds them equal."""


# Options that are not known are arguments: -1695072 is an identifier.
@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("release")
@click.argument("target")
@click.option("--out", type=FOLDER, help=RELEASES)
def show(release: str, target: str, out: Path | None) -> None:
    """Print all that is known of one spectrum, as JSON.

    RELEASE is a release's name, its recipe, or a catalog.duckdb; TARGET is the survey's identifier,
    the object's name or the address of its page.
    """
    import json

    from catalog import workspace
    from catalog.store import lookup

    found = lookup.everything(workspace.database(release, out), target)
    click.echo(json.dumps(found, indent=1, ensure_ascii=False))


@click.command()
@click.argument("release")
@click.argument("labels", type=RECIPE)
@click.option("-o", "--output", type=RECIPE, required=True, help="CSV to write.")
@click.option("--out", type=FOLDER, help=RELEASES)
def rerank(release: str, labels: Path, output: Path, out: Path | None) -> None:
    """Order the published objects by what a person's ratings make relevant.

    RELEASE is as for `show`; LABELS is a CSV or JSON file that the site's page *Your ratings* gave.
    """
    from catalog import workspace
    from catalog.relevance import labels as files
    from catalog.relevance import reranking

    found = reranking.rerank(workspace.database(release, out), files.read(labels))
    reranking.write(output, found)
    click.echo(f"{output}: {len(found.target_id):,} objects by {found.n_used:,} ratings")
    if found.n_elsewhere or found.n_unrated:
        log.info(
            "rerank: left out %s of targets that are not published here, %s without a rating",
            f"{found.n_elsewhere:,}",
            f"{found.n_unrated:,}",
        )


@click.command()
@click.argument("recipe", type=RECIPE)
@click.argument("target", type=FOLDER)
@click.option(
    "--host", type=click.Choice(HOST_NAMES), default="any", show_default=True,
    help="Whose limits on files and sites hold.",
)  # fmt: skip
@click.option(
    "--overflow", "addresses", multiple=True,
    help="Address at which TARGET.overflow-1 is published, for releases that have no room in "
    "TARGET; give it again for the next folder.",
)  # fmt: skip
@click.option(
    "--files", default="", metavar="ADDRESS",
    help="Where all downloads are published besides, such as the files of a GitHub release: the "
    "largest lie only there if the host has no room.",
)  # fmt: skip
@click.option("--out", type=FOLDER, help="As for `build`.")
@click.option("--data", type=FOLDER, envvar="CATALOG_DATA", help="As for `build`.")
def publish(
    recipe: Path, target: Path, host: str, addresses: tuple[str, ...], files: str,
    **where: Any,
) -> None:  # fmt: skip
    """Verify a finished release and put it into TARGET, for a static host to serve.

    The newest release is at `/`, and each one ever published at `releases/<name>/`, for good.
    """
    from catalog import workspace
    from catalog.publish.hosts import HOSTS
    from catalog.publish.publishing import publish as put

    for option, each in [*(("--overflow", each) for each in addresses), ("--files", files)]:
        if each and not (each.startswith("https://") and each.endswith("/")):
            raise click.UsageError(f"{option} {each}: an address is https://.../")
    work = workspace.open_build(recipe, **where)
    done = put(work, target, HOSTS[host], addresses, files)
    for note in done.notes:
        click.echo(note)
    size = (
        f"{len(done.manifest.releases)} releases, {done.files:,} files, {done.bytes / 1e6:,.1f} MB"
    )
    click.echo(f"{target}: {'published' if done.changed else 'up to date'} ({size})")


@click.command()
@click.argument("release")
@click.option("--out", type=FOLDER, help=RELEASES)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
def serve(release: str, out: Path | None, port: int) -> None:
    """Show a finished site at 127.0.0.1, to this machine only."""
    from catalog import serve as server
    from catalog import workspace

    site = workspace.database(release, out).parent / "site"
    with server.listen(site, port) as listening:
        click.echo(f"http://127.0.0.1:{listening.server_address[1]}/ (stop with Ctrl-C)")
        try:
            listening.serve_forever()
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
