"""Writing systems: the script of a letter, the scripts of a language."""

import unicodedata
from collections.abc import Mapping
from functools import cache

_LATIN = (
    "af az bs ca cs cy da de en eo es et eu fi fr ga gl ha hr ht hu id ig is it la lb lt lv mg mi ms mt nl no pl pt ro "
    "sk sl so sq sv sw tl tr uz vi xh yo zu"
)
_OTHERS: Mapping[str, tuple[str, ...]] = {
    "am": ("ethiopic",),
    "ar": ("arabic",),
    "as": ("bengali",),
    "be": ("cyrillic",),
    "bg": ("cyrillic",),
    "bn": ("bengali",),
    "bo": ("tibetan",),
    "el": ("greek",),
    "fa": ("arabic",),
    "gu": ("gujarati",),
    "he": ("hebrew",),
    "hi": ("devanagari",),
    "hy": ("armenian",),
    "ja": ("han", "hiragana", "katakana"),
    "ka": ("georgian",),
    "kk": ("cyrillic", "latin"),
    "km": ("khmer",),
    "kn": ("kannada",),
    "ko": ("hangul", "han"),
    "ky": ("cyrillic",),
    "lo": ("lao",),
    "mk": ("cyrillic",),
    "ml": ("malayalam",),
    "mn": ("cyrillic", "mongolian"),
    "mr": ("devanagari",),
    "my": ("myanmar",),
    "ne": ("devanagari",),
    "or": ("oriya",),
    "pa": ("gurmukhi", "arabic"),
    "ps": ("arabic",),
    "ru": ("cyrillic",),
    "si": ("sinhala",),
    "sr": ("cyrillic", "latin"),
    "ta": ("tamil",),
    "te": ("telugu",),
    "tg": ("cyrillic",),
    "th": ("thai",),
    "ug": ("arabic",),
    "uk": ("cyrillic",),
    "ur": ("arabic",),
    "yi": ("hebrew",),
    "zh": ("han", "bopomofo"),
}
_SCRIPTS: Mapping[str, tuple[str, ...]] = {**dict.fromkeys(_LATIN.split(), ("latin",)), **_OTHERS}
# Unicode's names begin with the script, but for these.
_NAMED_OTHERWISE: Mapping[str, str] = {
    "cjk": "han",
    "ideographic": "han",
    "katakana-hiragana": "katakana",
    "halfwidth": "katakana",
    "fullwidth": "latin",
}


def scripts_of_language(language: str) -> tuple[str, ...]:
    """The scripts a language is written in, for a code such as "zh" or "zh_CN"; none where it is unknown."""
    return _SCRIPTS.get(language.replace("-", "_").split("_")[0].lower(), ())


@cache
def script_of(character: str) -> str:
    """The script of a letter in lower case ("latin", "han"); empty for digits, marks and signs."""
    if not character.isalpha():
        return ""
    first = unicodedata.name(character, "").split(" ")[0].lower()
    return _NAMED_OTHERWISE.get(first, first)
