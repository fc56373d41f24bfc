import textwrap

import pytest

from catalog import registry
from catalog.errors import StoreError
from catalog.explain import categories, explain, judge, reasons

ENTRY = """
[[category]]
name = "{name}"
title = "T"
verdict = "{verdict}"
description = "D."
sentence = "{sentence}"
"""


@pytest.fixture
def rewrite(tmp_path, monkeypatch):
    """Put another list of categories in place of the real one."""

    def put(text: str) -> None:
        path = tmp_path / "categories.toml"
        path.write_text(text)
        monkeypatch.setattr(categories, "PATH", path)

    return put


def entry(
    name: str = "unexplained", verdict: str = "unexplained", sentence: str = "S {wave}."
) -> str:
    return ENTRY.format(name=name, verdict=verdict, sentence=sentence)


def test_every_category_but_unexplained_has_exactly_one_test():
    known = {category.name: category for category in categories.load()}
    tested = [test.category for test in judge.reason_tests(known)]
    assert tested == [name for name in known if name != "unexplained"]


def test_sentences_end_as_sentences_do():
    assert all(category.sentence.endswith(".") for category in categories.load())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[category]", "TOML"),
        ("x = 1", "category"),
        (entry("a"), "a category 'unexplained'"),
        (entry() + entry(), "'unexplained' 2 times"),
        (entry(verdict="odd"), "artefact, astrophysical, unexplained.*odd"),
        (entry(sentence="S {."), "balanced braces"),
        (entry(sentence="S {x!r}."), "plain names.*{x}"),
        (entry(sentence="S {x:.2f}."), "plain names.*{x}"),
        (entry(sentence="S {x.y}."), "plain names.*{x.y}"),
        (entry(sentence="S {}."), "plain names"),
        (entry() + "colour = 'red'", "each a text.*colour"),
        (entry().replace('title = "T"', "title = 3"), "each a text.*unexplained"),
    ],
)
def test_a_bad_entry_is_refused(rewrite, text, message):
    rewrite(text)
    with pytest.raises(StoreError, match=f"(?s){message}"):
        categories.load()


def test_a_sentence_whose_fields_its_test_does_not_fill_is_refused(rewrite):
    real = categories.PATH.read_text()
    rewrite(real.replace("{width} km/s", "{girth} km/s"))
    known = {category.name: category for category in categories.load()}
    with pytest.raises(StoreError, match=r"(?s)'broad_line' has fields.*found: girth"):
        judge.reason_tests(known)


def test_a_test_whose_category_is_missing_is_refused(rewrite):
    rewrite(categories.PATH.read_text().replace('name = "star"', 'name = "sta"'))
    known = {category.name: category for category in categories.load()}
    with pytest.raises(StoreError, match=r"(?s)'star', which does not exist.*did you mean 'sta'"):
        judge.reason_tests(known)


def test_a_new_reason_is_one_module_and_one_entry(rewrite, tmp_path, monkeypatch, make, ordinary):
    rewrite(
        categories.PATH.read_text() + entry("tuesday", "artefact", "It was observed on a {day}.")
    )
    folder = tmp_path / "reasons"
    folder.mkdir()
    (folder / "tuesday.py").write_text(
        textwrap.dedent(
            """
            import numpy as np
            from catalog.explain import whole
            from catalog.explain.evidence import ReasonTest, Scope

            def measure(batch):
                n = len(batch)
                day = np.full(n, "Tuesday", dtype=object)
                return whole.evidence(np.ones(n, bool), np.zeros(n), "", day=day)

            REASON = ReasonTest("tuesday", Scope.CLASS, ("day",), measure)
            """
        )
    )
    monkeypatch.setattr(reasons, "__path__", [*reasons.__path__, str(folder)])
    assert "tuesday" in registry.names("catalog.explain.reasons")
    table = explain(make(0 * ordinary[None]))
    assert table["sentence"][0] == "It was observed on a Tuesday."
    assert table["verdict"][0] == "artefact"
