"""The words on screen: all of them are gathered, translated, and compiled as they are translated."""

import string
from collections.abc import Iterable

import pytest
import strings
from babel.messages.catalog import Message

LANGUAGES = list(strings.languages())


def forms(text: str | Iterable[str] | None) -> list[str]:
    """The singular, and the plural where there is one."""
    return [text] if isinstance(text, str) else list(text or ())


def places(texts: Iterable[str]) -> set[str]:
    """The names in braces."""
    return {
        name for text in texts for _literal, name, _spec, _how in string.Formatter().parse(text) if name is not None
    }


def messages(language: str) -> list[Message]:
    return [message for message in strings.translated(language) if message.id]


def test_there_is_a_language_to_hold_to_this() -> None:
    assert "zh_CN" in LANGUAGES
    assert len(messages("zh_CN")) > 500


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_is_what_is_translated(language: str) -> None:
    written = {message.id for message in strings.gathered() if message.id}
    assert {message.id for message in messages(language)} == written, "run packaging/strings.py"


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_translated(language: str) -> None:
    assert [message.id for message in messages(language) if not strings.is_translated(message)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_places_of_its_original(language: str) -> None:
    wrong = {
        message.id: form
        for message in messages(language)
        for form in forms(message.string)
        if places([form]) != places(forms(message.id)[-1:])
    }
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_translated(language: str) -> None:
    compiled = (strings.LOCALE / language / "LC_MESSAGES" / "seedbed.mo").read_bytes()
    assert compiled == strings.compiled(strings.translated(language)), "run packaging/strings.py"
