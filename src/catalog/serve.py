"""A finished site on the loopback interface, for looking at it."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from catalog.errors import SiteError

LOOPBACK = "127.0.0.1"
"""Never another address: a site that is not published yet is nobody else's business."""


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line per request on the terminal."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
        """Say nothing."""


def listen(site: Path, port: int) -> ThreadingHTTPServer:
    """Open a server for a site's folder; port 0 takes any free one. The caller runs and closes it.

    Raises
    ------
    SiteError
        If there is no site, or the port is taken.
    """
    if not (site / "index.html").is_file():
        raise SiteError(
            "there is no site here",
            where=site,
            wanted="a folder with an index.html",
            todo="run `catalog build` first",
        )
    try:
        return ThreadingHTTPServer((LOOPBACK, port), partial(_Quiet, directory=str(site)))
    except OSError as fault:
        raise SiteError(
            "the server cannot listen",
            where=f"{LOOPBACK}:{port}",
            found=str(fault),
            todo="name another port with --port",
        ) from fault
