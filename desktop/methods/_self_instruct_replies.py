"""How Self-Instruct reads what the model wrote: numbered instructions, a yes or no, and worked instances.

The rules are those of the published code (bootstrap_instructions.py, identify_clf_or_not.py, generate_instances.py),
with the marks of a Chinese reply read beside the English ones. "Example" and "Output" count only where a line begins,
because "for example 2" or "the output: ..." inside a sentence is text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.records import Reason
from desktop.core.steps import Finish

NO_INSTRUCTION = Reason(N_("The reply holds no instruction."))
NO_OUTPUT = Reason(N_("The reply holds neither an example nor an output."))
NO_LABEL = Reason(N_("The reply holds no class label."))
LAST_CUT_OFF = Reason(N_("The last example ran into the length limit."))
EXAMPLE_WITHOUT_OUTPUT = Reason(N_("An example has no output."))
INPUT_BEFORE_LABEL = Reason(N_("The reply gives an input before its class label, so that they cannot be told apart."))
LABEL_WITHOUT_INPUT = Reason(N_("A class label has no input that it could belong to."))

_NEXT_NUMBER = re.compile(r"\n\s*\d+ ?(?:[.] |[.](?=[^\s\d])|[、．] ?)")
_EXAMPLE = re.compile(r"^[ \t]*(?:Example|示例|例子|例)[ \t]*\d*[ \t]*[.:：]?(?=\s|$)", re.IGNORECASE | re.MULTILINE)
_INPUT = re.compile(r"^[ \t]*(?:Input|输入)[ \t]*\d*[ \t]*[:：]", re.IGNORECASE | re.MULTILINE)
_OUTPUT = re.compile(r"^[ \t]*(?:Output|输出)[ \t]*\d*[ \t]*[:：]", re.IGNORECASE | re.MULTILINE)
_LABEL = re.compile(r"(?:Class label|类别标签)[ \t]*[:：]", re.IGNORECASE)
_YES = ("Yes", "yes", "YES", "是")


@dataclass(frozen=True, slots=True)
class Instance:
    """An input and the output that answers it; the input is empty where the task needs none."""

    input: str
    output: str


@dataclass(frozen=True, slots=True)
class Flawed:
    """A part of a reply that cannot be used, and why."""

    text: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Read:
    """What a reply of the third stage held."""

    instances: tuple[Instance, ...]
    flawed: tuple[Flawed, ...] = ()


def instructions(text: str) -> tuple[str, ...]:
    """The instructions of a reply that goes on with a numbered list, in order; the first one bears no number."""
    parts = (" ".join(part.split()) for part in _NEXT_NUMBER.split(text))
    return tuple(part for part in parts if part)


def is_yes(text: str) -> bool:
    """Whether the reply says that the task is a classification task; anything but a plain yes is a no."""
    return text.strip().rstrip(".。") in _YES


def input_first(text: str, finish: Finish) -> Read:
    """Instances from a reply that writes `Example k`, the input's fields and `Output:`."""
    text = text.strip()
    if _EXAMPLE.search(text):
        parts = [part.strip() for part in _EXAMPLE.split(text) if part.strip()]
    elif _OUTPUT.search(text):
        parts = [text]
    else:
        return Read((), (Flawed(text, NO_OUTPUT),))
    parts, flawed = _without_cut_off(parts, finish)
    instances = []
    for part in parts:
        pieces = _OUTPUT.split(part)
        if len(pieces) == 1:
            flawed.append(Flawed(part, EXAMPLE_WITHOUT_OUTPUT))
            continue
        # The input of a further, unmarked pair is no part of this answer.
        output = _INPUT.split(pieces[1])[0].strip()
        instances.append(Instance(_INPUT.sub("", pieces[0].strip(), count=1).strip(), output))
    return Read(tuple(instances), tuple(flawed))


def output_first(text: str, finish: Finish) -> Read:
    """Instances from a reply that writes `Class label:` with the label and then the input that deserves it.

    Two things that the published code keeps are left out, because small models write them often: a reply that begins
    with an input would pair each label with the next one's input, and of several labels without an input all but one
    would be wrong.
    """
    before, *rest = _LABEL.split(text)
    parts = [part.strip() for part in rest]
    if not parts:
        return Read((), (Flawed(text.strip(), NO_LABEL),))
    if before.strip():
        return Read((), (Flawed(text.strip(), INPUT_BEFORE_LABEL),))
    parts, flawed = _without_cut_off(parts, finish)
    instances = []
    for part in parts:
        label, _break, given = part.partition("\n")
        if given.strip() or len(parts) == 1:
            instances.append(Instance(given.strip(), label.strip()))
        else:
            flawed.append(Flawed(part, LABEL_WITHOUT_INPUT))
    return Read(tuple(instances), tuple(flawed))


def _without_cut_off(parts: Sequence[str], finish: Finish) -> tuple[list[str], list[Flawed]]:
    if finish == "length":
        return list(parts[:-1]), [Flawed(parts[-1], LAST_CUT_OFF)]
    return list(parts), []
