"""Messages as the text that a model's own chat template makes of them; the template is not trusted."""

import contextlib
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from desktop.core.records import Message

if TYPE_CHECKING:
    from jinja2 import Template

_MOST_OUTPUT = 4_000_000  # characters
_MOST_MEMORY = 128 * 2**20  # bytes that rendering may take
_MOST_SECONDS = 0.5  # of the processor, that compiling or rendering once may take; usual templates take milliseconds

PLAIN_STOP = "\nUser:"
"""Ends a reply where there is no template: a model without one goes on to write both sides."""


class TemplateError(Exception):
    """A template that cannot be used, and why (for the log, not for a person)."""


class EndlessError(TemplateError):
    """A template that was stopped."""


class ChatTemplate:
    """A compiled chat template."""

    def __init__(self, source: str, bos: str, eos: str) -> None:
        self._template = _compile(source)
        self._tokens = {"bos_token": bos, "eos_token": eos}

    def render(self, messages: Sequence[Message], *, reply: bool = True) -> str:
        """The conversation, with `reply` up to where the assistant speaks. Raises TemplateError.

        A template that refuses a system text gets it at the head of the first user turn.
        """
        turns = [{"role": ROLES[each.role], "content": each.content} for each in messages]
        try:
            return self._text(turns, reply)
        except EndlessError:
            raise
        except TemplateError:
            if turns and turns[0]["role"] == "system":
                return self._text(_folded(turns), reply)
            raise

    def _text(self, turns: list[dict[str, str]], reply: bool) -> str:
        pieces: list[str] = []
        length = 0
        try:
            with _limited_memory(), _limited_time():
                for piece in self._template.generate(messages=turns, add_generation_prompt=reply, **self._tokens):
                    pieces.append(piece)
                    length += len(piece)
                    if length > _MOST_OUTPUT:
                        raise TemplateError("too long")
        except _template_faults() as error:
            raise TemplateError(f"{type(error).__name__}: {error}"[:200]) from None
        return "".join(pieces)


def plain(messages: Sequence[Message], *, reply: bool = True) -> str:
    """The conversation for a model without a template: named turns, a blank line between them."""
    names = {"system": "", "user": "User: ", "assistant": "Assistant: ", "tool": "Tool: "}
    turns = [f"{names[ROLES[each.role]]}{each.content}" for each in messages]
    return "\n\n".join([*turns, "Assistant:"] if reply else turns)


ROLES = {
    "system": "system",
    "user": "user",
    "assistant": "assistant",
    "tool_call": "assistant",
    "tool_result": "tool",
}


def _folded(turns: list[dict[str, str]]) -> list[dict[str, str]]:
    system, *rest = turns
    if rest and rest[0]["role"] == "user":
        return [{"role": "user", "content": f"{system['content']}\n\n{rest[0]['content']}"}, *rest[1:]]
    return [{"role": "user", "content": system["content"]}, *rest]


def _compile(source: str) -> "Template":
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        """Refuses the two operators that make much out of little."""

        intercepted_binops = frozenset(("*", "**"))

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if operator == "**" or not all(isinstance(each, int | float) for each in (left, right)):
                raise TemplateError("an operator that this sandbox refuses")
            return super().call_binop(context, operator, left, right)

    environment = Sandbox(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
    environment.globals["raise_exception"] = _raise
    environment.globals["strftime_now"] = time.strftime
    environment.filters["tojson"] = _to_json
    try:
        with _limited_memory(), _limited_time():
            return environment.from_string(source)
    except _template_faults() as error:
        raise TemplateError(f"{type(error).__name__}: {error}"[:200]) from None


def _template_faults() -> tuple[type[Exception], ...]:
    """What a stranger's template may raise of itself; our own TemplateError is not among them."""
    from jinja2.exceptions import TemplateError as JinjaError

    return (JinjaError, ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, SyntaxError,
            TypeError, ValueError)  # fmt: skip


def _raise(message: object = "") -> None:
    raise TemplateError(str(message)[:200])


def _to_json(value: Any, indent: int | None = None, **_others: Any) -> str:
    """As transformers has it: without the HTML escapes of jinja2's own filter."""
    import json

    return json.dumps(value, ensure_ascii=False, indent=indent)


@contextlib.contextmanager
def _limited_memory() -> Iterator[None]:
    """Where the system can (Linux), make a template that eats memory fail instead of the machine."""
    try:
        import resource

        import psutil

        before = resource.getrlimit(resource.RLIMIT_AS)
        room = psutil.Process().memory_info().vms + _MOST_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (room, before[1]))
    except (ImportError, ValueError, OSError):
        yield
        return
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@contextlib.contextmanager
def _limited_time() -> Iterator[None]:
    """Where the system can (not Windows), and on the main thread, make a template that loops fail by itself.

    The client ends a worker that hangs all the same.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: object) -> None:
        raise EndlessError("it does not come to an end")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, _MOST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
