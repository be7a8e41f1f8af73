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
from desktop.core.i18n import N_, _
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
_LISTED: Final = (500, 1_000_000)  # the likeliest tokens, and if need be all
_ELSEWHERE = N_("Choose a model on this computer for this.")


@dataclass(frozen=True, slots=True)
class _Token:
    id: int
    piece: str | bytes  # bytes, where they are no whole characters

    @property
    def is_small(self) -> bool:
        """Whether it stands for one character or for less."""
        return len(self.piece) <= (1 if isinstance(self.piece, str) else 3)

    @property
    def is_cut_off(self) -> bool:
        """Whether it ends within a character."""
        if isinstance(self.piece, str):
            return False
        for missing, byte in enumerate(reversed(self.piece[-3:]), 1):
            if byte & 0xC0 == 0xC0:  # the first byte of a character of 2 to 4
                return missing < 2 + (byte >= 0xE0) + (byte >= 0xF0)
        return False


@dataclass(frozen=True, slots=True)
class LlamaServer:
    """A llama-server and its model.

    Its penalties look back over the whole reply, and, other than Seedbed's own, over the prompt as well.
    """

    model: Model
    slots: int

    def write(self, talk: Talk, ask: Ask, random_seed: int, say: Say) -> tuple[Sample, int]:
        """One sample; with a chat template rendered by the server, so that a reply can be opened."""
        self._check_that_it_writes()
        if ask.prefill and ask.schema is not None:
            raise UserError(
                _("A llama-server cannot open a reply and bind it to a form at the same time."), _(_ELSEWHERE)
            )
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
            "repeat_last_n": sampling.max_tokens,
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
        if isinstance(question, Score | Choose):
            self._check_that_it_writes()
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
        return Counted(tuple(map(len, tokens)), tuple(sum(each.is_small for each in text) for text in tokens))

    def _render(self, talk: Talk, question: Render) -> Rendered:
        if not question.reply and question.messages and question.messages[-1].role == "assistant":
            raise UserError(_("A llama-server does not show how the chat template ends a conversation."), _(_ELSEWHERE))
        text = _templated(talk, dialect.turns(question.messages), reply=question.reply)
        return Rendered(text, len(_pieces(talk, text, special=True)))

    def _check_that_it_writes(self) -> None:
        if not self.model.writes:
            raise UserError(
                _("This model does not write text: it is made to compare texts."),
                _("Choose a model that writes for this."),
            )

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
    """Whether it was not started for embeddings alone, nor with a model that is made for them."""
    try:
        talk.post("/completion", {"prompt": [0], "n_predict": 0})
    except RejectedError as refusal:
        return refusal.status != 501 and "logits" not in refusal.words
    except GarbledError:
        return True  # whatever that is, it is no refusal
    return True


def _title(named: str) -> str:
    """A model's name, where it is called by its file."""
    file = PureWindowsPath(named).name if "\\" in named else PurePosixPath(named).name
    return dialect.shown(file.removesuffix(".gguf"))


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
    id, piece = dialect.count(told.get("id")), told.get("piece")
    if not isinstance(piece, list):
        return _Token(id, dialect.string(piece))
    try:
        return _Token(id, bytes(dialect.numbers(piece)))
    except ValueError:
        raise GarbledError(N_("Its answer is not the one that such a server gives.")) from None


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
        after = [*before, *_ids(tokens[:written])]
        run = list(takewhile(lambda each: isinstance(each.piece, str), tokens[written : written + _AT_ONCE]))
        if run:
            written += len(run)
            names = " ".join(f"<[{each.id}]>" for each in run)
            yield from _written(talk, after, _ids(run), {"grammar": f"root ::= {names}"})
            continue
        token = tokens[written]
        written += 1
        if token.is_cut_off:
            yield _looked_up(talk, after, token.id)
        else:  # a grammar takes no part of a character by its number
            yield from _written(talk, after, [token.id], {"logit_bias": [[token.id, _SURELY]]})


def _written(talk: Talk, after: Sequence[int], tokens: Sequence[int], forced: Body) -> list[float]:
    """How likely each of some tokens was that the server is forced to write."""
    steps = _steps(talk, {"prompt": after, "n_predict": len(tokens), "n_probs": 1, **forced})
    if [each.get("id") for each in steps] != list(tokens):
        raise UserError(
            _("This llama-server cannot say how likely a given text is."),
            _("Update it: grammars that name tokens are needed, which llama.cpp has since the end of 2025."),
        )
    return [dialect.logprob(each.get("logprob")) for each in steps]


def _looked_up(talk: Talk, after: Sequence[int], token: int) -> float:
    """How likely a token was that ends within a character; of such a one the server says nothing when it writes it."""
    for many in _LISTED:
        steps = _steps(talk, {"prompt": after, "n_predict": 1, "n_probs": many, "grammar": "root ::= [a-z]"})
        likely = map(dialect.mapping, dialect.sequence(steps[0].get("top_logprobs") if steps else None))
        known = next((each for each in likely if each.get("id") == token), None)
        if known is not None:
            return dialect.logprob(known.get("logprob"))
    raise GarbledError(N_("Its answer is not the one that such a server gives."))


def _steps(talk: Talk, body: Body) -> list[Body]:
    told = talk.post("/completion", {**body, "temperature": 0.0}).get("completion_probabilities")
    return [dialect.mapping(each) for each in dialect.sequence(told or [])]
