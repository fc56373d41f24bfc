"""One file from a server to the disk: resumable, verified, and under its name only when whole.

A part is continued only if the server says that the file is still the same one (`If-Range`); else
it is begun anew. Libraries for downloads that were tried on the server of `tests/web` do not do
this: pooch 1.9 and parfive 2.3 begin a broken file anew each time, parfive and pypdl 1.5 take a
login page for the file, pypdl writes under the final name, and none waits as Retry-After asks.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import requests
from urllib3.exceptions import HTTPError

from catalog.disk import refusal
from catalog.errors import WebError
from catalog.fetch.part import Origin, Part, Progress
from catalog.fetch.verify import Promise, fault_of
from catalog.web import Visitor
from catalog.web.faults import explained, refused

_PIECE = 1 << 14
"""Bytes that are waited for before they are written: few, since a kill loses them."""

_PAGES = ("text/html", "application/xhtml+xml")


class _NotYetError(Exception):
    """The file is not whole, but asking again may help."""


def download(
    visitor: Visitor, url: str, path: Path, promise: Promise, progress: Progress = lambda _n: None
) -> None:
    """Get one file, going on where an earlier attempt ended.

    Parameters
    ----------
    visitor : Visitor
        Who asks; its manners say how often.
    url : str
        Address of the file.
    path : Path
        Where it goes. The folder is made; a file that is there is replaced once the new is right.
    promise : Promise
        What is known of the file.
    progress : callable
        Told of every piece.

    Raises
    ------
    WebError
        If the server does not give the file, or twice a whole file that is not the right one.
    ReleaseError
        If the disk is full or cannot be written. What has come is kept.
    """
    part = Part(path, progress)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _complete(visitor, url, part)
        if fault_of(part.path, path.name, promise):
            part.drop()
            _complete(visitor, url, part)
        if fault := fault_of(part.path, path.name, promise):
            part.drop()
            raise _damaged(url, fault)
        part.finish()
    except OSError as fault:  # those of the network are translated where they come up
        raise refusal(path, fault, "--data") from fault


def _complete(visitor: Visitor, url: str, part: Part) -> None:
    """Ask until the part is the whole; an attempt that gets further than any before is none."""
    failures, furthest = 0, part.length
    while True:
        try:
            _attempt(visitor, url, part)
        except _NotYetError as fault:
            failures = 1 if part.length > furthest else failures + 1
            furthest = max(furthest, part.length)
            if failures >= visitor.manners.attempts:
                raise WebError(
                    "a file does not come whole",
                    where=url,
                    found=str(fault),
                    todo="run the same command again: what has come is kept",
                ) from fault
            visitor.wait(visitor.manners.back_off(failures))
        else:
            return


def _attempt(visitor: Visitor, url: str, part: Part) -> None:
    known = part.resumable(url)
    if known is not None and known.total == part.length:
        return
    headers = {"Accept-Encoding": "identity"}
    if known is not None:
        headers |= {"Range": f"bytes={part.length}-", "If-Range": known.validator}
    try:
        answer = visitor.session.get(url, headers=headers, stream=True)
    except requests.RequestException as fault:
        raise explained(fault, url) from fault
    with answer:
        origin = _accept(answer, url, part, known)
        packed = _is_packed(answer.headers, url)
        try:
            part.append(answer.raw.stream(_PIECE, decode_content=packed))
        except HTTPError as fault:
            raise _NotYetError(f"{type(fault).__name__}: {fault}"[:300]) from fault
    if origin.total not in {None, part.length}:
        raise _NotYetError(f"{part.length} bytes of {origin.total}")
    part.note(replace(origin, total=part.length))


def _accept(answer: requests.Response, url: str, part: Part, known: Origin | None) -> Origin:
    """Make the part ready for what the server is about to send, if that is what was asked for."""
    status = answer.status_code
    if status == requests.codes.requested_range_not_satisfiable and known is not None:
        part.drop()
        raise _NotYetError("the server has no such part of the file")
    if status not in {requests.codes.ok, requests.codes.partial_content}:
        raise refused(answer)
    kind = answer.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if kind in _PAGES:
        raise _page(answer.url, kind)
    if status == requests.codes.ok:
        origin = _origin(url, answer.headers)
        part.begin(origin)
        return origin
    if known is None or _span(answer.headers) != (part.length, known.total):
        part.drop()
        raise _NotYetError("the server sent another part of the file than was asked for")
    return known


def _origin(url: str, headers: Mapping[str, str]) -> Origin:
    """Note of a whole answer; one that was packed for the way can be neither measured nor resumed.

    A weak ETag (`W/`) does not promise the same bytes.
    """
    if _is_packed(headers, url):
        return Origin(url)
    etag, length = headers.get("ETag", ""), headers.get("Content-Length", "")
    validator = etag if etag.startswith('"') else headers.get("Last-Modified", "")
    return Origin(url, validator, int(length) if length.isdigit() else None)


def _is_packed(headers: Mapping[str, str], url: str) -> bool:
    """Whether the bytes were compressed for the way only. Some servers say so of any .gz file."""
    encoding = headers.get("Content-Encoding", "identity").strip().lower()
    return encoding not in {"", "identity"} and not url.endswith(".gz")


def _span(headers: Mapping[str, str]) -> tuple[int, int | None]:
    """First byte and whole length of a partial answer; -1 where it does not say."""
    unit, _, rest = headers.get("Content-Range", "").partition(" ")
    span, _, total = rest.partition("/")
    first = span.partition("-")[0]
    if unit != "bytes" or not first.isdigit():
        return -1, None
    return int(first), int(total) if total.isdigit() else None


def _page(url: str, kind: str) -> WebError:
    return WebError(
        "a server answered with a page instead of a file",
        where=url,
        wanted="the file",
        found=kind,
        todo="see in a browser what it says; does this network want a login?",
    )


def _damaged(url: str, fault: str) -> WebError:
    return WebError(
        "a file is not what the survey published",
        where=url,
        found=f"{fault}, twice",
        todo="try another day, or another copy with --mirror",
    )
