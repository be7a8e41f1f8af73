"""A text cut into pieces that are shown differently: what was marked, what an edit took out, what it put in."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

from desktop.core.text.words import UNSPACED

Tone: TypeAlias = Literal["same", "mark", "gone", "new"]

_WORD = re.compile(f"[^\\W_{UNSPACED}]+|[^\\S\\n]+|.", re.DOTALL)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_MOST = 1_000_000  # pairs of equal words that are looked at; beyond it whole lines are compared
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text in one tone."""

    text: str
    tone: Tone = "same"


def marked(text: str, stretches: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """The text with these [start, end) stretches marked; they may overlap and lie in any order."""
    pieces: list[Piece] = []
    at = 0
    for start, end in sorted(stretches):
        first, last = max(at, start), min(end, len(text))
        if first < last:
            pieces += [Piece(text[at:first]), Piece(text[first:last], "mark")]
            at = last
    return tuple(piece for piece in (*pieces, Piece(text[at:])) if piece.text)


def difference(old: str, new: str) -> tuple[Piece, ...]:
    """What an edit took out of `old` and put in: by words, and by characters where a script has no spaces.

    Texts too long for that are compared by lines, and what is too long even then is replaced as a whole.
    """
    words = _parts(old), _parts(new)
    pieces = _compared(*words) or _compared(_LINE.findall(old), _LINE.findall(new))
    if pieces is None:
        pieces = [Piece(old, "gone"), Piece(new, "new")]
    return tuple(piece for piece in _joined(pieces) if piece.text)


def _compared(old: Sequence[str], new: Sequence[str]) -> list[Piece] | None:
    """The pieces, or None where there is too much to compare."""
    start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    rest = min(len(old), len(new)) - start
    backwards = zip(reversed(old), reversed(new), strict=False)
    end = next((n for n, (a, b) in enumerate(backwards) if a != b or n == rest), rest)
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    in_new = Counter(b)
    if sum(count * in_new[part] for part, count in Counter(a).items()) > _MOST:
        return None
    pieces = [Piece("".join(old[:start]))]
    for act, a_from, a_to, b_from, b_to in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if act == "equal":
            pieces.append(Piece("".join(a[a_from:a_to])))
        else:
            pieces += [Piece("".join(a[a_from:a_to]), "gone"), Piece("".join(b[b_from:b_to]), "new")]
    return [*pieces, Piece("".join(old[len(old) - end :]))]


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Changes that only blanks keep apart, as one change: a sentence reads better than its crumbs."""
    gone = new = ""
    for number, piece in enumerate(pieces):
        if piece.tone == "gone":
            gone += piece.text
        elif piece.tone == "new":
            new += piece.text
        elif (gone or new) and piece.text.isspace() and "\n" not in piece.text and number + 1 < len(pieces) - 1:
            gone, new = gone + piece.text, new + piece.text
        elif piece.text:
            yield from (Piece(gone, "gone"), Piece(new, "new"), piece)
            gone = new = ""
    yield from (Piece(gone, "gone"), Piece(new, "new"))


def _parts(text: str) -> list[str]:
    """Words, blanks and single signs, each with the marks that belong to it."""
    parts: list[str] = []
    for part in _WORD.findall(text):
        if parts and (part in _JOINERS or unicodedata.category(part[0])[0] == "M"):
            parts[-1] += part
        else:
            parts.append(part)
    return parts
