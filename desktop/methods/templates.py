"""Task templates: each row of a labelled table becomes a prompt with its answer, by a template, without a model.

After promptsource (bigscience-workshop/promptsource): one Jinja template renders both, parted by `|||`, and answer
choices are a second one. A template is somebody's program, so it is rendered in the confined process.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import cast

from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.options import About, OptionError, Options, option
from desktop.core.records import Instruction, Item, Json, JsonObject, Passage, Reason, Ref
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Asking, Discard, Run, Steps, put, put_all

_PARTS = "|||"
_SHIELD = "\x00"  # stands for `|||` in a value while the template is rendered
_LONGEST = 2_048  # characters of a value, as promptsource cuts them
_MOST_CHOICES = 20  # different labels that can be listed as choices
_CHOICES = "answer_choices"

EMPTY = Reason(N_("The text, the answer or the whole prompt is empty for this row."))


@dataclass(frozen=True)
class TemplatesOptions(Options):
    """Which columns are what, and which templates they go into."""

    task: str = option(
        "classification",
        About(
            N_("Task"),
            N_("Chooses among the list “templates”."),
            N_("Seedbed's own starter set; promptsource has templates for each dataset."),
            choices={
                "classification": N_("classification"),
                "matching": N_("matching of two texts"),
                "extraction": N_("extraction"),
                "summary": N_("summary"),
                "reading_comprehension": N_("reading comprehension"),
            },
        ),
    )
    text: str = option(
        "text",
        About(
            N_("Column of the text"),
            N_("The template's “text”."),
            N_("The name that most published tables use."),
        ),
    )
    label: str = option(
        "label",
        About(
            N_("Column of the answer"),
            N_("A class, a summary, an answer: the template's “label”."),
            N_("The name that most published tables use."),
        ),
    )
    other: str = option(
        "",
        About(
            N_("Column of the second text or question"),
            N_("For matching, extraction and reading comprehension: the template's “other”."),
            N_("Empty: most tables have one text."),
        ),
    )
    template: str = option(
        "",
        About(
            N_("A template of your own"),
            N_("Jinja, with ||| between prompt and answer. It knows every column by its name."),
            N_("The form of promptsource's templates."),
            long=True,
            advanced=True,
        ),
    )
    choices: str = option(
        "",
        About(
            N_("Answer choices"),
            N_("Parted by |||, or a Jinja template of them. Empty: the different labels of the table."),
            N_("The form of promptsource's answer choices."),
            advanced=True,
        ),
    )
    wordings: int = option(
        1,
        About(
            N_("Wordings per row"),
            N_("So many different templates are drawn for each row of the table."),
            N_("FLAN draws one of its wordings for each row; promptsource's 5 to 10 can all be used."),
            minimum=1,
            maximum=10,
        ),
    )


def templates(lines: Sequence[str], task: str) -> tuple[str, ...]:
    """The templates for a task, of a list whose lines are a task, a colon and the template."""
    parted = (line.partition(":") for line in lines)
    return tuple(text.strip().replace("\\n", "\n") for name, _colon, text in parted if name.strip() == task)


def shielded(value: Json) -> Json:
    """A value with whatever parts a template made harmless, and each text in it cut to its longest."""
    match value:
        case str():
            return value.replace(_SHIELD, "")[:_LONGEST].replace(_PARTS, _SHIELD)
        case Mapping():
            return {str(name): shielded(each) for name, each in value.items()}
        case list() | tuple():
            return [shielded(each) for each in value]
    return value


def parts_of(rendered: str) -> tuple[str, str]:
    """Prompt and answer of a rendered template, as the values had them."""
    prompt, _parting, answer = rendered.partition(_PARTS)
    return prompt.strip().replace(_SHIELD, _PARTS), answer.strip().replace(_SHIELD, _PARTS)


def _items(options: TemplatesOptions, context: MethodContext) -> Iterator[Item]:
    passages, known = context.passages(), _known(options, context)
    choices = options.choices or _labels(passages, options.label)
    for ordinal, passage in enumerate(passages):
        random_seed = context.random.getrandbits(31)
        drawn = Random(random_seed).sample(known, min(options.wordings, len(known)))
        values: JsonObject = {**passage.columns, **_roles(passage.columns, options)}
        data: JsonObject = {"values": values, "templates": drawn, "choices": choices}
        yield Item(ordinal, random_seed, (Ref("passage", passage.id),), data)


def _known(options: TemplatesOptions, context: MethodContext) -> Sequence[str]:
    """The template of one's own, else those of the list."""
    if options.template.strip():
        return [options.template.replace("\\n", "\n")]
    return templates(context.list("templates"), options.task)


def _check(options: TemplatesOptions, context: MethodContext) -> Asking[None]:
    known, first = _known(options, context), context.passages()[0]
    where = "template" if options.template.strip() else "task"
    if not known:
        raise OptionError(
            "task",
            _("The list “templates” has none for this task."),
            _("Each line is a task, a colon and a template with ||| between prompt and answer."),
        )
    if any(_PARTS not in each for each in known):
        raise OptionError(where, _("The template has no ||| between prompt and answer."), _("Write prompt ||| answer."))
    if _CHOICES in first.columns:
        raise UserError(
            _("The table has a column called “{name}”, a name that templates need.").format(name=_CHOICES),
            _("Give the column another name."),
        )
    for option_name in ("text", "label", "other"):
        name = str(getattr(options, option_name))
        if name and name not in first.columns and not options.template.strip():
            raise OptionError(
                option_name,
                _("The table has no column called “{name}”.").format(name=name),
                _("Name one of: {names}.").format(names=", ".join(first.columns)),
            )
    yield from _try(known, where, first, options)


def _try(known: Sequence[str], where: str, first: Passage, options: TemplatesOptions) -> Asking[None]:
    """Raises OptionError where Jinja can do nothing with the choices, or with any of the templates, on a first row."""
    values = cast(JsonObject, shielded({**first.columns, **_roles(first.columns, options)}))
    if fault := (yield from _fault(options.choices, "", values)):
        raise _unrendered("choices", fault)
    for template in known:
        if not (fault := (yield from _fault(template, options.choices or "a", values))):
            return
    if where == "task" and not options.other and "other" in fault:
        raise OptionError("other", _("The templates of this task need a second text."), _("Name its column."))
    raise _unrendered(where, fault)


def _fault(template: str, choices: str, values: JsonObject) -> Asking[str]:
    ran = yield from put(Run("render", "template", {"values": values, "template": template, "choices": choices}))
    return ran.fault or str(ran.said[0].get("fault", "") if ran.said else "")


def _unrendered(name: str, fault: str) -> OptionError:
    return OptionError(
        name, _("The template could not be rendered: {why}").format(why=fault), _("Mend it, or leave it out.")
    )


def _labels(passages: Sequence[Passage], column: str) -> str:
    """The different labels of the table, parted; none where they are too many to choose from."""
    labels: dict[str, None] = {}
    for passage in passages:
        label = passage.columns.get(column)
        if label is not None and str(label).strip():
            labels[str(label)] = None
        if len(labels) > _MOST_CHOICES:
            return ""
    return _PARTS.join(label.replace(_PARTS, _SHIELD).replace("{", "{{ '{' }}") for label in sorted(labels))


def _roles(columns: JsonObject, options: TemplatesOptions) -> dict[str, Json]:
    roles = {"text": options.text, "label": options.label, "other": options.other}
    return {role: columns[name] for role, name in roles.items() if name in columns}


def _steps(item: Item, options: TemplatesOptions, context: MethodContext) -> Steps:
    drawn = [str(each) for each in cast("Sequence[Json]", item.data["templates"])]
    values = cast(JsonObject, shielded(item.data["values"]))
    runs = [
        Run("render", "template", {"values": values, "template": template, "choices": item.data["choices"]})
        for template in drawn
    ]
    rows: list[Instruction] = []
    for template, ran in zip(drawn, (yield from put_all(runs)), strict=True):
        said = ran.said[0] if ran.said else {}
        prompt, answer = parts_of(str(said.get("text", "")))
        if fault := ran.fault or str(said.get("fault", "")):
            reason = Reason(N_("The template could not be rendered: {why}"), {"why": fault})
            yield Discard("render", template, reason)
        elif not prompt or not answer or not all(str(values.get(name, "x")).strip() for name in ("text", "label")):
            yield Discard("render", f"{prompt} {_PARTS} {answer}", EMPTY)
        else:
            task_type = "" if options.template.strip() else options.task
            extra: JsonObject = {"template": template}
            rows.append(Instruction(prompt, output=answer, task_type=task_type, language=context.language, extra=extra))
    return rows


METHOD = Method(
    title=N_("Task templates"),
    summary=N_("Turns each row of a labelled table into a prompt with its answer, by templates in several wordings."),
    source="Bach et al. 2022, PromptSource (arXiv 2202.01279), bigscience-workshop/promptsource",
    consumes="records",
    makes=("instruction",),
    example=Instruction(
        N_("The soup was cold and the waiter rude.\n\nWhich of these fits best: glad, angry?"),
        output=N_("angry"),
        task_type="classification",
    ),
    options=TemplatesOptions,
    prompts=(),
    lists=("templates",),
    default_filters=("empty", "exact_duplicate"),
    items=_items,
    steps=_steps,
    check=_check,
)
