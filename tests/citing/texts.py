"""Texts that formats stumble over: quotes, words of YAML, signs of LaTeX, ends of scripts."""

from hypothesis import strategies as st

from catalog.store.release_records import Author

HARD = (
    "O'Neill \"Bob\": a, b & c",
    "no", "null", "~", "on", "1.0", "0o14", "2026-11-21", "- a", "# b", "a: b", "{a}", "[a", "%x",
    "*a", "&a", "!a", "|", ">", "@a", "`a`", "'", '"', "\\", "\\n", "{", "}", "}}{{", "$x_1^2$",
    "50 % of #1 & ~a", "</script><script>alert(1)</script>", "<!--", "]]>", "&lt;", "ÅÄÖ 星 Ḧ𝔘",
    "a\nb", "a\tb", "\u2028x\u2029", "\x07", "von der Berg, Jr.", "Rossi and Chen", "et al.",
    "| a | b |", "1. a", "+ a", "=== ", "![x](y)", "<b>", "\u202e", "\ufeffx", "é",
)  # fmt: skip
anything = st.one_of(
    st.sampled_from(HARD),
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40
    ),
).filter(lambda text: text.strip() != "")
authors = st.builds(
    Author,
    family=anything,
    given=st.one_of(st.just(""), anything),
    orcid=st.sampled_from(["", "0000-0001-5109-3700"]),
    affiliation=st.one_of(st.just(""), anything),
)


def one_line(text: str) -> str:
    """A text as it stands on one line."""
    return " ".join(text.split())
