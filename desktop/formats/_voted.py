"""Questions with their best voted answers, by the rules with which LIMA chose from Stack Exchange.

After LIMA (Zhou et al. 2023, arXiv 2305.11206): the best answer of a question, with ten votes or more, of 1,200 to
4,096 characters, not in the first person and without a word of other answers; of its HTML, code and lists are kept.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from desktop.core.i18n import N_, _
from desktop.core.options import About, Options, option
from desktop.core.records import Instruction, JsonObject
from desktop.core.shapes import Flaw, Incoming
from desktop.formats._html_blocks import blocks_of

_LIMA = N_("LIMA (arXiv 2305.11206) chose so from Stack Exchange.")
_OURS = N_("Seedbed's own; dumps of Stack Exchange need no names.")

_INLINE = re.compile(r"<pre\b.*?</pre>|<code\b[^>]*>(.*?)</code>", re.DOTALL | re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\(\s*https?://[^()\s]*\s*\)|<?\(?\bhttps?://[^\s<>()\"'，。；！？）》]*[\w/]\)?>?")
_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_CODE = re.compile(rf"{_FENCED.pattern}|`[^`\n]*`", re.DOTALL)
_ASKS = re.compile(r"[?？]")
_FIRST_PERSON = re.compile(r"\bI\b(?!/|\.e|-)|\b(?:[Mm]y|[Mm]e|[Mm]ine|[Mm]yself)\b|我(?!们|国)|本人")
_OTHERS = re.compile(
    r"\bas (?:\w+ )?(?:mentioned|noted|said|stated|suggested|pointed out)\b|\bstack ?(?:exchange|overflow)\b"
    r"|\b(?:other|accepted|previous|above|earlier|\w+['’]s) (?:answer|comment|poster|post)s?\b"
    r"|\b(?:answer|comment|post)s? (?:above|below)\b"
    r"|楼上|楼主|其他(?:答案|回答|答主)|(?:上面|前面|之前)的(?:答案|回答)|评论区|如前所述",
    re.IGNORECASE,
)


def _column(name: str, title: str, help: str) -> Any:
    return option(name, About(title, help, _OURS, advanced=True))


@dataclass(frozen=True)
class VotedOptions(Options):
    """Which answers are taken, and under which names a table holds them."""

    score: int = option(
        10, About(N_("Fewest votes"), N_("Of the answer: votes for it less votes against it."), _LIMA, minimum=-1000)
    )
    shortest: int = option(
        1200, About(N_("Shortest answer, in characters"), N_("Counted without its HTML."), _LIMA, minimum=0)
    )
    longest: int = option(
        4096, About(N_("Longest answer, in characters"), N_("Counted without its HTML."), _LIMA, minimum=1)
    )
    first_person: bool = option(
        False,
        About(
            N_("Also in the first person"), N_("Answers that say I or my tell of a person, not of the matter."), _LIMA
        ),
    )
    references: bool = option(
        False,
        About(
            N_("Also with a word of other answers"),
            N_("Such as “as mentioned” or “the answer above”, which make no sense alone."),
            _LIMA,
        ),
    )
    prompt: str = option(
        "either",
        About(
            N_("The instruction is"),
            N_("A title is short and to the point, a text tells the circumstances."),
            N_("LIMA takes the title for some examples and the text for others."),
            choices={
                "either": N_("title or text, drawn for each"),
                "title": N_("the title"),
                "body": N_("the text, with the title where it asks nothing"),
                "both": N_("title and text"),
            },
        ),
    )
    question_column: str = _column(
        "question", N_("Column of the question"), N_("Of a table; its title, where it has a text as well.")
    )
    body_column: str = _column("body", N_("Column of the question's text"), N_("Of a table that has one."))
    answer_column: str = _column("answer", N_("Column of the answer"), N_("Of a table."))
    score_column: str = _column("score", N_("Column of the votes"), N_("Of a table."))


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with its best answer, in HTML or Markdown."""

    place: str
    name: str  # the question's id
    title: str
    body: str
    answer: str
    score: int
    extra: JsonObject


class Passed:
    """What the rules let through, and a count of what they did not."""

    def __init__(self, options: VotedOptions) -> None:
        self._options = options
        self._left: Counter[str] = Counter()  # by the marked reason
        self._taken = 0

    def leave(self, reason: str) -> None:
        """Count an answer that is left out for a marked reason."""
        self._left[reason] += 1

    def rows(self, pairs: Iterable[Pair | Flaw]) -> Iterator[Incoming | Flaw]:
        """The rows, and at the end one flaw that says how many were left out and why."""
        for pair in pairs:
            if isinstance(pair, Flaw):
                yield pair
                continue
            try:
                row = self._row(pair)
            except ValueError:
                yield Flaw(pair.place, _("its HTML is nested too deep to be read"))
                continue
            if row is not None:
                self._taken += 1
                yield Incoming(pair.place, row, pair.name)
        if self._left:
            yield Flaw(_("rules"), self._told())

    def _row(self, pair: Pair) -> Instruction | None:
        # What is too short with its HTML is so without it, which takes longer to find.
        answer = plain_of(pair.answer) if len(pair.answer) >= self._options.shortest else ""
        why = fault_of(answer, self._options)
        instruction = self._instruction(pair)
        if why or not instruction:
            self.leave(why or _NO_QUESTION)
            return None
        return Instruction(instruction, output=answer, extra={**pair.extra, "score": pair.score})

    def _instruction(self, pair: Pair) -> str:
        title, body = plain_of(pair.title), plain_of(pair.body)
        drawn = Random(pair.name or title).choice(("title", "body"))
        wanted = drawn if self._options.prompt == "either" else self._options.prompt
        # A text that asks nothing only tells the circumstances of its title's question.
        if wanted == "both" or (wanted == "body" and not _ASKS.search(body)):
            return "\n\n".join(filter(None, (title, body)))
        return body if wanted == "body" else (title or body)

    def _told(self) -> str:
        reasons = "; ".join(f"{_(reason)}: {count:,}" for reason, count in self._left.most_common())
        whole = self._taken + self._left.total()
        text = _("{left} of {whole} answers were left out ({reasons})")
        return text.format(left=f"{self._left.total():,}", whole=f"{whole:,}", reasons=reasons)


FEW_VOTES = N_("too few votes")
NOT_BEST = N_("not the best of its question")
_SHORT = N_("too short")
_LONG = N_("too long")
_PERSONAL = N_("in the first person")
_REFERRING = N_("speaks of other answers")
_NO_QUESTION = N_("no question")


def fault_of(answer: str, options: VotedOptions) -> str:
    """Why an answer is left out, marked; empty where it is not. Its code is not read for words."""
    if len(answer) < options.shortest or not answer:
        return _SHORT
    if len(answer) > options.longest:
        return _LONG
    words = _CODE.sub(" ", answer)
    if not options.first_person and _FIRST_PERSON.search(words):
        return _PERSONAL
    if not options.references and _OTHERS.search(words):
        return _REFERRING
    return ""


def plain_of(text: str) -> str:
    """The text without HTML, links and pictures; code and lists stay, as Markdown.

    Raises ValueError for elements in elements without end.
    """
    if _MARKUP.search(text):
        marked = _INLINE.sub(lambda found: found[0] if found[1] is None else f"`{found[1]}`", text)
        text = "\n\n".join(block.text for block in blocks_of(marked) if block.text)
        text = re.sub(r"\n\n(?=- )", "\n", text)
    last, pieces = 0, []
    for code in _FENCED.finditer(text):
        pieces += [_unlinked(text[last : code.start()]), code[0]]
        last = code.end()
    return "".join([*pieces, _unlinked(text[last:])]).strip()


def _unlinked(text: str) -> str:
    return re.sub(r"[ \t]+([.,;:!?)]|$)", r"\1", _LINK.sub(lambda link: link[1] or "", text), flags=re.MULTILINE)
