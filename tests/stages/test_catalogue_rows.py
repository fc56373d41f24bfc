"""Page addresses are safe in any file system and never shared."""

import re

from hypothesis import given
from hypothesis import strategies as st

from catalog.stages.catalogue_rows import slug


@given(st.lists(st.text(max_size=30), min_size=2, max_size=20, unique=True))
def test_different_identifiers_have_different_addresses_of_safe_characters(names):
    slugs = [slug("", "desi", name) for name in names]

    assert len(set(slugs)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9-]+", each) for each in slugs)
    assert len({each.lower() for each in slugs}) == len(names)  # also where case is ignored


def test_a_plain_identifier_stays_readable():
    assert slug("", "desi", "39627763589581458") == "desi-39627763589581458"
    assert slug("", "miles", "s0001") == "miles-s0001"
    assert slug("", "desi", "-1695072") != slug("", "desi", "1695072")
    assert slug("", "sdss", "../../etc/passwd").startswith("sdss-etc-passwd-")


def test_an_object_with_a_name_is_at_its_name():
    assert slug("PSA J010203.04-050607.8", "desi", "1") == "j010203.04m050607.8"
