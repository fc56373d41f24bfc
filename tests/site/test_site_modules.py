"""Scripts are found at build time by what they import."""

import re

import pytest

from catalog.site import modules, templating

STATIC = templating.folder() / "static"
SCRIPTS = sorted(each.relative_to(STATIC).as_posix() for each in STATIC.rglob("*.js"))


def test_needed_modules_are_those_imported_at_any_depth_and_not_those_loaded_later(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.js").write_text(
        'import { b } from "./b.js";\nimport "./deep/c.js";\n'
        'const later = () => import("./later.js");\n// import "./no.js"\n'
    )
    (tmp_path / "b.js").write_text('import {\n  one,\n  two,\n} from "./deep/c.js";\n')
    (tmp_path / "deep" / "c.js").write_text('export { d } from "../d.js";\nimport "../a.js";\n')
    (tmp_path / "d.js").write_text("export const d = 1;\n")

    assert modules.needed(tmp_path, "a.js") == ("b.js", "d.js", "deep/c.js")


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_import_of_a_script_leads_to_a_file(name):
    text = (STATIC / name).read_text()
    for address in re.findall(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""", text):
        assert (STATIC / name).parent.joinpath(address).is_file(), address
    assert all((STATIC / each).is_file() for each in modules.needed(STATIC, name))


def test_every_script_is_used(tmp_path):
    """By a page's own module, a template, or a script that loads it."""
    pages = "".join(each.read_text() for each in templating.folder().rglob("*.html"))
    entries = set(re.findall(r"""words\.script\(frame\.root, "([^"]+)"\)""", pages))
    reached = {f"{entry}.js" for entry in entries} | {"start.js", "missing.js"}
    waiting = list(reached)
    while waiting:
        name = waiting.pop()
        text = (STATIC / name).read_text()
        for address in re.findall(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""", text):
            found = (STATIC / name).parent.joinpath(address).resolve().relative_to(STATIC.resolve())
            if found.as_posix() not in reached:
                reached.add(found.as_posix())
                waiting.append(found.as_posix())
    assert set(SCRIPTS) == reached
