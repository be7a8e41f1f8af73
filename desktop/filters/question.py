"""Question: a row whose instruction is no question or task, or speaks of a text that is not there, is dropped."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desktop.core.content import lead_field_of, lead_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Instruction, Reason, Span, Text, Verdict
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text.cleaning import URL
from desktop.filters._verdicts import PASSED, failed, quoted

_WORD = re.compile(r"[^\W\d_]")
_MISSING = re.compile(
    r"\b(?:the|this|these|that|those)\s+(?:following|above|below|given|provided|attached|preceding|previous)\s+(?:\w+\s+){0,2}?"
    r"(?:text|passage|paragraph|article|sentence|sentences|story|document|essay|email|e-mail|letter|poem|code|snippet|function|table|list|data|"
    r"dataset|input|numbers?|words?|equation|conversation|dialogue|review|tweet|excerpt|context|statement|statements|questions?)\b|"
    r"\b(?:text|passage|paragraph|article|sentence|story|document|excerpt|code|input|data)\s+(?:below|above|provided|given|attached)\b(?!\s+\d)|"
    r"\b(?:this|these)\s+(?:passage|paragraph|article|sentence|sentences|excerpt|text|document|snippet)\b|"
    r"\b(?:the|these|those)\s+(?:following|attached)\s+(?:\w+\s+)?"
    r"(?!(?:day|night|morning|evening|week|month|year|season|page|chapter)s?\b)\w+\W*\Z|"
    r"(?:(?<![字词句个岁元度米克斤人天年页行段条%％])以下|下面|下列|上述|上面|上文|给定|所给|如下)的?(?:这)?(?:[一两三几]?[段篇个句首份组])?(?:英文|中文)?(?:文本|文字|文章|段落|句子|短文|材料|故事|代码|内容|对话|数据|列表|表格|新闻|评论|单词|数字|诗)|"
    r"(?:根据|结合|参考|阅读)[上下]文|如[上下]?图|如[上下]表|"
    r"(?:这|本|该)(?:段|篇)(?:话|文字|文本|文章|代码|短文)|"
    r"(?:以下|次|下記|上記|上)の(?:文章|文|テキスト|段落|記事|コード|会話|表|リスト)|"
    r"(?:đoạn văn|văn bản|bài viết|câu|đoạn mã)\s+(?:sau|trên|dưới đây|đã cho)|"
    r"(?:ข้อความ|บทความ|ประโยค|ย่อหน้า)(?:ต่อไปนี้|ข้างต้น|ด้านล่าง|ที่ให้มา)|"
    r"(?:النص|الفقرة|المقال|الجملة|الجمل|القصة)\s+(?:التالي|التالية|أعلاه|أدناه|المعطى|المرفق)",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(
    r"[,;，、；]$|(?<![,\-–—:] )\b(?:and|or|but|the|an|than|between|such as)$|(?:和|与|或者?|以及|关于|、)$"
)
_GOES_ON = re.compile(r"[.?!。？！]\W*\w+\W+\w")  # another sentence, which may be the text itself
# What a program is “given” it will be given when it runs.
_GIVEN = re.compile(r"given|provided|给定|所给", re.IGNORECASE)
_PROGRAM = re.compile(
    r"\b(?:functions?|programs?|scripts?|algorithms?|methods?|class|quer(?:y|ies)|models?|classifiers?|regex)\b|"
    r"函数|程序|脚本|算法|方法|模型|查询|正则",
    re.IGNORECASE,
)
_QUOTES = re.compile(r"[\"“”«»「」『』'‘’`:：\n]")


@dataclass(frozen=True)
class QuestionOptions(Options):
    """Which faults are looked for."""

    missing_text: bool = option(
        True,
        About(
            title=N_("Speaks of a text that is not there"),
            help=N_("“Summarize the following passage” without an input, and without a quotation in the instruction."),
            why=N_("Self-QA (arXiv 2305.11952) wants questions that stand alone; Alpaca's fault 1 is the same."),
        ),
    )
    unfinished: bool = option(
        True,
        About(title=N_("Breaks off"), help=N_("Ends in a comma, or in a word that something has to follow.")),
    )


def _start(options: QuestionOptions, context: FilterContext) -> Judge:
    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        row = candidate.row
        lead = lead_of(row)
        if isinstance(row, Text) or not lead.strip():
            return PASSED  # what is empty is for “Empty or broken text” to say
        alone = not isinstance(row, Instruction) or not (row.input.strip() or row.history)
        return next(_faults(lead, lead_field_of(row), alone, options), PASSED)

    return judge


def _faults(lead: str, field: str, alone: bool, options: QuestionOptions) -> Iterator[Verdict]:
    bare = lead.strip()
    whole = [Span(field, 0, len(lead))]
    if alone and not _WORD.search(URL.sub("", bare)):
        yield failed(Reason(N_("The instruction has no words.")), whole)
    if options.unfinished and alone and _UNFINISHED.search(bare[-20:]):
        yield failed(Reason(N_("The instruction breaks off: “…{tail}”"), {"tail": quoted(bare[-40:])}), whole)
    if options.missing_text and alone and (match := _MISSING.search(lead)):
        # The text may stand in the instruction itself: after a colon, in quotes, or as everything else that it says.
        rest = lead[match.end() :]
        of_a_program = _GIVEN.search(match[0]) and _PROGRAM.search(lead)
        is_there = _QUOTES.search(bare.rstrip(":：")) or _GOES_ON.search(rest) or len(rest) >= 200
        if not is_there and not of_a_program and match.start() < 200:
            reason = Reason(
                N_("The instruction speaks of a text that is not there: “{text}”"), {"text": quoted(match[0])}
            )
            yield failed(reason, [Span(field, *match.span())])


FILTER = Filter(
    title=N_("Valid question"),
    summary=N_("Drops a row whose instruction has no words, breaks off or speaks of a text that is not there."),
    source=N_("H2O LLM DataStudio; Self-QA, arXiv 2305.11952"),
    options=QuestionOptions,
    start=_start,
    dropped_as=N_("no valid question"),
)
