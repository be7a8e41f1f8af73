"""Ollama, by its own API: OpenAI's shape of it knows no raw prompt, no top_k, no min_p and no context length.

Described in docs/api.md of Ollama.
"""

from dataclasses import dataclass
from typing import Any

from desktop.core.address import Address
from desktop.core.engine import Model
from desktop.core.i18n import _
from desktop.core.steps import Ask, Asked, Choose, Embed, Finish, Sample, Score, Told
from desktop.engine import dialect
from desktop.engine.dialect import Body, GarbledError, Piece, RejectedError, Say, Talk
from desktop.engine.openai_server import pick

_SLOTS = 4  # what it answers fewer of at a time it queues by itself
_CONTEXT = 8192  # tokens; its own default is less, and it cuts a longer prompt without a word


@dataclass(frozen=True, slots=True)
class OllamaServer:
    """An Ollama and one of its models."""

    model: Model
    name: str
    slots: int = _SLOTS

    def write(self, talk: Talk, ask: Ask, random_seed: int, say: Say) -> tuple[Sample, int]:
        """One sample: a continued text by /api/generate, a conversation by /api/chat."""
        ask = dialect.without_help(ask)
        if ask.grammar:
            raise dialect.cannot(_("This server binds no reply to a grammar."))
        body = self._asked(ask, random_seed)
        if isinstance(ask.prompt, str):
            body |= {"prompt": ask.prompt + ask.prefill, "raw": True}
            return dialect.listen(talk, map(_piece, talk.stream("/api/generate", body)), ask, random_seed, say)
        if ask.prefill:
            raise dialect.cannot(_("This server cannot continue a reply that was begun for it."))
        body["messages"] = dialect.turns(ask.prompt)
        return dialect.listen(talk, map(_piece, talk.stream("/api/chat", body)), ask, random_seed, say)

    def answer(self, talk: Talk, question: Asked) -> Told:
        """Embeddings; of the rest a plain word that it cannot be had."""
        match question:
            case Embed():
                told = talk.post("/api/embed", {"model": self.name, "input": question.text, "truncate": True})
                vectors = dialect.sequence(told.get("embeddings"))
                tokens = dialect.count(told.get("prompt_eval_count"))
                vector = vectors[0] if vectors else None
                return dialect.embedded(vector, pooled=self.model.writes, prompt_tokens=tokens)
            case Score() | Choose():
                raise dialect.cannot(_("This server does not say how likely a given text is."))
            case _:
                raise dialect.cannot(_("This server neither counts tokens nor shows its chat template."))

    def _asked(self, ask: Ask, random_seed: int) -> dict[str, Any]:
        sampling = ask.sampling
        options = {
            "num_ctx": self.model.context,
            "num_predict": sampling.max_tokens,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "top_k": sampling.top_k,
            "min_p": sampling.min_p,
            "presence_penalty": sampling.presence_penalty,
            "frequency_penalty": sampling.frequency_penalty,
            "repeat_penalty": 1.0,
            "seed": random_seed,
            "stop": list(ask.stop),
        }
        body: dict[str, Any] = {"model": self.name, "stream": True, "options": options}
        if ask.schema is not None:
            body["format"] = ask.schema
        if ask.logprobs:
            body["logprobs"] = True
        return body


def found(talk: Talk, address: Address) -> OllamaServer | None:
    """The Ollama that answers here, or None where it is another server. Raises what a Talk raises."""
    try:
        talk.get("/api/version")
        names = _names(talk.get("/api/tags"))
        loaded = _names(talk.get("/api/ps"))
    except (RejectedError, GarbledError):
        return None
    name = pick(address, names, loaded)
    told = talk.post("/api/show", {"model": name})
    facts = dialect.mapping(told.get("model_info") or {})
    known = [dialect.count(value) for key, value in facts.items() if key.endswith(".context_length")]
    abilities = dialect.sequence(told.get("capabilities") or ["completion"])
    model = Model(
        name=dialect.shown(name),
        path=str(address),
        fingerprint="",
        context=min([_CONTEXT, *(each for each in known if each)]),
        has_chat_template=True,
        writes="completion" in abilities,
    )
    return OllamaServer(model, name)


def _names(told: Body) -> list[str]:
    return [dialect.string(dialect.mapping(each).get("name")) for each in dialect.sequence(told.get("models"))]


def _piece(event: Body) -> Piece:
    """A line of either stream."""
    if "error" in event:
        raise RejectedError(500, dialect.words_of(event))
    message = dialect.mapping(event.get("message") or {})
    text = dialect.string(event.get("response")) or dialect.string(message.get("content"))
    hidden = event.get("thinking") or message.get("thinking")
    finish: Finish | None = None
    if event.get("done") is True:
        finish = "length" if event.get("done_reason") == "length" else "stop"
    steps = map(dialect.mapping, dialect.sequence(event.get("logprobs") or []))
    return Piece(
        text=text,
        tokens=1 if text or hidden else 0,
        logprobs=tuple(dialect.logprob(each.get("logprob")) for each in steps),
        finish=finish,
        prompt_tokens=dialect.count(event.get("prompt_eval_count")),
        reply_tokens=dialect.count(event.get("eval_count")),
    )
