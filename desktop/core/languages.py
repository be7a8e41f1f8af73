"""What languages are called, by themselves and in prompts, and their yes and no."""

from collections.abc import Mapping

OWN_NAMES: Mapping[str, str] = {
    "ar": "العربية",
    "de": "Deutsch",
    "en": "English",
    "es": "español",
    "fr": "français",
    "hi": "हिन्दी",
    "it": "italiano",
    "ja": "日本語",
    "ko": "한국어",
    "pt": "português",
    "ru": "русский",
    "zh": "中文",
}
"""By code; of the languages that are met most."""

_IN_ENGLISH: Mapping[str, str] = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "pt": "Portuguese",
    "ru": "Russian",
    "zh": "Chinese",
}


def in_english(code: str) -> str:
    """What a prompt calls a language; of one that is not met often, its own name or its code."""
    return _IN_ENGLISH.get(code) or OWN_NAMES.get(code, code)


def yes_or_no(code: str) -> tuple[str, str]:
    """What a model is to choose between after a question in the prompts of this language."""
    return ("是", "否") if code == "zh" else ("Yes", "No")
