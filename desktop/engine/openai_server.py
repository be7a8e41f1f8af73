"""A server that speaks OpenAI's API: vLLM, with what it adds to that, and LM Studio and others, without."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.address import Address
from desktop.core.engine import Model
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _, listed
from desktop.core.steps import Ask, Asked, Choose, Chosen, Embed, Embedded, Finish, Prompt, Sample, Score, Scored, Told
from desktop.engine import dialect
from desktop.engine.dialect import Body, GarbledError, Piece, RejectedError, Say, Talk

_SLOTS, _VLLM_SLOTS = 4, 16
_MOST_CUTS = 8  # halvings of a text that is too long to embed
_UNKNOWN_CONTEXT = 4096  # tokens; said of a server that does not tell
_MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class OpenAiServer:
    """A server that offers text and embeddings, and says neither tokens nor how likely a given text is."""

    model: Model
    name: str  # as the server calls its model
    slots: int = _SLOTS

    def write(self, talk: Talk, ask: Ask, random_seed: int, say: Say) -> tuple[Sample, int]:
        """One sample: a continued text by /v1/completions, a conversation by /v1/chat/completions."""
        ask = dialect.without_help(ask)
        body = asked(self.name, ask, random_seed)
        if ask.grammar:
            raise dialect.cannot(_("This server binds no reply to a grammar."))
        if isinstance(ask.prompt, str):
            if ask.schema is not None:
                raise dialect.cannot(_("This server binds no continued text to a form."))
            return _completed(talk, body, ask, random_seed, say)
        if ask.prefill:
            raise dialect.cannot(_("This server cannot continue a reply that was begun for it."))
        if ask.schema is not None:
            form = {"name": "reply", "schema": ask.schema, "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return _chatted(talk, body, ask, random_seed, say)

    def answer(self, talk: Talk, question: Asked) -> Told:
        """Embeddings; of the rest a plain word that it cannot be had."""
        match question:
            case Embed():
                return embed(talk, self.model, question.text, pooled=False, name=self.name)
            case Score() | Choose():
                raise dialect.cannot(_("This server does not say how likely a given text is."))
            case _:
                raise dialect.cannot(_("This server neither counts tokens nor shows its chat template."))


@dataclass(frozen=True, slots=True)
class VllmServer:
    """A vLLM, which also binds replies, continues begun ones, and says how likely the tokens of a prompt are.

    Its additions: docs.vllm.ai, "OpenAI-Compatible Server", and "Structured Outputs" (since 0.11).
    """

    model: Model
    name: str
    version: tuple[int, ...]
    slots: int = _VLLM_SLOTS

    def write(self, talk: Talk, ask: Ask, random_seed: int, say: Say) -> tuple[Sample, int]:
        """One sample, bound to a form where one is given."""
        body = asked(self.name, ask, random_seed)
        if ask.schema is not None or ask.grammar:
            if self.version < (0, 11):
                raise dialect.cannot(_("This vLLM is too old to bind a reply to a form."), _("Update it."))
            body["structured_outputs"] = {"grammar": ask.grammar} if ask.grammar else {"json": ask.schema}
        if isinstance(ask.prompt, str):
            return _completed(talk, body, ask, random_seed, say)
        if ask.prefill:
            body["messages"] = [*dialect.turns(ask.prompt), {"role": "assistant", "content": ask.prefill}]
            body |= {"add_generation_prompt": False, "continue_final_message": True}
        return _chatted(talk, body, ask, random_seed, say)

    def answer(self, talk: Talk, question: Asked) -> Told:
        """Embeddings and probabilities."""
        match question:
            case Embed():
                return embed(talk, self.model, question.text, pooled=self.model.writes, name=self.name)
            case Score():
                return self._score(talk, question)
            case Choose():
                return self._choose(talk, question)
            case _:
                raise dialect.cannot(_("This server neither counts tokens nor shows its chat template."))

    def _score(self, talk: Talk, question: Score) -> Scored:
        prompt = self._prompt(talk, question.prompt)
        answer = self._tokens(talk, prompt=question.answer, add_special_tokens=False)
        logprobs = self._likelihoods(talk, prompt, answer)
        return Scored(tuple(logprobs), len(prompt), unpredicted=len(answer) - len(logprobs))

    def _choose(self, talk: Talk, question: Choose) -> Chosen:
        prompt = self._prompt(talk, question.prompt)
        if question.prefill:
            prompt += self._tokens(talk, prompt=question.prefill, add_special_tokens=False)
        if not prompt:
            raise UserError(_("The prompt is empty."), _("Write something for the model to continue."))
        options = [self._tokens(talk, prompt=option, add_special_tokens=False) for option in question.options]
        return dialect.chosen([sum(self._likelihoods(talk, prompt, option)) for option in options], len(prompt))

    def _prompt(self, talk: Talk, prompt: Prompt) -> list[int]:
        if isinstance(prompt, str) or dialect.is_empty(prompt):
            return self._tokens(talk, prompt="" if dialect.is_empty(prompt) else prompt, add_special_tokens=True)
        turns = dialect.turns(prompt)
        return self._tokens(talk, messages=turns, add_generation_prompt=True, add_special_tokens=False)

    def _tokens(self, talk: Talk, **asked: Any) -> list[int]:
        return dialect.numbers(talk.post("/tokenize", {"model": self.name, **asked}).get("tokens"))

    def _likelihoods(self, talk: Talk, prompt: Sequence[int], answer: Sequence[int]) -> list[float]:
        """The log-probability of each of the answer's tokens that something stands before."""
        if not answer:
            return []
        tokens = [*prompt, *answer]
        body = {"model": self.name, "prompt": tokens, "max_tokens": 1, "temperature": 0.0, "prompt_logprobs": 0}
        told = dialect.sequence(_choice(talk.post("/v1/completions", body)).get("prompt_logprobs"))
        if len(told) != len(tokens):
            raise GarbledError(N_("Its answer is not the one that such a server gives."))
        first = max(1, len(prompt))
        pairs = zip(tokens[first:], told[first:], strict=True)
        return [
            dialect.logprob(dialect.mapping(dialect.mapping(each).get(str(token))).get("logprob"))
            for token, each in pairs
        ]


def found(talk: Talk, address: Address) -> OpenAiServer | VllmServer | None:
    """The server that answers here, or None where it is no such server. Raises what a Talk raises."""
    try:
        listed_models = dialect.sequence(talk.get("/v1/models").get("data"))
        models = {dialect.string(each.get("id")): each for each in map(dialect.mapping, listed_models)}
    except RejectedError as refusal:
        if refusal.status == 404:
            return None
        raise refusal.as_user_error() from None
    except GarbledError:
        return None
    name = pick(address, list(models))
    told = models[name]
    context = dialect.count(told.get("max_model_len"))
    model = Model(dialect.shown(name), str(address), "", context or _UNKNOWN_CONTEXT, has_chat_template=True)
    if told.get("owned_by") == "vllm":
        return VllmServer(model, name, _version(talk))
    return OpenAiServer(model, name)


def pick(address: Address, names: Sequence[str], loaded: Sequence[str] = ()) -> str:
    """The model that the address names, else the one that is loaded, else the only one. Raises UserError."""
    shown = listed(dialect.shown(name) for name in names[:_MOST_NAMES])
    if address.model:
        if address.model in names:
            return address.model
        raise UserError(
            _("The server at {place} has no model “{name}”.").format(place=address.place, name=address.model),
            _("It has: {names}.").format(names=shown) if names else _("Load one there first."),
        )
    known = [name for name in loaded if name in names] or list(names)
    if len(known) == 1:
        return known[0]
    if not known:
        raise UserError(
            _("The server at {place} has no model.").format(place=address.place), _("Load one there first.")
        )
    raise UserError(
        _("The server at {place} has several models: {names}.").format(place=address.place, names=shown),
        _("Put # and the model's name behind the address."),
    )


def embed(talk: Talk, model: Model, text: str, *, pooled: bool, name: str = "") -> Embedded:
    """A text's vector by /v1/embeddings; a text that is refused as too long is cut at its end."""
    for _cut in range(_MOST_CUTS):
        try:
            told = talk.post("/v1/embeddings", {"model": name, "input": text} if name else {"input": text})
        except RejectedError as refusal:
            if refusal.status in (404, 405, 501):
                raise dialect.cannot(
                    _("The server's model “{name}” makes no embeddings.").format(name=model.name),
                    _("Choose an embedding model, or start the server for embeddings."),
                ) from None
            if len(text) < 2 or not any(word in refusal.words for word in ("token", "too large", "length", "context")):
                raise
            text = text[: len(text) // 2]
            continue
        data = dialect.sequence(told.get("data"))
        used = dialect.mapping(told.get("usage", {})).get("prompt_tokens")
        first = dialect.mapping(data[0] if data else None)
        return dialect.embedded(first.get("embedding"), pooled=pooled, prompt_tokens=dialect.count(used))
    raise dialect.cannot(_("The server's model “{name}” makes no embeddings.").format(name=model.name))


# ── text ─────────────────────────────────────────────────────────────────────────────────────────


def asked(name: str, ask: Ask, random_seed: int) -> dict[str, Any]:
    """An Ask as OpenAI's API has it. What it does not know is sent only where it is not switched off."""
    sampling = ask.sampling
    body: dict[str, Any] = {
        "model": name,
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": sampling.max_tokens,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "presence_penalty": sampling.presence_penalty,
        "frequency_penalty": sampling.frequency_penalty,
        "seed": random_seed,
    }
    if ask.stop:
        body["stop"] = list(ask.stop)
    if sampling.top_k:
        body["top_k"] = sampling.top_k
    if sampling.min_p:
        body["min_p"] = sampling.min_p
    return body


def _completed(talk: Talk, body: dict[str, Any], ask: Ask, random_seed: int, say: Say) -> tuple[Sample, int]:
    body["prompt"] = f"{ask.prompt}{ask.prefill}"
    if ask.logprobs:
        body["logprobs"] = 1
    try:
        pieces = map(_piece, talk.stream("/v1/completions", body))
        return dialect.listen(talk, pieces, ask, random_seed, say)
    except RejectedError as refusal:
        if refusal.status not in (404, 405, 501):
            raise
        raise dialect.cannot(
            _("This server only answers in a conversation; it does not continue a text as it stands.")
        ) from None


def _chatted(talk: Talk, body: dict[str, Any], ask: Ask, random_seed: int, say: Say) -> tuple[Sample, int]:
    if not isinstance(ask.prompt, str):
        body.setdefault("messages", dialect.turns(ask.prompt))
    if ask.logprobs:
        body["logprobs"] = True
    pieces = map(_piece, talk.stream("/v1/chat/completions", body))
    return dialect.listen(talk, pieces, ask, random_seed, say)


def _piece(event: Body) -> Piece:
    """An event of either stream; the last one may bear the counts alone."""
    if "error" in event:
        raise RejectedError(500, dialect.words_of(event))
    usage = dialect.mapping(event.get("usage") or {})
    prompt_tokens, reply_tokens = (
        dialect.count(usage.get("prompt_tokens")),
        dialect.count(usage.get("completion_tokens")),
    )
    choices = dialect.sequence(event.get("choices"))
    if not choices:
        return Piece(prompt_tokens=prompt_tokens, reply_tokens=reply_tokens)
    choice = dialect.mapping(choices[0])
    delta = dialect.mapping(choice.get("delta") or {})
    text = dialect.string(choice.get("text")) or dialect.string(delta.get("content"))
    hidden = delta.get("reasoning_content") or delta.get("reasoning")
    ended = dialect.string(choice.get("finish_reason"))
    finish: Finish | None = ("length" if ended == "length" else "stop") if ended else None
    return Piece(text, 1 if text or hidden else 0, _logprobs(choice), finish, prompt_tokens, reply_tokens)


def _logprobs(choice: Body) -> tuple[float, ...]:
    """Of both shapes: the chat's, and that of completions."""
    told = dialect.mapping(choice.get("logprobs") or {})
    if told.get("token_logprobs"):
        return tuple(map(dialect.logprob, dialect.sequence(told["token_logprobs"])))
    steps = map(dialect.mapping, dialect.sequence(told.get("content") or []))
    return tuple(dialect.logprob(each.get("logprob")) for each in steps)


def _choice(told: Body) -> Body:
    choices = dialect.sequence(told.get("choices"))
    return dialect.mapping(choices[0] if choices else None)


def _version(talk: Talk) -> tuple[int, ...]:
    try:
        said = dialect.string(talk.get("/version").get("version"))
    except (RejectedError, GarbledError):
        return ()
    return tuple(int(part) for part in said.split(".")[:2] if part.isascii() and part.isdigit() and len(part) < 6)
