"""Sites of a few files, for everything about publishing that does not depend on what is in them."""

from pathlib import Path

from catalog.publish.hosts import HOSTS, Host
from catalog.publish.manifest import Entry
from catalog.publish.placing import Placed, put
from catalog.publish.tree import Hashes, measure

ANY = HOSTS["any"]
BODY = "<!doctype html><html><head><title>{0}</title></head><body>{0}{1}</body></html>"


def site(folder: Path, word: str, *, padding: int = 0) -> Path:
    """Write a site: a first page, an object, a download, a style; `padding` bytes more."""
    pages = {
        "index.html": '<a href="objects/a/index.html">a</a> '
        '<a href="download/index.html">files</a>'
        '<link rel="stylesheet" href="static/page.css">',
        "objects/a/index.html": '<a href="../../index.html">home</a>',
        "objects/only-in-" + word + "/index.html": "",
        "download/index.html": '<a href="big.duckdb" download>all</a> <a href="a.csv">some</a>'
        ' <a href="https://x.org/big.duckdb">elsewhere</a>',
    }
    for name, content in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(BODY.format(word, content))
    (folder / "static").mkdir()
    (folder / "static/page.css").write_text(f"body {{ color: black }} /* {word} */")
    (folder / "static/mark.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "download/a.csv").write_text(f"target_id\n{word}\n")
    (folder / "download/big.duckdb").write_bytes(word.encode() * 50 + bytes(padding))
    return folder


def entry(folder: Path, name: str, date: str = "", **more: object) -> Entry:
    """Describe a site as the release that it is."""
    tree = measure(folder, Hashes())
    facts = {"title": f"Release {name}", "version": "1", "doi": "", "simulated": False,
             "n_objects": 2, "source": tree.digest, "tree": tree, **more}  # fmt: skip
    return Entry(name=name, date=date, **facts)  # type: ignore[arg-type]


class Publisher:
    """Publishes small sites, one after the other, into one target."""

    def __init__(self, folder: Path, padding: int = 0) -> None:
        self.folder = folder
        self.padding = padding
        self.target = folder / "public"
        self.made: dict[str, Path] = {}

    def __call__(
        self, name: str, date: str = "", host: Host = ANY, addresses: tuple[str, ...] = (),
        **more: object,
    ) -> Placed:  # fmt: skip
        if name not in self.made:
            self.made[name] = site(self.folder / f"made-{name}", name, padding=self.padding)
        made = self.made[name]
        return put(made, entry(made, name, date, **more), self.target, host, addresses)

    def stands(self, name: str, folder: Path | None = None) -> bool:
        """Tell whether a folder, by default a release's own, has exactly the bytes of a site."""
        folder = folder or self.target / "releases" / name
        return contents(folder) == contents(self.made[name])


def contents(folder: Path, without: tuple[str, ...] = ()) -> dict[str, bytes]:
    """Every file below a folder, by name; entries of the folder itself may be left out."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in without
    }


def size(placed: Placed) -> tuple[int, int]:
    """Bytes and files of what a publication says that it put in place."""
    return placed.bytes, placed.files
