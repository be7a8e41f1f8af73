"""Words: the tokens that likeness is measured on, which are also what length is counted in."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from desktop.core.text.scripts import script_of

UNSPACED = (
    "\u3005-\u3007\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # Hiragana, Katakana
    "\u0e01-\u0e3a\u0e40-\u0e4e"  # Thai
    "\u0e81-\u0ec4\u0ec6\u0ec8-\u0ece\u0edc-\u0edf"  # Lao
    "\u1780-\u17d3\u17d7\u17dc\u17dd"  # Khmer
    "\u1000-\u103f\u1050-\u108f\u109a-\u109d\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f"  # Myanmar
)
"""The letters of scripts that put no space between words, as ranges for a character class."""

# Vowel signs and joiners stand inside words but are no letters to `re`: Hebrew, Arabic, the scripts of India, …
_INSIDE = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0963\u0971-\u0df3\u0f71-\u0fbc\u200c\u200d"
)
_LETTER = f"[^\\W_{UNSPACED}]"
_TOKEN = re.compile(f"[{UNSPACED}]|{_LETTER}(?:{_LETTER}|[{_INSIDE}])*")
_REMEMBERED = 1024  # texts: many filters measure those of some rows, one filter after another
_ASCII_TOKEN = re.compile("[a-z0-9]+")
_AFTER_THOUSANDS = re.compile(r"(?<=\d)[,， ](?=\d{3}(?!\d))")

# What one character says, in sixtieths of an English word. Chinese takes about one and a half characters for a word,
# Japanese Kana two, the alphabets of South-East Asia four.
_WORD = 60
_CHARACTER: Mapping[str, int] = {
    "han": 40,
    "hiragana": 30,
    "katakana": 30,
    "thai": 15,
    "lao": 15,
    "khmer": 15,
    "myanmar": 15,
}


UNSPACED_SCRIPTS = frozenset(_CHARACTER)
"""The names of the scripts that put no space between words."""


def tokens(text: str) -> list[str]:
    """The text's tokens, folded (NFKC, no upper case).

    A run of letters and digits is one token; every Han, Kana, Thai, Lao, Khmer or Myanmar character is its own. On
    plain ASCII these are the tokens of the rouge-score package without stemming.
    """
    if text.isascii():
        return _ASCII_TOKEN.findall(text.lower())
    return _TOKEN.findall(_folded(text))


def tokens_at(text: str) -> list[tuple[str, int, int]]:
    """The tokens with where each stands in the text as it is written, [start, end).

    They are those of `tokens`, but for signs that NFKC makes several tokens of, such as ½.
    """
    if text.isascii():
        return [(match[0], *match.span()) for match in _ASCII_TOKEN.finditer(text.lower())]
    return [(_folded(match[0]), *match.span()) for match in _TOKEN.finditer(text)]


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def whole_numbers(text: str) -> str:
    """The text with 41000 for 41,000."""
    return _AFTER_THOUSANDS.sub("", text)


def share_in(text: str, *sources: str, without: Collection[str] = frozenset()) -> float:
    """The share of a text's words, each counted once, that the sources have too, 0 to 1; 1 where it has none.

    Words that stand in `without` do not count.
    """
    words = set(tokens(whole_numbers(text))).difference(without)
    known = {word for source in sources for word in tokens(whole_numbers(source))}
    return len(words & known) / len(words) if words else 1.0


@dataclass(frozen=True, slots=True)
class Length:
    """How long a text is, in the unit its readers count in."""

    count: int  # words, or characters where the script puts no spaces between words (a foreign word is one)
    in_characters: bool
    words: float  # the same in words: of a text counted in characters, about what an English one would have


@lru_cache(maxsize=_REMEMBERED)
def length_of(text: str) -> Length:
    """Words between white space; of a text mostly in Han, Kana, Thai, Lao, Khmer or Myanmar its characters."""
    if text.isascii():
        words = len(text.split())
        return Length(words, False, float(words))
    parts = tokens(text)
    characters = [weight for part in parts if (weight := _CHARACTER.get(script_of(part[0])))]
    if not characters or 2 * len(characters) < len(parts):
        words = len(text.split())
        return Length(words, False, float(words))
    foreign = len(parts) - len(characters)
    return Length(len(parts), True, (sum(characters) + _WORD * foreign) / _WORD)
