"""ShareGPT's cleaning of conversations, in the order in which FastChat published it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from desktop.core.records import Conversation, Message
from desktop.core.text.cleaning import to_markdown
from desktop.filters._faults import BUTTONS

_MAKER = re.compile(r"openai|chatgpt", re.IGNORECASE)
_LIMIT = re.compile(
    r"^(?:too many requests in 1 hour|!?too many requests|you['’]ve (?:reached|hit) (?:our|your|the) (?:limit|cap)|"
    r"network error|an error occurred|"
    r"something went wrong|rate limit)",
    re.IGNORECASE,
)
_LEAST = 16  # characters of a conversation
_BROKEN_LIST = re.compile(r"(?:^|\n)1\. [^\n]*\n+(?:1\. [^\n]*\n+){2,}")


def cleaned(row: Conversation) -> Conversation | None:
    """The conversation as the cleaning leaves it; None where it would drop it.

    Leading turns that are not the user's and trailing ones of the user go; who speaks must alternate; who names
    OpenAI or ChatGPT is dropped; HTML becomes Markdown and the words of the page's buttons go; the conversation ends
    before a reply that is a rate limit, empty or not printable; whole pairs are kept; less than 16 characters, or a
    list whose every entry is number 1, is dropped. System and tool turns, which ShareGPT had none of, are kept.
    """
    turns = _ends_trimmed(row.messages)
    spoken = [each.role for each in turns if each.role in ("user", "assistant")]
    if not turns or any(one == other for one, other in pairwise(spoken)):
        return None if not _has_tools(turns) else row
    if any(_MAKER.search(each.content) for each in turns):
        return None
    turns = _until_a_bad_reply([replace(each, content=_text(each.content)) for each in turns])
    if sum(len(each.content) for each in turns) < _LEAST or any(_BROKEN_LIST.search(each.content) for each in turns):
        return None
    return replace(row, messages=tuple(turns))


def pairs(messages: Sequence[Message]) -> Iterator[list[Message]]:
    """From each user turn to the reply that ends it; a last question without a reply is left out."""
    pair: list[Message] = []
    for turn in messages:
        if turn.role == "user" and any(each.role == "assistant" for each in pair):
            yield pair
            pair = []
        pair.append(turn)
    if any(each.role == "assistant" for each in pair):
        yield pair


def _ends_trimmed(messages: Sequence[Message]) -> list[Message]:
    turns = list(messages)
    while turns and turns[0].role not in ("user", "system"):
        turns.pop(0)
    while turns and turns[-1].role == "user":
        turns.pop()
    return turns


def _has_tools(turns: Sequence[Message]) -> bool:
    return any(each.role in ("tool_call", "tool_result") for each in turns)


def _text(content: str) -> str:
    return BUTTONS.sub("", to_markdown(content)).strip()


def _until_a_bad_reply(turns: Sequence[Message]) -> list[Message]:
    kept: list[Message] = []
    for pair in pairs(turns):
        if any(
            not each.content.strip() or _LIMIT.match(each.content) or _is_unprintable(each.content) for each in pair
        ):
            break
        kept.extend(pair)
    return kept


def _is_unprintable(text: str) -> bool:
    return all(not sign.isprintable() for sign in text)
