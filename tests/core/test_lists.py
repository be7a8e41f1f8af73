"""Lists as they are written, and the ones that come along."""

import pytest

from desktop.core.catalogue import methods
from desktop.core.lists import LISTS, brought_along, entries_of


def test_an_entry_is_a_line_that_is_no_note() -> None:
    assert entries_of("# Origin: ours\n\n  bread \ntea\n#tea\n") == ("bread", "tea")


@pytest.mark.parametrize("name", sorted({name for method in methods().values() for name in method.lists}))
def test_every_list_that_a_method_draws_from_comes_along_in_both_languages(name: str) -> None:
    assert LISTS[name].title
    assert brought_along(name, "zh") and brought_along(name, "en")


def test_a_language_without_a_list_is_given_the_english_one() -> None:
    assert brought_along("topics", "fr") == brought_along("topics", "en")
    assert brought_along("nothing", "en") == ()


def test_a_name_may_say_its_language_or_hold_for_all() -> None:
    assert brought_along("blocked_phrases.zh", "en") == brought_along("blocked_phrases", "zh")
    assert brought_along("homophones", "en") == brought_along("homophones", "zh")
