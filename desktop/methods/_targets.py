"""The languages that rows can be translated into."""

import re
from collections.abc import Mapping
from typing import Any

from desktop.core.i18n import N_
from desktop.core.languages import OWN_NAMES, in_english
from desktop.core.options import About, option
from desktop.core.records import Reason
from desktop.core.text.scripts import script_of, scripts_of_language
from desktop.core.text.words import length_of
from desktop.methods import _protected

UNTRANSLATED = Reason(N_("Some of it was left untranslated."))
NOT_WHOLE = Reason(N_("The translation is far shorter or longer than the text."))

_OTHER = ""
_SHORTEST, _LONGEST, _FEW = 0.5, 2.0, 4  # of the text's length, in words; of fewer words than the last all may come
_WORD = re.compile(r"[^\W\d_\u4e00-\u9fff]{3,}|[\u4e00-\u9fff]")
_IN_CHINESE: Mapping[str, str] = {
    "ar": "阿拉伯文",
    "de": "德文",
    "en": "英文",
    "es": "西班牙文",
    "fr": "法文",
    "hi": "印地文",
    "it": "意大利文",
    "ja": "日文",
    "ko": "韩文",
    "pt": "葡萄牙文",
    "ru": "俄文",
    "zh": "简体中文",
}


def language_option(title: str, help: str, why: str) -> Any:
    """A language; unless one is chosen, English, or Chinese for rows in English."""
    choices = {_OTHER: N_("English, or Chinese for rows in English"), **OWN_NAMES}
    return option(_OTHER, About(title, help, why, choices=choices))


def target_of(chosen: str, language: str) -> str:
    """The code of the language to write in, for a row in this language."""
    return chosen or ("zh" if language.split("-", maxsplit=1)[0] == "en" else "en")


def left_over(old: str, new: str, source: str, target: str) -> bool:
    """Whether words of the old text stand untranslated in the new one, where the languages have scripts of their own.

    Names, which have a capital, and what is protected may stay.
    """
    scripts = set(scripts_of_language(source)) - set(scripts_of_language(target))
    if not scripts or not scripts_of_language(target):
        return False
    hidden = _protected.hide(old).text
    words = {word for word in _WORD.findall(hidden) if word.islower() or "han" in scripts}
    found = _WORD.findall(_protected.hide(new).text)
    return any(script_of(word[0].lower()) in scripts and (word in words or "han" in scripts) for word in found)


def whole(old: str, new: str) -> bool:
    """Whether a translation is about as long as its text, so that nothing was left out, added or done instead."""
    ratio = length_of(new).words / max(1.0, length_of(old).words)
    return _SHORTEST <= ratio <= _LONGEST or length_of(old).words < _FEW


def fault_of(old: str, new: str, source: str, target: str) -> Reason | None:
    """What is wrong with a translation, as far as a look at it tells; None where nothing is."""
    if left_over(old, new, source, target):
        return UNTRANSLATED
    return None if whole(old, new) else NOT_WHOLE


def named(code: str, prompts: str) -> str:
    """What a prompt in English or Chinese calls a language."""
    code = code.split("-", maxsplit=1)[0]
    return _IN_CHINESE.get(code, in_english(code)) if prompts.split("-", maxsplit=1)[0] == "zh" else in_english(code)
