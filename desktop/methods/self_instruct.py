"""Self-Instruct: new instructions from examples of instructions, then instances that answer them.

After Wang et al., "Self-Instruct: Aligning Language Models with Self-Generated Instructions" (arXiv 2212.10560), and
its published code, stage by stage: new instructions from eight examples; is it classification; instances, label
first or input first. The fourth stage, the random wordings that join instruction and input into one prompt, is not
here: it is a way to write a file (the trainers of today join the fields by themselves), so it belongs to the formats.
Instructions keep the case they were written in: the published code lowers all but the first letter, and so loses
"SQL" and "NASA".
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, count, islice
from random import Random
from typing import cast

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item, Json, JsonObject, Reason, Ref, Seed
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Answer, Ask, Discard, Finish, Judged, Offer, Reply, Request, Sampling, Steps
from desktop.methods import _forms
from desktop.methods import _self_instruct_replies as replies

_PAPER = "Wang et al. 2023, Self-Instruct"
_ALL = 31  # demonstrations of the longest fixed prompt
_MOST_SIMILAR = 10


@dataclass(frozen=True)
class SelfInstructOptions(Options):
    """What a person may choose; the defaults are the published ones."""

    examples_yours: int = option(
        6,
        About(
            N_("Your examples per request"),
            N_("How many of your seeds the model is shown each time it writes new instructions."),
            N_("Wang et al. 2023 show six instructions written by people beside two of the model's own."),
            minimum=1,
            maximum=12,
        ),
    )
    examples_own: int = option(
        2,
        About(
            N_("Model's own examples per request"),
            N_(
                "How many accepted instructions of its own it is shown as well. More of them lead further away from"
                " your seeds. Until there are any, your seeds fill their place."
            ),
            N_("Wang et al. 2023 show two, to promote diversity."),
            minimum=0,
            maximum=12,
        ),
    )
    instances: int = option(
        5,
        About(
            N_("Answers per instruction, at most"),
            N_("An instruction that needs an input may get several inputs, each with its answer."),
            N_("Wang et al. 2023 keep at most five for each instruction."),
            minimum=1,
            maximum=5,
        ),
    )
    classification_only: bool = option(
        False,
        About(
            N_("Only classification tasks"),
            N_(
                "Ask for tasks whose answer is one of a few labels. Only your classification seeds are shown, where"
                " you have marked any."
            ),
            N_("Wang et al. 2023 make some of their instructions so, because these tasks are rare otherwise."),
        ),
    )
    demonstrations: int = option(
        _ALL,
        About(
            N_("Worked examples in the fixed prompts, at most"),
            N_("Fewer make each request shorter and faster, and the replies less reliable."),
            N_("Wang et al. 2023 show 31 for the classification question, 16 label first and 11 input first."),
            minimum=2,
            maximum=_ALL,
            advanced=True,
        ),
    )


# ── stage 1: the examples that are shown, and what comes of them ─────────────────────────────────

_NEW = Sampling(temperature=0.7, top_p=0.5, presence_penalty=2.0, max_tokens=1024)
# Eight examples are shown, so that items 9 to 15 are written. A blank line ends the list.
_NEW_STOPS = ("\n\n", "\n16", "16.", "16 .", "16、")


def _items(options: SelfInstructOptions, context: MethodContext) -> Iterator[Item]:
    seeds = [seed for seed in context.seeds if seed.is_classification] if options.classification_only else []
    seeds = seeds or list(context.seeds)
    for ordinal in count():
        # One draw an item, whatever the pool holds: a resumed run draws on as an undisturbed one would.
        random_seed = context.random.getrandbits(31)
        yield _item(ordinal, random_seed, seeds, options, context)


def _item(
    ordinal: int, random_seed: int, seeds: Sequence[Seed], options: SelfInstructOptions, context: MethodContext
) -> Item:
    random = Random(random_seed)
    pool = context.pool()
    own = random.sample(pool, min(options.examples_own, len(pool)))
    wanted = options.examples_yours + options.examples_own - len(own)
    yours = random.sample(seeds, min(wanted, len(seeds)))
    shown = [(each.ref, each.instruction) for each in own]
    shown += [(Ref("seed", seed.id), seed.row.instruction) for seed in yours]
    random.shuffle(shown)
    texts: list[Json] = [_plain(text) for _, text in shown]
    # The texts stay with the item, because a seed may be edited before the run is resumed.
    return Item(ordinal, random_seed, tuple(ref for ref, _ in shown), {"shown": texts})


def _plain(instruction: str) -> str:
    return " ".join(instruction.split()).rstrip(":：")


def _numbered(shown: Sequence[str]) -> str:
    lines = [f"{number}. {text}" for number, text in enumerate(shown, 1)]
    return "\n".join([*lines, f"{len(shown) + 1}."])


def _new_instructions(
    item: Item, options: SelfInstructOptions, context: MethodContext
) -> "Generator[Request | Sequence[Request], Answer | list[Answer], tuple[str, ...]]":
    step = "classification_instructions" if options.classification_only else "instructions"
    shown = [str(text) for text in cast(Sequence[Json], item.data["shown"])]
    reply = cast(Reply, (yield Ask(step, context.render(step, tasks=_numbered(shown)), _NEW, stop=_NEW_STOPS)))
    if reply.finish == "length":
        yield Discard(step, reply.text, _forms.CUT_OFF)
        return ()
    found = replies.instructions(reply.text)
    if not found:
        yield Discard(step, reply.text, replies.NO_INSTRUCTION)
    return found


# ── stages 2 and 3: is it classification, and the instances ──────────────────────────────────────

_QUESTION = Sampling(temperature=0.0, top_p=0.0, max_tokens=3)
_QUESTION_STOPS = ("\n", "Task", "任务")
_LABELS = Sampling(temperature=0.0, presence_penalty=1.5, max_tokens=300)
_ANSWERS = Sampling(temperature=0.0, presence_penalty=1.5, max_tokens=350)
_INSTANCE_STOPS = ("Example 6", "Task:", "示例 6", "示例6", "任务：", "任务:")
_TOO_MANY = Reason(N_("More examples came than are kept for one instruction."))


def _question(instruction: str, options: SelfInstructOptions, context: MethodContext) -> Ask:
    prompt = _shorten(context.render("classify", instruction=instruction), options.demonstrations)
    return Ask("classify", prompt, _QUESTION, stop=_QUESTION_STOPS)


def _instances(instruction: str, is_label: bool, options: SelfInstructOptions, context: MethodContext) -> Ask:
    step = "output_first" if is_label else "input_first"
    prompt = _shorten(context.render(step, instruction=instruction), options.demonstrations) + "\n"
    return Ask(step, prompt, _LABELS if is_label else _ANSWERS, stop=_INSTANCE_STOPS)


def _shorten(prompt: str, demonstrations: int) -> str:
    """The prompt with its head, its first demonstrations and the task at hand; blank lines part them."""
    head, *shown, task = prompt.split("\n\n")
    return prompt if len(shown) <= demonstrations else "\n\n".join([head, *shown[:demonstrations], task])


def _read(ask: Ask, reply: Reply, most: int, random: Random) -> tuple[list[replies.Instance], list[Discard]]:
    read = (replies.output_first if ask.step == "output_first" else replies.input_first)(reply.text, reply.finish)
    discards = [Discard(ask.step, flawed.text, flawed.reason) for flawed in read.flawed]
    kept = sorted(random.sample(range(len(read.instances)), min(most, len(read.instances))))
    surplus = [each for number, each in enumerate(read.instances) if number not in kept]
    if surplus:
        text = "\n\n".join(f"{each.input}\n{each.output}".strip() for each in surplus)
        discards.append(Discard(ask.step, text, _TOO_MANY))
    return [read.instances[number] for number in kept], discards


def _instances_in(read: Callable[[str, Finish], replies.Read]) -> Callable[[str], object]:
    return lambda text: read(text, "stop").instances


# ── the whole ────────────────────────────────────────────────────────────────────────────────────


def _steps(item: Item, options: SelfInstructOptions, context: MethodContext) -> Steps:
    accepted: dict[str, JsonObject] = {}
    for instruction in (yield from _new_instructions(item, options, context)):
        judged = cast(Judged, (yield Offer(Instruction(instruction=instruction, language=context.language))))
        if judged:
            accepted[instruction] = _standing(judged, context)
    questions = yield [_question(instruction, options, context) for instruction in accepted]
    labels = [replies.is_yes(cast(Reply, answer).text) for answer in cast("list[Answer]", questions)]
    # Alike prompts go side by side, so that the model reads the demonstrations they share once.
    tasks = sorted(zip(accepted, labels, strict=True), key=lambda task: task[1])
    asks = [_instances(instruction, is_label, options, context) for instruction, is_label in tasks]
    answers = cast("list[Answer]", (yield asks))
    rows: list[Instruction] = []
    for (instruction, is_label), ask, answer in zip(tasks, asks, answers, strict=True):
        random = Random(f"{item.random_seed} {instruction}")
        found, discards = _read(ask, cast(Reply, answer), options.instances, random)
        yield discards
        make = partial(
            Instruction,
            instruction=instruction,
            task_type="classification" if is_label else "",
            language=context.language,
            extra=accepted[instruction],
        )
        rows += [make(input=each.input, output=each.output) for each in found]
    return rows


def _standing(judged: Judged, context: MethodContext) -> JsonObject:
    """What the published code records of an accepted instruction: the ten most similar ones and the mean.

    Novelty names only those that have a token in common; where they are fewer than ten, any others make up the number.
    """
    novelty = judged.verdicts.get("novelty")
    if novelty is None:
        return {}
    twins = sorted(novelty.evidence.twins, key=lambda twin: -twin.value)[:_MOST_SIMILAR]
    similar = {twin.text: round(twin.value, 4) for twin in twins}
    others = chain((seed.row.instruction for seed in context.seeds), (row.instruction for row in context.pool()))
    strangers = (text for text in others if text not in similar)
    similar |= dict.fromkeys(islice(strangers, _MOST_SIMILAR - len(similar)), 0.0)
    if novelty.average is None:
        return {"most_similar": similar}
    return {"most_similar": similar, "avg_similarity_score": round(novelty.average, 4)}


METHOD = Method(
    title=N_("Self-Instruct"),
    summary=N_("Writes new instructions after the pattern of your seeds, and an answer to each."),
    source=_PAPER + " (arXiv 2212.10560), yizhongw/self-instruct",
    consumes="seeds",
    makes=("instruction",),
    example=Instruction(
        N_("Suggest three names for a bakery near a harbour."), output=N_("Salt & Crumb, The Rising Tide, Harbour Loaf")
    ),
    options=SelfInstructOptions,
    prompts=(
        Prompt(
            "instructions",
            "self_instruct/instructions",
            ("tasks",),
            {
                "en": " Describe your favourite season.\n10. Find the verb in the sentence.\n11. Name three rivers.",
                "zh": " 描写你最喜欢的季节。\n10. 找出句子中的动词。\n11、说出三条河流的名字。",
            },
            N_("new instructions"),
            replies.instructions,
        ),
        Prompt(
            "classification_instructions",
            "self_instruct/classification_instructions",
            ("tasks",),
            {
                "en": " Is the review good or bad?\n10. Tell whether the animal is wild or tame.",
                "zh": " 判断评论是好评还是差评。\n10. 判断动物是野生的还是家养的。",
            },
            N_("new classification instructions"),
            replies.instructions,
        ),
        Prompt(
            "classify",
            "self_instruct/classify",
            ("instruction",),
            {"en": " Yes", "zh": "是"},
            N_("classification or not"),
            replies.is_yes,
        ),
        Prompt(
            "output_first",
            "self_instruct/output_first",
            ("instruction",),
            {
                "en": "Class label: good\nReview: It works.\nClass label: bad\nReview: It broke at once.",
                "zh": "类别标签：好评\n评论：很好用。\n类别标签：差评\n评论：一用就坏。",
            },
            N_("labels, then inputs"),
            _instances_in(replies.output_first),
        ),
        Prompt(
            "input_first",
            "self_instruct/input_first",
            ("instruction",),
            {
                "en": "Example 1\nSentence: Birds sing.\nOutput: sing\nExample 2\nSentence: He ran.\nOutput: ran",
                "zh": "示例 1\n句子：鸟儿歌唱。\n输出：歌唱\n示例 2\n句子：他跑了。\n输出：跑",
            },
            N_("inputs, then answers"),
            _instances_in(replies.input_first),
        ),
    ),
    default_filters=(
        "length",
        "blocked_phrases",
        "empty",
        "novelty",
        "input_equals_output",
        "conflicting_answers",
        "exact_duplicate",
    ),
    items=_items,
    steps=_steps,
)
