"""Running text: its sentences, and what of it is code."""

import re
from collections.abc import Iterator
from functools import lru_cache

from desktop.core.text.words import UNSPACED

FENCE = re.compile(
    r"^[ \t]*(```+|~~~+)[ \t]*([\w+#.-]*)[^\n]*\n(.*?)(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE
)
"""A block of code as Markdown fences it: the fence, the name of its language, the code; a longer fence ends it too."""

_REMEMBERED = 1024  # texts: many filters read those of some rows, one filter after another
_SPAN = re.compile(r"`[^`\n]+`")
_CELLS = r"(?:\S[ \t]+){3,}\S|[\u2500-\u259f\u2654-\u265f\u26c0-\u26c3+=|_ \t-]{4,}"  # of a board, or drawn lines
# What code has, and a line of cells. Every alternative begins with a sign: such patterns are searched far sooner.
_MAYBE_CODE = re.compile(r"\{|\}|;|\||</|=\s|\)\s*:?\s*$|---", re.MULTILINE)
_MAYBE_CELLS = re.compile(rf"\n[ \t]*(?:{_CELLS})[ \t]*$", re.MULTILINE)
_CODE_LINE = re.compile(
    r"^[ \t]*(?:</?[A-Za-z!][^>\n]*>.*|.*[{};]|.*</\w+>|#include.*|import \w[\w.]*|from \w[\w.]* import .*|@\w+.*|"
    r"\$ .*|"
    r"(?:def|class|for|while|if|elif|else|try|except|with|return|print|function|public|private|var|let|const|"
    r"int)\b.*[)\]:;{}]|"
    r"[\"'][\w .-]{1,60}[\"']\s*:.*|[\[\](){},]+|[\d .,+\-×x*/÷^()%$€£¥]+=[\d .,+\-×x*/÷^()%$€£¥=]+|"
    r"[A-Za-z_][\w.\[\]]*\s*[-+*/]?=\s*\S.*|[\w.]+\([^\n]*\)|\|.*|[^|\n]+\|[^|\n]+.*|[-:| ]{5,}|"
    rf"(?:SELECT|FROM|WHERE|INSERT +INTO|UPDATE|CREATE +TABLE|JOIN|GROUP BY|ORDER BY)\b.*|{_CELLS})[ \t]*$",
    re.MULTILINE,
)
_LINE = re.compile(r"^.*\S", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?:#|//)[ \t]", re.MULTILINE)
_AMONG_CODE = re.compile(r"^(?:[ \t]+\S|[ \t]*(?:#|//|/\*|\*|--)).*$", re.MULTILINE)  # indented lines, and comments
_NOT_LINE_END = re.compile(r"[^\n]")
_WIDE_ENDS = "。！？｡．…"
_ENDS = ".!?؟۔।॥።" + _WIDE_ENDS
_CLOSERS = "\"'”’»」』】）)\\]"
_END, _AROUND = re.compile(f"[{_ENDS}]"), f"{_CLOSERS} "
# It begins with one set of signs, as is searched far sooner than one of two.
_SENTENCE_END = re.compile(f"[{_ENDS}\\n](?:(?<=\\n)\\n*|(?<!\\n)[{_ENDS}]*[{_CLOSERS}]*(?=\\s|$|[{UNSPACED}]))")
_SHORT_FORM = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|[Mm]rs?|[Mm]s|[Dd]r|[Pp]rof|[Ss]t|vs|etc|[Nn]o|[Ff]ig|e\.g|i\.e|\d+)\.$"
)


def without_code(text: str) -> str:
    """The text with blanks in place of fenced blocks and `spans`; every other character stays where it is."""
    if "`" not in text and ("~" not in text or "~~~" not in text):
        return text
    bare = FENCE.sub(lambda match: _NOT_LINE_END.sub(" ", match[0]), text)
    return _SPAN.sub(lambda match: " " * len(match[0]), bare)


@lru_cache(maxsize=_REMEMBERED)
def running(text: str) -> str:
    """The text with blanks in place of code, fenced or not, and of tables and boards.

    Every other character stays where it is.
    """
    bare = without_code(text)
    if not (_MAYBE_CODE.search(bare) or _MAYBE_CELLS.search("\n" + bare)):
        return bare
    prose, code = _CODE_LINE.subn(_blank, bare)
    if 2 * (code + len(_COMMENT.findall(prose))) < len(_LINE.findall(bare)):
        return prose
    return _AMONG_CODE.sub(_blank, prose)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence stands, [start, end), without the white space around it.

    A line end ends a sentence, and so do the full stops of any script; “Mr. Smith” and the number of a list do not.
    """
    for start, end in stretches(text):
        yield from _trimmed(text, start, end)


def stretches(text: str) -> Iterator[tuple[int, int]]:
    """The `sentences` with the white space around them, and stretches of nothing else."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        end = match.end()
        if match[0] == "." and _SHORT_FORM.search(text[max(start, end - 8) : end]):
            continue
        yield start, end
        start = end
    yield start, len(text)


def may_repeat_a_sentence(text: str) -> bool:
    """Whether one of the `sentences` of a text on one line may come twice; seen sooner than by looking at them.

    Where a sentence comes again, so does what stands in it before the first sign that may end one.
    """
    parts = [part.strip(_AROUND) for part in _END.split(text)]
    return len(set(parts)) < len(parts)


def ends_a_sentence(text: str) -> bool:
    """Whether the text ends as a sentence does."""
    return bool(re.search(f"[{_ENDS}][{_CLOSERS}*_]*$", text.rstrip()[-20:]))


def shortened(text: str, most: int) -> str:
    """The text, or its first characters and “…” where it has more than `most`."""
    return text if len(text) <= most else text[:most].rstrip() + "…"


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    part = text[start:end]
    bare = part.strip()
    if bare:
        first = start + part.index(bare[0])
        yield first, first + len(bare)
