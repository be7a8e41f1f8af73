"""A text parted into words that may be changed, moved or dropped, and what lies between them."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from desktop.core.text.scripts import script_of
from desktop.methods import _protected

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_RUN = re.compile(rf"[{_HAN}]+|[^\W\d_{_HAN}]+(?:['’-][^\W\d_{_HAN}]+)*")
_ENDS = re.compile(r"[.!?][\"'”’)\]]*\s|[。！？；]|\n")  # of a sentence, in the gap behind its last word
_PAUSES = ",，、;；"
_STOPS = f"{_PAUSES}.。?？!！:："
_BRACKETS = ("()", "（）", "[]")
_NAMES = 0.34  # share of capitals within sentences from which on they say nothing: German, titles
_NUMBERS = re.compile(
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:twen|thir|for|fif)ty|hundred|thousand|million"
    r"|first|second|third|fourth|fifth"
)
_DENIALS = re.compile(
    r"no|not|never|none|n?either|nor|without|cannot|except|unless|.*n['’]t|不|不要|不是|不能|不会|没|没有|未|非|无|勿|别|除了"
)


@dataclass(slots=True)
class Wording:
    """Words, and the gaps around them: one more than words. Gaps hold punctuation, and what is protected.

    Where its sentences begin with capitals, the first words are held in small letters and shown with one.
    """

    words: list[str]
    gaps: list[str]
    capitals: bool = False

    def __str__(self) -> str:
        words = list(self.words)
        for place in self.openings() if self.capitals else ():
            words[place] = words[place][0].upper() + words[place][1:]
        pieces = [piece for pair in zip(self.gaps, words, strict=False) for piece in pair]
        return "".join([*pieces, self.gaps[-1]]).strip()

    def copy(self) -> "Wording":
        """The same words, to be changed."""
        return Wording(list(self.words), list(self.gaps), self.capitals)

    def sentences(self) -> Sequence[range]:
        """The places of the words of each sentence."""
        starts = [place for place in range(len(self.words)) if place == 0 or _ENDS.search(self.gaps[place])]
        return [range(*ends) for ends in pairwise([*starts, len(self.words)])]

    def openings(self) -> Sequence[int]:
        """The places of the words that stand first in a sentence, with nothing protected before them."""
        tails = ((each[0], _ENDS.split(self.gaps[each[0]])[-1]) for each in self.sentences())
        return [place for place, tail in tails if not any(letter.isalnum() for letter in tail)]

    def drop(self, place: int) -> None:
        """Take a word out; of the blanks and the marks around it one remains."""
        del self.words[place]
        before, after = self.gaps[place].rstrip(" "), self.gaps.pop(place + 1)
        if before[-1:] and before[-1] in _PAUSES and after.lstrip(" ")[:1] in _STOPS:
            before = before[:-1]
        elif before[-1:] + after[:1] in _BRACKETS:
            before, after = before[:-1].rstrip(" "), after[1:]
        elif before[-1:] and before[-1] in "(（[":
            after = after.lstrip(" ")
        elif (not before or _ENDS.search(f"{before[-1]} ")) and after[:1] and after[0] in _PAUSES:
            after = after[1:]
        self.gaps[place] = before + after

    def insert(self, place: int, word: str) -> None:
        """Put a word before the one that stands at this place."""
        spaced = not is_han(word) or not is_han(self.words[place])
        self.words.insert(place, word)
        self.gaps.insert(place + 1, " " if spaced else "")


def is_han(word: str) -> bool:
    """Whether a word is written in Chinese characters."""
    return script_of(word[0]) == "han"


def parted(text: str) -> Wording:
    """The words of a text: between blanks and punctuation, of Chinese as a segmenter cuts it.

    Names, abbreviations, numbers and denials stay in the gaps, and so does what is protected.
    """
    places = list(_words(text))
    whole = _between(text, places)
    first = {sentence[0] for sentence in whole.sentences()}
    inside = [word for place, word in enumerate(whole.words) if place not in first]
    told = sum(word[0].isupper() for word in inside) <= _NAMES * len(inside)
    names = {word for word in inside if told and word[0].isupper()}
    chinese = 2 * sum(map(is_han, whole.words)) > len(whole.words)
    free = [place for place, word in zip(places, whole.words, strict=True) if not _is_fixed(word, names, chinese)]
    wording = _between(text, free)
    openings = wording.openings()
    if told and openings and all(wording.words[place][0].isupper() for place in openings):
        wording.capitals = True
        for place in openings:
            word = wording.words[place]
            wording.words[place] = word[0].lower() + word[1:]
    return wording


def _is_fixed(word: str, names: Collection[str], chinese: bool) -> bool:
    """Whether a word carries a meaning that no other can carry in its place."""
    if is_han(word):
        return bool(_DENIALS.fullmatch(word))
    small = word.lower()
    if chinese or _NUMBERS.fullmatch(small) or _DENIALS.fullmatch(small):
        return True
    return word in names or word[1:] != word[1:].lower() or (len(word) == 1 and word.isupper() and word != "A")


def _between(text: str, places: Sequence[tuple[int, int]]) -> Wording:
    ends = [0, *(end for _start, end in places)]
    starts = [*(start for start, _end in places), len(text)]
    gaps = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    return Wording([text[start:end] for start, end in places], gaps)


def _words(text: str) -> Iterator[tuple[int, int]]:
    place = 0
    for start, end in [*_protected.spans(text), (len(text), len(text))]:
        for run in _RUN.finditer(text, place, start):
            if not is_han(run[0]):
                yield run.span()
                continue
            at = run.start()
            for word in _segmented(run[0]):
                yield at, at + len(word)
                at += len(word)
        place = end


def _segmented(run: str) -> list[str]:
    import rjieba

    return list(rjieba.cut(run))
