"""The link checker is the oracle of all others: it must miss nothing that a visitor would meet."""

import pytest
from tests.publish.crawler import STARTS, crawl, served, walk_folder

WHOLE = {
    "index.html": '<link rel="canonical" href="https://atlas.org/x/"><a id="here" href="a/">a</a>'
    '<link rel="stylesheet" href="s.css"><a href="https://elsewhere.org/no">no</a>'
    '<script src="js/start.js" data-module="page" data-needs="part.js"></script>'
    '<a href="mailto:a@b.org">m</a><a href="data:,x">d</a>',
    "a/index.html": '<a href="../index.html#here">back</a><img src="p.svg" srcset="p.svg 2x">'
    '<div data-src="data.json"></div><form action="../index.html?q=1"></form>'
    '<meta property="og:url" content="https://atlas.org/x/a/">',
    "a/p.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a/data.json": '{"address": "not looked at"}',
    "s.css": "b { background: url('a/p.svg') }",
    "js/start.js": "",
    "js/page.js": 'import { x } from "./part.js";\nconst y = () => import("./late.js");',
    "js/part.js": 'fetch(new URL("../a/data.json", import.meta.url));\n// import "./gone.js"',
    "js/late.js": "",
    "releases/index.html": "",
    "releases/index.json": '{"releases": [{"address": "../a/index.html"}]}',
    "404.html": '<link rel="stylesheet" href="../../s.css">',
    "sitemap.xml": '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>'
    "<loc>https://atlas.org/x/a/</loc></url></urlset>",
    "r/index.html": '<meta http-equiv="refresh" content="0; url=../a/index.html">',
}


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_a_whole_site_has_no_broken_link(tmp_path):
    walk = walk_folder(write(tmp_path, WHOLE))

    assert not walk.broken
    reached = {each.split("/", 3)[3] for each in walk.seen}
    assert set(WHOLE) <= reached


@pytest.mark.parametrize(
    ("name", "old", "new", "missing"),
    [
        ("index.html", 'href="a/"', 'href="b/"', "/b/ answers 404"),
        ("index.html", 'href="a/"', 'href="js/"', "/js/ answers 404"),  # no index.html, no page
        ("index.html", "s.css", "t.css", "/t.css answers 404"),
        ("index.html", 'data-module="page"', 'data-module="nopage"', "/js/nopage.js answers"),
        ("index.html", "part.js", "nopart.js", "/js/nopart.js answers"),
        ("a/index.html", "#here", "#there", "has no place there"),
        ("a/index.html", "p.svg 2x", "q.svg 2x", "/a/q.svg answers"),
        ("a/index.html", 'src="data.json"', 'src="none.json"', "/a/none.json answers"),
        ("a/index.html", "../index.html?q", "../no.html?q", "/no.html answers"),
        ("a/index.html", "org/x/a/", "org/x/b/", "/b/ answers"),
        ("s.css", "a/p.svg", "a/q.svg", "/a/q.svg answers"),
        ("js/page.js", "./part.js", "./gone.js", "/js/gone.js answers"),
        ("js/page.js", "./late.js", "./gone.js", "/js/gone.js answers"),
        ("js/part.js", "../a/data.json", "../a/gone.json", "/a/gone.json answers"),
        ("releases/index.json", "../a/", "../b/", "/b/index.html answers"),
        ("404.html", "s.css", "t.css", "/t.css answers"),
        ("sitemap.xml", "x/a/", "x/b/", "/b/ answers"),
        ("r/index.html", "../a/", "../b/", "/b/index.html answers"),
    ],
)  # fmt: skip
def test_every_kind_of_broken_link_is_found(tmp_path, name, old, new, missing):
    assert old in WHOLE[name]
    folder = write(tmp_path, {**WHOLE, name: WHOLE[name].replace(old, new)})
    broken = walk_folder(folder).broken

    assert broken
    assert all(missing in each for each in broken)


def test_without_a_list_of_releases_the_walk_says_so(tmp_path):
    files = {name: text for name, text in WHOLE.items() if not name.startswith("releases/")}
    with served(write(tmp_path, files)) as root:
        assert len(crawl(root).broken) == len(STARTS)
