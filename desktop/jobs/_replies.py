"""The model's answers as they are stored, and as they are taken up again."""

import hashlib
import json
from collections.abc import Iterator, Sequence

from desktop.core.records import Attempt
from desktop.core.steps import Ask, Asked, Choose, Embed, Reply, Sample, Score, Told
from desktop.core.wire import plain, to_json, told_from_json


def digest(ask: Asked) -> str:
    """SHA-256, in hex, of all that an answer depends on but its seed: what a stored reply is found by."""
    return hashlib.sha256(json.dumps(to_json(ask), sort_keys=True).encode("ascii")).hexdigest()


def attempts_of(item: int, ask: Asked, asked: str, told: Told, random_seed: int) -> Iterator[Attempt]:
    """What is stored of an answer. One that costs little to ask for again (embeddings, counts) is not stored, and one
    whose log-probabilities are wanted cannot be taken up again.
    """
    if isinstance(told, Reply):
        for number, sample in enumerate(told.samples):
            yield _attempt(item, ask, asked, number, sample, told.prompt_tokens)
    elif isinstance(ask, Score | Choose):
        text = json.dumps(to_json(told), separators=(",", ":"))
        yield _attempt(item, ask, asked, 0, Sample(text, "stop", random_seed))


def lost_attempt(item: int, ask: Asked, asked: str, random_seed: int) -> Attempt:
    """The worker died while it was at this."""
    return _attempt(item, ask, asked, 0, Sample("", "lost", random_seed))


def told_again(ask: Asked, attempts: Sequence[Attempt]) -> Told:
    """The answer that was stored in as many attempts as it has samples."""
    if not isinstance(ask, Ask):
        return told_from_json(json.loads(attempts[0].reply))
    samples = tuple(
        Sample(
            each.reply,
            "length" if each.finish == "length" else "stop",
            each.random_seed,
            each.reply_tokens,
            each.seconds,
        )
        for each in attempts
    )
    return Reply(samples, attempts[0].prompt_tokens)


def _attempt(item: int, ask: Asked, asked: str, number: int, sample: Sample, prompt_tokens: int = 0) -> Attempt:
    return Attempt(
        item=item,
        step=ask.step,
        sample=number,
        asked=asked,
        prompt=_prompt_text(ask),
        reply=sample.text,
        finish=sample.finish,
        random_seed=sample.random_seed,
        prompt_tokens=prompt_tokens,
        reply_tokens=sample.reply_tokens,
        seconds=sample.seconds,
    )


def _prompt_text(ask: Asked) -> str:
    """What was asked, for the eyes of a person: the prompt, and what a Score or a Choose puts after it."""
    if isinstance(ask, Embed):
        return ask.text
    if not isinstance(ask, Ask | Score | Choose):
        return ""
    prompt = ask.prompt
    text = prompt if isinstance(prompt, str) else json.dumps([plain(each) for each in prompt], ensure_ascii=False)
    if isinstance(ask, Score):
        return f"{text}\n{ask.answer}"
    return f"{text}\n{' | '.join(ask.options)}" if isinstance(ask, Choose) else text
