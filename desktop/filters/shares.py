"""Shares of characters: a row whose answer is made of signs, digits or addresses rather than of words is dropped."""

import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from desktop.core.content import answers_of, fields_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Reason, Row, Span, Verdict, passing
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text.cleaning import URL
from desktop.core.text.prose import running
from desktop.core.text.scripts import scripts_of_language
from desktop.core.text.words import UNSPACED_SCRIPTS
from desktop.filters._verdicts import failed

_SIGN = re.compile(
    r"[^\w\s\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e\u200c\u200d]|_"
)
_ASCII_SIGNS, _ASCII_DIGITS = string.punctuation.encode(), string.digits.encode()
_DIGIT = re.compile("[0-9０-９٠-٩๐-๙]")
_SYMBOL = re.compile(r"(?<!\S)(?:#+|[.…]{2,}|…)(?!\S)|#(?=\s*#)|(?<=\w)(?:\.{3,}|…+)")
# The numbers of a list's entries, and the year behind a film or a book.
_IN_PASSING = re.compile(r"(?<!\S)\d{1,3}[.)、](?=\s)|[(（](?:1\d|20)\d\d[)）]")
# Where a question is about numbers or addresses, they are its answer.
_ABOUT_NUMBERS = re.compile(
    r"\d|\b(?:numbers?|numeric\w*|digits?|calculat\w+|comput\w+|count\w*|sums?|add|multipl\w+|factorials?|primes?|"
    r"sequence|series|average|mean|median|equations?|formulas?|math\w*|prices?|costs?|budget|dates?|years?|times?|"
    r"timeline|schedule|calendar|temperatures?|statistics|data|tables?|phone|codes?|binary|hex\w*|coordinates|scores?)\b|"
    r"[数數]字|号码|號碼|计算|計算|求[和值解]|阶乘|质数|素数|数列|平均|方程|公式|数学|價格|价格|预算|日期|年份|时间|日历|温度|统计|数据|表格|"
    r"电话|编码|二进制|坐标|[一二三四五六七八九十百千]",
    re.IGNORECASE,
)
_ABOUT_ADDRESSES = re.compile(
    r"\b(?:links?|hyperlinks?|urls?|uris?|web ?(?:sites?|pages?|address\w*)|online|sources?|references?|resources?|"
    r"citations?|cite|bibliography|api|http|articles?)\b|链接|鏈接|網址|网址|网站|網站|网页|来源|來源|参考|參考|资源|資源|文献|接口",
    re.IGNORECASE,
)


def _share(default: float, title: str, help: str, why: str) -> float:
    about = About(title=title, help=help, why=why, minimum=0.0, maximum=1.0, step=0.01)
    bound: float = option(default, about)
    return bound


@dataclass(frozen=True)
class SharesOptions(Options):
    """The bounds of each share."""

    signs_maximum: float = _share(
        0.25,
        N_("Signs, at most"),
        N_("Share of the characters that are neither letters, digits nor white space."),
        N_("Data-Juicer (arXiv 2309.02033) and NeMo Curator, after Gopher, keep texts with at most 0.25."),
    )
    alnum_minimum: float = _share(
        0.25,
        N_("Letters and digits, at least"),
        N_("Share of all characters, white space among them."),
        N_("Data-Juicer (arXiv 2309.02033) keeps texts with at least 0.25."),
    )
    digits_maximum: float = _share(
        0.15,
        N_("Digits, at most"),
        N_("Share of all characters."),
        N_("NeMo Curator drops documents of which more than 0.15 is digits."),
    )
    urls_maximum: float = _share(
        0.2,
        N_("Web addresses, at most"),
        N_("Share of all characters that stand in web addresses."),
        N_("NeMo Curator drops documents of which more than 0.2 is web addresses."),
    )
    symbols_maximum: float = _share(
        0.1,
        N_("Hash signs and ellipses, at most"),
        N_("For each word; where words are not separated by spaces, for each one and a half characters."),
        N_("NeMo Curator, after Gopher (arXiv 2112.11446), drops documents with more than 0.1 for a word."),
    )
    asked_for: bool = option(
        True,
        About(
            title=N_("Let numbers and addresses be that were asked for"),
            help=N_(
                "Digits where the question is about numbers, and web addresses where it is about sources. The numbers "
                "of a list's entries, and years in brackets, do not count either."
            ),
            why=N_("The bounds were published for web pages, where nobody asked; this is our own."),
        ),
    )
    word_minimum: float = option(
        3.0,
        About(
            title=N_("Mean length of a word, at least"),
            help=N_("In characters. Not measured where words are not separated by spaces."),
            why=N_("NeMo Curator, after Gopher, keeps documents whose words have 3 to 10 characters on average."),
            minimum=0.0,
            maximum=20.0,
            step=0.5,
            advanced=True,
        ),
    )
    word_maximum: float = option(
        10.0,
        About(
            title=N_("Mean length of a word, at most"),
            help=N_("In characters. Not measured where words are not separated by spaces."),
            why=N_("NeMo Curator, after Gopher, keeps documents whose words have 3 to 10 characters on average."),
            minimum=1.0,
            maximum=50.0,
            step=0.5,
            advanced=True,
        ),
    )
    least: int = option(
        100,
        About(
            title=N_("Only answers of at least"),
            help=N_("Shares of a short answer say nothing: “42” is all digits. Code is left out of the count."),
            why=N_("The bounds above were published for documents, not for answers; this is our own."),
            minimum=0,
            maximum=10_000,
            unit=N_("characters"),
            advanced=True,
        ),
    )
    least_words: int = option(
        50,
        About(
            title=N_("Digits, addresses and words only from"),
            help=N_("Their shares of a shorter answer say nothing. Where words are not separated: characters."),
            why=N_("Gopher (arXiv 2112.11446) and NeMo Curator set these bounds for documents of 50 words and more."),
            minimum=0,
            maximum=10_000,
            unit=N_("words"),
            advanced=True,
        ),
    )


def _start(options: SharesOptions, context: FilterContext) -> Judge:
    unspaced = bool(UNSPACED_SCRIPTS.intersection(scripts_of_language(context.language)))

    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        value: float | None = None
        answers = answers_of(candidate.row)
        for field, text in answers.items():
            words = running(text).split()
            prose = " ".join(words)
            if len(prose) < options.least or not prose:
                continue
            signs = _signs(prose)
            share = signs / len(prose)
            value = share if value is None else max(value, share)
            for about, reason in _faults(prose, len(words), signs, options, unspaced):
                if about is None or not (options.asked_for and about.search(_asked(candidate.row, answers))):
                    return failed(reason, [Span(field, 0, len(text))], share)
        return passing(value)

    return judge


def _asked(row: Row, answers: Mapping[str, str]) -> str:
    return "\n".join(text[:2000] for field, text in fields_of(row).items() if field not in answers)


def _signs(text: str) -> int:
    if text.isascii():
        return len(text) - len(text.encode().translate(None, _ASCII_SIGNS))
    return len(_SIGN.findall(text))


def _digits(text: str) -> int:
    if text.isascii():
        return len(text) - len(text.encode().translate(None, _ASCII_DIGITS))
    return len(_DIGIT.findall(text))


def _faults(
    text: str, words: int, signs: int, options: SharesOptions, unspaced: bool
) -> Iterator[tuple[re.Pattern[str] | None, Reason]]:
    """Each bound that a text crosses, and what a question is about that has it cross this one."""
    size = len(text)
    letters = size - (words - 1)  # all but the blanks between words
    if (share := signs / size) > options.signs_maximum:
        yield None, Reason(N_("Too many signs ({share:.0%} of the answer)."), {"share": share})
    if (share := (letters - signs) / size) < options.alnum_minimum:
        yield None, Reason(N_("Too few letters and digits ({share:.0%} of the answer)."), {"share": share})
    if (size if unspaced else words) < options.least_words:
        return
    share = _digits(text) / size
    if share > options.digits_maximum and options.asked_for:
        share = _digits(_IN_PASSING.sub("", text)) / size
    if share > options.digits_maximum:
        yield _ABOUT_NUMBERS, Reason(N_("Too many digits ({share:.0%} of the answer)."), {"share": share})
    if "://" in text or "www." in text:
        share = sum(len(match[0]) for match in URL.finditer(text)) / size
        if share > options.urls_maximum:
            reason = Reason(N_("Too much of the answer is web addresses ({share:.0%})."), {"share": share})
            yield _ABOUT_ADDRESSES, reason
    count = max(words, 1) if not unspaced else max(size / 1.5, 1)
    if "#" in text or "…" in text or "..." in text:
        share = len(_SYMBOL.findall(text)) / count
        if share > options.symbols_maximum:
            yield None, Reason(N_("Too many hash signs and ellipses ({share:.0%} of the words)."), {"share": share})
    if not unspaced and text.isascii():
        mean = letters / count
        if not options.word_minimum <= mean <= options.word_maximum:
            yield None, Reason(N_("The words are {mean:.1f} characters long on average."), {"mean": mean})


FILTER = Filter(
    title=N_("Shares of characters"),
    summary=N_("Drops a row whose answer is made of signs, digits or web addresses rather than of words."),
    source=N_("Data-Juicer, arXiv 2309.02033; NeMo Curator"),
    options=SharesOptions,
    start=_start,
    cost="cheap",
    value_title=N_("Share of signs"),
    cut="signs_maximum",
    dropped_as=N_("made of signs"),
)
