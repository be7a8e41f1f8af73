"""Refusals: a row whose answer refuses, or speaks of itself as a language model, is dropped."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.core.content import answers_of, lead_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Reason, Span, Verdict
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.filters._verdicts import PASSED, failed, quoted

_SAFETY = ("safety", "refusal", "安全", "拒绝")
_OPENING = 300  # characters in which a refusal is said

_DO = (
    r"(?:help|assist|provide|answer|fulfil+|generate|create|write|complete|comply|process|access|"
    r"view|see|do that|tell|give|perform|support|engage|continue|offer|open|browse|discuss)"
)
_REFUSES = re.compile(
    # English
    rf"^\W*(?:(?:i['’]?m|i am|we are)\s+(?:very |so |really |deeply )?sorry[^.!?\n]{{0,40}}?|sorry[^.!?\n]{{0,40}}?|"
    rf"unfortunately,?\s|"
    rf"i apologi[sz]e[^.!?\n]{{0,60}}?|my apologies[^.!?\n]{{0,40}}?|regrettably,?\s)?[\s,.:;!-]*(?:but |however,? |"
    rf"as [^,.\n]{{1,60}}, )?"
    rf"(?:i|we)\s*(?:['’]m| am| are)?\s*(?:can ?not|can['’]?t|could not|couldn['’]?t|(?:am )?(?:not able|unable) to|"
    rf"won['’]?t|will not|"
    rf"must decline|have to decline|do not have (?:the )?(?:ability|access|capability)|"
    rf"don['’]?t have (?:the )?(?:ability|access|capability)|"
    rf"not (?:able|allowed|permitted|comfortable))\b(?! help (?:but|\w+ing|myself)\b)[^.!?\n]{{0,30}}?(?:\b{_DO}\b|$)|"
    r"^\W*(?:i['’]?m sorry|i am sorry|sorry)[,.]?\s+(?:but )?(?:this|that|the (?:request|question|input|image|text|"
    r"link|article|task|instruction))\b[^.!?\n]{0,40}"
    r"(?:involves|requires|is not|isn['’]?t|was not|cannot|can['’]?t|violates|goes against|inappropriate)|"
    r"^\W*(?:this (?:request|task|instruction|type of (?:request|instruction))|it) (?:cannot|can['’]?t|"
    r"is not possible to) be?\s?(?:fulfil+ed|completed|answered|complete)|"
    r"^\W*(?:no output|sorry)\b[^\n]{0,120}?\b(?:model|ai)\b[^.\n]{0,40}"
    r"(?:can ?not|can['’]?t|not able|unable|not capable)|"
    # Chinese
    r"^\W*(?:很|非常|十分|实在)?(?:抱歉|对不起|遗憾|不好意思|對不起)[^。！？\n]{0,20}?(?:我|本人|作为|这|無法|无法|不能)[^。！？\n]{0,20}?"
    r"(?:无法|不能|不可以|没有办法|無法|不便|没法|不会|没有[^。！？\n]{0,8}(?:能力|功能|权限)|[查做办]不到|拒绝|不适合|违反)|"
    r"^\W*我(?:无法|不能|没有办法|没法|無法)(?:为您|为你|帮您|帮你|给您|给你|回答|提供|完成|满足|执行|协助|生成|访问|打开|查看|浏览|讨论)|"
    # Japanese, Thai, Arabic, Vietnamese, Korean
    r"^\W*(?:申し訳(?:ありません|ございません)|すみません|恐れ入りますが)[^。\n]{0,40}(?:できません|できかねます|いたしかねます|お答え(?:でき|する)|対応して(?:い|お)ません)|"
    r"^\W*(?:ขออภัย|ขอโทษ|เสียใจ)[^\n]{0,60}(?:ไม่สามารถ|ไม่ได้)|"
    r"^\W*(?:عذر(?:ا|اً|ًا)|آسف|أعتذر|للأسف)[^.\n]{0,60}(?:لا (?:أستطيع|يمكنني|أقدر)|لست قادر|لن أتمكن)|"
    r"^\W*(?:(?:tôi |rất )*xin lỗi|rất tiếc)[^.\n]{0,60}(?:không thể|không có khả năng|không được phép)|"
    r"^\W*(?:죄송(?:합니다|하지만)|미안)[^.\n]{0,50}(?:수 없|어렵|못)",
    re.IGNORECASE,
)
_AS_A_MODEL = re.compile(
    r"\b(?:as|being|i['’]?m(?: just| only)?|i am(?: just| only)?)\s+an?\s+(?:artificial intelligence|ai\b|a\.i\.|"
    r"large language model|language model|"
    r"virtual assistant|chatbot|text-based)[^.!?\n]{0,40}|\b(?:knowledge cutoff|my training data|"
    r"openai'?s? (?:policy|policies|guidelines))\b|"
    r"作为(?:一个|一名|一款)?(?:人工智能|AI|大?语言模型|智能助手|虚拟助手)[^。！？\n]{0,20}|我(?:只)?是(?:一个|一名)?(?:人工智能|AI|大?语言模型)[^。！？\n]{0,20}|"
    r"(?:AI|人工知能|言語モデル)(?:アシスタント)?(?:として|なので|であるため)|ในฐานะ(?:ที่เป็น)?(?:AI|ปัญญาประดิษฐ์|โมเดลภาษา)|"
    r"(?:كنموذج|بصفتي نموذج|كذكاء)[^.\n]{0,20}|với tư cách là (?:một )?(?:AI|trí tuệ nhân tạo|mô hình ngôn ngữ)|"
    r"(?:인공지능|AI|언어 모델)(?:로서|이기 때문에)",
    re.IGNORECASE,
)


# Where somebody is to be told no, or sorry, the answer says it to them.
_ASKS_FOR_NO = re.compile(
    r"\b(?:declin|refus|reject|apolog|turn(?:s|ing)? down|complain)|"
    r"\b(?:repl(?:y|ies)|respond|response|answer)\b[^.\n]{0,40}\b(?:customer|client|guest|inquiry)|"
    r"拒绝|谢绝|婉拒|推辞|道歉|致歉|抱歉|请假|投诉|客服|[回答][复应][^。\n]{0,12}(?:客户|顾客)|断[るり]|お詫び|謝罪|クレーム|"
    r"từ chối|xin lỗi|ปฏิเสธ|ขอโทษ|اعتذ|رفض|거절|사과",
    re.IGNORECASE,
)
_OF_THE_TASK = re.compile(r"\b(?:task|instruction|output|model|AI)\b")
# Who asks for it is told.
_ASKS_WHO = re.compile(
    r"\b(?:who|what) are you\b|\byour name\b|\b(?:introduce|describe|about) yourself\b|"
    r"\bare you (?:an? |really )?(?:ai|artificial|robot|bot|machine|human|person|real|model|language)\b|"
    r"\bwho (?:made|created|built|trained|developed) you\b|"
    r"[你您](?:们)?(?:到底|究竟)?(?:是谁|是什么|叫|的名字|有(?:自己的)?名字)|介绍.{0,4}自己|自我介绍|"
    r"[你您]是.{0,8}(?:AI|人工智能|机器|模型|真人|人类|助手)|(?:开发|创造|训练|制作|设计|发明).{0,3}[你您]|"
    r"あなたは(?:誰|何|AI|人間)|お名前|คุณ(?:คือใคร|ชื่อ)|من أنت|ما اسمك|bạn là (?:ai|gì)|tên (?:của )?bạn|"
    r"누구(?:세요|니|야)|이름이",
    re.IGNORECASE,
)
_MAYBE_MODEL = re.compile(r"odel|AI|ai\b|ntelligence|ssistant|hatbot|utoff|raining data|pen[Aa][Ii]|[^\x00-\u02ff]")


@dataclass(frozen=True)
class RefusalOptions(Options):
    """What counts as a refusal, and where it is wanted."""

    as_a_model: bool = option(
        True,
        About(
            title=N_("Also “as an AI language model”"),
            help=N_("Even where it goes on to answer. Who asks what is speaking may be told."),
            why=N_("ShareGPT's cleaning in FastChat drops what names OpenAI or ChatGPT; the other words are our own."),
        ),
    )
    safety: bool = option(
        True,
        About(
            title=N_("Let safety rows refuse"),
            help=N_("A row of the task type “safety” or “refusal” is not judged: there a refusal is the right answer."),
        ),
    )


def _start(options: RefusalOptions, context: FilterContext) -> Judge:
    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        row = candidate.row
        if options.safety and row.task_type.strip().lower().startswith(_SAFETY):
            return PASSED
        for field, text in answers_of(row).items():
            opening = text[:_OPENING]
            if (match := _REFUSES.match(opening)) and not _is_in_role(match[0], lead_of(row)[:_OPENING]):
                reason = Reason(N_("The answer refuses: “{text}”"), {"text": quoted(match[0])})
                return failed(reason, [Span(field, *match.span())])
            if not options.as_a_model or not _MAYBE_MODEL.search(opening):
                continue
            if (match := _AS_A_MODEL.search(opening)) and not _ASKS_WHO.search(lead_of(row)[:_OPENING]):
                reason = Reason(N_("The answer speaks of itself as a model: “{text}”"), {"text": quoted(match[0])})
                return failed(reason, [Span(field, *match.span())])
        return PASSED

    return judge


def _is_in_role(refusal: str, lead: str) -> bool:
    """Whether an answer refuses somebody else in the words that it was asked for, and not the task."""
    return bool(_ASKS_FOR_NO.search(lead)) and not _OF_THE_TASK.search(refusal)


FILTER = Filter(
    title=N_("Refusals"),
    summary=N_("Drops a row whose answer refuses, or speaks of itself as a language model."),
    source=N_("Our own; Evol-Instruct (arXiv 2304.12244) drops short answers that say sorry"),
    options=RefusalOptions,
    start=_start,
    dropped_as=N_("refused"),
)
