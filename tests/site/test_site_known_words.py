"""What is known of an object is said with its list and date; what nobody asked is not said."""

from hypothesis import given
from hypothesis import strategies as st

from catalog.site.known_words import known_sentences
from catalog.store.release_records import Known, KnownSource

SIMBAD = KnownSource("SIMBAD", "2026-05-01", 5.0, "https://tap", 9, 1)
OURS = KnownSource("Ours 2024", "", 2.5, "", 9, 0)


def row(identifier="NGC 1275", kind="Sy2", z=0.0176, source="SIMBAD", apart=0.84) -> Known:
    return Known("1", source, identifier, kind, z, apart, f"https://s/{identifier}")


def said(*given, **more):
    return [each.text for each in known_sentences(*given, **more)]


def test_a_known_object_has_name_kind_redshift_separation_list_and_date():
    assert said([SIMBAD], [row()]) == [
        "Known as NGC 1275 (Sy2, z = 0.0176, 0.8″ away, SIMBAD on 2026-05-01)."
    ]
    assert said([SIMBAD], [row(kind="", z=None)]) == [
        "Known as NGC 1275 (0.8″ away, SIMBAD on 2026-05-01)."
    ]


def test_an_unknown_object_is_not_in_a_list_within_a_radius_on_a_date():
    assert said([SIMBAD, OURS], []) == [
        "Not in SIMBAD within 5″ on 2026-05-01.", "Not in Ours 2024 within 2.5″."
    ]  # fmt: skip


def test_further_matches_follow_the_nearest():
    texts = said([SIMBAD], [row(), row("3C 84", apart=1.23)])
    assert texts[0].startswith("Known as NGC 1275")
    assert texts[1].startswith("Also near it: 3C 84")
    assert "1.2″" in texts[1]


def test_each_list_speaks_for_itself_in_the_order_of_the_release():
    texts = said([OURS, SIMBAD], [row()])
    assert [text.split()[0] for text in texts] == ["Not", "Known"]


def test_what_was_not_asked_is_not_said():
    assert said([SIMBAD, OURS], [], ["SIMBAD"]) == ["Not in Ours 2024 within 2.5″."]
    assert said([SIMBAD], [], has_position=False) == []


@given(st.text(min_size=1), st.text())
def test_text_of_lists_stays_text_in_its_own_field(identifier, kind):
    [sentence] = known_sentences([SIMBAD], [row(identifier, kind)])
    assert sentence.identifier == identifier
    assert sentence.before == "Known as "
    assert sentence.text.startswith(f"Known as {identifier} (")
