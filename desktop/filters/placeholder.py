"""Placeholders: a row in which something still had to be filled in is dropped."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from desktop.core.content import answers_of, fields_of, lead_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Instruction, Reason, Row, Span, Verdict
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text.prose import without_code
from desktop.filters._verdicts import NONE_FOUND, failed, quoted

_TO_FILL = (
    r"(?:insert|enter|add|paste|put|fill|provide|type|include|attach)\b|your\b|my\b|his\b|her\b|their\b|"
    r"(?:first |last |full |company |customer |recipient(?:'s)? |sender(?:'s)? |product |city |author |hiring )?"
    r"(?:name|date|address|number|email|e-mail|phone|title|position|company|organization|link|url|city|state|topic|"
    r"text|input|recipient|sender|manager|university|school)\b|a[n]? (?:name|date|sentence|paragraph|text|article)\b|"
    r"(?:some|sample) (?:text|input|code)\b|x{2,}\b|placeholder|tbd\b|todo\b"
)
_ZH = (
    r"(?:请)?(?:在此处?|在这里|此处)?(?:插入|填写|填入|输入|粘贴)|你的|您的|姓名|名字|名称|日期|地址|电话|邮箱|公司名?|"
    r"某某|收件人|寄件人|职位|学校|文本|内容|文章|示例"
)
_OTHERS = (
    r"(?:ここに)?(?:入力|挿入|記入)|お?名前|氏名|日付|住所|会社名|"
    r"(?:chèn|nhập|điền)\b|tên\b|ngày\b|địa chỉ\b|"
    r"(?:ใส่|กรอก|แทรก)|ชื่อ|วันที่|ที่อยู่|"
    r"(?:أدخل|أدرج|ضع)\b|اسم|الاسم|التاريخ|العنوان"
)
_BRACKETED = re.compile(
    rf"[\[【〔]\s*(?:{_TO_FILL}|{_ZH}|{_OTHERS})[^\[\]【】〔〕\n]{{0,60}}[\]】〕](?!\()|"
    rf"<\s*(?:{_TO_FILL})[^<>\n=/]{{0,30}}[ _][^<>\n=/]{{1,60}}>|<\s*(?:{_ZH}|{_OTHERS})[^<>\n=/a-z]{{0,60}}>|"
    rf"\(\s*(?:insert|enter|paste)\b[^()\n]{{1,60}}\)|（\s*(?:请)?(?:在?此处?)?(?:插入|填写|填入|粘贴)[^（）\n]{{0,30}}）|"
    r"\[\s*(?:产品|品牌|城市|国家|时间|地点|数量|金额|价格|单位|部门|主题|标题|网址|链接|职务|学校|活动)[^\[\]\n]{0,10}\](?!\()|"
    r"\{\{\s*[\w .]{1,40}\s*\}\}|\{(?:name|input|text|topic|date|user_?name|姓名|日期)\}",
    re.IGNORECASE,
)
_OF_THE_READER = re.compile(r"[\[【<〔]\s*(?:your|my)\b|[\[【<〔]\s*[你您]的", re.IGNORECASE)
_ORDERED = re.compile(
    r"\W*(?:please |请)?(?:insert|enter|add|paste|put|fill|provide|type|include|attach|"
    r"在此|在这里|插入|填写|填入|输入|粘贴)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“„«「『]([^\"“”„«»「」『』\n]{1,300})[\"”“»」』]")
_FILLER = re.compile(
    r"\blorem ipsum\b|\b(?:foo ?bar ?baz)\b|\b(?:asdf|qwerty){2,}\b|"
    r"(?<![a-z0-9_-])x{4,}(?![a-z0-9_-])|(?<![a-z0-9])x{3,}(?=[\u4e00-\u9fff])|"
    r"(?<![×xX])×{3,}|某某某|(?<!\w)_{4,}(?!\w)",
    re.IGNORECASE,
)
# The whole of an input that only says what should stand there.
_WHOLE = re.compile(
    r"[\s\[(<{]*(?:(?:please )?(?:insert|enter|provide|paste|type)\b.{0,80}|(?:input|text|some text|your (?:text|"
    r"input).{0,30}|"
    r"(?:a|any|an|the|given|random|sample|example) (?:text|sentence|paragraph|article|passage|story|poem|image|list|"
    r"list of \w+|"
    r"number|word|string|input|document|essay)(?: here)?|lorem ipsum.{0,500}|\.{3,}|…+|-{1,3}|_{2,})|"
    r"(?:请)?(?:在此处?|在这里|此处)?(?:输入|填写|插入|粘贴|提供).{0,30}|(?:一段|一篇|某个|任意|示例|给定的?)?(?:文本|文字|文章|句子|段落|内容)|"
    r"(?:ここに)?.{0,10}(?:を入力|を挿入).{0,20}|nhập .{0,40}|(?:ใส่|กรอก).{0,30}|أدخل .{0,40})[\s\])>}.。]*",
    re.IGNORECASE | re.DOTALL,
)


# A text with a placeholder has one of these; each by itself is looked for in less time than all in one pattern.
_SIGNS = ("[", "<", "{{", "{n", "{i", "{t", "{d", "{u", "(i", "(e", "(p")
_SIGNS_OF_FILLER = ("orem", "foo", "asdf", "qwerty", "xxx", "X" * 3, "____")
_SIGNS_BEYOND_ASCII = ("【", "〔", "{姓", "{日", "（", "×××", "某某某")


@dataclass(frozen=True)
class PlaceholderOptions(Options):
    """Where placeholders are looked for."""

    where: Literal["input", "everywhere"] = option(
        "everywhere",
        About(
            title=N_("Look in"),
            help=N_("A letter that is to be filled in, such as “Dear [Name]”, may be just what was asked for."),
            why=N_("Alpaca's prompt asks for real inputs, not placeholders."),
            choices={"input": N_("the input"), "everywhere": N_("every field")},
        ),
    )
    templates: bool = option(
        True,
        About(
            title=N_("Let templates be"),
            help=N_(
                "An answer may hold placeholders where the instruction asks for a template, and for what only the "
                "reader knows, such as “[Your Name]”, where it asks for a letter or a form."
            ),
        ),
    )


_TEMPLATE = re.compile(
    r"\btemplate|\bplaceholder|\bfill[- ]in|\bblank|模板|范本|填空|空白|テンプレート|穴埋め|__|"
    r"mẫu|แบบฟอร์ม|เติมคำ|قالب|نموذج",
    re.IGNORECASE,
)


# What somebody else is to send or sign; the names in it are theirs.
_LETTER = re.compile(
    r"\b(?:letters?|e-?mails?|mail|invitations?|invite|memo(?:randum)?|notes?|messages?|notices?|announcement|"
    r"press release|resum[eé]|r[eé]sum[eé]|cv|bio|contract|agreement|forms?|certificate|application|petition|proposal|"
    r"script|speech|toast|vows|introduc\w+|postcard|card)\b|"
    r"[信函]|邮件|郵件|邀请|邀請|通知|公告|请柬|贺卡|简历|簡歷|合同|协议|申请|申請|证明|演讲|发言|致辞|自我介绍|借条|请假条|"
    r"手紙|メール|招待状|案内状|履歴書|契約書|挨拶|편지|이메일|초대장|thư|lời mời|hợp đồng|đơn xin|จดหมาย|อีเมล|"
    r"คำเชิญ|สัญญา|رسالة|بريد|دعوة|عقد|lettre|carta|correo|brief|письмо|पत्र",
    re.IGNORECASE,
)


def _start(options: PlaceholderOptions, context: FilterContext) -> Judge:
    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        row = candidate.row
        texts = fields_of(row)
        if options.where == "input":
            texts = {"input": texts["input"]} if "input" in texts else {}
        if isinstance(row, Instruction) and row.input and len(row.input) < 600 and _WHOLE.fullmatch(row.input):
            return failed(
                Reason(N_("The input only says what should stand there: “{text}”"), {"text": quoted(row.input)}),
                [Span("input", 0, len(row.input))],
                1.0,
            )
        if not _may_hold_one("\n".join(texts.values())):
            return NONE_FOUND
        exempt = _exempt(row) if options.templates else frozenset[str]()
        meant = _meant(row) if options.templates else frozenset[str]()
        spans = [
            Span(field, *match.span())
            for field, text in texts.items()
            if text and field not in exempt
            for pattern in (_BRACKETED, _FILLER)
            for match in pattern.finditer(without_code(text))
            if match[0] not in meant
        ]
        if not spans:
            return NONE_FOUND
        first = texts[spans[0].field][spans[0].start : spans[0].end]
        reason = Reason(N_("Something is still to be filled in: “{text}”"), {"text": quoted(first)})
        return failed(reason, spans, float(len(spans)))

    return judge


def _may_hold_one(text: str) -> bool:
    if any(map(text.__contains__, _SIGNS)) or any(map(text.__contains__, _SIGNS_OF_FILLER)):
        return True
    return not text.isascii() and any(map(text.__contains__, _SIGNS_BEYOND_ASCII))


def _exempt(row: Row) -> frozenset[str]:
    """Every field of a row that is about a template; the answers of one that asks for a letter."""
    texts, answers = fields_of(row), answers_of(row)
    asked = " ".join(text for field, text in texts.items() if field not in answers)
    if _TEMPLATE.search(asked):
        return frozenset(texts)
    return frozenset(answers) if _LETTER.search(lead_of(row)) else frozenset()


def _meant(row: Row) -> frozenset[str]:
    """The placeholders that are quoted because they are meant: by the instruction, which says what is to be written,
    and by an answer that tells its reader what to say."""
    asked = {match[0] for match in _in_quotes(lead_of(row)) if not _ORDERED.match(match[0])}
    told = {match[0] for text in answers_of(row).values() for match in _in_quotes(text)}
    return frozenset(asked | {each for each in told if _OF_THE_READER.match(each)})


def _in_quotes(text: str) -> Iterator[re.Match[str]]:
    for quoted_text in _QUOTED.finditer(text):
        if quoted_text[0] != text.strip():
            yield from _BRACKETED.finditer(quoted_text[1])


FILTER = Filter(
    title=N_("Placeholders"),
    summary=N_("Drops a row in which something is still to be filled in, such as “[insert name]”."),
    source=N_("Stanford Alpaca's prompt"),
    options=PlaceholderOptions,
    start=_start,
    value_title=N_("Placeholders found"),
    dropped_as=N_("to be filled in"),
)
