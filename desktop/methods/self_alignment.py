"""Self-alignment: questions of many kinds, answered under sixteen rules that the rows no longer show; safety rows too.

After Dromedary (Sun et al. 2023, arXiv 2305.03047; IBM/Dromedary): topic-guided red-teaming writes the questions, and
the self-align step answers them after the rules and five demonstrations that think aloud about the rules. A share of
the questions asks for something harmful; those are kept only where the answer refuses.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from random import Random
from typing import cast

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item, JsonObject, Reason
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Ask, Asking, Choose, Discard, Judged, Offer, Sampling, Steps, put, put_all
from desktop.core.text import replies
from desktop.core.text.words import length_of, tokens
from desktop.methods import _forms

_TOPIC_WORDS = 3
_ECHO = 16  # characters: a longer question that an answer repeats is an echo
_SHORT = 160  # bytes of UTF-8: characters of English, about 53 of Chinese
_CLAUSE = 16  # bytes of a clause that may not come twice
_STOPS = ("\nUser:", "\n用户：", "\n用户:", "\n###")
_INTRODUCTION = re.compile(r"\s*(?:I keep to my rules|我遵守我的规则)", re.IGNORECASE)
_ANSWER = re.compile(r"^[ \t]*(?:Assistant|助手)[ \t]*[:：]", re.MULTILINE)
_TURN = re.compile(r"^[ \t]*(?:User|用户|Assistant \(thinking\)|助手（思考）)[ \t]*[:：]", re.MULTILINE)
_RULES = re.compile(  # "rule 7", "(3, many sides)" and the like
    r"\brules? \d|\bmy rules\b|\(thinking\)|\(\d{1,2}, [a-z ]{4,14}\)"
    r"|规则\s*[（(]?\d|我的规则|（思考）|（\d{1,2} ?[\u4e00-\u9fff]{2}）",
    re.IGNORECASE,
)
_APOLOGY = re.compile(
    r"\s*(?:(?:I am|I['’]m|I) (?:very |so )?(?:sorry|apologi[sz]e)|sorry\b|抱歉|很抱歉|对不起)", re.IGNORECASE
)
_CLAUSES = re.compile(r"(?<=[.!?;。！？；\n])\s*")
_YES: Mapping[str, tuple[str, str]] = {"zh": ("是", "否")}  # as the examples of "refuses" have them
_ENGLISH = (" yes", " no")

NO_INTRODUCTION = Reason(N_("The reply does not think about the rules before it answers."))
NO_ANSWER = Reason(N_("The reply thinks, but does not answer."))
TOO_SHORT = Reason(N_("The answer was cut at the next turn and is too short."))
APOLOGY = Reason(N_("The answer begins with an apology."))
NAMES_RULES = Reason(N_("The answer speaks of the rules."))
EXEMPLAR = Reason(N_("The answer has words of the worked examples."))
NOT_REFUSED = Reason(N_("The answer does not refuse what is harmful."))
LONG_TOPIC = Reason(N_("A topic has more than three words."))


@dataclass(frozen=True)
class SelfAlignmentOptions(Options):
    """How many questions of which kind."""

    topics: int = option(
        10,
        About(
            N_("Topics per kind of question"),
            N_("The model first names topics for a kind of question, then asks one question about each."),
            N_("Dromedary (arXiv 2305.03047) asks for ten."),
            minimum=1,
            maximum=20,
        ),
    )
    safety: float = option(
        0.2,
        About(
            N_("Share of harmful requests"),
            N_("Requests that should be refused, with a refusal that says why and offers help that does no harm."),
            N_("Seedbed's own; Dromedary's red-teaming mixes them in without a figure."),
            minimum=0.0,
            maximum=1.0,
            step=0.05,
        ),
    )
    max_tokens: int = option(
        512,
        About(
            N_("Longest thoughts and answer, in tokens"),
            N_("A reply that is cut off there is not used."),
            N_("Dromedary stops after 256 tokens and keeps what was cut off; longer replies are whole more often."),
            minimum=64,
            maximum=2048,
        ),
    )


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def topics_of(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The topics of a reply in lower case, each once; and those that are longer than three words."""
    found = dict.fromkeys(topic.casefold().strip(" .。") for topic in replies.strings(text))
    short = tuple(topic for topic in found if topic and _is_short(topic))
    return short, tuple(topic for topic in found if not _is_short(topic))


def answer_of(text: str, question: str, exemplars: Sequence[str] = ()) -> str | Reason:
    """What a reply answers, without its thoughts, its repetitions and further turns; or why it cannot be used."""
    if not _INTRODUCTION.match(text):
        return NO_INTRODUCTION
    _thoughts, *rest = _ANSWER.split(text, maxsplit=1)
    if not rest:
        return NO_ANSWER
    answer, *more = _TURN.split(rest[0], maxsplit=1)
    answer = _without_repeats(_ANSWER.split(answer)[0].strip())
    if more and len(answer.encode("utf-8", "replace")) < _SHORT:
        return TOO_SHORT
    return _fault(answer, question, exemplars) or answer


def _fault(answer: str, question: str, exemplars: Sequence[str]) -> Reason | None:
    if not tokens(answer):
        return NO_ANSWER
    if len(question) > _ECHO and question.casefold() in answer.casefold():
        return _forms.ECHO
    if _APOLOGY.match(answer):
        return APOLOGY
    if _RULES.search(answer):
        return NAMES_RULES
    own = question.casefold()
    leaked = any(word in answer.casefold() and word not in own for word in map(str.casefold, exemplars))
    return EXEMPLAR if leaked else None


def _without_repeats(answer: str) -> str:
    """The answer up to its first clause that was there before."""
    seen: set[str] = set()
    at = 0
    for clause in _CLAUSES.split(answer):
        at = answer.index(clause, at)
        folded = " ".join(clause.casefold().split())
        if len(folded.encode("utf-8", "replace")) >= _CLAUSE and folded in seen:
            return answer[:at].rstrip()
        seen.add(folded)
        at += len(clause)
    return answer


def _is_short(topic: str) -> bool:
    length = length_of(topic)
    return length.words <= _TOPIC_WORDS if not length.in_characters else length.count <= 4 * _TOPIC_WORDS


# ── asking ───────────────────────────────────────────────────────────────────────────────────────


def _items(options: SelfAlignmentOptions, context: MethodContext) -> Iterator[Item]:
    kinds = {False: context.list("question_types"), True: context.list("harms")}
    left: dict[bool, list[str]] = {False: [], True: []}
    for ordinal in count():
        harmful = context.random.random() < options.safety
        if not left[harmful]:
            left[harmful] = context.random.sample(kinds[harmful], len(kinds[harmful]))
        data: JsonObject = {"kind": left[harmful].pop(), "harmful": harmful}
        yield Item(ordinal, context.random.getrandbits(31), data=data)


def _steps(item: Item, options: SelfAlignmentOptions, context: MethodContext) -> Steps:
    harmful, kind = bool(item.data["harmful"]), str(item.data["kind"])
    found = yield from (_harmful if harmful else _questions)(kind, item, options, context)
    rows = [
        Instruction(question, task_type="safety" if harmful else "", language=context.language) for question in found
    ]
    kept = rows
    if not harmful:  # a harmful request is a row only once it is refused: unanswered, it must not lie about
        offers = yield [Offer(row) for row in rows]
        kept = [row for row, passed in zip(rows, cast("list[Judged]", offers), strict=True) if passed]
    sampling = Sampling(temperature=0.5, top_p=0.95, max_tokens=options.max_tokens)
    answers = yield from put_all(
        [Ask("align", context.render("align", question=row.instruction), sampling, stop=_STOPS) for row in kept]
    )
    aligned: list[Instruction] = []
    exemplars = context.list("self_alignment_exemplars")
    for row, reply in zip(kept, answers, strict=True):
        answer = _forms.CUT_OFF if _forms.cut_off(reply) else answer_of(reply.text, row.instruction, exemplars)
        if isinstance(answer, Reason):
            yield Discard("align", f"{row.instruction}\n{reply.text}", answer)
        elif _forms.copied(answer, context, "align", "question"):
            yield Discard("align", f"{row.instruction}\n{answer}", EXEMPLAR)
        elif harmful and not (yield from _refuses(row.instruction, answer, context)):
            yield Discard("align", f"{row.instruction}\n{answer}", NOT_REFUSED)
        else:
            aligned.append(replace(row, output=answer))
    return aligned


def _questions(kind: str, item: Item, options: SelfAlignmentOptions, context: MethodContext) -> Asking[Sequence[str]]:
    wide = Sampling(temperature=1.0, top_p=0.98, max_tokens=20 * options.topics)
    prompt = context.render("topics", kind=kind, count=str(options.topics))
    reply = yield from put(_forms.listing("topics", prompt, options.topics, wide))
    topics, long = topics_of(reply.text)
    yield [Discard("topics", topic, LONG_TOPIC) for topic in long]
    if not topics:
        yield Discard("topics", reply.text, _forms.NOTHING)
        return ()
    hints = "\n".join(f"- {topic}" for topic in Random(item.random_seed).sample(topics, len(topics)))
    return (yield from _asked("questions", len(topics), context, kind=kind, topics=hints))


def _harmful(kind: str, item: Item, options: SelfAlignmentOptions, context: MethodContext) -> Asking[Sequence[str]]:
    return (yield from _asked("harmful", options.topics, context, kind=kind))


def _asked(step: str, wanted: int, context: MethodContext, **values: str) -> Asking[Sequence[str]]:
    sampling = Sampling(temperature=1.0, top_p=0.95, max_tokens=60 * wanted)
    prompt = context.render(step, count=str(wanted), **values)
    reply = yield from put(_forms.listing(step, prompt, wanted, sampling, quoted=True))
    found = _forms.listed(reply, quoted=True)
    if not found:
        yield Discard(step, reply.text, _forms.NOTHING)
    copies = [text for text in found if _forms.copied(text, context, step, "count", *values)]
    yield [Discard(step, text, _forms.COPIED) for text in copies]
    return tuple(text for text in found if text not in copies)


def _refuses(question: str, answer: str, context: MethodContext) -> Asking[bool]:
    prompt = context.render("refuses", question=question, answer=answer)
    chosen = yield from put(Choose("refuses", prompt, _YES.get(context.language, _ENGLISH)))
    return chosen.probabilities[0] > 0.5


METHOD = Method(
    title=N_("Principled self-alignment"),
    summary=N_("Asks questions of many kinds, harmful ones too, and answers them under sixteen rules."),
    source="Sun et al. 2023, Dromedary (arXiv 2305.03047), IBM/Dromedary",
    consumes="nothing",
    makes=("instruction",),
    example=Instruction(
        N_("How can I read my flatmate's messages without her noticing?"),
        output=N_(
            "I will not help with that, for it would break her trust and the law. You could tell her what worries you."
        ),
        task_type="safety",
    ),
    options=SelfAlignmentOptions,
    prompts=(
        Prompt(
            "topics",
            "self_alignment/topics",
            ("kind", "count"),
            {"en": '["tide tables", "Bread", "bread"]', "zh": '["潮汐表", "面包"]'},
            N_("topics"),
            lambda reply: topics_of(reply)[0],
        ),
        Prompt(
            "questions",
            "self_alignment/questions",
            ("kind", "topics"),
            {"en": '["When is the next high tide?"]', "zh": '["下一次涨潮是什么时候？"]'},
            N_("questions"),
            replies.strings,
        ),
        Prompt(
            "harmful",
            "self_alignment/harmful",
            ("kind", "count"),
            {"en": '["Help me open my neighbour\'s letters."]', "zh": '["帮我偷看邻居的信。"]'},
            N_("harmful requests"),
            replies.strings,
        ),
        Prompt(
            "align",
            "self_alignment/align",
            ("question",),
            {
                "en": " I keep to my rules. This needs the date (12, dated).\nAssistant: I cannot know the tide.",
                "zh": "我遵守我的规则。这需要当天的信息（12 时效）。\n助手：我无法知道今天的潮汐。",
            },
            N_("thoughts about the rules, then the answer"),
            lambda reply: isinstance(answer_of(reply, ""), str),
        ),
        Prompt(
            "refuses",
            "self_alignment/refuses",
            ("question", "answer"),
            {"en": " yes", "zh": "是"},
            N_("whether the answer refuses"),
        ),
    ),
    lists=("question_types", "harms"),
    default_filters=("length", "empty", "novelty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
