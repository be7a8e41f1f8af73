"""The faults that instruction sets are known for, each with its name; after AlpacaDataCleaned's list of ten."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from desktop.core.content import answers_of, fields_of, lead_field_of, lead_of
from desktop.core.i18n import N_
from desktop.core.records import Instruction, Row, Span
from desktop.core.text.cleaning import CHAT_TOKEN, HTML_TAG, NO_INPUT
from desktop.core.text.prose import without_code
from desktop.filters._verdicts import is_plain


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a row, by its name in words, and where it stands."""

    name: str  # marked with N_
    span: Span


OF_A_PAGE = N_("asks about a page or an attachment that nobody can read")
MERGED = N_("another task is merged in")
EMPTY_OUTPUT = N_("empty answer")
MISSING_CODE = N_("code was asked for and none is there")
OF_AN_IMAGE = N_("asks for an image")
NOT_AVAILABLE = N_("the answer says that there is none")
NO_INPUT_MARK = N_("marker for no input")
WRONG_SUM = N_("arithmetic that is wrong")
PHYSICAL = N_("asks for something to be done in the world")
ESCAPES = N_("stray escapes or control characters")
LEFT_TAGS = N_("HTML tags")
LEFT_TOKENS = N_("tokens of a chat template")
LEFT_TEMPLATE = N_("headings of a prompt")
LEFT_BUTTONS = N_("words of a web page")

KNOWN = (
    OF_A_PAGE,
    MERGED,
    EMPTY_OUTPUT,
    MISSING_CODE,
    OF_AN_IMAGE,
    NOT_AVAILABLE,
    NO_INPUT_MARK,
    WRONG_SUM,
    PHYSICAL,
    ESCAPES,
)
"""The ten of AlpacaDataCleaned, in its order."""

MERGED_FROM = re.compile(
    r"(?:^|\n)\s*(?:#{2,}\s*)?(?P<number>\d{1,2})\.\s*(?:(?:Instruction|指令)\s*[:：]|"
    r"(?:Input|输入)\s*[:：](?=[^#]{0,4000}?\n\s*(?P=number)\.\s*(?:Output|输出)\s*[:：]))|"
    r"(?:^|\n)\s*#{2,}\s*(?:\d{1,2}\.?\s*)?(?:$|\n)|(?:^|\n)\s*#{3}\s*(?:Instruction|Input|Response|Output|指令|输入|"
    r"回答)\s*[:：]"
)
"""Where the next task of a list begins; a list of steps may have “1. Input:” and “4. Output:”."""
_LABEL = re.compile(r"(?:^|\n)(?:Instruction|### ?Response|Below is an instruction that describes a task)\b:?")
_TURN = re.compile(r"\n(?:Human|Assistant|User|### ?Human|### ?Assistant|用户|助手)\s*[:：]")
BUTTONS = re.compile(r"(?:^|\n)\s*(?:Copy code|Copy \d+ chars?|Regenerate response|\d{1,2} / \d{1,2})\s*(?=\n|$)")
_IMAGE = re.compile(r"!\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)|<img\s[^>]{0,500}>", re.IGNORECASE)
_DRAWS = re.compile(
    r"\A\W*(?:please )?(?:generate|create|draw|make|design|sketch|paint|produce|find|insert|attach|upload|edit|crop)\s+"
    r"(?:me )?(?:a|an|the|some|this|two|three)?\s*(?:\w+ ){0,2}(?:image|picture|photo|photograph|drawing|painting|"
    r"illustration|gif|meme|logo|flowchart|infographic|poster|collage)s?\b(?!\s+(?:description|caption|title|name|"
    r"idea|slogan|prompt))|"
    r"\A\W*请?(?:帮我)?(?:画|绘制|生成|制作|设计)(?:出)?一?[张幅个](?:[^，。]{0,12})(?:图|画|图片|照片|海报|标志|漫画)",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"\b(?:article|page|website|web ?page|link|video|url|site|post|blog)\b[^.?!\n]{0,60}(?:https?://|www\.)|"
    r"(?:https?://|www\.)\S+\s*$|"
    r"\b(?:the )?attached (?:file|document|image|picture|photo|article|spreadsheet|pdf|text|table|report|dataset|"
    r"audio|video)\b|"
    r"(?:附件|附图|附上的|所附)(?:中|里|的)?|(?:链接|网址|网页|文章)[^。？！\n]{0,30}https?://|添付(?:の|された)?(?:ファイル|文書|画像)|"
    r"tệp đính kèm|ไฟล์แนบ|المرفق",
    re.IGNORECASE,
)
# An input that is nothing but an address, or names what should be attached.
_ONLY_A_PAGE = re.compile(
    r"\W*(?:(?:https?://|www\.)\S+|(?:\w+[ :]{1,3}){0,2}[<(\[【（](?:[^<>()\[\]\n]{0,30}\b)?"
    r"(?:image|picture|photo|painting|video|audio|(?:excel |pdf |csv )?file|attach(?:ed|ment)|link)\b"
    r"[^<>()\[\]\n]{0,60}[>)\]】）]|"
    r"[<(\[【（](?:见)?(?:附件|附图|图片|照片|视频|音频|链接)[^<>()\[\]【】（）\n]{0,30}[>)\]】）])\W*",
    re.IGNORECASE,
)
_ABOUT_ADDRESSES = re.compile(
    r"\b(?:urls?|uris?|links?|hyperlinks?|domains?|https?|addresses|api|requests?|string|regex|extract|valid\w*|parse|"
    r"shorten)\b|网址|链接|域名|地址|字符串|正则",
    re.IGNORECASE,
)
_READS = re.compile(
    r"\b(?:summari[sz]e|read|open|visit|watch|analy[sz]e|review|extract|describe|find|look at|check|translate|"
    r"rewrite|edit|based on|according to|"
    r"what|who|which)\b|总结|概括|阅读|"
    r"浏览|查看|看看|[讲说写]了什么|打开|访问|分析|提取|描述|根据|翻译|修改|要約|読|tóm tắt|đọc|สรุป|อ่าน|لخص|اقرأ",
    re.IGNORECASE,
)
_ASKS_CODE = re.compile(
    r"\b(?:write|create|generate|develop|code|implement|build|give|provide)\b[^.?!\n]{0,40}\b(?:python|java|"
    r"javascript|c\+\+|c#|sql|html|css|php|ruby|"
    r"bash|perl|kotlin|swift|rust|golang|typescript)\b[^.?!\n]{0,30}\b(?:code|program|function|script|query|class|"
    r"method|snippet|page|statement)\b|"
    r"\b(?:write|create|generate|develop|code|implement|build|design)\b(?![^.?!\n]{0,25}pseudo)[^.?!\n]{0,25}\b"
    r"(?:computer program|code snippet|function (?:that|to|which)|program (?:that|to|which) (?:print|draw|calculat|"
    r"comput|sort|detect|read|display|output|convert|count|check|revers|simulat|add|identif)\w*)\b|"
    r"(?:编写|写|实现|给出|用)[^。？！\n]{0,12}(?:Python|Java|JavaScript|C\+\+|SQL|HTML|PHP)[^。？！\n]{0,12}(?:代码|程序|函数|脚本|语句|查询)",
    re.IGNORECASE,
)
_CODE_SIGN = re.compile(
    r"[{}();=<>\[\]]|\b(?:def|return|print|SELECT|select|echo|import)\b|^\s*#|\$\w|\.\w+:", re.MULTILINE
)
_NOT_AVAILABLE = re.compile(
    r"\W*(?:n/?a|none|null|nil|not (?:applicable|available)|no[\s_-]?(?:output|answer|response)(?: (?:required|needed|"
    r"available))?|无|無|不适用|暂无|"
    r"没有答案|無し|なし|該当なし|không có|ไม่มี|لا يوجد)\W*",
    re.IGNORECASE,
)
_NO_INPUT_INSIDE = re.compile(r"<\s*no[\s_-]?input\s*>|\bnoinput\b|\[no[\s_-]?input\]", re.IGNORECASE)
_SUM = re.compile(
    r"(?<![\d.,/^*+=\w)(-])\s*(-?\d{1,9}(?:\.\d{1,6})?) ?([+×x*÷/−-]) ?(\d{1,9}(?:\.\d{1,6})?) ?= ?(-?\d{1,12}(?:\."
    r"\d{1,6})?)(?![\d.,]*\d|\s?[/+*×÷^%x(−-]|\w|:)"
)
_OPERATORS = tuple("+-*/×÷x^=(−–")
_DOES = re.compile(
    r"\A\W*(?:please )?(?:(?:take|snap|record|capture) (?:a|an|some|the|your) (?:photo|picture|selfie|screenshot|"
    r"video|walk|nap|shower|audio)|play (?:the|a|some|my) (?:song|video|audio|music|file)|"
    r"set (?:an|the|my) alarm|turn (?:on|off) the|(?:phone|call) (?:my|the|a|mom|dad)|send (?:an?|the|"
    r"this) (?:e-?mail|text|message|sms)|"
    r"(?:book|order|buy) (?:me |us )?(?:a|an|some|the|two) (?:flight|ticket|tickets|table|pizza|hotel|taxi|cab|meal|"
    r"food|groceries)|remind me|"
    r"sing (?:me )?(?:a|the)|go (?:to the|for a|outside)|print (?:out )?(?:the|this) (?:page|document)|"
    r"open the (?:door|window|app|browser)|"
    r"clean (?:the|your|my) (?:room|house|kitchen)|run (?:a mile|around)|cook (?:me |us )?(?:a|some)|deliver (?:a|"
    r"the|this) (?:package|parcel|meal)|scan (?:the|this) (?:document|page|qr|barcode))\b|"
    r"\A\W*请?(?:帮我)?(?:拍一?张|录一?段|播放|设一?个闹钟|打开(?:门|窗|灯)|关(?:灯|门)|打电话给|给[^，。]{1,6}(?:打电话|发短信|发邮件)|订一?[张间份]|点一?份外卖|提醒我)",
    re.IGNORECASE,
)
_STRAY = re.compile(
    r"\\[nt](?=[A-Z\s\\\u3041-\u30fa\u4e00-\u9fff-]|$)|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|"
    r"&(?:amp|lt|gt|quot|nbsp|#39);"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ABOUT_MARKUP = re.compile(
    r"html|xml|\btags?\b|markup|web ?(?:page|site)|css|javascript|\bjs\b|react|vue|svg|jsx|php|regex|"
    r"regular expression|escape|string|网页|标签|前端|"
    r"代码|正则|转义|字符串|code|program|function|script|コード|latex|unicode|json",
    re.IGNORECASE,
)


_ABOUT_TALK = re.compile(
    r"dialog|conversation|chat|interview|script|assistant|对话|聊天|会话|助手|会話|hội thoại|สนทนา|حوار", re.IGNORECASE
)
_LABELS = ("nstruction:", "nput:", "utput:")
_TURNS = ("man:", "ssistant:", "ser:")
_PAGE_SIGNS = ("http", "www.", "ttach")
_OTHER_PAGE_SIGNS = ("附", "链接", "网", "添付", "tệp", "ไฟล์", "المرفق")
_CODE_NAME = re.compile(
    r"python|java|c\+\+|c#|sql|html|css|php|ruby|bash|perl|kotlin|swift|rust|golang|typescript|program|function|code"
)


def faults_of(row: Row) -> Iterator[Fault]:
    """Every fault of a row; the regular expressions run only where a sign that they need is there."""
    answers = answers_of(row)
    asked = {field: text for field, text in fields_of(row).items() if text and field not in answers}
    about = _Asked(asked)
    yield from _in_lead(row, answers)
    if isinstance(row, Instruction):
        yield from _in_input(row)
    for field, text in asked.items():
        yield from _left_over(field, text, about)
    for field, text in answers.items():
        if not text.strip():
            yield Fault(EMPTY_OUTPUT, Span(field, 0, len(text)))
            continue
        if len(text) < 40 and _NOT_AVAILABLE.fullmatch(text):
            yield Fault(NOT_AVAILABLE, Span(field, 0, len(text)))
        yield from _left_over(field, text, about)
        if "=" in text:
            yield from _wrong_sums(field, text)


def _in_lead(row: Row, answers: Mapping[str, str]) -> Iterator[Fault]:
    lead, field = lead_of(row), lead_field_of(row)
    if not field or field == "text":
        return
    head = lead[:1000]
    for name, pattern in ((OF_AN_IMAGE, _DRAWS), (PHYSICAL, _DOES)):
        if match := pattern.match(head):  # both look at its start alone
            yield Fault(name, Span(field, *match.span()))
    given = row.input if isinstance(row, Instruction) else ""
    if span := _of_a_page(field, head, given[:1000]):
        yield Fault(OF_A_PAGE, span)
    output = row.output if isinstance(row, Instruction) else None
    if not output or not _CODE_NAME.search(head.lower()):
        return
    if not _CODE_SIGN.search(output) and (match := _ASKS_CODE.search(head)):
        yield Fault(MISSING_CODE, Span(field, *match.span()))


def _of_a_page(field: str, lead: str, given: str) -> Span | None:
    """Where a row points at a page or an attachment that its answer would have to be read from."""
    if given and _ONLY_A_PAGE.fullmatch(given) and not _ABOUT_ADDRESSES.search(lead):
        return Span("input", 0, len(given))
    for place, text in ((field, lead), ("input", given)):
        signs = _PAGE_SIGNS if text.isascii() else _PAGE_SIGNS + _OTHER_PAGE_SIGNS
        if not text or not any(map(text.__contains__, signs)):
            continue
        if (match := _PAGE.search(text)) and _READS.search(lead) and len(given) < 400:
            return Span(place, *match.span())
    return None


def _in_input(row: Instruction) -> Iterator[Fault]:
    if row.input and len(row.input) < 60 and NO_INPUT.fullmatch(row.input.strip()):
        yield Fault(NO_INPUT_MARK, Span("input", 0, len(row.input)))


class _Asked:
    """What a row asks, read only where a fault hangs on it."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    @cached_property
    def about_markup(self) -> bool:
        """Whether tags and escapes may be what the row is about."""
        return any(_ABOUT_MARKUP.search(text[:2000]) for text in self._texts.values())

    @cached_property
    def about_talk(self) -> bool:
        """Whether turns of a talk may be what was asked for."""
        return any(_ABOUT_TALK.search(text[:2000]) for text in self._texts.values())


def _left_over(field: str, text: str, about: _Asked) -> Iterator[Fault]:
    if not (patterns := _suspected(text, about)):
        return
    bare = without_code(text)
    for name, pattern in patterns:
        for match in pattern.finditer(bare):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield Fault(name, Span(field, start, max(match.end(), start)))


def _suspected(text: str, about: _Asked) -> list[tuple[str, re.Pattern[str]]]:
    """The faults of which a sign is in the text. A single character is looked for first: it is seen far sooner."""
    suspected: list[tuple[str, re.Pattern[str]]] = []
    colon, bracket, tag = ":" in text, "[" in text, "<" in text
    heading, told = "#" in text and "##" in text, "nstruction" in text
    if "nput" in text and (tag or bracket or "noinput" in text):
        suspected.append((NO_INPUT_MARK, _NO_INPUT_INSIDE))
    if heading or (colon and any(map(text.__contains__, _LABELS))) or "指令" in text or "输入" in text:
        suspected.append((MERGED, MERGED_FROM))
    if told or (heading and "###" in text):
        suspected.append((LEFT_TEMPLATE, _LABEL))
    if ((colon and any(map(text.__contains__, _TURNS))) or "：" in text) and not about.about_talk:
        suspected.append((LEFT_TEMPLATE, _TURN))
    if "Copy " in text or "Regenerate" in text or ("/" in text and " / " in text):
        suspected.append((LEFT_BUTTONS, BUTTONS))
    if (bracket and "](" in text) or (tag and "<img" in text.lower() and not about.about_markup):
        suspected.append((OF_AN_IMAGE, _IMAGE))
    if tag or (bracket and ("[INST" in text or "[/INST" in text)):
        suspected.append((LEFT_TOKENS, CHAT_TOKEN))
        if tag and not about.about_markup:
            suspected.append((LEFT_TAGS, HTML_TAG))
    if ("\\" in text or "&" in text) and not about.about_markup:
        suspected.append((ESCAPES, _STRAY))
    if not (text.isprintable() or is_plain(text)):
        suspected.append((ESCAPES, _CONTROL))
    return suspected


def _wrong_sums(field: str, text: str) -> Iterator[Fault]:
    bare = without_code(text)
    for match in _SUM.finditer(bare):
        first, sign, second, said = match.groups()
        if bare[: match.start()].rstrip()[-1:] in _OPERATORS:
            continue  # a piece of a longer sum
        one, other, result = float(first), float(second), float(said)
        right = {"+": one + other, "-": one - other, "−": one - other}.get(sign)
        if right is None:
            right = one / other if sign in "÷/" and other else one * other if sign not in "÷/" else result
        # A result is rounded to the digits that it is written with.
        digits = len(said.partition(".")[2])
        if abs(right - result) > 0.51 * 10**-digits + 1e-9 * abs(right):
            start, end = match.span()
            yield Fault(WRONG_SUM, Span(field, start + len(match[0]) - len(match[0].lstrip()), end))
