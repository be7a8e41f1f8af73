"""Whether a value stands in what a person said, so that nothing is called or queried for that nobody asked for."""

import re
from typing import Any

_SHORT = re.compile(r"[A-Z]{2,5}")
_UNNAMED = re.compile(r"[^a-z0-9]+")
_NUMBERS = (
    ("one", "a", "一"), ("two", "二", "两"), ("three", "三"), ("four", "四"), ("five", "五"), ("six", "六"),
    ("seven", "七"), ("eight", "八"), ("nine", "九"), ("ten", "十"),
)  # fmt: skip


def stands_in(value: Any, said: str) -> bool:
    """Whether a text, a number or each of a list stands in what was said: a small number also as a word, and what an
    abbreviation ("CAD") stands for in full ("Canadian dollars").
    """
    if isinstance(value, str):
        return _squeezed(value) in _squeezed(said) or _abbreviates(value, said)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if re.search(rf"(?<![\d.]){re.escape(f'{value:.15g}')}(?![\d.]*\d)", said.replace(",", "")):
            return True
        words = _NUMBERS[int(value) - 1] if value in range(1, len(_NUMBERS) + 1) else ()
        return any(word in said if not word.isascii() else f" {word} " in f" {plain(said)} " for word in words)
    if isinstance(value, list):
        return all(stands_in(each, said) for each in value)
    return True


def plain(text: str) -> str:
    """Lower-case words with one space between them; camelCase and snake_case fall apart."""
    return _UNNAMED.sub(" ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold()).strip()


def _abbreviates(value: str, said: str) -> bool:
    """Whether its letters stand in their order in words that follow each other, the first one opening a word."""
    if not _SHORT.fullmatch(value):
        return False
    return re.search(r"\b" + r"\w*?\W*".join(value), said, re.IGNORECASE) is not None


def _squeezed(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())
