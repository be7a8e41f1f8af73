"""A question is answered in the words of its prompt's language, and English serves most."""

import pytest

from desktop.core.languages import yes_or_no


@pytest.mark.parametrize(("code", "words"), [("zh", ("是", "否")), ("en", ("Yes", "No")), ("de", ("Yes", "No"))])
def test_yes_and_no_are_in_the_language_of_the_prompts(code: str, words: tuple[str, str]) -> None:
    assert yes_or_no(code) == words
