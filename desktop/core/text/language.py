"""Which language a text is in, by its script and by fastText."""

import re
import string
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from desktop.core import paths

if TYPE_CHECKING:
    import fasttext

SURE = 0.5
"""Under this probability a language is not known; of a short text more is asked."""

_ENOUGH = 20  # letters of an alphabet that many languages share, below which nobody can tell
_SHORT = 80  # letters up to which names alone may look like another language
_SURE_OF_SHORT = 0.8
_READ = 2000  # characters that are looked at
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LETTER = re.compile(r"[^\W\d_]")
_ASCII_LETTERS = string.ascii_letters.encode()
# Scripts that one language has for itself, or nearly.
_ALONE = {
    "th": re.compile("[\u0e01-\u0e4e]"),
    "ko": re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]"),
    "lo": re.compile("[\u0e81-\u0edf]"),
    "km": re.compile("[\u1780-\u17dd]"),
    "my": re.compile("[\u1000-\u109f]"),
    "el": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "he": re.compile("[\u05d0-\u05ea]"),
    "hy": re.compile("[\u0531-\u0587]"),
    "ka": re.compile("[\u10a0-\u10ff]"),
    "ta": re.compile("[\u0b80-\u0bff]"),
    "te": re.compile("[\u0c00-\u0c7f]"),
    "kn": re.compile("[\u0c80-\u0cff]"),
    "ml": re.compile("[\u0d00-\u0d7f]"),
    "gu": re.compile("[\u0a80-\u0aff]"),
    "si": re.compile("[\u0d80-\u0dff]"),
}
# What a model of 176 languages takes for another, and what is written alike.
_KIN = (
    ("zh", "yue", "wuu"),
    ("hr", "sr", "bs", "sh"),
    ("no", "nb", "nn", "da"),
    ("id", "ms"),
    ("tl", "fil"),
    ("hi", "mr", "ne"),
    ("fa", "ps"),
)
_HEAD = {language: kin[0] for kin in _KIN for language in kin}


@dataclass(frozen=True, slots=True)
class Guess:
    """A language by its ISO 639-1 code and how likely it is; "" and 0 where it is not known."""

    language: str
    probability: float


_UNKNOWN = Guess("", 0.0)


def guess(text: str) -> Guess:
    """The language of a text: by its script where that says it, else by fastText's lid.176 on lower case."""
    text = text[:_READ]
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")  # halves of characters
        if by_script := _by_script(text):
            return Guess(by_script, 1.0)
    count = letters_in(text)
    if count < _ENOUGH:
        return _UNKNOWN
    words = text.lower() if text.isprintable() and text.isascii() else " ".join(text.lower().split())
    sure = _SURE_OF_SHORT if count < _SHORT else SURE
    # What is less likely it need not look for; it is a little off in the logarithm.
    labels, likely = _model().predict(words, threshold=sure - 0.001)
    if not labels or likely[0] < sure:
        return _UNKNOWN
    return Guess(labels[0].removeprefix("__label__"), float(likely[0]))


def letters_in(text: str) -> int:
    """How many characters of a text are letters."""
    if text.isascii():
        return len(text) - len(text.encode().translate(None, _ASCII_LETTERS))
    letters = "".join(_LETTER.findall(text))
    return len(letters) if letters.isalpha() else sum(map(str.isalpha, letters))


@lru_cache(maxsize=1024)
def is_in(guessed: str, wanted: str) -> bool:
    """Whether a guess is the wanted language, or one that is written so alike that it is taken for it."""
    wanted = wanted.replace("-", "_").split("_")[0].lower()
    return _HEAD.get(guessed, guessed) == _HEAD.get(wanted, wanted)


def _by_script(text: str) -> str:
    letters = len(_LETTER.findall(text)) or 1
    if 2 * (len(text) - len(text.encode("ascii", "ignore"))) <= letters:
        return ""  # a text in Latin letters with a few other signs, as most are
    han, kana = len(_HAN.findall(text)), len(_KANA.findall(text))
    if 2 * (han + kana) > letters:
        return "ja" if 10 * kana > han + kana else "zh"
    for language, script in _ALONE.items():
        if 2 * len(script.findall(text)) > letters:
            return language
    return ""


@cache
def _model() -> "fasttext._Model":
    import fasttext

    return fasttext.load_model(str(paths.resources() / "language" / "lid.176.ftz"))
