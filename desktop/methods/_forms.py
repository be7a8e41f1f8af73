"""What methods share of asking: chat messages, the JSON forms that replies are bound to, and why one is not used."""

from collections.abc import Mapping

from desktop.core.i18n import N_
from desktop.core.records import Instruction, JsonObject, Message, Reason
from desktop.core.shapes import MethodContext
from desktop.core.steps import Reply
from desktop.core.text import replies
from desktop.core.text.similarity import SimilarityIndex
from desktop.core.text.words import tokens

CUT_OFF = Reason(N_("The reply ran into the length limit, so nothing of it is used."))
COPIED = Reason(N_("This is an example from the prompt."))
NOTHING = Reason(N_("The reply holds nothing of what was asked for."))

_LEAST_COPIED = 4  # tokens of a text that can be called a copy
_ALIKE = 0.7
_TEXT: Mapping[str, str] = {"type": "string"}


def talk(user: str, system: str = "") -> tuple[Message, ...]:
    """One question to a chat model."""
    question = Message("user", user)
    return (Message("system", system), question) if system else (question,)


def task_of(row: Instruction) -> str:
    """An instruction with its input, as one text."""
    return f"{row.instruction}\n\n{row.input}" if row.input.strip() else row.instruction


def numbered(count: int) -> str:
    """A grammar for a numbered list of so many lines: what small models write better than JSON."""
    parts = " ".join(f'"{"" if number == 1 else chr(92) + "n"}{number}. " line' for number in range(1, count + 1))
    return f"root ::= {parts}\nline ::= [^\\n 0-9{{[] [^\\n\\r]*"


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

    It is where the prompt, its places left empty, has the very words, or a line that ROUGE-L finds more than 0.7 alike.
    """
    prompt = context.render(step, **dict.fromkeys(places, ""))
    words = tokens(text)
    if len(words) < _LEAST_COPIED:
        return False
    if f" {' '.join(words)} " in f" {' '.join(tokens(prompt))} ":
        return True
    index = SimilarityIndex()
    for line in replies.lines(prompt):
        index.add(line)
    return any(near.value > _ALIKE for near in index.compare(text, top=1).best)


def cut_off(reply: Reply) -> bool:
    """Whether the reply ended because it ran into its limit."""
    return reply.finish == "length"
