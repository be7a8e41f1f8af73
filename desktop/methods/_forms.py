"""What methods share of asking: chat messages, the JSON forms that replies are bound to, and why one is not used."""

import re
from collections.abc import Mapping

from desktop.core.i18n import N_
from desktop.core.records import Instruction, JsonObject, Message, Reason
from desktop.core.shapes import MethodContext
from desktop.core.steps import Ask, Reply, Sample, Sampling
from desktop.core.text import replies
from desktop.core.text.similarity import SimilarityIndex
from desktop.core.text.words import length_of, tokens

CUT_OFF = Reason(N_("The reply ran into the length limit, so nothing of it is used."))
COPIED = Reason(N_("This is an example from the prompt."))
ECHO = Reason(N_("The answer repeats the question."))
NOTHING = Reason(N_("The reply holds nothing of what was asked for."))
REPEATED = Reason(N_("The turn says again what was said before."))

STOP_WORDS = frozenset({
    "a", "about", "an", "and", "are", "as", "at", "be", "but", "by", "do", "for", "from", "has", "have", "he", "her",
    "his", "how", "i", "if", "in", "is", "it", "its", "me", "my", "no", "not", "of", "on", "or", "our", "she", "so",
    "than", "that", "the", "their", "then", "there", "they", "this", "to", "up", "was", "we", "were", "what",
    "when", "where", "which", "why", "who", "will", "with", "yes", "you", "your",
    "的", "了", "是", "在", "和", "也", "就", "都", "而", "及", "与", "着", "或",
    "一", "不", "我", "你", "他", "她", "它", "们",
    "这", "那", "有", "吗", "呢", "吧", "啊",
})  # fmt: skip
"""Words that say nothing by themselves, in English and Chinese."""

_LEAST_COPIED = 4  # tokens of a text that can be called a copy
_ALIKE = 0.7
_RUN, _RUN_OF_SIGNS = 8, 13  # tokens in a row, the second where each character is one
_ECHOED = 0.9
_TEXT: Mapping[str, str] = {"type": "string"}

_NO_INPUT = re.compile(
    r"[\s<\[(（《【“\"']*(?:no\s*-?_?input(?:\s+(?:is\s+)?(?:needed|required|provided))?|none|n/?a|无|无输入|没有输入|不需要输入)"
    r"[\s>\])）》】”\"'.。]*",
    re.IGNORECASE,
)


def material(given: str) -> str:
    """What a model wrote as an input; empty where it says in one of many ways that there is none."""
    return "" if _NO_INPUT.fullmatch(given) else given


def talk(user: str, system: str = "") -> tuple[Message, ...]:
    """One question to a chat model."""
    question = Message("user", user)
    return (Message("system", system), question) if system else (question,)


def task_of(row: Instruction) -> str:
    """An instruction with its input, as one text."""
    return f"{row.instruction}\n\n{row.input}" if row.input.strip() else row.instruction


def listing(step: str, prompt: str, count: int, sampling: Sampling, *, quoted: bool = False) -> Ask:
    """A question for a numbered list of so many lines, whose first number is given: small models go on best so.

    A JSON list would bind them as well, but the smallest lose their thread in its strings. `quoted`: the first line
    begins with a quotation mark, so that a model writes what somebody says, and no heading for it; see `listed`.
    """
    after = count + 1
    opens = '1. "' if quoted else "1."
    return Ask(step, talk(prompt), sampling, stop=(f"\n{after}.", f"\n{after}、"), prefill=opens, optional=True)


def listed(reply: Reply, *, quoted: bool = False) -> tuple[str, ...]:
    """The lines of a reply to `listing`, each once."""
    opened = quoted and not reply.text.lstrip().startswith("1")  # not every engine opens a reply
    found = replies.strings(f'1. "{reply.text}' if opened else reply.text)
    return tuple(dict.fromkeys(each.strip('"“” ') for each in found) if quoted else dict.fromkeys(found))


def record(*names: str) -> JsonObject:
    """One object with these texts, in this order."""
    return {
        "type": "object",
        "properties": dict.fromkeys(names, _TEXT),
        "required": list(names),
        "additionalProperties": False,
    }


def records(count: int, *names: str) -> JsonObject:
    """So many objects with these texts."""
    return {"type": "array", "items": record(*names), "minItems": count, "maxItems": count}


def one_of(*words: str) -> JsonObject:
    """One of these words, in quotation marks."""
    return {"enum": list(words)}


def copied(text: str, context: MethodContext, step: str, *places: str) -> bool:
    """Whether a text is one of the examples in a step's prompt: small models like to hand them back.

    It is where the prompt, its places left empty, has the very words, a longer run of them, or a line that ROUGE-L
    finds more than 0.7 alike.
    """
    prompt = context.render(step, **dict.fromkeys(places, ""))
    words = tokens(text)
    if len(words) < _LEAST_COPIED:
        return False
    run = min(len(words), _RUN_OF_SIGNS if length_of(text).in_characters else _RUN)
    shown = f" {' '.join(tokens(prompt))} "
    if any(f" {' '.join(words[at : at + run])} " in shown for at in range(len(words) - run + 1)):
        return True
    index = SimilarityIndex()
    for line in replies.lines(prompt):
        index.add(line)
    return any(near.value > _ALIKE for near in index.compare(text, top=1).best)


def cut_off(reply: Reply) -> bool:
    """Whether the reply ended because it ran into its limit."""
    return reply.finish == "length"


def fault_of(sample: Sample, question: str) -> Reason | None:
    """Why a sample is no answer to a question; None where it may be one."""
    if sample.finish == "length":
        return CUT_OFF
    if not sample.text.strip():
        return NOTHING
    return ECHO if echoed(sample.text, question) else None


def echoed(answer: str, question: str) -> bool:
    """Whether an answer says the question again and little else: nine tenths of its words, and not twice as many."""
    from rapidfuzz.distance import LCSseq

    asked, said = tokens(question), tokens(answer)
    if len(asked) < _LEAST_COPIED or len(said) >= 2 * len(asked):
        return False
    return LCSseq.similarity(asked, said) >= _ECHOED * len(asked)
