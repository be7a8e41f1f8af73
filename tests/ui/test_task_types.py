"""Task types on screen: known words in the user's language, others as they were written."""

from collections.abc import Iterator

import pytest

from desktop.core import i18n
from desktop.ui.task_types import shown


@pytest.fixture
def chinese() -> Iterator[None]:
    i18n.use("zh_CN")
    yield
    i18n.use("en")


@pytest.mark.usefixtures("chinese")
def test_only_known_words_are_translated() -> None:
    assert [shown("summary"), shown(" Summary ")] == ["摘要", "摘要"]
    assert shown("ward round") == "ward round"
    assert shown("") == ""


def test_in_english_they_are_the_words_themselves() -> None:
    assert shown("creative writing") == "creative writing"
