"""Words on screen: marked with `N_` where they are written, translated with `_` where they are shown."""

import gettext
from collections.abc import Iterable, Mapping
from functools import reduce

from desktop.core import paths

LANGUAGES: Mapping[str, str] = {"en": "English", "zh_CN": "简体中文"}

_translations: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def use(language: str) -> None:
    """Translate from now on into `language` (a key of LANGUAGES); an unknown one falls back to English."""
    global _language, _translations
    _language = language
    _translations = gettext.translation("seedbed", paths.resources() / "locale", languages=[language], fallback=True)


def current() -> str:
    """The language in use, for a process of our own that shall speak it too."""
    return _language


def N_(message: str) -> str:  # noqa: N802 - the name gettext's tools look for
    """Mark a message for translation; the text itself is returned unchanged."""
    return message


def _(message: str) -> str:
    """The message in the user's language. An empty one stays empty."""
    return _translations.gettext(message) if message else ""


def ngettext(one: str, many: str, count: int) -> str:
    """The message that fits `count`, in the user's language."""
    return _translations.ngettext(one, many, count)


def sentences(*parts: str) -> str:
    """Whole sentences one after the other, set as the user's language sets them; empty ones are left out."""
    said = [part for part in parts if part]
    return reduce(lambda before, after: _("{before} {after}").format(before=before, after=after), said) if said else ""


def listed(names: Iterable[str]) -> str:
    """Names in a row, with the mark between them that the user's language has."""
    return _(", ").join(names)
