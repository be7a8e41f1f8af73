"""Texts as they are compared for being the same: without what nobody sees, and without what is written in two ways."""

import re
import unicodedata
from functools import cache

# Signs that have no width and say nothing: soft hyphens, word joiners, marks of direction. Joiners say something.
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2060-\u2064\ufeff]")


def compatible(text: str) -> str:
    """NFKC without signs that nobody sees, but for what it would make another figure of: x² is not x2, nor ① 1."""
    if text.isascii():
        return text
    text = _UNSEEN.sub("", text)
    if unicodedata.is_normalized("NFKC", text):
        return text
    return unicodedata.normalize("NFC", "".join(map(_compatible_character, text)))


def on_one_line(text: str) -> str:
    """The same, with one space wherever there is white space."""
    return " ".join(compatible(text).split())


@cache
def _compatible_character(character: str) -> str:
    if unicodedata.decomposition(character).startswith(("<super>", "<sub>", "<fraction>", "<circle>")):
        return character
    return unicodedata.normalize("NFKC", character)
