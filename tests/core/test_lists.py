"""Lists as they are written, and the ones that come along."""

import pytest

from desktop.core.lists import LISTS, brought_along, entries_of


def test_an_entry_is_a_line_that_is_no_note() -> None:
    assert entries_of("# Origin: ours\n\n  bread \ntea\n#tea\n") == ("bread", "tea")


@pytest.mark.parametrize("name", LISTS)
def test_every_list_that_can_be_changed_comes_along_in_both_languages(name: str) -> None:
    assert brought_along(name, "zh")
    assert brought_along(name, "en") or name == "homophones"


def test_a_language_without_a_list_is_given_the_english_one() -> None:
    assert brought_along("topics", "fr") == brought_along("topics", "en")
    assert brought_along("nothing", "en") == ()
