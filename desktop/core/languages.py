"""The names that languages have for themselves."""

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
