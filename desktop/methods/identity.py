"""Identity: questions about who the assistant is, each with every answer that fits, filled in from a small form.

After FastChat (lm-sys/FastChat), whose identity set is the cross product of questions and answers, by kind: who it is,
who made it, that it is not another one. No model is asked; novelty is left out, for the rows are meant to be alike.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desktop.core.i18n import N_, _
from desktop.core.languages import OWN_NAMES, in_english
from desktop.core.lists import brought_along
from desktop.core.options import About, OptionError, Options, option
from desktop.core.prompts import fill
from desktop.core.records import Instruction, Item, JsonObject
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Asking, Steps

_IN_CHINESE = {
    "ar": "阿拉伯语", "de": "德语", "en": "英语", "es": "西班牙语", "fr": "法语", "hi": "印地语", "it": "意大利语",
    "ja": "日语", "ko": "韩语", "pt": "葡萄牙语", "ru": "俄语", "zh": "中文",
}  # fmt: skip


@dataclass(frozen=True)
class IdentityOptions(Options):
    """Who the assistant is."""

    name: str = option(
        "",
        About(
            N_("Name of the assistant"),
            N_("As it should call itself."),
            N_("FastChat's script has a name and a maker at its top; there is none that would be right for you."),
        ),
    )
    maker: str = option(
        "",
        About(
            N_("Who made it"),
            N_("A person, a team or a company, as it reads in “trained by …”."),
            N_("FastChat's script has a name and a maker at its top; there is none that would be right for you."),
        ),
    )
    languages: tuple[str, ...] = option(
        (),
        About(
            N_("Languages that it speaks"),
            N_("Codes such as en, zh. Rows are made in those that have lists: English and Chinese."),
            N_("Seedbed's own: the project's language where none is named; FastChat's set is English."),
        ),
    )


def pairs(questions: Sequence[str], answers: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every question with every answer about the same thing, of two lists whose lines are what about, a colon, text."""
    for question in questions:
        about, _colon, asked = question.partition(":")
        for answer in answers:
            same, _colon, said = answer.partition(":")
            if same.strip() == about.strip():
                yield asked.strip(), said.strip()


def named(languages: Sequence[str], language: str) -> str:
    """Languages as one lists them in a language."""
    if language == "zh":
        return "、".join(_IN_CHINESE.get(code, OWN_NAMES.get(code, code)) for code in languages)
    names = [in_english(code) for code in languages]
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _check(options: IdentityOptions, context: MethodContext) -> Asking[None]:
    if not options.name.strip():
        raise OptionError("name", _("The assistant has no name yet."), _("Write one, such as Sprig."))
    if not options.maker.strip():
        raise OptionError("maker", _("Nobody is named who made it."), _("Write a name, such as Greenhouse Lab."))
    return
    yield  # a check that has nothing run


def _items(options: IdentityOptions, context: MethodContext) -> Iterator[Item]:
    spoken = options.languages or (context.language,)
    found: list[JsonObject] = [
        {"question": question, "answer": answer, "language": language}
        for language in _written(spoken)
        for question, answer in pairs(
            _entries("identity_questions", language, context), _entries("identity_answers", language, context)
        )
    ]
    for ordinal, data in enumerate(context.random.sample(found, len(found))):
        yield Item(ordinal, context.random.getrandbits(31), data=data)


def _written(spoken: Sequence[str]) -> Sequence[str]:
    """The languages that rows are made in: English where there are lists for none of those that are spoken."""
    return [code for code in dict.fromkeys(spoken) if code in ("en", "zh")] or ["en"]


def _entries(name: str, language: str, context: MethodContext) -> Sequence[str]:
    return context.list(name) if language == context.language else brought_along(name, language)


def _steps(item: Item, options: IdentityOptions, context: MethodContext) -> Steps:
    language = str(item.data["language"])
    spoken = named(options.languages or (context.language,), language)
    form = {"name": options.name.strip(), "maker": options.maker.strip(), "languages": spoken}
    answer = fill(str(item.data["answer"]), form)
    return [Instruction(fill(str(item.data["question"]), form), output=answer, task_type="identity", language=language)]
    yield  # a generator that asks nothing


METHOD = Method(
    title=N_("Identity"),
    summary=N_("Has the assistant say who it is and who made it, by every question and answer of two lists."),
    source="lm-sys/FastChat, hardcoded_questions.py",
    consumes="nothing",
    makes=("instruction",),
    example=Instruction(
        N_("Who made you?"),
        output=N_("I was trained by Greenhouse Lab. My name is Sprig."),
        task_type="identity",
    ),
    options=IdentityOptions,
    prompts=(),
    lists=("identity_questions", "identity_answers"),
    default_filters=("empty", "exact_duplicate"),
    items=_items,
    steps=_steps,
    check=_check,
)
