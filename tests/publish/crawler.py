"""Walks a published folder as a visitor's browser meets it: over HTTP, link by link.

It knows nothing of how the site is made, and shares no code with what made it. As a script:
`python -m tests.publish.crawler FOLDER` serves the folder, walks it, and ends with 1 where an
address is broken.
"""

import json
import re
import sys
import threading
import xml.etree.ElementTree as ET
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from http.client import HTTPConnection
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

STARTS = ("releases/index.html", "releases/index.json")
"""Where a walk begins beside `/`: what nothing need lead to."""
READ = ("text/html", "text/css", "text/javascript", "application/javascript", "application/json",
        "application/xml", "text/xml", "application/atom+xml")  # fmt: skip
ADDRESS_KEYS = {"address", "url", "href", "page", "path", "file", "json", "datalink", "data",
                "object", "access_url", "contentUrl"}  # fmt: skip


class _Folder(SimpleHTTPRequestHandler):
    """Serves a folder as static hosts do: no list of files where there is no index.html."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # it waits 40 ms before it sends a body after its headers

    def list_directory(self, *_):
        self.send_error(404)

    def log_message(self, *_):
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on the loopback interface; gives its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Folder, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Walk:
    """What a walk found: every address it asked for, and those that are broken, with a page."""

    seen: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    n_pages: int = 0


class _Page(HTMLParser):
    """Collects what a page leads to, and the places in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.places: set[str] = set()
        self.home = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.places |= {given[name] for name in ("id", "name") if name in given}
        self.found += [given[n] for n in ("href", "src", "data-src", "action") if n in given]
        self.found += [part.split()[0] for part in given.get("srcset", "").split(",") if part]
        if "data-module" in given:
            modules = [f"{given['data-module']}.js", *given.get("data-needs", "").split()]
            folder = given["src"].rpartition("/")[0]
            self.found += [f"{folder}/{name}" for name in modules]
        if given.get("http-equiv", "").lower() == "refresh" and "url=" in given["content"]:
            self.found.append(given["content"].split("url=", 1)[1])
        if given.get("property") in {"og:url", "og:image"}:
            self.found.append(given["content"])
        if tag == "link" and given.get("rel") == "canonical":
            self.home = given["href"]


def _in_script(text: str) -> Iterator[str]:
    text = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    yield from re.findall(r"""\bfrom\s*["'](\.[^"']+)["']""", text)
    yield from re.findall(r"""\bimport\s*\(?\s*["'](\.[^"']+)["']""", text)
    yield from re.findall(r"""new URL\(\s*["'](\.[^"']+)["']\s*,\s*import\.meta\.url\s*\)""", text)


def _in_json(value) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key in ADDRESS_KEYS and isinstance(each, str) and each:
                yield each
            else:
                yield from _in_json(each)
    elif isinstance(value, list):
        for each in value:
            yield from _in_json(each)


def _in_xml(text: str) -> Iterator[str]:
    for each in ET.fromstring(text).iter():
        name = each.tag.rsplit("}", 1)[-1]
        if name == "loc" and each.text:
            yield each.text.strip()
        if name == "link" and "href" in each.attrib:
            yield each.attrib["href"]


class _Walker:
    def __init__(self, root: str) -> None:
        self.root = root
        self.walk = Walk()
        self.places: dict[str, set[str]] = {}
        self.wanted_places: list[tuple[str, str, str]] = []
        self.home = ""
        self.waiting: deque[tuple[str, str]] = deque()
        parts = urlsplit(root)
        self.connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=20)

    def ask(self, address: str) -> tuple[int, str, bytes]:
        path = urlsplit(address).path
        readable = path.endswith(("/", ".html", ".css", ".js", ".json", ".xml"))
        self.connection.request("GET" if readable else "HEAD", path)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status in {301, 302, 308}:
            return self.ask(urljoin(address, answer.headers["Location"]))
        return answer.status, answer.headers.get("Content-Type", "").split(";")[0], content

    def meet(self, page: str, address: str) -> None:
        """Note an address that stands on a page, where it is one of this site."""
        whole = urljoin(page, address.strip())
        if self.home and whole.startswith(self.home):
            whole = urljoin(self.root, whole.removeprefix(self.home))
        whole, place = urldefrag(whole)
        if not whole.startswith(self.root):
            return
        whole = whole.partition("?")[0]
        if place:
            self.wanted_places.append((page, whole, unquote(place)))
        if whole not in self.walk.seen:
            self.walk.seen.add(whole)
            self.waiting.append((page, whole))

    def read(self, address: str, kind: str, content: bytes) -> None:
        text = content.decode("utf-8")
        if kind == "text/html":
            page = _Page(text)
            self.walk.n_pages += 1
            self.places[address] = page.places
            if not self.home and address == self.root:
                self.home = page.home
            missing = address.endswith("/404.html")  # offers its files at every depth
            found = [re.sub(r"^(\.\./)+", "", a) for a in page.found] if missing else page.found
        elif kind == "text/css":
            found = re.findall(r"""url\(\s*["']?([^"')]+)["']?\s*\)|@import\s+["']([^"']+)""", text)
            found = [each[0] or each[1] for each in found]
        elif kind.endswith("javascript"):
            found = list(_in_script(text))
        elif kind == "application/json":
            index = urlsplit(address).path.endswith("/index.json")
            found = list(_in_json(json.loads(text))) if index else []
        else:
            found = list(_in_xml(text))
        for each in found:
            self.meet(address, each)

    def go(self, starts: Iterable[str]) -> Walk:
        self.meet("the start", self.root)
        for start in starts:
            self.meet("the start", urljoin(self.root, start))
        while self.waiting:
            page, address = self.waiting.popleft()
            status, kind, content = self.ask(address)
            if status != 200:
                self.walk.broken.append(f"{page}: {address} answers {status}")
            elif kind in READ and content:
                self.read(address, kind, content)
        for page, address, place in self.wanted_places:
            if address in self.places and place not in self.places[address]:
                self.walk.broken.append(f"{page}: {address} has no place {place}")
        self.connection.close()
        return self.walk


def crawl(root: str, starts: Iterable[str] = STARTS) -> Walk:
    """Walk all that can be reached from a site's address, and from some of its files."""
    return _Walker(root).go(starts)


def walk_folder(folder: Path) -> Walk:
    """Serve a folder and walk it from `/` and from every page and index that lies in it."""
    kinds = {".html", ".xml"}
    found = (path for path in sorted(folder.rglob("*")) if path.suffix in kinds)
    starts = [quote(path.relative_to(folder).as_posix()) for path in found]
    with served(folder) as root:
        return crawl(root, [*STARTS, *starts])


def main() -> int:
    """Walk a folder that the command line names, and say what is broken."""
    walk = walk_folder(Path(sys.argv[1]))
    for each in walk.broken[:50]:
        print(each, file=sys.stderr)
    print(f"{len(walk.seen)} addresses, {walk.n_pages} pages, {len(walk.broken)} broken")
    return 1 if walk.broken else 0


if __name__ == "__main__":
    sys.exit(main())
