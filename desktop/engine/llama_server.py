"""llama.cpp's own server: it answers every kind of question.

Its API is described in tools/server/README.md of llama.cpp. A llama-server scores no given text, but its grammars may
name tokens (`<[id]>`), and the log-probability that it reports for a token is the model's own, before the grammar and
all sampling: a grammar of exactly the answer's tokens makes it "write" the answer and say how likely each token was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Final

from desktop.core.address import Address
from desktop.core.engine import Model
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.steps import (
    Ask,
    Asked,
    Choose,
    Chosen,
    Count,
    Counted,
    Embed,
    Embedded,
    Prompt,
    Render,
    Rendered,
    Sample,
    Score,
    Scored,
    Told,
)
from desktop.engine import dialect
from desktop.engine.dialect import Body, GarbledError, Piece, RejectedError, Say, Talk
from desktop.engine.openai_server import embed

_MOST_SLOTS = 64
_AT_ONCE = 128  # tokens that one grammar names
_SURELY: Final = 10_000  # a bias that leaves no other token a chance


@dataclass(frozen=True, slots=True)
class _Token:
    id: int
    text: str
    whole: bool = True  # false: a part of a character


@dataclass(frozen=True, slots=True)
class LlamaServer:
    """A llama-server and its model. Its penalties look back over the whole reply."""

    model: Model
    slots: int

    def write(self, talk: Talk, ask: Ask, random_seed: int, say: Say) -> tuple[Sample, int]:
        """One sample; with a chat template rendered by the server, so that a reply can be opened."""
        if ask.prefill and (ask.schema is not None or ask.grammar):
            raise dialect.cannot(_("A llama-server cannot open a reply and bind it to a form at the same time."))
        sampling = ask.sampling
        body: dict[str, Any] = {
            "prompt": self._text(talk, ask.prompt) + ask.prefill,
            "stream": True,
            "n_predict": sampling.max_tokens,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "top_k": sampling.top_k,
            "min_p": sampling.min_p,
            "presence_penalty": sampling.presence_penalty,
            "frequency_penalty": sampling.frequency_penalty,
            "repeat_last_n": self.model.context,
            "repeat_penalty": 1.0,
            "seed": random_seed,
            "stop": list(ask.stop),
            "n_probs": 1 if ask.logprobs else 0,
        }
        if ask.schema is not None:
            body["json_schema"] = ask.schema
        if ask.grammar:
            body["grammar"] = ask.grammar
        pieces = map(_piece, talk.stream("/completion", body))
        return dialect.listen(talk, pieces, ask, random_seed, say)

    def answer(self, talk: Talk, question: Asked) -> Told:
        """Every kind of question that is no Ask."""
        match question:
            case Score():
                return self._score(talk, question)
            case Choose():
                return self._choose(talk, question)
            case Embed():
                return self._embed(talk, question)
            case Count():
                return self._count(talk, question)
            case Render():
                return self._render(talk, question)
            case _:
                raise TypeError(question)

    # ── one kind each ────────────────────────────────────────────────────────────────────────────

    def _score(self, talk: Talk, question: Score) -> Scored:
        prompt = self._prompt(talk, question.prompt)
        answer = _pieces(talk, question.answer, special=False)
        first = 0 if prompt or not answer else 1  # what nothing stands before, nothing predicts
        logprobs = _forced(talk, [*prompt, *_ids(answer[:first])], answer[first:])
        return Scored(tuple(logprobs), len(prompt), unpredicted=first)

    def _choose(self, talk: Talk, question: Choose) -> Chosen:
        prompt = self._prompt(talk, question.prompt, question.prefill)
        if not prompt:
            raise UserError(_("The prompt is empty."), _("Write something for the model to continue."))
        options = [_pieces(talk, option, special=False) for option in question.options]
        return dialect.chosen([sum(_forced(talk, prompt, option)) for option in options], len(prompt))

    def _embed(self, talk: Talk, question: Embed) -> Embedded:
        return embed(talk, self.model, question.text, pooled=self.model.writes)

    def _count(self, talk: Talk, question: Count) -> Counted:
        tokens = [_pieces(talk, text, special=False) for text in question.texts]
        return Counted(tuple(map(len, tokens)), tuple(sum(len(each.text) <= 1 for each in text) for text in tokens))

    def _render(self, talk: Talk, question: Render) -> Rendered:
        if not question.reply and question.messages and question.messages[-1].role == "assistant":
            raise dialect.cannot(_("A llama-server does not show how the chat template ends a conversation."))
        text = _templated(talk, dialect.turns(question.messages), reply=question.reply)
        return Rendered(text, len(_pieces(talk, text, special=True)))

    # ── what they are made of ────────────────────────────────────────────────────────────────────

    def _text(self, talk: Talk, prompt: Prompt) -> str:
        return prompt if isinstance(prompt, str) else _templated(talk, dialect.turns(prompt), reply=True)

    def _prompt(self, talk: Talk, prompt: Prompt, prefill: str = "") -> list[int]:
        """A prompt's tokens; none for an empty one, where the model puts no token before a text."""
        text = "" if dialect.is_empty(prompt) else self._text(talk, prompt)
        return _ids(_pieces(talk, text + prefill, special=True))


def found(talk: Talk, address: Address) -> LlamaServer | None:
    """The llama-server that answers here, or None where it is another server. Raises what a Talk raises."""
    try:
        props = talk.get("/props")
    except (RejectedError, GarbledError):
        return None
    if "default_generation_settings" not in props:
        return None
    settings = dialect.mapping(props["default_generation_settings"])
    context = dialect.count(settings.get("n_ctx")) or dialect.count(props.get("n_ctx"))
    named = dialect.string(props.get("model_alias")) or dialect.string(props.get("model_path"))
    model = Model(
        name=_title(named) or address.place,
        path=str(address),
        fingerprint="",
        context=context,
        has_chat_template=bool(props.get("chat_template")),
        writes=_writes(talk),
    )
    return LlamaServer(model, min(_MOST_SLOTS, max(1, dialect.count(props.get("total_slots")))))


def _writes(talk: Talk) -> bool:
    """Whether it was not started for embeddings alone."""
    try:
        talk.post("/completion", {"prompt": [0], "n_predict": 0})
    except RejectedError as refusal:
        return refusal.status != 501
    return True


def _title(named: str) -> str:
    """A model's name, where it is called by its file."""
    file = PureWindowsPath(named).name if "\\" in named else PurePosixPath(named).name
    return dialect.whole(file.removesuffix(".gguf"))[:200]


def _templated(talk: Talk, turns: Sequence[Body], *, reply: bool) -> str:
    body = {"messages": turns, "add_generation_prompt": reply}
    return dialect.string(talk.post("/apply-template", body).get("prompt"))


def _pieces(talk: Talk, text: str, *, special: bool) -> list[_Token]:
    """A text's tokens.

    `special`: control tokens are read in the text, and what the model wants before it is put there.
    """
    body = {"content": text, "add_special": special, "parse_special": special, "with_pieces": True}
    told = [dialect.mapping(each) for each in dialect.sequence(talk.post("/tokenize", body).get("tokens"))]
    return [_token(each) for each in told]


def _token(told: Body) -> _Token:
    piece = told.get("piece")
    if isinstance(piece, list):  # its bytes, where they are no whole characters
        return _Token(dialect.count(told.get("id")), "", whole=False)
    return _Token(dialect.count(told.get("id")), dialect.string(piece))


def _ids(tokens: Sequence[_Token]) -> list[int]:
    return [each.id for each in tokens]


def _piece(event: Body) -> Piece:
    """An event of a /completion stream."""
    if "error" in event:
        raise RejectedError(500, dialect.words_of(event))
    ended = event.get("stop") is True
    told = [dialect.mapping(each) for each in dialect.sequence(event.get("completion_probabilities", []))]
    return Piece(
        text=dialect.string(event.get("content")),
        tokens=len(dialect.sequence(event.get("tokens", []))),
        logprobs=tuple(dialect.logprob(each.get("logprob")) for each in told),
        finish=("length" if event.get("stop_type") == "limit" else "stop") if ended else None,
        prompt_tokens=dialect.count(event.get("tokens_evaluated")) if ended else 0,
        reply_tokens=dialect.count(event.get("tokens_predicted")) if ended else 0,
    )


# ── how likely given tokens are ──────────────────────────────────────────────────────────────────


def _forced(talk: Talk, before: Sequence[int], tokens: Sequence[_Token]) -> Iterator[float]:
    """The log-probability of each of `tokens`, after `before` and those that precede it."""
    written = 0
    while written < len(tokens):
        run = list(takewhile(lambda each: each.whole, tokens[written : written + _AT_ONCE]))
        forced: dict[str, Any]
        if run:
            forced = {"grammar": "root ::= " + " ".join(f"<[{each.id}]>" for each in run)}
        else:  # a part of a character, which no grammar takes by its number
            run = [tokens[written]]
            forced = {"logit_bias": [[run[0].id, _SURELY]]}
        yield from _forced_run(talk, [*before, *_ids(tokens[:written])], _ids(run), forced)
        written += len(run)


def _forced_run(talk: Talk, before: Sequence[int], tokens: Sequence[int], forced: Body) -> Iterator[float]:
    body = {"prompt": before, "n_predict": len(tokens), "n_probs": 1, "temperature": 0.0, **forced}
    told = talk.post("/completion", body)
    steps = [dialect.mapping(each) for each in dialect.sequence(told.get("completion_probabilities"))]
    if [each.get("id") for each in steps] != list(tokens):
        raise dialect.cannot(
            _("This llama-server cannot say how likely a given text is."),
            _("Update it: grammars that name tokens are needed, which llama.cpp has since the end of 2025."),
        )
    return (dialect.logprob(each.get("logprob")) for each in steps)
