"""What no augmentation may touch: code, addresses, placeholders and figures; hidden behind marks from a model."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_CODE = r"```.*?(?:```|\Z)|`[^`\n]+`"
_ADDRESS = r"(?:https?://|www\.)[^\s<>\"'，。；！？、（）《》“”]*[\w/]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_PLACE = (
    r"\{\{[^{}\n]*\}\}|\$?\{[^{}\n]{1,60}\}|\[\[[^\[\]\n]*\]\]|\[[A-Z][A-Z0-9_ ]*\]|</?[A-Za-z_][^<>\n]{0,80}>"
    r"|%\(\w+\)[sdf]|%[sdf]\b|\$[A-Za-z_]\w*"
)
_UNIT = r" ?(?:°[CF]?|[%‰]|[A-Za-z]{1,2}\b|[个字只件条天年月日号时点分秒元块岁次位本名种篇句段步章节题倍度十百千万亿])"
_FIGURE = rf"[A-Za-z_]*\d(?:[A-Za-z0-9_]|[.,:/×^-](?=\d))*(?:{_UNIT})?"
_SOLID = re.compile(f"{_CODE}|{_ADDRESS}|{_PLACE}", re.DOTALL)
_KEPT = re.compile(f"{_CODE}|{_ADDRESS}|{_PLACE}|{_FIGURE}", re.DOTALL)
_MARK = re.compile(r"\[\[(\d+)\]\]")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_MARK_OR_NUMBER = re.compile(rf"{_MARK.pattern}|{_NUMBER.pattern}")


def spans(text: str) -> list[tuple[int, int]]:
    """Where code, addresses, placeholders and figures stand, as [start, end), in order."""
    return [match.span() for match in _KEPT.finditer(text)]


@dataclass(frozen=True, slots=True)
class Hidden:
    """A text with marks, "[[1]]", where code, addresses and placeholders stood."""

    text: str
    originals: Sequence[str]


def hide(text: str) -> Hidden:
    """The text as a model is given it. Figures stay, since a sentence cannot be written well around a gap."""
    originals: list[str] = []

    def mark(match: re.Match[str]) -> str:
        originals.append(match[0])
        return f"[[{len(originals)}]]"

    return Hidden(_SOLID.sub(mark, text), tuple(originals))


def kept_in(hidden: Hidden) -> list[str]:
    """The marks and numbers that must stand in whatever a model makes of a hidden text, in order, none twice."""
    return list(dict.fromkeys(match[0] for match in _MARK_OR_NUMBER.finditer(hidden.text)))


def restore(written: str, hidden: Hidden) -> str:
    """What a model made of a hidden text, the originals back in place; empty where a mark or a figure is not as it was.

    Every mark must stand there once, and every number as often as before.
    """
    marks = Counter(_MARK.findall(written))
    if marks != Counter(str(number) for number in range(1, len(hidden.originals) + 1)):
        return ""
    if _numbers(written) != _numbers(hidden.text):
        return ""
    return _MARK.sub(lambda mark: hidden.originals[int(mark[1]) - 1], written)


def _numbers(text: str) -> Counter[str]:
    plain = unicodedata.normalize("NFKC", _MARK.sub(" ", text))
    return Counter(number.replace(",", "") for number in _NUMBER.findall(plain))
