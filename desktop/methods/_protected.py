"""What no augmentation may touch, such as code, figures and quotations; hidden behind marks from a model."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_CODE = r"```.*?(?:```|\Z)|`[^`\n]+`"
_ADDRESS = r"(?:https?://|www\.)[^\s<>\"'，。；！？、（）《》“”]*[\w/]|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
_PLACE = (
    r"\{\{[^{}\n]*\}\}|\$?\{[^{}\n]{1,60}\}|\[\[[^\[\]\n]*\]\]|\[[A-Z][A-Z0-9_ ]*\]|</?[A-Za-z_][^<>\n]{0,80}>"
    r"|%\(\w+\)[sdf]|%[sdf]\b|\$[A-Za-z_]\w*"
)
_MEASURE = (
    r"(?:公里|千米|厘米|毫米|公斤|千克|分钟|小时|星期"
    r"|[个字只件条天年月日号时点分秒元块岁次位本名种篇句段步章节题倍度人行列页米克张首幅十百千万亿])"
)
_UNIT = rf" ?(?:°[CF]?|[%‰]|(?:[mkcd]m|[mk]g|ms|ml|[kMG]?Hz|[kMGT]B|[mgshlCFKWVAN])\b|{_MEASURE})"
_KIND = r"(?:(?<![A-Za-z_-])[A-Za-z_]{1,40}(?:-[A-Za-z]{1,40}){0,3}-?)?"  # "GPT-" of GPT-4
_FIGURE = rf"{_KIND}\d(?:[A-Za-z0-9_]|[.,:/×^-](?=\d))*(?:{_UNIT}|-[a-z]+\b)?"
_WRITTEN = rf"第?[零〇一二三四五六七八九十百千万两半几]+(?:多|来)?(?:个半|个)?{_MEASURE}|[一二三四五六七八九十]、"
_QUOTED = (
    r"“[^”\n]{1,200}(?:”|$)|「[^」\n]{1,200}」|《[^》\n]{1,80}》|\"[^\"\n]{1,200}\"|(?<!\w)['‘][^'’\n]{1,60}['’](?!\w)"
)
_NAMED = r"\b[A-Za-z]\w*(?:_\w+)+|\b[a-z]+[A-Z]\w*|\b[A-Za-z]\w*\(\)|\b[A-Z]\w*(?:\.\w+)+"  # of a program
_LABEL = r"(?m:^[^\W\d_]+[:：](?=\s))|(?<![^\W_])\(?[A-Za-z]\)|(?m:^[A-Za-z]\.(?=\s))"
_SOLID = re.compile(f"{_CODE}|{_ADDRESS}|{_PLACE}", re.DOTALL)
_KEPT = re.compile("|".join((_CODE, _ADDRESS, _PLACE, _QUOTED, _LABEL, _NAMED, _FIGURE, _WRITTEN)), re.DOTALL)
_MARK = re.compile(r"\[\[(\d+)\]\]")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_MARK_OR_NUMBER = re.compile(rf"{_MARK.pattern}|{_NUMBER.pattern}")


def spans(text: str) -> list[tuple[int, int]]:
    """Where code, addresses, placeholders, quotations, labels and figures stand, as [start, end), in order."""
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
