"""How hard a text is to read, and how rich its words are."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from desktop.core.text.prose import sentences, stretches

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_CHARACTER = re.compile(r"[^\W_]")
_VARIED = 0.72  # different words among all, to which a run of words is followed
# Two vowels that begin two syllables.
_APART = re.compile(r"(?:ia(?!n|l)|io(?!n)|eo(?!n)|ua(?!r)|uou|iu|ii|[aeiou]ing$|creat|ious$(?<!cious)(?<!tious))")
_SILENT = re.compile(
    r"(?:[^laeiouy]e|[^aeiouytd]ed|[^szxaeiouygc]es|[^s]hes)$|(?:[^aeiouy])e(?:ly|less|ful|ment|ness)$"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What readability is measured by."""

    sentences: int
    words: int
    syllables: int

    @property
    def flesch(self) -> float:
        """Flesch reading ease: about 100 is very easy, 0 very hard."""
        return 206.835 - 1.015 * self.words / self.sentences - 84.6 * self.syllables / self.words

    @property
    def grade(self) -> float:
        """Flesch-Kincaid grade: the school year in the United States that can read it."""
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59


def reading_of(text: str) -> Reading | None:
    """Counts of an English text; None where it has no words. Syllables are counted by rule, within 5 to 10 percent.

    A semicolon ends a unit of speech as a full stop does.
    """
    words = _WORD.findall(text)
    if not words:
        return None
    spoken = sum(1 for start, end in stretches(text.replace(";", ".")) if _WORD.search(text, start, end))
    return Reading(max(spoken, 1), len(words), sum(map(syllables, words)))


@lru_cache(maxsize=50_000)
def syllables(word: str) -> int:
    """The syllables of an English word, by rule."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    count = len(_VOWELS.findall(word)) + len(_APART.findall(word))
    if _SILENT.search(word) and not word.endswith(("le", "les")) and count > 1:
        count -= 1
    return max(count, 1)


def characters_a_sentence(text: str) -> float:
    """Letters and digits in a sentence, on average; what can honestly be said of Chinese and Japanese."""
    counts = [len(_CHARACTER.findall(text[start:end])) for start, end in sentences(text)]
    counts = [count for count in counts if count]
    return sum(counts) / len(counts) if counts else 0.0


def mtld(words: Sequence[str]) -> float:
    """The measure of textual lexical diversity (McCarthy and Jarvis 2010): how long a run of words stays varied.

    The mean length of the runs whose type-token ratio stays above 0.72, forwards and backwards. Of a text
    in which no word comes twice it is the number of its words.
    """
    if not words:
        return 0.0
    return (_runs(words) + _runs(words[::-1])) / 2


def _runs(words: Iterable[str]) -> float:
    factors = 0.0
    types: set[str] = set()
    count = total = 0
    for word in words:
        types.add(word)
        count += 1
        total += 1
        if len(types) / count <= _VARIED:
            factors += 1
            types.clear()
            count = 0
    if count:
        factors += (1 - len(types) / count) / (1 - _VARIED)
    return total / factors if factors else float(total)
