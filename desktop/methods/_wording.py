"""A text parted into words that may be changed, moved or dropped, and what lies between them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from desktop.core.text.scripts import script_of
from desktop.methods import _protected

_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(slots=True)
class Wording:
    """Words, and the gaps around them: one more than words. Gaps hold punctuation, and what is protected."""

    words: list[str]
    gaps: list[str]

    def __str__(self) -> str:
        pieces = [piece for pair in zip(self.gaps, self.words, strict=False) for piece in pair]
        return "".join([*pieces, self.gaps[-1]]).strip()

    def copy(self) -> "Wording":
        """The same words, to be changed."""
        return Wording(list(self.words), list(self.gaps))

    def drop(self, place: int) -> None:
        """Take a word out; of the blanks around it one remains."""
        del self.words[place]
        self.gaps[place] = self.gaps[place].rstrip(" ") + self.gaps.pop(place + 1)

    def insert(self, place: int, word: str) -> None:
        """Put a word before the one that stands at this place."""
        spaced = not is_han(word) or not is_han(self.words[place])
        self.words.insert(place, word)
        self.gaps.insert(place + 1, " " if spaced else "")


def is_han(word: str) -> bool:
    """Whether a word is written in Chinese characters."""
    return script_of(word[0]) == "han"


def parted(text: str) -> Wording:
    """The words of a text: between blanks and punctuation, of Chinese as a segmenter cuts it."""
    words: list[str] = []
    gaps: list[str] = []
    last = 0
    for start, end in _words(text):
        gaps.append(text[last:start])
        words.append(text[start:end])
        last = end
    return Wording(words, [*gaps, text[last:]])


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
