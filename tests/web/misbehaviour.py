"""What a server can do wrong, by name. Each function sends one bad answer."""

import gzip
import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

FAULTS: dict[str, Callable[..., None]] = {}
"""Name of a fault -> (handler, seen, resource, whole content, slowness in s) -> None."""


def answer(handler: Any, seen: Any, resource: Any, whole: bytes, slowness_s: float) -> None:
    """Answer a request, well or as badly as the resource's next fault says."""
    fault = resource.next_fault()
    if fault:
        FAULTS[fault](handler, seen, resource, whole, slowness_s)
    else:
        handler.give(*handler.good(seen, resource, whole))


def _fault(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def named(function: Callable[..., None]) -> Callable[..., None]:
        FAULTS[name] = function
        return function

    return named


@_fault("slow")
def _slow(handler, seen, resource, whole, slowness_s):
    """Whole and right, but in pieces."""
    status, body, headers = handler.good(seen, resource, whole)
    handler.begin(status, {"Content-Length": str(len(body)), **headers})
    if handler.command != "HEAD":
        handler.drip(body, slowness_s)


@_fault("silent")
def _silent(handler, seen, resource, whole, slowness_s):
    """Nothing for twenty times as long, then a good answer."""
    time.sleep(20 * slowness_s)
    handler.give(*handler.good(seen, resource, whole))


@_fault("cut")
def _cut(handler, seen, resource, whole, slowness_s):
    """The connection ends after half of what was promised."""
    status, body, headers = handler.good(seen, resource, whole)
    handler.begin(status, {"Content-Length": str(len(body)), **headers})
    if handler.command != "HEAD":
        handler.wfile.write(body[: len(body) // 2])
        handler.wfile.flush()
    handler.close_connection = True


@_fault("dropped")
def _dropped(handler, seen, resource, whole, slowness_s):
    """The connection ends without an answer."""
    handler.close_connection = True


def _busy(status: int) -> Callable[..., None]:
    def busy(handler, seen, resource, whole, slowness_s):
        after = formatdate(usegmt=True) if resource.retry_after == "date" else resource.retry_after
        headers = {"Content-Type": "text/plain", "Retry-After": after}
        handler.give(status, b"later", headers if after else {"Content-Type": "text/plain"})

    return busy


FAULTS["429"] = _busy(429)
FAULTS["503"] = _busy(503)


def _status(status: int) -> Callable[..., None]:
    def plain(handler, seen, resource, whole, slowness_s):
        handler.give(status, b"<h1>no</h1>", {"Content-Type": "text/html"})

    return plain


for _number in (403, 404, 410, 500, 502, 504):
    FAULTS[str(_number)] = _status(_number)


@_fault("wrong type")
def _wrong_type(handler, seen, resource, whole, slowness_s):
    """Status 200 and an excuse, as the Legacy Surveys' server does for an unknown layer."""
    handler.give(200, b"no such layer", {"Content-Type": "text/plain; charset=utf-8"})


@_fault("login page")
def _login_page(handler, seen, resource, whole, slowness_s):
    """Status 200 and a page, as networks of hotels do for every address."""
    handler.give(200, b"<html>Welcome!</html>", {"Content-Type": "text/html"})


@_fault("redirect")
def _redirect(handler, seen, resource, whole, slowness_s):
    handler.give(302, b"", {"Location": resource.to})


@_fault("circle")
def _circle(handler, seen, resource, whole, slowness_s):
    handler.give(302, b"", {"Location": handler.path})


@_fault("ignores range")
def _ignores_range(handler, seen, resource, whole, slowness_s):
    """The whole file, whatever part was asked for."""
    headers = {"Content-Type": resource.content_type}
    handler.give(200, whole, headers)


@_fault("cut, ignores range")
def _cut_ignores_range(handler, seen, resource, whole, slowness_s):
    """Half of the whole file, whatever part was asked for."""
    headers = {"Content-Type": resource.content_type, "Content-Length": str(len(whole))}
    handler.begin(200, headers)
    handler.wfile.write(whole[: len(whole) // 2])
    handler.close_connection = True


@_fault("416")
def _wrong_range(handler, seen, resource, whole, slowness_s):
    """Refuses any range."""
    if seen.range:
        handler.give(416, b"", {"Content-Range": f"bytes */{len(whole)}"})
    else:
        handler.give(*handler.good(seen, resource, whole))


@_fault("shifted range")
def _shifted_range(handler, seen, resource, whole, slowness_s):
    """Another part than was asked for, and says so."""
    status, body, headers = handler.good(seen, resource, whole)
    if status == 206:
        headers["Content-Range"] = f"bytes 1-{len(whole) - 1}/{len(whole)}"
        body = whole[1:]
    handler.give(status, body, headers)


@_fault("too long")
def _too_long(handler, seen, resource, whole, slowness_s):
    """Content-Length promises more than comes."""
    status, body, headers = handler.good(seen, resource, whole)
    handler.begin(status, headers | {"Content-Length": str(len(body) + 1000)})
    handler.wfile.write(body)
    handler.close_connection = True


@_fault("too short")
def _too_short(handler, seen, resource, whole, slowness_s):
    """Content-Length promises less than there is: the rest is lost and HTTP does not notice."""
    status, body, headers = handler.good(seen, resource, whole)
    handler.give(status, body[: len(body) - 7], headers)
    handler.close_connection = True


@_fault("no length")
def _no_length(handler, seen, resource, whole, slowness_s):
    """The end of the connection is the end of the file."""
    status, body, headers = handler.good(seen, resource, whole)
    handler.begin(status, headers | {"Connection": "close"})
    if handler.command != "HEAD":
        handler.wfile.write(body)
    handler.close_connection = True


@_fault("gzip")
def _gzip(handler, seen, resource, whole, slowness_s):
    """Compressed on the way, asked for or not."""
    headers = {"Content-Type": resource.content_type, "Content-Encoding": "gzip"}
    handler.give(200, gzip.compress(whole, mtime=0), headers)


@_fault("labelled gzip")
def _labelled_gzip(handler, seen, resource, whole, slowness_s):
    """A .gz file as it is, but said to be compressed on the way, as Apache can be set up to do."""
    status, body, headers = handler.good(seen, resource, whole)
    handler.give(status, body, headers | {"Content-Encoding": "x-gzip"})


@_fault("damaged")
def _damaged(handler, seen, resource, whole, slowness_s):
    """One bit is wrong."""
    status, body, headers = handler.good(seen, resource, whole)
    handler.give(status, bytes([body[0] ^ 1]) + body[1:], headers)
