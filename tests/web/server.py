"""A local HTTP(S) server that behaves like the real ones, and misbehaves on demand.

It answers GET, HEAD and POST, keeps connections open, knows ETag, Last-Modified, Range and
If-Range, shows folders as Apache or nginx do, and remembers every request.
"""

import contextlib
import hashlib
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import trustme
from tests.web import folders, misbehaviour

from catalog.web import Manners

QUICK = Manners(pause_s=0.0, attempts=4, timeout_s=2.0, back_off_s=0.001)
"""Of visitors in tests, who hardly wait."""


@dataclass(frozen=True)
class Seen:
    """One request that came in."""

    method: str
    path: str
    """With its query, as it was sent."""
    headers: dict[str, str]
    body: bytes = b""

    @property
    def range(self) -> str:
        return self.headers.get("range", "")


Content = bytes | Callable[[Seen], bytes]


@dataclass
class Resource:
    """What is at a path: one content for ever, or one for each request, the last for the rest."""

    contents: list[Content]
    content_type: str
    faults: list[str]
    for_ever: bool
    retry_after: str = "0"
    """Header of `429` and `503`; `date` writes the present moment as an HTTP date."""
    to: str = ""
    """Where `redirect` leads."""
    size_shown: str = ""
    """Size in the folder's listing, instead of the true one."""
    headers: dict[str, str] = field(default_factory=dict)
    """Further headers of a good answer."""
    n_asked: int = 0

    def next_fault(self) -> str:
        if self.for_ever:
            return self.faults[0]
        return self.faults.pop(0) if self.faults else ""


class Server:
    """Serves what a test puts into it, at `address`, while the `with` block lasts.

    Attributes
    ----------
    address : str
        `http://127.0.0.1:PORT/`, or https where `tls`.
    requests : list of Seen
        Every request, in the order of arrival.
    most_at_once : int
        Most requests that were being answered at one time.
    """

    def __init__(self, *, tls: bool = False, style: str = "nginx", slowness_s: float = 0.05):
        self.style = style
        self.slowness_s = slowness_s
        self.requests: list[Seen] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._resources: dict[str, Resource] = {}
        self._authority = trustme.CA() if tls else None
        self._http = _Listening(("127.0.0.1", 0), _Handler)
        self._http.site = self
        scheme = "http"
        if self._authority is not None:
            scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._authority.issue_cert("127.0.0.1").configure_cert(context)
            self._http.socket = context.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False
            )
        self.address = f"{scheme}://127.0.0.1:{self._http.server_address[1]}/"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def serve(
        self,
        path: str,
        content: Content | Sequence[Content] = b"",
        content_type: str = "application/octet-stream",
        fault: str | Sequence[str] = "",
        **details: Any,
    ) -> str:
        """Put something at a path, in place of what is there, and give its address.

        Parameters
        ----------
        path : str
            Without the first slash. With a query, it answers that query alone; without, any.
        content : bytes, callable, or a list of them
            A callable gets the `Seen` request. A list has one for each request, the last for all
            further ones: a file that changes while it is being fetched.
        fault : str or list of str
            A name of `misbehaviour.FAULTS`, for ever; or a list of them, one for each request,
            `""` for none, after which all is well.
        **details
            Further fields of `Resource`.
        """
        one = isinstance(content, bytes) or callable(content)
        faults = [fault] if isinstance(fault, str) else list(fault)
        unknown = {name for name in faults if name and name not in misbehaviour.FAULTS}
        assert not unknown, f"no such fault: {unknown}"
        resource = Resource(
            contents=[content] if one else list(content),  # type: ignore[list-item, arg-type]
            content_type=content_type,
            faults=faults,
            for_ever=isinstance(fault, str) and bool(fault),
            **details,
        )
        with self._lock:
            self._resources[path] = resource
        return self.address + path

    def trust(self) -> contextlib.AbstractContextManager[str]:
        """Give the path of a bundle with this server's own authority, for as long as the block."""
        assert self._authority is not None
        return self._authority.cert_pem.tempfile()

    def asked(self, path: str = "", method: str = "GET") -> list[Seen]:
        """Requests of one path, with or without its query; of all paths where it is empty."""
        wanted = "/" + path
        return [
            seen
            for seen in self.requests
            if seen.method == method
            and (not path or wanted in (seen.path, seen.path.split("?")[0]))
        ]

    def forget(self) -> None:
        """Forget the requests so far."""
        self.requests.clear()
        self.most_at_once = 0

    def find(self, path: str) -> Resource | None:
        """What is at a request's path: by its whole text, then without the query, then a folder."""
        with self._lock:
            whole = unquote(path.removeprefix("/"))
            bare = unquote(urlsplit(path).path.removeprefix("/"))
            found = self._resources.get(whole) or self._resources.get(bare)
            if found is not None:
                return found
            page = folders.page(bare, self._entries(bare), self.style)
        return Resource([page], "text/html; charset=UTF-8", [], for_ever=False) if page else None

    def _entries(self, folder: str) -> dict[str, str]:
        """Names in a folder and the sizes that its listing shows; folders have none."""
        found: dict[str, str] = {}
        if folder and not folder.endswith("/"):
            return found
        for path, resource in self._resources.items():
            if path.startswith(folder) and path != folder and "?" not in path:
                name, slash, _ = path[len(folder) :].partition("/")
                content = resource.contents[0]
                size = len(content) if isinstance(content, bytes) else 0
                found[name + slash] = "" if slash else resource.size_shown or str(size)
        return found

    @contextlib.contextmanager
    def answering(self, seen: Seen) -> Iterator[Callable[[], None]]:
        """Count a request while it is being answered; gives what ends the count before the block.

        A guest who has the last byte may ask again before this thread hears that it has gone out.
        """
        left = False

        def leave() -> None:
            nonlocal left
            with self._lock:
                self._at_once -= not left
                left = True

        with self._lock:
            self.requests.append(seen)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            yield leave
        finally:
            leave()


class _Listening(ThreadingHTTPServer):
    daemon_threads = True
    site: Server

    def handle_error(self, request, client_address) -> None:
        """Say nothing of guests who go away: that is what they are tested for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listening

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
        """Say nothing."""

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        headers = {key.lower(): value for key, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers, body)
        with self.server.site.answering(seen) as self._leave:
            self._answer(seen)

    do_HEAD = do_POST = do_GET  # noqa: N815 - the names are given

    def _answer(self, seen: Seen) -> None:
        site = self.server.site
        resource = site.find(seen.path)
        if resource is None:
            self.give(404, b"not here", {"Content-Type": "text/plain"})
            return
        content = resource.contents[min(resource.n_asked, len(resource.contents) - 1)]
        resource.n_asked += 1
        whole = content if isinstance(content, bytes) else content(seen)
        misbehaviour.answer(self, seen, resource, whole, site.slowness_s)

    def good(
        self, seen: Seen, resource: Resource, whole: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers as a well-behaved server gives them."""
        etag = f'"{hashlib.sha256(whole).hexdigest()[:16]}"'
        headers = {
            "Content-Type": resource.content_type,
            "ETag": etag,
            "Last-Modified": formatdate(1_700_000_000, usegmt=True),
            "Accept-Ranges": "bytes",
            **resource.headers,
        }
        # Of the whole file where it has changed since.
        if not seen.range or seen.headers.get("if-range", etag) not in (
            etag,
            headers["Last-Modified"],
        ):
            return 200, whole, headers
        first, _, last = seen.range.removeprefix("bytes=").partition("-")
        start, end = int(first), min(int(last) + 1 if last else len(whole), len(whole))
        if start >= len(whole):
            return 416, b"", headers | {"Content-Range": f"bytes */{len(whole)}"}
        span = f"bytes {start}-{end - 1}/{len(whole)}"
        return 206, whole[start:end], headers | {"Content-Range": span}

    def give(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        """Send one answer; a HEAD gets no body."""
        self._leave()
        self.begin(status, {"Content-Length": str(len(body)), **headers})
        if self.command != "HEAD":
            self.wfile.write(body)

    def begin(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()

    def drip(self, body: bytes, pause_s: float, n_pieces: int = 8) -> None:
        """Send a body in pieces with pauses between them."""
        step = max(1, -(-len(body) // n_pieces))
        for start in range(0, len(body), step):
            time.sleep(pause_s)
            if start + step >= len(body):
                self._leave()
            self.wfile.write(body[start : start + step])
            self.wfile.flush()
