"""Tool calls: requests that a function of an API serves, the call with its arguments, its result and the answer.

After Gorilla (ShishirPatil/gorilla, arXiv 2305.15334), whose instructions never name the API, and ToolAlpaca
(tangqiaoyu/ToolAlpaca, arXiv 2306.05301), in which person, tool and assistant are played and what a call lacks is asked
for. No function is really called: what it gives back is played as well, and the row says so.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, cast

from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.languages import yes_or_no
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Conversation, Item, Json, JsonObject, Message, Reason, Ref
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Ask, Asking, Choose, Discard, Offer, Sampling, Steps, put, put_all
from desktop.core.text import put_into_words, replies
from desktop.methods import _forms, _schema
from desktop.methods._said import plain, stands_in

_CAREFUL = Sampling(temperature=0.0, max_tokens=300)
_LIVELY = Sampling(temperature=0.7, top_p=0.95, max_tokens=120)
_RESULT = r"""root ::= "{" pair (", " pair){0,3} "}"
pair ::= "\"" [^"\\\n]+ "\": " value
value ::= "\"" [^"\\\n]+ "\"" | "-"? [0-9]+ ("." [0-9]+)? | "true" | "false"
"""  # a small object, never an empty one
NAMES = Reason(N_("The request names the function."))
INVALID = N_("The arguments do not fit the function: {why}.")
NOT_WANTED = Reason(N_("The message does not ask for what the function does."))
EMPTY = Reason(N_("The call takes over nothing of what was said."))
MADE_UP = Reason(N_("The call has values that nobody said."))


@dataclass(frozen=True)
class ToolCallsOptions(Options):
    """How many requests, and of which kind."""

    requests: int = option(
        5,
        About(
            N_("Requests per function"),
            N_("Different messages of people who need what the function does."),
            N_("ToolAlpaca (arXiv 2306.05301) asks for ten; a shorter list suits small models."),
            minimum=1,
            maximum=20,
        ),
    )
    incomplete: float = option(
        0.2,
        About(
            N_("Share of requests that lack something"),
            N_(
                "The assistant asks for it before it calls. Requests that lack something by chance are asked about too."
            ),
            N_("Seedbed's own; ToolAlpaca has a tool of its own that asks for details, and no figure."),
            minimum=0.0,
            maximum=1.0,
            step=0.05,
        ),
    )
    others: int = option(
        2,
        About(
            N_("Other functions beside the right one"),
            N_("So many of the others are offered in the row as well, so that a model learns to choose."),
            N_("Seedbed's own; Gorilla's retrieval-aware rows offer one, which need not be the right one."),
            minimum=0,
            maximum=10,
        ),
    )
    wanted: float = option(
        0.57,
        About(
            N_("How sure the model must be that a message wants what the function does"),
            N_("It is asked whether it does, and whether it does not. 0 does not ask."),
            N_(
                "APIGen (arXiv 2406.18518) has a model check each call. Of 28 messages in English and Chinese a model "
                "of 1.5 billion parameters kept the 16 that asked, and one of the 12 that did not."
            ),
            minimum=0.0,
            maximum=1.0,
            step=0.01,
            advanced=True,
        ),
    )


def names(text: str, function: JsonObject) -> bool:
    """Whether a text has the name of a function, however it is written, or that of a parameter as only programs
    write it: "tracking_number", not "tracking number".
    """
    parameters = [name for name in _properties(function) if not name.isalpha() or not name.islower()]
    name = plain(str(function.get("name", "")))
    return (bool(name) and f" {name} " in f" {plain(text)} ") or any(each in text for each in parameters)


def unsaid(arguments: Mapping[str, Any], function: JsonObject, said: str) -> tuple[str, ...]:
    """The texts and numbers among the arguments that stand nowhere in what was said; choices and yes or no aside."""
    return tuple(
        name
        for name, value in arguments.items()
        if not _properties(function).get(name, {}).get("enum") and not stands_in(value, said)
    )


def _properties(function: JsonObject) -> Mapping[str, Any]:
    parameters: Any = function.get("parameters")
    found = parameters.get("properties") if isinstance(parameters, Mapping) else None
    return {name: each if isinstance(each, Mapping) else {} for name, each in found.items()} if found else {}


def _required(function: JsonObject) -> tuple[str, ...]:
    parameters: Any = function.get("parameters")
    return tuple(name for name in parameters.get("required", ()) if name in _properties(function))


def _told(function: JsonObject, names: Sequence[str]) -> str:
    """Parameters in the words of their descriptions."""
    about = _properties(function)
    return "; ".join(str(about[name].get("description") or name.replace("_", " ")) for name in names)


# ── asking ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Api:
    """The function of an item, as prompts speak of it, and those that are offered beside it."""

    function: JsonObject
    tools: tuple[JsonObject, ...]
    about: str
    parameters: str

    def render(self, context: MethodContext, step: str, **values: str) -> tuple[Message, ...]:
        """The prompt of a step that speaks of the function."""
        return _forms.talk(context.render(step, about=self.about, **values))


def _check(options: ToolCallsOptions, context: MethodContext) -> Asking[None]:
    for passage in context.passages():
        function = passage.columns
        if not str(function.get("name") or "").strip() or not _is_sound(function.get("parameters", {})):
            raise UserError(
                _("“{name}” is no function that can be called: its parameters are not described as an object.").format(
                    name=function.get("name") or passage.text[:40]
                ),
                _("Mend the file and import it again, or leave it out on the Sources page."),
            )
    return
    yield  # a check that has nothing run


def _is_sound(parameters: Any) -> bool:
    """Whether parameters are described as JSON schemas describe an object's."""
    if not isinstance(parameters, Mapping) or parameters.get("type", "object") != "object":
        return False
    within, required = parameters.get("properties", {}), parameters.get("required", [])
    return isinstance(within, Mapping) and isinstance(required, list | tuple)


def _items(options: ToolCallsOptions, context: MethodContext) -> Iterator[Item]:
    passages = context.passages()
    for ordinal, passage in enumerate(passages):
        random_seed = context.random.getrandbits(31)
        places = [place for place in range(len(passages)) if place != ordinal]
        beside = Random(random_seed).sample(places, min(options.others, len(places)))
        tools: list[Json] = [passages[place].columns for place in beside]
        data: JsonObject = {"function": passage.columns, "others": tools}
        yield Item(ordinal, random_seed, (Ref("passage", passage.id),), data)


def _steps(item: Item, options: ToolCallsOptions, context: MethodContext) -> Steps:
    function = cast(JsonObject, item.data["function"])
    tools = [function, *cast("Sequence[JsonObject]", item.data["others"])]
    rng = Random(item.random_seed)
    rng.shuffle(tools)
    lines = put_into_words.function(function).split("\n")
    about = str(function.get("description") or lines[0].replace("_", " "))
    api = _Api(function, tuple(tools), about, "\n".join(lines[1:]))
    rows: list[Conversation] = []
    required = _required(function)
    lacking = round(options.incomplete * options.requests) if required else 0
    missing = rng.choice(required) if required else ""
    requests = yield from _requests(
        "requests", options.requests - lacking, {"needed": _told(function, required)}, api, context
    )
    requests += yield from _requests(
        "incomplete", lacking, {"missing": _told(function, [missing] if missing else [])}, api, context
    )
    if options.wanted:
        requests = yield from _wanted(requests, options.wanted, api, context)
    for request in requests:
        if not (yield Offer(Conversation((Message("user", request),), language=context.language))):
            continue
        row = yield from _conversation(request, api, context)
        if row is not None:
            rows.append(row)
    return rows


def _requests(
    step: str, count: int, values: Mapping[str, str], api: _Api, context: MethodContext
) -> "Asking[list[str]]":
    """Messages of people; those that name the function are put aside."""
    if count < 1:
        return []
    prompt = context.render(step, about=api.about, parameters=api.parameters, count=str(count), **values)
    sampling = Sampling(temperature=0.8, top_p=0.95, max_tokens=80 * count)
    reply = yield from put(_forms.listing(step, prompt, count, sampling, quoted=True))
    found = list(_forms.listed(reply, quoted=True))[:count]
    if found and _forms.cut_off(reply):
        yield Discard(step, found.pop(), _forms.CUT_OFF)
    if not found:
        yield Discard(step, reply.text, _forms.NOTHING)
    kept: list[str] = []
    for text in found:
        if names(text, api.function):
            yield Discard(step, text, NAMES)
        elif _forms.copied(text, context, step, "about", "parameters", "count", *values):
            yield Discard(step, text, _forms.COPIED)
        else:
            kept.append(text)
    return kept


def _wanted(requests: Sequence[str], least: float, api: _Api, context: MethodContext) -> "Asking[list[str]]":
    """Those that ask for what the function does."""
    about = api.about.rstrip(" .。")
    talks = [
        _forms.talk(context.render(step, about=about, said=request))
        for request in requests
        for step in ("wanted", "unwanted")
    ]
    answers = yield from put_all([Choose("wanted", talk, yes_or_no(context.language)) for talk in talks])
    kept: list[str] = []
    for request, yes, no in zip(requests, answers[::2], answers[1::2], strict=True):
        if yes.against(no) >= least:
            kept.append(request)
        else:
            yield Discard("wanted", request, NOT_WANTED)
    return kept


def _conversation(request: str, api: _Api, context: MethodContext) -> "Asking[Conversation | None]":
    """The turns that a request leads to; None where the call cannot be made."""
    turns = [Message("user", request)]
    arguments = yield from _arguments(request, api, context)
    if arguments is None:
        return None
    lacking = _lacking(arguments, api.function, request)
    if lacking:
        missing = _told(api.function, lacking)
        question = yield from _line(Ask("question", _talk(context, "question", said=request, missing=missing), _LIVELY))
        talk = _talk(context, "supply", said=request, question=question, missing=missing)
        supplied = yield from _line(Ask("supply", talk, _LIVELY))
        if not question or not supplied:
            return None
        turns += [Message("assistant", question), Message("user", supplied)]
        said = "\n".join((request, supplied))
        arguments = yield from _arguments(said, api, context)
        if arguments is None:
            return None
        if _lacking(arguments, api.function, said):
            yield Discard("arguments", f"{said}\n{json.dumps(arguments, ensure_ascii=False)}", MADE_UP)
            return None
    said = "\n".join(turn.content for turn in turns if turn.role == "user")
    # What is not required and was not said is a guess: the call goes without it.
    guessed = unsaid(arguments, api.function, said)
    arguments = {name: value for name, value in arguments.items() if name not in guessed}
    if not arguments and _properties(api.function):
        yield Discard("arguments", said, EMPTY)
        return None
    return (yield from _ending(turns, said, arguments, api, context))


def _lacking(arguments: Mapping[str, Any], function: JsonObject, said: str) -> tuple[str, ...]:
    return tuple(name for name in _required(function) if name in unsaid(arguments, function, said))


def _arguments(said: str, api: _Api, context: MethodContext) -> "Asking[dict[str, Any] | None]":
    talk = api.render(context, "arguments", parameters=api.parameters, said=said)
    schema = _schema.bounds(api.function.get("parameters"))
    reply = yield from put(
        Ask("arguments", talk, _CAREFUL, schema=schema if schema.get("properties") else {"type": "object"})
    )
    found = replies.objects(reply.text)
    if _forms.cut_off(reply) or not found:
        yield Discard("arguments", reply.text, _forms.CUT_OFF if _forms.cut_off(reply) else _forms.NOTHING)
        return None
    arguments = dict(found[0])
    if fault := _schema.fault_of(arguments, api.function.get("parameters")):
        yield Discard("arguments", f"{said}\n{reply.text}", Reason(INVALID, {"why": fault}))
        return None
    return arguments


def _ending(
    turns: list[Message], said: str, arguments: Mapping[str, Any], api: _Api, context: MethodContext
) -> "Asking[Conversation | None]":
    """The call, what comes back, and what the assistant says of it."""
    written = json.dumps(arguments, ensure_ascii=False)
    talk = api.render(context, "result", arguments=written)
    reply = yield from put(Ask("result", talk, _LIVELY, grammar=_RESULT, optional=True))
    found = replies.objects(reply.text)
    if _forms.cut_off(reply) or not found or not found[0]:
        yield Discard("result", reply.text, _forms.CUT_OFF if _forms.cut_off(reply) else _forms.NOTHING)
        return None
    result = json.dumps(found[0], ensure_ascii=False)
    final = yield from _line(Ask("final", _talk(context, "final", said=said, result=result), _LIVELY))
    if not final:
        return None
    call = json.dumps({"name": api.function["name"], "arguments": arguments}, ensure_ascii=False)
    ending = (Message("tool_call", call), Message("tool_result", result), Message("assistant", final))
    return Conversation(
        (*turns, *ending),
        tools=api.tools,
        task_type="tool_call",
        language=context.language,
        extra={"result": "simulated"},
    )


def _talk(context: MethodContext, step: str, **values: str) -> tuple[Message, ...]:
    return _forms.talk(context.render(step, **values))


def _line(ask: Ask) -> Asking[str]:
    """What somebody says; empty where it was cut off or is nothing."""
    reply = yield from put(ask)
    text = replies.unquoted(reply.text)
    if _forms.cut_off(reply) or not text:
        yield Discard(ask.step, reply.text, _forms.CUT_OFF if text else _forms.NOTHING)
        return ""
    return text


def _prompt(step: str, places: tuple[str, ...], en: str, zh: str, title: str) -> Prompt:
    read = {"requests": replies.strings, "incomplete": replies.strings, "arguments": replies.objects}.get(
        step, replies.objects if step == "result" else replies.unquoted
    )
    return Prompt(step, f"tool_calls/{step}", places, {"en": en, "zh": zh}, title, read)


METHOD = Method(
    title=N_("Tool calls"),
    summary=N_(
        "Writes requests for each function of an API, the calls that serve them, and the answers; models "
        "under a billion parameters cannot."
    ),
    source=(
        "Patil et al. 2023, Gorilla (arXiv 2305.15334); Tang et al. 2023, ToolAlpaca (arXiv 2306.05301); "
        "Liu et al. 2024, APIGen (arXiv 2406.18518)"
    ),
    consumes="functions",
    makes=("conversation",),
    example=Conversation(
        (
            Message("user", N_("How high is the tide at Ellersby at six?")),
            Message("tool_call", '{"name": "tide_at", "arguments": {"port": "Ellersby", "hour": 6}}'),
            Message("tool_result", '{"metres": 2.4}'),
            Message("assistant", N_("At six it will stand at 2.4 metres.")),
        ),
        tools=({"name": "tide_at", "parameters": {"type": "object", "properties": {}}},),
    ),
    options=ToolCallsOptions,
    prompts=(
        _prompt(
            "requests",
            ("about", "parameters", "needed", "count"),
            "1. How high is the tide at Ellersby at six?",
            "1. 埃勒斯比六点潮水多高？",
            N_("requests"),
        ),
        _prompt(
            "incomplete",
            ("about", "parameters", "missing", "count"),
            "1. How high is the tide at six?",
            "1. 六点潮水多高？",
            N_("requests that lack something"),
        ),
        _prompt("wanted", ("about", "said"), "Yes", "是", N_("whether a request wants what the function does")),
        _prompt("unwanted", ("about", "said"), "No", "否", N_("whether the function is of no use for a request")),
        _prompt(
            "arguments",
            ("about", "parameters", "said"),
            '{"port": "Ellersby"}',
            '{"port": "埃勒斯比"}',
            N_("the arguments of the call"),
        ),
        _prompt("question", ("said", "missing"), "At which port?", "哪个港口？", N_("the assistant's question")),
        _prompt("supply", ("said", "question", "missing"), "At Ellersby.", "埃勒斯比。", N_("the person's reply")),
        _prompt("result", ("about", "arguments"), '{"metres": 2.4}', '{"米": 2.4}', N_("what comes back")),
        _prompt("final", ("said", "result"), "It stands at 2.4 metres.", "潮高 2.4 米。", N_("the answer")),
    ),
    default_filters=("empty", "novelty", "exact_duplicate"),
    items=_items,
    steps=_steps,
    check=_check,
)
